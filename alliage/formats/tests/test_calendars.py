"""Calendars read by two libraries that owe nothing to one another, in four time zones, on both sides of a change of clocks; the same in XML."""

import io
from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import fromstring
from zoneinfo import ZoneInfo

import pytest
import vobject
from dateutil.tz import tzical
from icalendar import Calendar

from alliage.formats import ics, time_zones, xcal

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
# In Paris, clocks go back on the 25th of October 2026; in the others, they never move.
BEFORE, AFTER = datetime(2026, 10, 24, 10, tzinfo=UTC), datetime(2026, 10, 26, 10, tzinfo=UTC)
CLOCKS = {
    "Europe/Paris": ("12:00", "11:00"),
    "America/Cayenne": ("07:00", "07:00"),
    "Indian/Reunion": ("14:00", "14:00"),
    "Pacific/Noumea": ("21:00", "21:00"),
}

FRENCH = (
    *CLOCKS, "America/Guadeloupe", "America/Martinique", "Indian/Mayotte", "Pacific/Tahiti", "Pacific/Gambier", "Pacific/Marquesas",
    "America/Miquelon", "Pacific/Wallis",
)  # fmt: skip


def entry(uid: str, starts_at: datetime, **said) -> ics.Entry:
    said = {"title": "Une séance, à distance", "changed_at": NOW, **said}
    return ics.Entry(uid=uid, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=90), **said)


@pytest.mark.parametrize("zone", CLOCKS)
def test_two_libraries_read_the_right_moments_on_both_sides_of_a_change_of_clocks(zone: str):
    written = ics.calendar([entry("a", BEFORE), entry("b", AFTER)], zone=ZoneInfo(zone), name="Mon agenda")
    with_icalendar = [
        (event.decoded("DTSTART"), event.decoded("DTEND")) for event in Calendar.from_ical(written).walk("VEVENT")
    ]
    with_vobject = [(event.dtstart.value, event.dtend.value) for event in vobject.readOne(written.decode()).vevent_list]
    for read in (with_icalendar, with_vobject):
        assert [start.astimezone(UTC) for start, _end in read] == [BEFORE, AFTER]
        assert [end - start for start, end in read] == [timedelta(minutes=90)] * 2
        assert tuple(f"{start:%H:%M}" for start, _end in read) == CLOCKS[zone]


def test_a_calendar_holds_the_rules_of_its_zone_and_says_its_name():
    written = ics.calendar([entry("a", BEFORE)], zone=ZoneInfo("Europe/Paris"), name="Mon agenda")
    read = vobject.readOne(written.decode())
    assert read.x_wr_calname.value == "Mon agenda"
    (zone,) = Calendar.from_ical(written).walk("VTIMEZONE")
    assert zone["TZID"] == "Europe/Paris"
    assert [part["RRULE"].to_ical() for part in zone.subcomponents] == [
        b"FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", b"FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
    ]  # fmt: skip
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))


@pytest.mark.parametrize("zone", FRENCH)
def test_the_rules_told_of_every_french_zone_are_right_all_year_round(zone: str):
    """dateutil reads the rules alone: it is not told the name of the zone."""
    told = time_zones.component(ZoneInfo(zone), (2026, 2027)).to_ical().decode()
    read = tzical(io.StringIO(told)).get()
    for day in range(0, 730, 3):
        moment = datetime(2026, 1, 1, 5, tzinfo=ZoneInfo(zone)) + timedelta(days=day)
        assert moment.replace(tzinfo=read).utcoffset() == moment.utcoffset(), moment


def test_a_zone_without_a_simple_rule_is_told_for_the_years_at_hand():
    assert time_zones.component(ZoneInfo("Africa/Casablanca"), (2026, 2026)) is None
    assert time_zones.component(ZoneInfo("Europe/Paris"), (1999, 1999)) is None
    for zone, moment in (("Africa/Casablanca", BEFORE), ("Europe/Paris", datetime(1999, 7, 1, tzinfo=UTC))):
        written = ics.calendar([entry("a", moment)], zone=ZoneInfo(zone))
        read = Calendar.from_ical(written)
        assert [each["TZID"] for each in read.walk("VTIMEZONE")] == [zone]
        assert read.walk("VEVENT")[0].decoded("DTSTART") == moment


def test_universal_time_needs_no_rule():
    written = ics.calendar([entry("a", BEFORE)], zone=ZoneInfo("UTC"))
    assert b"VTIMEZONE" not in written
    assert b"DTSTART:20261024T100000Z" in written


