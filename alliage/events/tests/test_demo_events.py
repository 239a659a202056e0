"""The demonstration: something on every screen, marked so, loaded twice without doubling anything."""

from datetime import timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from alliage.accounts.models import Member
from alliage.directory.models import DeedChoice
from alliage.directory.queries import deeds
from alliage.events.enums import EventKind, EventState, SeatState
from alliage.events.models import Event, Seat, Sequence, Series, Word
from alliage.events.services import demo_events
from alliage.events.tests.factories import NOW
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    for command in ("load_taxonomy", "load_personas", "load_demo_groups"):
        call_command(command, stdout=StringIO())


def test_the_demonstration_has_every_kind_in_every_state_and_is_loaded_once(people):
    said = demo_events.read()
    assert demo_events.load(said, now=NOW) == Event.objects.count() == 23
    assert demo_events.load(said, now=NOW + timedelta(hours=1)) == 0
    assert set(Event.objects.values_list("kind", flat=True)) == set(EventKind.values)
    assert set(Event.objects.values_list("state", flat=True)) == set(EventState.values)
    assert not Event.objects.filter(is_demo=False).exists()
    assert all(each.published_at < each.starts_at for each in Event.objects.filter(ends_at__lt=NOW))
    assert Event.objects.filter(ends_at__lt=NOW).count() == 5
    assert not Word.objects.exists()
    full = Event.objects.get(source_code="demonstration-atelier-complet").sequences.get()
    assert (full.seat_count, Seat.objects.filter(sequence=full, state=SeatState.WAITING).count()) == (2, 1)


def test_levers_of_the_demonstration_are_those_of_the_network(people):
    said = demo_events.read()
    rows = [*said["events"], said["cycle"], *said["rencontre"]["sequences"]]
    known = set(Term.objects.filter(vocabulary=Vocabulary.LEVIERS).values_list("code", flat=True))
    assert {code for row in rows for code in row.get("levers", ())} <= known


def test_the_rencontre_to_come_has_its_programme_and_a_mirror_at_six_in_cayenne(people):
    demo_events.load(demo_events.read(), now=NOW)
    day = Event.objects.get(kind=EventKind.RENCONTRE)
    mirror = Sequence.objects.get(event=day, mirror_of__isnull=False)
    assert mirror.starts_at.astimezone(ZoneInfo("America/Cayenne")).hour == 18
    assert mirror.ends_at < mirror.mirror_of.starts_at
    assert (day.temps.count(), day.sequences.filter(number__isnull=False).count(), day.speakers.count()) == (3, 8, 6)
    third_thursdays = [
        event.starts_at.astimezone(day.clock) for event in Event.objects.filter(occurrence__series=Series.objects.get())
    ]
    assert all(each.weekday() == 3 and 15 <= each.day <= 21 and each.hour == 13 for each in third_thursdays)


def test_nothing_is_loaded_without_its_people_and_what_is_over_comes_again(people):
    said = demo_events.read()
    demo_events.load(said, now=NOW)
    later = NOW + timedelta(days=30)
    assert demo_events.load(said, now=later) == 8
    Member.objects.update(is_demo=False)
    assert demo_events.load(said, now=NOW + timedelta(days=900)) == 0


def test_what_is_over_is_evidence_of_the_four_metiers_shown_to_nobody_by_this(people):
    demo_events.load(demo_events.read(), now=NOW)
    led = {
        member.email.partition("@")[0]: {code for deed in deeds.of_member(member, now=NOW) for code in deed.metiers}
        for member in Member.objects.filter(is_demo=True)
    }
    assert led["alix.payet"] == {"experimentation"}
    assert led["aurelie.sainte-rose"] == {"experimentation", "accompagnement"}
    assert (led["teva.marama"], led["lucas.ferrand"]) == ({"dialogue"}, {"lieu"})
    assert not DeedChoice.objects.filter(shown=True).exists()


def test_a_metier_that_the_network_has_no_more_leaves_the_rest(people):
    Term.objects.filter(vocabulary=Vocabulary.METIERS).delete()
    assert demo_events.load(demo_events.read(), now=NOW) == 23
    assert not DeedChoice.objects.exists()


def test_the_command_tells_how_many(people):
    told = StringIO()
    call_command("load_demo_events", stdout=told)
    assert "23 rendez-vous fictifs" in told.getvalue()
