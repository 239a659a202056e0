"""Writes of cycles: planned all at once, then each date lives alone; « celle-ci et les suivantes » says the same of several.

Lock order: the cycle, then its events from the first to the last.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.events import recurrence
from alliage.events.enums import EventKind, EventState
from alliage.events.models import Event, Occurrence, Series
from alliage.events.recurrence import Rule
from alliage.events.services import events
from alliage.events.services.events import EventRefused, Said

FEWEST = 2


@dataclass(frozen=True)
class Asked:
    """How often it comes back, from its first date."""

    repeats: str
    every: int = 1
    until: date | None = None
    times: int | None = None


def rule_of(said: Said, asked: Asked) -> Rule:
    first = said.starts_at.astimezone(ZoneInfo(said.zone)).date()
    return recurrence.from_first(
        first, asked.repeats, every=asked.every, until=asked.until, times=None if asked.until else asked.times
    )


def rule_from(series: Series) -> Rule:
    return Rule(
        series.repeats,
        series.starts_on,
        series.every,
        series.weekday,
        series.nth,
        series.day,
        series.until,
        series.times,
    )


@transaction.atomic
def plan(said: Said, asked: Asked, *, by: Any, now: datetime) -> Series:
    """A cycle and all its dates, as drafts. The same form sent twice is one cycle."""
    Member.objects.select_for_update().get(pk=by.pk)
    events.check(said)
    if said.starts_at <= now:
        raise EventRefused(_("Ce moment est déjà passé\u00a0: choisissez une date à venir."))
    if said.kind == EventKind.RENCONTRE:
        raise EventRefused(_("Une Rencontre se prépare une par une."))
    rule = rule_of(said, asked)
    found = recurrence.days(rule)
    if len(found) < FEWEST:
        raise EventRefused(_("Un cycle a au moins deux dates\u00a0: repoussez sa fin."))
    title, local = events.cleaned(said.title), said.starts_at.astimezone(ZoneInfo(said.zone))
    known = Series.objects.filter(owner=by, title=title, starts_on=rule.starts_on, hour=local.time())
    twin = known.filter(created_at__gt=now - events.SAME_FOR, repeats=rule.repeats).first()
    if twin is not None:
        return twin
    series = Series.objects.create(
        title=title, repeats=rule.repeats, every=rule.every, weekday=rule.weekday, nth=rule.nth, day=rule.day,
        starts_on=rule.starts_on, hour=local.time(), minutes=(said.ends_at - said.starts_at).total_seconds() // 60,
        zone=said.zone, until=rule.until, times=None if rule.until else rule.times or len(found), owner=by, created_at=now,
    )  # fmt: skip
    for day in found:
        event = events.make(_dated(said, day, local), by=by, now=now)
        Occurrence.objects.create(series=series, on=day, event=event)
    return series


def _dated(said: Said, day: date, local: datetime) -> Said:
    """The same thing another day, at the same hour of its clock; registrations close as long before."""
    starts_at = recurrence.moment(day, local.time(), said.zone)
    gap = starts_at - said.starts_at
    return replace(
        said,
        starts_at=starts_at,
        ends_at=starts_at + (said.ends_at - said.starts_at),
        closes_at=said.closes_at + gap if said.closes_at else None,
    )


def following(event: Event, *, now: datetime) -> list[Event]:
    """This event of a cycle and the next ones that are not over, in their order, under the lock of their cycle."""
    spot = Occurrence.objects.filter(event=event).select_related("series").first()
    if spot is None:
        return [event]
    Series.objects.select_for_update().get(pk=spot.series_id)
    rows = Occurrence.objects.filter(series=spot.series, on__gte=spot.on, event__isnull=False).select_related("event")
    return [row.event for row in rows.order_by("on") if row.event and row.event.ends_at > now]


# --- Change --------------------------------------------------------------------------------------------------------


@transaction.atomic
def change_one(event: Event, said: Said, *, by: Any, now: datetime) -> Event:
    """This date alone: what is said later of the next ones passes it by."""
    changed = events.change(event, said, by=by, now=now)
    Occurrence.objects.filter(event=event).update(is_apart=True)
    return changed


@transaction.atomic
def change_following(event: Event, said: Said, *, by: Any, now: datetime) -> list[Event]:
    """This date and the next ones: the same words, the same hour, as many days later or earlier as this one moves.

    Those that were changed alone and those that are cancelled stay as they are.
    """
    rows = following(event, now=now)
    this = event.starts_at.astimezone(ZoneInfo(event.zone))
    local = said.starts_at.astimezone(ZoneInfo(said.zone))
    shift = local.date() - this.date()
    apart = set(Occurrence.objects.filter(event__in=rows, is_apart=True).values_list("event_id", flat=True))
    changed = []
    for row in rows:
        if row.pk != event.pk and (row.is_cancelled or row.pk in apart):
            continue
        day = row.starts_at.astimezone(ZoneInfo(row.zone)).date() + shift
        words = said if row.pk == event.pk else replace(said, resources=None)
        changed.append(events.change(row, _dated(words, day, local), by=by, now=now))
    return changed


def each_following(event: Event, act: Callable[..., Event], state: str, *, by: Any, now: datetime) -> list[Event]:
    """Publish, cancel, take back this date and the next ones that are in this state."""
    with transaction.atomic():
        return [act(row, by=by, now=now) for row in following(event, now=now) if row.state == state]


@transaction.atomic
def skip(event: Event, *, by: Any, now: datetime) -> Series:  # noqa: ARG001 the name of every service
    """This date will not be: it leaves the agenda as if it had never been there. Nobody must be registered to it."""
    spot = Occurrence.objects.select_for_update(of=("self",)).filter(event=event).select_related("series").first()
    if spot is None:
        raise EventRefused(_("Ce rendez-vous ne fait partie d’aucun cycle\u00a0: annulez-le."))
    row = events.locked(event)
    if row.starts_at <= now:
        raise EventRefused(_("Cette date a déjà commencé."))
    if row.attendees.exists():
        raise EventRefused(_("Des personnes sont inscrites à cette date\u00a0: annulez-la, elles seront prévenues."))
    row.delete()
    events.coming.changed()
    return spot.series


STATES = {"publish": EventState.DRAFT, "cancel": EventState.PUBLISHED, "withdraw": EventState.PUBLISHED}
