"""« Mon agenda »: one's registrations, encounters, deadlines, commitments, cohorts and agreements, in one order; and what a calendar is
told of them.

Each folder keeps its own dates: they are read there and put together here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.agreements.queries import dates as agreements
from alliage.codev import calendars
from alliage.codev.models import Commitment
from alliage.codev.queries import encounters
from alliage.codev.session_enums import CommitmentState
from alliage.events import calendar_feeds, registration_links
from alliage.events.queries import my_programme
from alliage.formats import ics
from alliage.learning import agenda_feed_links as links
from alliage.learning.models import Action, AgendaLink
from alliage.learning.queries import cohorts, plans

EVENT, ENCOUNTER, ACTION, COMMITMENT, COHORT = "event", "encounter", "action", "commitment", "cohort"
AGREEMENT = "agreement"
# What is late still shows this long; a calendar keeps what is over as long.
KEPT = timedelta(days=60)


@dataclass(frozen=True)
class Item:
    """One date. `starts_at` is empty for a whole day. `is_awaited`: from this person, since that day and not for it."""

    kind: str
    day: date
    title: str
    url: str
    about: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    is_waiting: bool = False
    is_cancelled: bool = False
    is_awaited: bool = False

    @property
    def label(self) -> str:
        return {
            EVENT: _("Rendez-vous"),
            ENCOUNTER: _("Entre pairs"),
            ACTION: _("Plan d’action"),
            COMMITMENT: _("Engagement"),
            COHORT: _("Cohorte"),
            AGREEMENT: _("Accord d’alliance"),
        }[self.kind]


@dataclass(frozen=True)
class Agenda:
    """`awaited`: what others wait for, without a date; `late`: deadlines that are past and still wait; `months`: what comes, from the first
    month that holds something."""

    awaited: list[Item]
    late: list[Item]
    months: list[tuple[date, list[Item]]]


def of_member(member: Any, *, now: datetime) -> Agenda:
    """Eight queries, whatever there is."""
    today = timezone.localdate(now)
    seats = _seats(member, since=now)
    found = [*_registrations(seats), *_encounters(member, now), *_deadlines(member, today - KEPT)]
    found += [*_commitments(member, today - KEPT), *_cohort_dates(member, today, seats)]
    found += _agreements(member, today - KEPT)
    found.sort(key=lambda item: (item.day, item.starts_at is not None, item.starts_at or now))
    awaited = [item for item in found if item.is_awaited]
    dated = [item for item in found if not item.is_awaited]
    late = [item for item in dated if item.day < today and item.starts_at is None]
    months: dict[date, list[Item]] = {}
    for item in dated:
        if item not in late:
            months.setdefault(max(item.day, today).replace(day=1), []).append(item)
    return Agenda(awaited, late, list(months.items()))


def _seats(member: Any, *, since: datetime) -> list[my_programme.Line]:
    """Where one is registered; what is only starred is in « mon programme »."""
    return [line for line in my_programme.of_member(member, since=since) if line.attendee is not None]


def _registrations(seats: list[my_programme.Line]) -> Iterator[Item]:
    for line in seats:
        assert line.attendee is not None  # _seats
        row = line.sequence
        yield Item(
            EVENT,
            timezone.localtime(row.starts_at).date(),
            row.title,
            registration_links.path_of(line.attendee),
            row.event.title if row.event.title != row.title else "",
            row.starts_at,
            row.ends_at,
            is_waiting=line.is_waiting,
            is_cancelled=row.is_cancelled or row.event.is_cancelled,
        )


def _encounters(member: Any, now: datetime) -> Iterator[Item]:
    for row in encounters.mine(member, now):
        day = timezone.localtime(row.starts_at).date()
        yield Item(ENCOUNTER, day, row.title, row.get_absolute_url(), row.group.name, row.starts_at, row.ends_at)


def _deadlines(member: Any, since: date) -> Iterator[Item]:
    for row in plans.due_for(member, since=since):
        assert row.due_on is not None  # due_for
        yield Item(ACTION, row.due_on, row.title, _action_url(row), row.file.territory.name)


def _commitments(member: Any, since: date) -> Iterator[Item]:
    for row in _promised(member, since):
        yield Item(COMMITMENT, row.due_on, _("Un engagement pris en codéveloppement"), _commitment_url(row))


def _promised(member: Any, since: date) -> Any:
    found = Commitment.objects.filter(member=member.pk, state=CommitmentState.OPEN, due_on__gte=since)
    return found.select_related("session__encounter").order_by("due_on", "pk")


def _dates_apart(member: Any, since: date, seats: list[my_programme.Line]) -> list[cohorts.Day]:
    """Dates of one's cohorts, but the events where one is registered: they are there already."""
    mine = {line.sequence.event_id for line in seats}
    return [each for each in cohorts.dates_of(member, since=since) if each.row.event_id not in mine]


