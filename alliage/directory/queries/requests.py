"""Reads of requests for help. Each is for one reader: whoever asks, one who received it, animators."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from alliage.directory import working_days
from alliage.directory.enums import EntryKind, Outcome, RecipientState, RequestState, Visibility, Voice
from alliage.directory.models import Entry, HelpRequest, RequestMessage, RequestRecipient
from alliage.directory.secret_links import STILL_READS
from alliage.territories.models import Territory

MOST_COLLEAGUES = 12
TO_ANSWER = (RecipientState.SENT, RecipientState.SEEN)


def askable() -> QuerySet[Entry]:
    """Catalysts that everyone may see and write to: the same answer as `permissions.can_be_asked`."""
    return Entry.objects.filter(
        kind=EntryKind.CATALYST,
        is_hidden=False,
        visibility=Visibility.PUBLIC,
        contact_visibility=Visibility.PUBLIC,
        withdrawn_on__isnull=True,
    )


def catalysts(slugs: list[str]) -> list[Entry]:
    """Those of these addresses who may be asked, in the order given."""
    found = {entry.slug: entry for entry in askable().filter(slug__in=slugs).select_related("owner")}
    return [found[slug] for slug in dict.fromkeys(slugs) if slug in found]


@dataclass(frozen=True)
class Thread:
    """A request as its readers see it: who received it, what was said, when one may call."""

    request: HelpRequest
    recipients: list[RequestRecipient]
    messages: list[RequestMessage]
    slots: list[working_days.Slot]

    @property
    def is_open(self) -> bool:
        return self.request.state != RequestState.CLOSED


def thread(row: HelpRequest, *, of: RequestRecipient | None = None, where: str = "") -> Thread:
    """In two queries. One who received it reads what whoever asks said, and their own words: not those of others.

    `where` is « à Maripasoula » for those who read hours that are not theirs.
    """
    messages = row.messages.select_related("recipient__entry").order_by("created_at", "pk")
    if of is not None:
        messages = messages.filter(~Q(voice=Voice.RECIPIENT) | Q(recipient=of))
    return Thread(
        request=row,
        recipients=list(row.recipients.select_related("entry", "passed_by__entry").order_by("pk")),
        messages=list(messages),
        slots=[working_days.read_slot(value, row.time_zone, where) for value in row.slots],
    )


def is_answered(thread: Thread) -> bool:
    """Whether someone's answer can still be read: older ones went away with the entry of who wrote them."""
    return any(message.voice != Voice.REQUESTER for message in thread.messages)


def colleagues(recipient: RequestRecipient) -> list[Entry]:
    """To whom it may be passed: people of the same organisations and teams, then those who act on the territory."""
    asked = recipient.request.recipients.values("entry_id")
    may = askable().exclude(pk__in=asked)
    groups = recipient.entry.memberships.values("group_id")
    same = list(may.filter(memberships__group__in=groups).distinct().order_by("sort_name", "pk")[:MOST_COLLEAGUES])
    around = _around(recipient.request.territory)
    if len(same) < MOST_COLLEAGUES and around:
        others = may.filter(entry_areas__territory__in=around).exclude(pk__in=[entry.pk for entry in same])
        same += others.distinct().order_by("sort_name", "pk")[: MOST_COLLEAGUES - len(same)]
    return same


def _around(place: Territory | None) -> list[int]:
    if place is None:
        return []
    above = (place.pk, place.epci_id, place.ept_id, place.departement_id, place.region_id, place.com_id)
    return [pk for pk in above if pk]


# --- One's own -----------------------------------------------------------------------------------------------------


def received_by(person: Any) -> QuerySet[RequestRecipient]:
    """What a member received, what waits for an answer first."""
    mine = RequestRecipient.objects.filter(STILL_READS, entry__owner=person, request__purged_at=None)
    return mine.select_related("request__territory", "entry").order_by("-sent_at", "-pk")


def to_answer(person: Any) -> QuerySet[RequestRecipient]:
    return received_by(person).filter(state__in=TO_ANSWER).exclude(request__state=RequestState.CLOSED)


def export_of(person: Any) -> dict[str, Any]:
    """What requests hold about a member: those they sent, and what they answered."""
    return {
        "demandes_envoyees": [
            {
                "besoin": row.need,
                "sujets_ajoutes": row.chosen,
                "sujets_retires": row.refused,
                "nom": row.name,
                "adresse": row.email,
                "telephone": row.phone,
                "etat": row.get_state_display(),
                "envoyee_le": row.created_at,
                "messages": [
                    {"de": message.get_voice_display(), "texte": message.text, "le": message.created_at}
                    for message in row.messages.all()
                ],
            }
            for row in HelpRequest.objects.filter(requester=person, purged_at=None).prefetch_related("messages")
        ],
        "reponses_donnees": list(
            RequestMessage.objects.filter(recipient__entry__owner=person).values("text", "created_at")
        ),
    }


# --- Animators -----------------------------------------------------------------------------------------------------


def handed_over() -> QuerySet[HelpRequest]:
    """What waits for an animator, the oldest first."""
    waiting = HelpRequest.objects.filter(state=RequestState.HANDED_OVER)
    return (
        waiting.select_related("territory").annotate(asked_count=Count("recipients")).order_by("handed_over_at", "pk")
    )


def handed_over_count() -> int:
    return HelpRequest.objects.filter(state=RequestState.HANDED_OVER).count()


def of_animators(pk: int) -> HelpRequest | None:
    """One that was handed over, at any time, and was not erased."""
    return (
        HelpRequest.objects.select_related("territory")
        .filter(pk=pk, handed_over_at__isnull=False, purged_at=None)
        .first()
    )


@dataclass(frozen=True)
class Figures:
    """What became of requests since the beginning: counts only."""

    total: int
    answered: int
    handed_over: int
    helped: int


def figures() -> Figures:
    counted = HelpRequest.objects.aggregate(
        total=Count("pk"),
        answered=Count("pk", filter=Q(answered_at__isnull=False)),
        handed_over=Count("pk", filter=Q(handed_over_at__isnull=False)),
        helped=Count("pk", filter=Q(outcome=Outcome.HELPED)),
    )
    return Figures(**counted)


def age_in_days(row: HelpRequest, *, now: datetime) -> int:
    """Since when it has been waiting for someone."""
    return (now - row.created_at).days
