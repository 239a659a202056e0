"""A webinar that was held lately in a room, with what was written there, for tests of proceedings."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from django.utils import timezone

from alliage.accounts.models import Member
from alliage.accounts.tests.factories import MemberFactory
from alliage.events.enums import StewardRole
from alliage.events.live_enums import ContributionState
from alliage.events.models import Contribution, Event, Sequence, Stay, Steward
from alliage.events.services import proceedings
from alliage.events.services.minutes import Line, Said
from alliage.events.tests.factories import AttendeeFactory, held_day, webinar
from alliage.questionnaires import polls
from alliage.questionnaires.models import Opening
from alliage.rooms import phases
from alliage.rooms.enums import CardState
from alliage.rooms.models import Caption, Card, Room
from alliage.rooms.services.polls import SCOPE
from alliage.rooms.services.run_sheets import of_platform
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term

_numbers = count(1)
BEGAN = timezone.now().replace(microsecond=0) - timedelta(days=1)


def held(**said: Any) -> Sequence:
    """The sequence of a webinar of yesterday, whose room is over."""
    event = webinar(**({"starts_at": BEGAN} | said))
    sequence: Sequence = Sequence.objects.get(event=event)
    sequence.room = room()
    sequence.save(update_fields=["room"])
    return sequence


def room(code: str = "webinaire", **said: Any) -> Room:
    return Room.objects.create(
        title="Un webinaire", purpose="events.sequence", content=phases.written(of_platform(code)), state="closed", opened_at=BEGAN,
        closed_at=BEGAN + timedelta(hours=1), **said,
    )  # fmt: skip


def card(sequence: Sequence, text: str, kind: str = "question", phase: str = "questions", **said: Any) -> Card:
    assert sequence.room is not None
    return Card.objects.create(
        room=sequence.room, text=text, kind=kind, phase=phase, number=next(_numbers), written_at=BEGAN,
        **({"state": CardState.SHOWN} | said),
    )  # fmt: skip


def answered(sequence: Sequence, text: str, answer: str = "", **said: Any) -> Card:
    return card(sequence, text, answer=answer, answered_at=BEGAN, **said)


def caption(sequence: Sequence, text: str) -> Caption:
    assert sequence.room is not None
    return Caption.objects.create(
        room=sequence.room, phase="presentation", text=text, number=next(_numbers), said_at=BEGAN
    )


def polled(sequence: Sequence, answers: list[str], *, is_closed: bool = True, **question: Any) -> Opening:
    assert sequence.room is not None
    asked = {
        "kind": "one",
        "title": "On continue ?",
        "options": [{"code": "oui", "title": "Oui"}, {"code": "non", "title": "Non"}],
    } | question
    opening = polls.quick(asked, scope=SCOPE, scope_id=sequence.room.pk, by=None, now=BEGAN)
    for rank, value in enumerate(answers):
        polls.answer(opening, value, respondent=f"p{rank}", now=BEGAN)
    if is_closed:
        polls.close(opening, by=None, now=BEGAN)
    return opening


def wrote_after(sequence: Sequence, text: str, state: str = ContributionState.SHOWN) -> Contribution:
    return Contribution.objects.create(
        sequence=sequence, kind="answer", text=text, state=state, act=uuid4(), written_at=BEGAN
    )


def came(sequence: Sequence, people: int) -> None:
    for _rank in range(people):
        attendee = AttendeeFactory(event=sequence.event)
        Stay.objects.create(attendee=attendee, sequence=sequence, began_at=BEGAN, last_at=BEGAN + timedelta(hours=1))


def rapporteur(sequence: Sequence) -> Member:
    member: Member = MemberFactory(name="Rose Amandier")
    Steward.objects.create(sequence=sequence, member=member, role=StewardRole.RAPPORTEUR)
    return member


def closed(event: Event, now: datetime | None = None) -> None:
    proceedings.close(event, now=now or timezone.now())


def signed(sequence: Sequence, *lines: Line, by: Member | None = None, **said: Any) -> None:
    """Signed by somebody who holds it."""
    minutes = getattr(sequence, "minutes", None)
    told = Said(lines or (Line("On a bien travaillé."),), edition=minutes.edition if minutes else 0, **said)
    proceedings.sign(sequence, told, by=by or rapporteur(sequence), now=timezone.now())
    sequence.refresh_from_db()


def ids(member: Member) -> dict[str, Any]:
    """What the page table needs: a webinar whose account is signed, with its transcript, and whose survey is open."""
    sequence = held(slug="raconte", title="Un webinaire raconté", owner=member)
    source = answered(sequence, "Qui paie ?", "Nous tous")
    caption(sequence, "Bonjour à toutes et à tous")
    closed(sequence.event)
    signed(sequence, Line("On paie ensemble.", f"card:{source.pk}"), by=member, shares_transcript=True)
    day = held_day(timezone.now(), slug="jour-passe", title="Un jour passé", owner=member)
    first = Sequence.objects.get(event=day, rank=1)
    first.levers.set(Term.objects.filter(vocabulary=Vocabulary.LEVIERS)[:2])
    return {
        "told": sequence.event.slug,
        "told_sequence": sequence.pk,
        "past": day.slug,
        "past_sequence": first.pk,
    }
