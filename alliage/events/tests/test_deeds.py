"""What events give to « Mes preuves »: sequences that are over, public, where one was confirmed or which one facilitated."""

from datetime import timedelta

import pytest

from alliage.directory.queries import deeds as queries
from alliage.events.enums import EventState, Part, Standing, StewardRole
from alliage.events.models import Appearance, Steward
from alliage.events.tests.factories import NOW, ItemFactory, SpeakerFactory, held_day, webinar

pytestmark = pytest.mark.django_db
BEFORE = NOW - timedelta(days=30)


def of(member) -> list[tuple[str, str]]:
    return [(deed.title, deed.url) for deed in queries.of_member(member, now=NOW)]


def speaks(member, sequence, standing=Standing.CONFIRMED) -> Appearance:
    speaker = SpeakerFactory(event=sequence.event, member=member)
    item = ItemFactory(sequence=sequence)
    return Appearance.objects.create(item=item, speaker=speaker, part=Part.SPEAKS, standing=standing)


def test_a_confirmed_speaker_and_who_facilitates_have_their_sequence(member):
    day = held_day(NOW)
    first, second, *_rest = day.sequences.order_by("rank")
    speaks(member, first)
    Steward.objects.create(sequence=second, member=member, role=StewardRole.FACILITATOR)
    assert sorted(of(member)) == [
        (first.title, first.get_absolute_url()),
        (second.title, second.get_absolute_url()),
    ]


def test_a_sequence_where_one_does_both_is_one_deed(member):
    sequence = held_day(NOW).sequences.order_by("rank").first()
    speaks(member, sequence)
    Steward.objects.create(sequence=sequence, member=member, role=StewardRole.FACILITATOR)
    assert len(of(member)) == 1


def test_a_webinar_leads_to_its_own_page(member):
    event = webinar(title="Un webinaire", starts_at=BEFORE)
    speaks(member, event.sequences.get())
    assert of(member) == [("Un webinaire", event.get_absolute_url())]


@pytest.mark.parametrize("standing", [Standing.EXPECTED, Standing.DECLINED])
def test_who_was_not_confirmed_has_nothing(member, standing):
    speaks(member, webinar(starts_at=BEFORE).sequences.get(), standing)
    assert of(member) == []


def test_moderating_a_sequence_is_another_thing(member):
    sequence = webinar(starts_at=BEFORE).sequences.get()
    Steward.objects.create(sequence=sequence, member=member, role=StewardRole.MODERATOR)
    assert of(member) == []


def test_what_is_to_come_cancelled_hidden_or_a_draft_is_no_deed(member):
    speaks(member, webinar().sequences.get())
    speaks(member, webinar(starts_at=BEFORE, is_hidden=True).sequences.get())
    speaks(member, webinar(starts_at=BEFORE, state=EventState.CANCELLED).sequences.get())
    called_off = webinar(starts_at=BEFORE).sequences.get()
    called_off.is_cancelled = True
    called_off.save()
    speaks(member, called_off)
    assert of(member) == []
