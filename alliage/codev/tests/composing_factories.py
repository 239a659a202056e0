"""Calls, answers and duos for tests: members with their profile and the hours that they ticked."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils.timezone import localdate

from alliage.accounts.models import Member
from alliage.accounts.tests.factories import MemberFactory
from alliage.codev import duo_links
from alliage.codev.composing import slots
from alliage.codev.models import Availability, ComposedGroup, Composition, Seat, SeatRequest
from alliage.codev.queries import duos as queries
from alliage.codev.services import availabilities, compositions
from alliage.directory.tests.factories import CatalystFactory
from alliage.directory.tests.factories import MembershipFactory as BelongingFactory
from alliage.taxonomy.models import Term

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
MORNINGS = [(0, 8), (0, 10), (1, 8), (1, 10)]


def available(member: Member, blocks: Iterable[tuple[int, int]] = MORNINGS) -> Availability:
    return availabilities.say_availability(blocks, by=member, now=NOW)


def someone(
    *,
    metiers: Iterable[Term] = (),
    territory: Any = None,
    organisation: Any = None,
    blocks: Any = MORNINGS,
    **more: Any,
) -> Member:
    """A member with a profile; no hours when `blocks` is empty."""
    member: Any = MemberFactory(**more)
    entry = CatalystFactory(owner=member, name=member.name, terms=list(metiers), territory=territory)
    if organisation is not None:
        BelongingFactory(person=entry, group=organisation)
    if blocks:
        available(member, blocks)
    return member


def call(*members: Member, by: Member | None = None, **more: Any) -> Composition:
    """An open call that these members answered."""
    said = compositions.Said("Printemps", date(2026, 12, 20), date(2027, 1, 11), **more)
    made = compositions.open_call(said, by=by or MemberFactory(role="animator"), now=NOW)
    for member in members:
        answer(made, member)
    return made


def answer(composition: Composition, member: Member, *, with_colleagues: bool = False) -> SeatRequest:
    return compositions.answer_call(composition, with_colleagues=with_colleagues, by=member, now=NOW)


def half_hours(*blocks: tuple[int, int]) -> int:
    return sum({1 << slots.block_number(day, hour) for day, hour in blocks})


def ids(member: Member, *, now: datetime) -> dict[str, Any]:
    """For the page table: a call that waits for answers; a proposal where `member` sits with nobody; a link of a duo."""
    today = localdate(now)
    days = {"closes_on": today + timedelta(days=10), "starts_on": today + timedelta(days=20), "created_at": now}
    waiting = Composition.objects.create(title="Printemps", **days)
    proposed = Composition.objects.create(title="Automne", state="proposed", composed_at=now, **days)
    seat_request = SeatRequest.objects.create(composition=proposed, member=member, created_at=now)
    Seat.objects.create(request=seat_request, group=ComposedGroup.objects.create(composition=proposed, number=1))
    link = duo_links.path(member, queries.month_of(now)).split("/")[-2]
    return {"call": waiting.pk, "composition": proposed.pk, "seat_request": seat_request.pk, "duo_link": link}
