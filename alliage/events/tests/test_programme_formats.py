"""The programme in formats: one entry for each sequence in calendars, `schedule.json`, a table that is read back; nothing private."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import vobject
from django.test import Client
from icalendar import Calendar

from alliage.directory.tests.factories import OrganisationFactory
from alliage.events import programme_columns as columns
from alliage.events import programme_formats, schedule_json
from alliage.events.enums import EventState, Standing, Venue
from alliage.events.models import Appearance, Event, Sequence
from alliage.events.queries import programmes
from alliage.events.services import founding
from alliage.events.tests.factories import (
    NOW,
    SOON,
    EventFactory,
    ItemFactory,
    SequenceFactory,
    SpeakerFactory,
    rencontre,
    webinar,
)
from alliage.formats.csv import restored

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


def asked(path: str) -> bytes:
    answer = Client().get(path)
    assert answer.status_code == 200
    return b"".join(answer)


@pytest.fixture
def day() -> Event:
    founding.load(founding.read(), now=NOW)
    return Event.objects.get(slug="rencontre-2020")


# --- Calendars -----------------------------------------------------------------------------------------------------


def test_the_ics_of_2020_holds_one_entry_for_each_sequence_read_alike_by_two_libraries(day: Event):
    written = asked("/rencontres/rencontre-2020/programme.ics")
    read = {
        str(event["UID"]): (str(event["SUMMARY"]), event.decoded("DTSTART").astimezone(UTC), event.decoded("DTEND").astimezone(UTC))
        for event in Calendar.from_ical(written).walk("VEVENT")
    }  # fmt: skip
    again = {
        event.uid.value: (event.summary.value, event.dtstart.value.astimezone(UTC), event.dtend.value.astimezone(UTC))
        for event in vobject.readOne(written.decode()).vevent_list
    }
    assert read == again
    assert len(read) == Sequence.objects.count() == 16
    titles = {title: (start.astimezone(PARIS), end.astimezone(PARIS)) for title, start, end in read.values()}
    assert titles["1. Les Alliances et les ODD"] == (
        datetime(2020, 7, 8, 9, tzinfo=PARIS),
        datetime(2020, 7, 8, 9, 45, tzinfo=PARIS),
    )
    assert sum(title[0].isdigit() for title in titles) == 10


@pytest.mark.parametrize("zone", ["America/Cayenne", "Indian/Reunion", "Pacific/Noumea"])
def test_an_event_of_another_clock_happens_at_the_same_moment_everywhere(zone: str):
    # The 29th of March 2026, clocks go forward in Paris at 2 o’clock: this event lasts through it, far away.
    starts = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    event = EventFactory(
        kind="rencontre", slug="ailleurs", zone=zone, starts_at=starts, ends_at=starts + timedelta(hours=4)
    )
    for rank in (1, 2):
        SequenceFactory(event=event, rank=rank, starts_at=starts + timedelta(hours=rank - 1))
    read = vobject.readOne(asked("/rencontres/ailleurs/programme.ics").decode()).vevent_list
    assert [each.dtstart.value.astimezone(UTC) for each in read] == [starts, starts + timedelta(hours=1)]
    assert [f"{each.dtstart.value:%H:%M}" for each in read] == ["01:30", "03:30"]
    told = json.loads(asked("/rencontres/ailleurs/programme.json"))["schedule"]["conference"]
    assert told["time_zone_name"] == zone
    events = [each for here in told["days"] for room in here["rooms"].values() for each in room]
    assert [datetime.fromisoformat(each["date"]) for each in events] == [starts, starts + timedelta(hours=1)]
    assert events[0]["start"] == f"{starts.astimezone(ZoneInfo(zone)):%H:%M}"


def test_the_link_that_one_joins_by_is_for_those_who_register_unless_all_may_come():
    event = rencontre(join_url="https://visio.exemple.fr/secret", phone="01 02 03 04 05")
    first = event.sequences.get(rank=1)
    Sequence.objects.filter(pk=first.pk).update(join_url="https://visio.exemple.fr/une")
    paths = [f"/rencontres/rencontre/programme.{each}" for each in ("ics", "json", "csv", "xcal")]
    paths.append(f"/rencontres/rencontre/sequences/{first.pk}.ics")
    for path in paths:
        assert b"visio.exemple.fr" not in asked(path), path
    Event.objects.filter(pk=event.pk).update(is_open=True)
    read = vobject.readOne(asked("/rencontres/rencontre/programme.ics").decode()).vevent_list
    assert [each.location.value for each in read[:2]] == [
        "https://visio.exemple.fr/une",
        "https://visio.exemple.fr/secret",
    ]
    assert "01 02 03 04 05" in read[0].description.value
    Event.objects.filter(pk=event.pk).update(state=EventState.CANCELLED)
    read = vobject.readOne(asked(paths[-1]).decode()).vevent
    assert (read.status.value, read.summary.value[:6]) == ("CANCELLED", "Annulé")
    assert "visio" not in read.description.value


def test_the_sequence_of_a_webinar_leads_to_its_page():
    event = webinar(slug="un-webinaire", title="Un webinaire")
    sequence = event.sequences.get()
    read = vobject.readOne(asked(f"/rencontres/un-webinaire/sequences/{sequence.pk}.ics").decode()).vevent
    assert read.url.value.endswith("/agenda/un-webinaire/")
    assert read.summary.value == "Un webinaire"


# --- schedule.json -------------------------------------------------------------------------------------------------

REQUIRED = {
    "abstract", "date", "duration", "guid", "id", "language", "links", "persons", "room", "slug", "start", "subtitle", "title",
    "track", "type", "url",
}  # fmt: skip
ALLOWED = REQUIRED | {
    "logo", "description", "recording_license", "do_not_record", "do_not_stream", "attachments", "answers",
}  # fmt: skip


def check_schedule(told: dict) -> list[dict]:
    """The published form of schedule.json: what must be there, what may be, and how it is written."""
    assert set(told) <= {"$schema", "generator", "schedule"}
    assert {"conference", "version"} <= set(told["schedule"])
    conference = told["schedule"]["conference"]
    assert set(conference) >= {"title", "acronym", "days", "daysCount", "start", "end", "timeslot_duration"}
    assert set(conference) <= {
        "acronym", "title", "description", "start", "end", "daysCount", "timeslot_duration", "time_zone_name", "logo", "colors",
        "keywords", "url", "tracks", "rooms", "meta", "days",
    }  # fmt: skip
    assert re.fullmatch(r"[a-z0-9_-][a-z0-9_]{3,}(-2[0-9]{3}-[a-z]+)?", conference["acronym"])
    assert conference["daysCount"] == len(conference["days"])
    names = {room["name"] for room in conference["rooms"]}
    for room in conference["rooms"]:
        UUID(room["guid"])
    events = []
    for rank, each in enumerate(conference["days"], 1):
        assert set(each) == {"index", "date", "day_start", "day_end", "rooms"}
        assert each["index"] == rank
        starts, ends = datetime.fromisoformat(each["day_start"]), datetime.fromisoformat(each["day_end"])
        assert set(each["rooms"]) <= names
        for name, held in each["rooms"].items():
            for event in held:
                assert set(event) >= REQUIRED
                assert set(event) <= ALLOWED
                assert event["room"] == name
                assert isinstance(event["id"], int)
                UUID(event["guid"])
                assert re.fullmatch(r"[0-9]+:[0-9]{2}", event["duration"])
                assert re.fullmatch(r"[a-z0-9_-]+[a-z0-9]", event["slug"])
                assert starts <= datetime.fromisoformat(event["date"]) < ends
                for person in event["persons"]:
                    assert set(person) == {"id", "guid", "name"}
                    UUID(person["guid"])
                events.append(event)
    guids = [event["guid"] for event in events]
    assert len(guids) == len(set(guids))
    return events


def test_the_schedule_of_2020_has_the_published_form_and_nobody_is_in_two_places(day: Event):
    events = check_schedule(json.loads(asked("/rencontres/rencontre-2020/programme.json")))
    assert len(events) == 16
    assert {event["room"] for event in events if event["type"] == "atelier"} == {
        f"Atelier {rank}" for rank in range(1, 6)
    }
    for one in events:
        for other in events:
            if one is not other and one["room"] == other["room"]:
                assert one["start"] != other["start"]
    second = next(event for event in events if event["title"].startswith("Les élus"))
    assert "Jacqueline Gourault (en cours de confirmation)" in second["description"]
    assert "(animés par IFGP)" in second["description"]
    assert second["duration"] == "00:50"
    assert second["track"] == "Pourquoi l’ODD17 en territoire\u00a0?"
    assert next(event for event in events if event["title"].startswith("Conclusions"))["track"] is None


def test_a_schedule_of_several_days_puts_each_sequence_on_its_day_and_leaves_out_who_will_not_come():
    event = rencontre()
    Event.objects.filter(pk=event.pk).update(ends_at=SOON + timedelta(days=1, hours=3))
    sequence = SequenceFactory(event=event, rank=9, starts_at=SOON + timedelta(days=1), track="Salle haute")
    cancelled = SequenceFactory(event=event, rank=10, is_cancelled=True)
    item = ItemFactory(sequence=sequence)
    for name, standing in (("Vient", Standing.CONFIRMED), ("Ne vient pas", Standing.DECLINED)):
        Appearance.objects.create(item=item, speaker=SpeakerFactory(event=event, name=name), standing=standing)
    told = json.loads(asked("/rencontres/rencontre/programme.json"))
    events = check_schedule(told)
    assert told["schedule"]["conference"]["daysCount"] == 2
    assert cancelled.title not in {each["title"] for each in events}
    assert told["schedule"]["conference"]["days"][1]["rooms"]["Salle haute"][0]["id"] == sequence.pk
    assert [person["name"] for each in events for person in each["persons"]] == ["Vient"]


def test_a_resource_shown_is_a_link_of_the_schedule():
    from alliage.library.tests.factories import published

    event = rencontre()
    resource = published()
    ItemFactory(sequence=event.sequences.get(rank=1), kind="tool", title="", resource=resource, rank=5)
    links = [link for each in check_schedule(schedule_json.schedule(programmes.whole(event))) for link in each["links"]]
    assert [link["title"] for link in links] == [resource.title]


# --- The words of schema.org ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("venue", Venue.values)
def test_linked_data_say_where_and_with_whom(venue: str):
    from alliage.events import linked_data

    event = rencontre(venue=venue, place="Cayenne, salle haute")
    item = ItemFactory(sequence=event.sequences.get(rank=1), rank=7)
    for name, is_organisation in (("Awa Diallo", False), ("Le Lieu", True), ("Awa Diallo", False)):
        Appearance.objects.create(
            item=item, speaker=SpeakerFactory(event=event, name=name, is_organisation=is_organisation)
        )
    said = linked_data.rencontre(programmes.whole(event))
    where = said["location"] if isinstance(said["location"], list) else [said["location"]]
    assert [each["@type"] for each in where] == {
        "online": ["VirtualLocation"], "place": ["Place"], "both": ["Place", "VirtualLocation"],
    }[venue]  # fmt: skip
    assert len(said["subEvent"]) == 5
    assert said["subEvent"][0]["performer"] == [
        {"@type": "Person", "name": "Awa Diallo"},
        {"@type": "Organization", "name": "Le Lieu"},
    ]
    assert "sponsor" not in said


# --- The table -----------------------------------------------------------------------------------------------------


def rows(event: Event) -> list[dict[str, str]]:
    text = asked(f"/rencontres/{event.slug}/programme.csv").decode()
    return [{name: restored(cell) for name, cell in row.items()} for row in csv.DictReader(io.StringIO(text))]


def test_the_table_of_2020_says_everything_once_for_each_content(day: Event):
    OrganisationFactory(slug="la-fonda", name="La Fonda")
    founding.load(founding.read(), now=NOW)
    table = rows(day)
    assert list(table[0]) == list(columns.HEADER)
    assert len({row["rang"] for row in table}) == 16
    assert len(table) == 26 + 15
    first = next(row for row in table if row["contenu"] == "crossed")
    assert first["debut"] == "2020-07-08 09:00"
    assert first["temps_annonce"] == "3 séquences d’inspiration"
    assert columns.people_of(first["interviennent"])[0].organisation == columns.Organisation("La Fonda", "la-fonda")
    assert columns.people_of(first["animent"])[0].organisation == columns.Organisation("Le RAMEAU")
    starred = [row for row in table if "*" in row["interviennent"]]
    assert {row["numero"] for row in starred} == {"2", "4", "7"}
    workshops = [row for row in table if row["fait_partie_de"]]
    assert {row["fait_partie_de"] for row in workshops} == {"9"}
    assert next(row for row in table if row["numero"] == "8")["inscription"] == "non"
    assert next(row for row in table if row["numero"] == "10")["temps"] == ""
    assert next(row for row in table if row["temps_appui"])["temps_appui"] == "Villes au Carré"


def test_a_sequence_without_contents_has_one_row_and_a_person_their_organisation():
    event = rencontre()
    organisation = OrganisationFactory(name="Le Lieu", slug="le-lieu")
    item = event.sequences.get(rank=1).items.get()
    speaker = SpeakerFactory(event=event, name="Awa Diallo", role="directrice", organisation=organisation)
    Appearance.objects.create(item=item, speaker=speaker, standing=Standing.CONFIRMED)
    SequenceFactory(event=event, rank=6, mirror_of=event.sequences.get(rank=4))
    table = {row["rang"]: row for row in rows(event)}
    assert len(table) == 6
    assert table["3"]["contenu"] == ""
    assert table["6"]["miroir_de"] == "4"
    assert table["1"]["places"] == "100"
    assert table["1"]["interviennent"] == "Awa Diallo, directrice [Le Lieu @le-lieu]"
    assert list(programme_formats.WRITERS) == ["ics", "json", "csv", "xcal"]