def test_what_is_said_of_an_entry_is_read_as_it_was_written():
    said = entry(
        "a", BEFORE, title="Élus ; « à la manœuvre », \\ n", url="https://exemple.fr/a", location="https://visio.exemple.fr/b",
        description="Une ligne\nUne autre, plus longue que les soixante-quinze caractères d’une ligne de fichier",
        sequence=3, cancelled=True, private=True, categories=("webinaire",),
    )  # fmt: skip
    written = ics.calendar([said], zone=ZoneInfo("Europe/Paris"))
    event = vobject.readOne(written.decode()).vevent
    assert event.summary.value == said.title
    assert event.description.value == said.description
    assert (event.url.value, event.location.value) == (said.url, said.location)
    assert (event.sequence.value, event.status.value) == ("3", "CANCELLED")
    assert b"CLASS:PRIVATE" in written
    assert event.uid.value.startswith("a@")
    assert b"X-WR-CALNAME" not in written


def test_characters_that_no_file_holds_are_left_out():
    written = ics.calendar([entry("a", BEFORE, title="Un\x00 titre\x0b")], zone=ZoneInfo("Europe/Paris"))
    assert vobject.readOne(written.decode()).vevent.summary.value == "Un titre"


def test_an_empty_calendar_is_read():
    assert Calendar.from_ical(ics.calendar([], zone=ZoneInfo("Europe/Paris"))).walk("VEVENT") == []


def test_an_answer_is_taken_away_or_followed():
    zone = ZoneInfo("Europe/Paris")
    for made, media in (
        (ics.response, "text/calendar; charset=utf-8"),
        (xcal.response, "application/calendar+xml; charset=utf-8"),
    ):
        followed, taken = made([], zone=zone), made([], zone=zone, filename="a.txt")
        assert followed["Content-Type"] == media
        assert "Content-Disposition" not in followed
        assert taken["Content-Disposition"] == 'attachment; filename="a.txt"'


# --- In XML --------------------------------------------------------------------------------------------------------

SPACE = {"c": "urn:ietf:params:xml:ns:icalendar-2.0"}


@pytest.mark.parametrize("zone", CLOCKS)
def test_xcal_says_the_same_moments(zone: str):
    root = fromstring(xcal.calendar([entry("a", BEFORE), entry("b", AFTER)], zone=ZoneInfo(zone)))
    events = root.findall("c:vcalendar/c:components/c:vevent/c:properties", SPACE)
    starts = [event.find("c:dtstart/c:date-time", SPACE).text for event in events]
    assert tuple(start[11:16] for start in starts) == CLOCKS[zone]
    assert {event.find("c:dtstart/c:parameters/c:tzid/c:text", SPACE).text for event in events} == {zone}
    read = [datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for start in starts]
    assert read == [BEFORE, AFTER]


def test_xcal_has_the_shape_of_its_standard():
    said = entry("a", BEFORE, title="Élus & « manœuvre » <b>", url="https://exemple.fr/a", categories=("un", "deux"))
    root = fromstring(xcal.calendar([said], zone=ZoneInfo("Europe/Paris"), name="Mon agenda"))
    assert root.tag == f"{{{SPACE['c']}}}icalendar"
    calendar = root.find("c:vcalendar", SPACE)
    assert [child.tag.partition("}")[2] for child in calendar] == ["properties", "components"]
    assert calendar.find("c:properties/c:version/c:text", SPACE).text == "2.0"
    event = calendar.find("c:components/c:vevent/c:properties", SPACE)
    assert event.find("c:summary/c:text", SPACE).text == said.title
    assert event.find("c:url/c:uri", SPACE).text == said.url
    assert event.find("c:sequence/c:integer", SPACE).text == "0"
    assert [each.text for each in event.findall("c:categories/c:text", SPACE)] == ["un", "deux"]
    zone = calendar.find("c:components/c:vtimezone", SPACE)
    assert zone.find("c:properties/c:tzid/c:text", SPACE).text == "Europe/Paris"
    offsets = [each.text for each in zone.iterfind(".//c:tzoffsetto/c:utc-offset", SPACE)]
    assert set(offsets) == {"+01:00", "+02:00"}
    assert zone.find(".//c:rrule/c:recur/c:freq", SPACE).text == "YEARLY"


def test_a_rule_of_recurrence_is_told_in_parts():
    from xml.etree.ElementTree import Element

    parent = Element("properties")
    xcal._property(parent, "rrule", {}, "recur", {"freq": "YEARLY", "bymonth": [3, 10]})
    assert [(each.tag, each.text) for each in parent.find("rrule/recur")] == [
        ("freq", "YEARLY"), ("bymonth", "3"), ("bymonth", "10"),
    ]  # fmt: skip
