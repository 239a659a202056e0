"""Reads of notifications."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from alliage.accounts.models import Member
from alliage.notifications.enums import Frequency, MailState
from alliage.notifications.models import Notification, OutgoingMail, Preference
from alliage.notifications.registry import NotificationKind, kinds
from alliage.prepared import Prepared

DIGEST_GROUPS = 20


@dataclass(frozen=True)
class KindChoice:
    """A row of « Mes notifications »: a kind and how often this person wants its mail."""

    kind: NotificationKind
    frequency: Frequency


@dataclass(frozen=True)
class Group:
    """What was told about one object, newest first."""

    newest: Notification
    others: list[Notification]


def scoped(code: str, scope: str) -> str:
    """How the choice of a kind for one group, one place… is kept beside the choice of the kind."""
    return f"{code}@{scope}"


def frequencies_of(kind: NotificationKind, people: Iterable[Member], scope: str = "") -> dict[int, str]:
    """How often each of these people wants this kind, in one query.

    A choice made for `scope` comes before the choice of the kind, unless the person wants no mail of this kind at all.
    """
    people = list(people)
    narrow = scoped(kind.code, scope) if scope else kind.code
    rows = Preference.objects.filter(kind__in={kind.code, narrow}, person__in=people)
    chosen = {(person, name): frequency for person, name, frequency in rows.values_list("person", "kind", "frequency")}

    def of(person: Member) -> str:
        general = chosen.get((person.pk, kind.code))
        if general == Frequency.NEVER:
            return general
        return chosen.get((person.pk, narrow), general or kind.default_frequency)

    return {person.pk: of(person) for person in people}


def choices_of(person: Member) -> list[KindChoice]:
    """Every kind, with this person's choice."""
    chosen = dict(Preference.objects.filter(person=person).values_list("kind", "frequency"))
    return [KindChoice(kind, Frequency(chosen.get(kind.code, kind.default_frequency))) for kind in kinds]


def list_of(person: Member, *, unread_only: bool = False) -> QuerySet[Notification]:
    """What this person was told, newest first."""
    told = Notification.objects.filter(person=person).order_by("-created_at", "-pk")
    return told.filter(read_at__isnull=True) if unread_only else told


def unread_count(person: Any) -> int:
    """How many are unread, 0 for a visitor: one query at most, on an index."""
    if not person.is_authenticated:
        return 0
    return next(iter(_UNREAD_COUNT(person.pk)), 0)


_UNREAD_COUNT = Prepared(
    lambda person: (
        Notification.objects.filter(person=person, read_at__isnull=True)
        .order_by()
        .values("person")
        .annotate(count=Count("pk"))
        .values_list("count", flat=True)
    )
)


def group_by_object(rows: Iterable[Notification]) -> list[Group]:
    """Gather by object what comes newest first, keeping that order."""
    gathered: dict[tuple[str, str], list[Notification]] = {}
    for row in rows:
        gathered.setdefault((row.object_type, row.object_id), []).append(row)
    return [Group(same[0], same[1:]) for same in gathered.values()]


def failed_mails() -> QuerySet[OutgoingMail]:
    """Mails that did not leave, without what they say."""
    failed = OutgoingMail.objects.filter(state=MailState.FAILED).select_related("person")
    return failed.defer("text", "html", "headers", "subject", "to").order_by("-created_at", "-pk")


def failed_mail_count() -> int:
    return OutgoingMail.objects.filter(state=MailState.FAILED).count()