def _cohort_dates(member: Any, since: date, seats: list[my_programme.Line]) -> Iterator[Item]:
    for each in _dates_apart(member, since, seats):
        cohort = each.row.cohort
        yield Item(
            COHORT,
            each.day,
            each.row.title,
            each.url or cohort.get_absolute_url(),
            cohort.title,
            each.starts_at,
            is_cancelled=each.is_cancelled,
        )


def _agreements(member: Any, since: date) -> Iterator[Item]:
    """What is awaited stays until it is given: others cannot go on without it."""
    for row in agreements.due_for(member):
        if row.is_awaited or row.day >= since:
            url = row.agreement.get_absolute_url()
            yield Item(AGREEMENT, row.day, row.agreement.subject, url, _asked(row.what), is_awaited=row.is_awaited)


def _asked(what: str) -> str:
    return {
        agreements.REVIEW: _("bilan de santé"),
        agreements.END: _("fin prévue"),
        agreements.ANSWER: _("votre réponse au bilan de santé est attendue"),
        agreements.SIGNATURE: _("votre signature est attendue"),
        agreements.INVITED: _("votre organisation est invitée"),
    }[what]


def _action_url(row: Action) -> str:
    return reverse("learning:action", args=[row.file_id, row.pk])


def _commitment_url(row: Commitment) -> str:
    encounter = row.session.encounter
    return reverse("codev:session_commitments", args=[encounter.group_id, encounter.pk])


# --- What a calendar is told -----------------------------------------------------------------------------------------


def link_of(member: Any) -> str:
    """What one gives to one's calendar; empty when there is none."""
    row = AgendaLink.objects.filter(member=member.pk).first()
    return links.url_of(row.seed) if row is not None else ""


def by_token(token: str) -> Member | None:
    """Whose agenda a secret link opens."""
    found = AgendaLink.objects.filter(token_digest=links.digest(token), member__is_active=True)
    row = found.select_related("member").first()
    return row.member if row is not None else None


def entries(member: Member, zone: ZoneInfo, *, now: datetime) -> list[ics.Entry]:
    """A calendar is often shared: what peers, plans, commitments and agreements say stays on its page, under a neutral title."""
    since = now - KEPT
    seats = _seats(member, since=since)
    found = [calendar_feeds.entry_of(line) for line in seats]
    found += [calendars.entry_of(row) for row in encounters.for_calendar(member, now)]
    due = plans.due_for(member, since=since.astimezone(zone).date())
    found += [
        whole_day(
            f"action-{row.pk}", row.due_on, _("Échéance de votre plan d’action"), _action_url(row), row.changed_at
        )
        for row in due
        if row.due_on is not None
    ]
    found += [
        whole_day(
            f"commitment-{row.pk}", row.due_on, _("Engagement pris entre pairs"), _commitment_url(row), row.taken_at
        )
        for row in _promised(member, since.astimezone(zone).date())
    ]
    found += [
        whole_day(
            f"cohort-{each.row.pk}",
            each.day,
            _("Date de votre cohorte"),
            each.row.cohort.get_absolute_url(),
            each.row.changed_at,
        )
        for each in _dates_apart(member, since.astimezone(zone).date(), seats)
    ]
    found += [
        whole_day(
            f"agreement-{row.what}-{row.agreement.pk}",
            row.day,
            _("Accord d’alliance\u00a0: %s") % _asked(row.what),
            row.agreement.get_absolute_url(),
            row.at,
        )
        for row in agreements.due_for(member)
        if row.day >= since.astimezone(zone).date()
    ]
    return found


def whole_day(uid: str, day: date, title: str, path: str, changed_at: datetime, text: str = "") -> ics.Entry:
    """A date that lasts the day, shown as busy to nobody."""
    page = settings.ORIGIN + path
    noon = datetime.combine(day, time(12), tzinfo=ZoneInfo("UTC"))
    words = _("La page\u00a0: %s") % page
    return ics.Entry(
        uid=f"learning-{uid}",
        title=title,
        starts_at=noon,
        ends_at=noon,
        changed_at=changed_at,
        url=page,
        description=f"{text}\n{words}" if text else words,
        private=True,
        all_day=True,
    )


def titled(rows: Iterable[plans.Line]) -> list[ics.Entry]:
    """The deadlines of a plan, for who takes its calendar away from the plan's own page."""
    return [
        whole_day(
            f"action-{row.action.pk}",
            row.action.due_on,
            row.action.title,
            _action_url(row.action),
            row.action.changed_at,
        )
        for row in rows
        if row.action.due_on is not None
    ]


def export_of(member: Any) -> dict[str, Any]:
    """A member's own copy."""
    row = AgendaLink.objects.filter(member=member).first()
    return {"lien_d_agenda_fait_le": row.created_at if row else None}
