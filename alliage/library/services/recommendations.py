"""Writes of recommendations: sent to those who hold an entry or to an address, opened, put away, refused for good."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.directory import permissions as directory
from alliage.directory.enums import EntryKind
from alliage.directory.models import Entry
from alliage.directory.services.joining import editors_of
from alliage.library import previews
from alliage.library.models import Receipt, Recommendation, RecommendationMute, RecommendedResource, Resource
from alliage.notifications.services import notify, send_mail_to_address
from alliage.refusals import Refusal

KIND = "library.recommendation"
SCOPE = "library.recommendation"
MOST_RESOURCES = 20
LONGEST_NOTE = 2000
MOST_A_DAY = 30
MOST_ADDRESSES_A_DAY = 10
# Nobody keeps for ever what was recommended to whom.
KEPT = timedelta(days=730)


class RecommendationRefused(Refusal):
    """The recommendation cannot be sent."""


@dataclass(frozen=True)
class To:
    """For whom it is: those who hold an entry of the directory, or one address."""

    entry: Entry | None = None
    address: str = ""


@transaction.atomic
def recommend(resources: Sequence[Resource], *, to: To, note: str, sent: str, by: Any, now: datetime) -> Recommendation:
    """Send resources, or a word, or both. The same display of the form sends once. Who refuses them receives nothing, and the
    sender is not told."""
    Member.objects.select_for_update().get(pk=by.pk)  # one at a time: the same form, sent twice at the same moment
    key = sha256(repr((by.pk, sent)).encode(errors="replace")).hexdigest()
    if same := Recommendation.objects.filter(sent_key=key).first():
        return same
    note = note.replace("\0", "").replace("\r\n", "\n").strip()[:LONGEST_NOTE]
    _refuse_empty(resources, note)
    _refuse_flood(to, by=by, now=now)
    people = _people(to, by=by)
    made = Recommendation(sender=by, note=note, resource_count=len(resources), sent_key=key, sent_at=now)
    made.entry, made.address_hint = to.entry, "" if to.entry is not None else hint(to.address)
    made.save()
    RecommendedResource.objects.bulk_create(
        RecommendedResource(recommendation=made, resource=each, position=rank) for rank, each in enumerate(resources)
    )
    for person in _willing(people, by=by):
        notify(person, KIND, _receipt(made, person=person), by=by, now=now)
    if not people:
        _write(_receipt(made), to.address, resources, by=by, now=now)
    return made


def hint(address: str) -> str:
    """What the sender needs to know it again: « j…@exemple.fr ». The outbox forgets the address itself (notifications)."""
    name, _at, domain = address.strip().rpartition("@")
    return f"{name[:1]}…@{domain}"[:120]


def _refuse_empty(resources: Sequence[Resource], note: str) -> None:
    if not (resources or note):
        raise RecommendationRefused(_("Choisissez au moins une ressource, ou écrivez un mot."))
    if len(resources) > MOST_RESOURCES:
        raise RecommendationRefused(_("%(count)d ressources au plus à la fois.") % {"count": MOST_RESOURCES})
    if not all(each.is_shown for each in resources):
        raise RecommendationRefused(_("Une de ces ressources n’est plus publiée\u00a0: retirez-la."))


def _refuse_flood(to: To, *, by: Any, now: datetime) -> None:
    today = Recommendation.objects.filter(sender=by, sent_at__gt=now - timedelta(days=1))
    most = today.count() >= MOST_A_DAY
    if most or (to.entry is None and today.filter(entry=None).count() >= MOST_ADDRESSES_A_DAY):
        raise RecommendationRefused(
            _("Vous avez envoyé beaucoup de recommandations aujourd’hui\u00a0: envoyez celle-ci demain.")
        )


def _people(to: To, *, by: Any) -> list[Member]:
    """Members who receive it; none for an address that is no member's."""
    if to.entry is None:
        return list(Member.objects.filter(email__iexact=to.address.strip(), is_active=True))
    if not directory.can_write_to(by, to.entry):
        raise RecommendationRefused(_("Cette fiche ne reçoit pas de message\u00a0: choisissez-en une autre."))
    people = [each for each in _holders(to.entry) if each != by]
    if not people:
        raise RecommendationRefused(
            _("Personne d’autre que vous ne tient cette fiche\u00a0: écrivez plutôt à une adresse électronique.")
        )
    return people


def _holders(entry: Entry) -> list[Member]:
    if entry.kind != EntryKind.CATALYST:
        return editors_of(entry)
    return [entry.owner] if entry.owner is not None and entry.owner.is_active else []


def _willing(people: Sequence[Member], *, by: Any) -> list[Member]:
    refused = RecommendationMute.objects.filter(person__in=people).filter(Q(sender=by) | Q(sender=None))
    muted = set(refused.values_list("person_id", flat=True))
    return [person for person in people if person.pk not in muted]


def _receipt(made: Recommendation, *, person: Member | None = None) -> Receipt:
    seed = secrets.token_urlsafe(32)
    digest = previews.digest(previews.token_of(seed))
    return Receipt.objects.create(recommendation=made, person=person, seed=seed, token_digest=digest)


def _write(receipt: Receipt, address: str, resources: Sequence[Resource], *, by: Any, now: datetime) -> None:
    """A mail with titles and a link; the note stays on the page that the link opens."""
    context = {
        "sender": by.get_full_name(),
        "titles": [each.title for each in resources],
        "has_note": bool(receipt.recommendation.note),
        "token": previews.token_of(receipt.seed),
    }
    send_mail_to_address(
        address,
        "library/mail/recommendation.html",
        context,
        key=f"recommendation|{receipt.pk}",
        scope=SCOPE,
        label=_("Ressources recommandées"),
        now=now,
    )


# --- Receive -------------------------------------------------------------------------------------------------------


def opened(receipt: Receipt, *, by_link: bool = False, now: datetime) -> None:
    """The first time counts: the sender reads when, and whether it was by the link of the mail."""
    Receipt.objects.filter(pk=receipt.pk, opened_at=None).update(opened_at=now, by_link=by_link)


def put_away(receipt: Receipt, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """Out of one's list; the sender is not told."""
    Receipt.objects.filter(pk=receipt.pk, put_away_at=None).update(put_away_at=now)


def mute(sender: Member | None, *, by: Any, now: datetime) -> None:
    """Receive nothing more from a member, or from anybody for None. Twice is once; the sender is not told."""
    if sender is not None and sender == by:
        raise RecommendationRefused(_("Vous ne recevez rien de vous-même."))
    RecommendationMute.objects.get_or_create(person=by, sender=sender, defaults={"created_at": now})


def unmute(sender_id: int | None, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    RecommendationMute.objects.filter(person=by, sender=sender_id).delete()


def forget_old(now: datetime) -> None:
    Recommendation.objects.filter(sent_at__lt=now - KEPT).delete()


@transaction.atomic
def forget_member(member: Any) -> None:
    """What she sent and what she received go; the others who received the same keep it."""
    Recommendation.objects.filter(sender=member).delete()
    Receipt.objects.filter(person=member).delete()
    RecommendationMute.objects.filter(Q(person=member) | Q(sender=member)).delete()
