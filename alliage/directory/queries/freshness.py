"""Reads about the freshness of entries: who is to be asked, who was silent too long, what waits for animators."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate

from alliage.directory.enums import EntryKind, Freshness, Visibility
from alliage.directory.freshness import AGEING_AFTER, STALE_AFTER, months_after
from alliage.directory.models import Entry, EntryArea, FreshnessAct
from alliage.territories.models import Territory

# Months after the last confirmation when each reminder is due, and months that must have passed since the one before.
REMINDED_AFTER, SPACED_BY = (12, 13, 15), (0, 1, 2)
MOST_REMINDERS = len(REMINDED_AFTER)
SILENT_DAYS = 30

Entries = QuerySet[Entry]


def shown_to_others() -> Entries:
    """Entries that somebody else than their owner may see: nobody is asked about the others."""
    return Entry.objects.filter(is_hidden=False).exclude(visibility=Visibility.NOBODY)


def counted(entries: Entries) -> Any:
    """With `since` (the last confirmation, else the day it was written), `sent` and `last_sent` (reminders since then)."""
    since = Coalesce("confirmed_on", TruncDate("created_at"))
    later = Q(reminders__sent_on__gt=F("since"))
    return entries.annotate(since=since).annotate(
        sent=Count("reminders", filter=later), last_sent=Max("reminders__sent_on", filter=later)
    )


def _has_owner() -> Q:
    return Q(owner__is_active=True)


def asked_of_somebody() -> Q:
    """What its owner, or an animator, once vouched for; what only a document says was never vouched for by anyone."""
    return Q(confirmed_on__isnull=False) | _has_owner()


def reminder_due_on(since: date, sent: int, last_sent: date | None) -> date | None:
    """When the next reminder is due; None once all were sent."""
    if sent >= MOST_REMINDERS:
        return None
    due = months_after(since, REMINDED_AFTER[sent])
    return max(due, months_after(last_sent, SPACED_BY[sent])) if last_sent else due


def to_remind(today: date) -> list[int]:
    """Numbers of the entries that are due for a reminder, those silent for longest first."""
    old = shown_to_others().filter(asked_of_somebody(), withdrawn_on=None)
    found = counted(old).filter(since__lte=months_after(today, -AGEING_AFTER), sent__lt=MOST_REMINDERS)
    rows = found.order_by("since", "pk").values_list("pk", "since", "sent", "last_sent")
    dues = ((pk, reminder_due_on(since, sent, last)) for pk, since, sent, last in rows.iterator())
    return [pk for pk, due in dues if due is not None and due <= today]


def silent(today: date) -> list[int]:
    """Numbers of the entries that leave the map: two years old, every reminder sent, the last one a month ago."""
    old = shown_to_others().filter(asked_of_somebody(), withdrawn_on=None)
    found = counted(old).filter(since__lt=months_after(today, -STALE_AFTER), sent__gte=MOST_REMINDERS)
    rows = found.order_by("pk").values_list("pk", "last_sent")
    return [pk for pk, last in rows if (today - last).days >= SILENT_DAYS]


# --- Animators -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DeskFilters:
    """What the desk narrows its list by. `state` is a `Freshness`, or « retiree » for what left the map."""

    state: str = ""
    kind: str = ""
    place: Any = None
    without_owner: bool = False


WITHDRAWN = "withdrawn"


def of_state(state: str, today: date) -> Q:
    year, two_years = months_after(today, -AGEING_AFTER), months_after(today, -STALE_AFTER)
    return {
        "": Q(confirmed_on__lt=year) | Q(confirmed_on=None),
        Freshness.AGEING: Q(confirmed_on__lt=year, confirmed_on__gte=two_years),
        Freshness.STALE: Q(confirmed_on__lt=two_years),
        Freshness.NEVER: Q(confirmed_on=None),
        WITHDRAWN: Q(withdrawn_on__isnull=False),
    }[state]


def for_the_desk(filters: DeskFilters, today: date) -> Any:
    """Entries that are no longer green, those confirmed longest ago first, then those never confirmed."""
    found = shown_to_others().filter(of_state(filters.state, today))
    if filters.kind:
        found = found.filter(kind=EntryKind(filters.kind))
    if filters.place:
        inside = Territory.objects.filter(Q(pk=filters.place.id) | Q(departement=filters.place.id)).values("pk")
        acts_there = EntryArea.objects.filter(entry=OuterRef("pk"), territory__in=inside)
        found = found.filter(Q(territory__in=inside) | Exists(acts_there))
    if filters.without_owner:
        found = found.exclude(_has_owner())
    return counted(found.select_related("owner", "territory")).order_by(
        F("confirmed_on").asc(nulls_last=True), "sort_name", "pk"
    )


def waiting_for_animators(today: date) -> Entries:
    """What nobody else can confirm: no owner to ask, and vouched for more than a year ago, still on the map."""
    year = months_after(today, -AGEING_AFTER)
    return shown_to_others().exclude(_has_owner()).filter(confirmed_on__lt=year, withdrawn_on=None)


def of_the_desk(slug: str) -> Any:
    """One entry, whatever its state; None when nobody else than its owner sees it."""
    return counted(shown_to_others().select_related("owner", "territory")).filter(slug=slug).first()


def acts_of(entry: Entry) -> list[FreshnessAct]:
    """What was done about an entry, the last first."""
    return list(FreshnessAct.objects.filter(entry=entry)[:10])


# --- One's own -----------------------------------------------------------------------------------------------------


def among(entries: Iterable[Entry], today: date) -> list[Entry]:
    """The same as `to_confirm`, of entries of one member that were already read, in their order."""
    year = months_after(today, -AGEING_AFTER)
    seen = (entry for entry in entries if not entry.is_hidden and entry.visibility != Visibility.NOBODY)
    return [entry for entry in seen if entry.confirmed_on is None or entry.confirmed_on < year or entry.withdrawn_on]


def to_confirm(person: Any, today: date) -> Entries:
    """Entries that a member holds and should confirm."""
    mine = shown_to_others().filter(owner=person)
    year = months_after(today, -AGEING_AFTER)
    return mine.filter(Q(confirmed_on__lt=year) | Q(confirmed_on=None) | Q(withdrawn_on__isnull=False)).order_by(
        "sort_name", "pk"
    )
