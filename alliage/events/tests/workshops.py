"""A workshop for tests: its people, its board, what they say."""

from typing import Any

from alliage.accounts.tests.factories import MemberFactory
from alliage.events.enums import SeatState, SequenceKind, StewardRole
from alliage.events.models import Attendee, Board, Event, Need, NeedCard, Seat, Sequence, Specification, Steward
from alliage.events.services import boards, need_cards, needs, specifications, subgroups
from alliage.events.services.needs import Said, Signed
from alliage.events.services.specifications import Written
from alliage.events.tests.factories import NOW, AttendeeFactory, rencontre
from alliage.events.workshop_enums import SignatureRole
from alliage.events.workshop_people import Person
from alliage.paper.tests.slips import read_slip


def workshop(**said: Any) -> Sequence:
    """The first of the two workshops of a Rencontre."""
    return first_of(rencontre(**said))


def first_of(event: Event) -> Sequence:
    found: Sequence = Sequence.objects.filter(event=event, kind=SequenceKind.WORKSHOP).earliest("rank")
    return found


def comes(sequence: Sequence, *, member: Any = None, **said: Any) -> Person:
    """Someone with a seat there."""
    if member is not None:
        said.setdefault("name", member.name)
    attendee: Attendee = AttendeeFactory(event=sequence.event, member=member, **said)
    Seat.objects.create(attendee=attendee, sequence=sequence, state=SeatState.SEATED, asked_at=NOW, seated_at=NOW)
    return Person(member, attendee)


def holder(sequence: Sequence, role: str = StewardRole.FACILITATOR, **said: Any) -> Person:
    """A member who holds the workshop."""
    member = MemberFactory(**said)
    Steward.objects.create(sequence=sequence, member=member, role=role)
    return Person(member)


def board_of(sequence: Sequence) -> Board:
    return boards.of_workshop(sequence, now=NOW)


def says(board: Board, by: Person, wish: str = "de trouver un pair", **said: Any) -> Need:
    """Said under one’s name, which may be published."""
    more = {name: said.pop(name) for name in ("act", "session", "subgroup") if name in said}
    words = Said(wish=wish, **said)
    return needs.add_need(board, words, by=by, now=NOW, signed=Signed(by.name, is_public=True), **more)


def card(session: Sequence, owner: Any, *, edition: int = 2, **changes: Any) -> NeedCard:
    """A card photographed and read, with the sub-group in doubt when there are some."""
    said = {"doubt": "groupe" if edition else "", "now": NOW} | changes
    made: NeedCard = read_slip(need_cards.KIND, session, owner, edition, **said)
    return made


def written(specification: Specification, by: Any) -> None:
    """The parts that nobody signs without."""
    said = specification.versions.get(number=specification.last_number).content["sections"]
    sections = {**said, "publics": "- les maires", "criteres": "On s’en sert chaque semaine."}
    specifications.write(specification, Written(sections), seen=specification.last_number, by=by, now=NOW)
    specification.refresh_from_db()


def published(board: Board, *, rapporteur: Any, facilitator: Any) -> Specification:
    """A specification signed by both, read by everyone."""
    made = specifications.make(board, by=rapporteur, now=NOW)
    written(made, rapporteur)
    for role, who in ((SignatureRole.RAPPORTEUR, rapporteur), (SignatureRole.FACILITATOR, facilitator)):
        specifications.sign(made, role, number=made.last_number, by=who, now=NOW)
    return specifications.publish(made, by=facilitator, now=NOW)


def ids(day: Event, member: Any) -> dict[str, Any]:
    """For the page table: a workshop at work, another whose specification is published."""
    first, second = Sequence.objects.filter(event=day, kind=SequenceKind.WORKSHOP).order_by("rank")[:2]
    anne = comes(first, name="Anne")
    board = board_of(first)
    for wish in ("une carte", "un annuaire", "du temps"):
        says(board, anne, wish, role="maire")
    subgroups.make(first, 2, by=Person(member), now=NOW)
    other = board_of(second)
    says(other, comes(second, name="Bruno"), "des exemples")
    other_member = MemberFactory()
    return {
        "gathering": first.parent_id,
        "need_card": card(first, member).pk,
        "specification": specifications.make(board, by=member, now=NOW).pk,
        "published_specification": published(other, rapporteur=member, facilitator=other_member).pk,
    }
