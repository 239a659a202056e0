"""Encounters: dates, presence, reminders, calendars; in everyone's time zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from icalendar import Calendar

from alliage.accounts import when
from alliage.accounts.tests.factories import MemberFactory
from alliage.codev import calendars
from alliage.codev.enums import Coming, EncounterState, GroupKind, Reminder
from alliage.codev.models import CalendarLink, Encounter, Presence
from alliage.codev.queries import encounters as queries
from alliage.codev.services import encounters as services
from alliage.codev.services import groups
from alliage.codev.services.encounters import EncounterRefused, Fixed
from alliage.codev.tests.factories import NOW, group_of
from alliage.notifications.models import Notification

pytestmark = pytest.mark.django_db
# Thursday 3 December 2026, 13 h in Paris, 16 h in La Réunion.
AT = datetime(2026, 12, 3, 12, tzinfo=UTC)


def titles(member, kind=""):
    found = Notification.objects.filter(person=member).order_by("pk")
    return [row.title for row in found if not kind or row.kind == kind]


def test_an_encounter_is_told_to_each_at_her_own_clock_without_its_title():
    here, there = MemberFactory(), MemberFactory(time_zone="Indian/Reunion")
    group = group_of(here, there)
    row = services.plan(group, Fixed(AT, 90, title="canari"), by=None, now=NOW)
    assert row.title == "canari"
    assert titles(here) == ["Séance de codéveloppement, jeudi 3 décembre 2026, de 13\u00a0h à 14\u00a0h\u00a030"]
    assert titles(there) == [
        (
            "Séance de codéveloppement, jeudi 3 décembre 2026, de 16\u00a0h à 17\u00a0h\u00a030 "
            "(à Paris\u00a0: de 13\u00a0h à 14\u00a0h\u00a030)"
        )
    ]


def test_the_same_moment_twice_is_one_encounter():
    group = group_of()
    assert services.plan(group, Fixed(AT), by=None, now=NOW) == services.plan(group, Fixed(AT), by=None, now=NOW)


def test_an_encounter_is_to_come():
    with pytest.raises(EncounterRefused, match="passé"):
        services.plan(group_of(), Fixed(NOW), by=None, now=NOW)


@pytest.mark.parametrize(
    ("kind", "seats", "title"),
    [
        (GroupKind.CODEV, 8, "Séance de codéveloppement"),
        (GroupKind.THEMATIC, 30, "Rencontre de votre groupe"),
        (GroupKind.COHORT, 30, "Rencontre de votre promotion"),
    ],
    ids=["codev", "thematic", "cohort"],
)
def test_an_encounter_without_a_title_bears_the_usual_one(kind, seats, title):
    row = services.plan(group_of(kind=kind, seats=seats), Fixed(AT, title=" \x00"), by=None, now=NOW)
    assert row.title == title


def test_another_moment_asks_again_who_comes_and_tells_them():
    member = MemberFactory()
    row = services.plan(group_of(member), Fixed(AT), by=None, now=NOW)
    services.say_presence(row, "yes", by=member, now=NOW)
    Encounter.objects.update(reminded=Reminder.WEEK)
    moved = services.change(row, Fixed(AT + timedelta(days=1)), by=None, now=NOW)
    assert (moved.sequence, moved.reminded, moved.presences.count()) == (1, "", 0)
    assert titles(member)[-1].startswith("Nouvelle date\u00a0: Séance de codéveloppement, vendredi 4 décembre")


def test_another_text_asks_nothing():
    member = MemberFactory()
    row = services.plan(group_of(member), Fixed(AT), by=None, now=NOW)
    services.say_presence(row, "yes", by=member, now=NOW)
    changed = services.change(row, Fixed(AT, text="Lire\r\navant"), by=None, now=AT + timedelta(hours=3))
    assert (changed.text, changed.presences.count(), len(titles(member))) == ("Lire\navant", 1, 1)


def test_an_encounter_is_not_moved_to_the_past():
    row = services.plan(group_of(), Fixed(AT), by=None, now=NOW)
    with pytest.raises(EncounterRefused, match="passé"):
        services.change(row, Fixed(NOW - timedelta(days=1)), by=None, now=NOW)
    with pytest.raises(EncounterRefused, match="vérifiez l’année"):
        services.change(row, Fixed(NOW.replace(year=9999)), by=None, now=NOW)


def test_cancelling_tells_those_who_were_coming_once():
    coming, absent = MemberFactory(), MemberFactory()
    row = services.plan(group_of(coming, absent), Fixed(AT), by=None, now=NOW)
    services.say_presence(row, "no", by=absent, now=NOW)
    assert services.cancel(row, by=None, now=NOW).state == EncounterState.CANCELLED
    services.cancel(row, by=None, now=NOW)
    assert titles(coming)[-1].startswith("Annulée\u00a0: Séance")
    assert (len(titles(coming)), len(titles(absent))) == (2, 1)


def test_what_took_place_is_not_cancelled():
    row = services.plan(group_of(), Fixed(AT), by=None, now=NOW)
    with pytest.raises(EncounterRefused, match="déjà eu lieu"):
        services.cancel(row, by=None, now=AT + timedelta(hours=2))


def test_what_is_cancelled_is_not_changed():
    row = services.cancel(services.plan(group_of(), Fixed(AT), by=None, now=NOW), by=None, now=NOW)
    with pytest.raises(EncounterRefused, match="annulée"):
        services.change(row, Fixed(AT), by=None, now=NOW)


def test_presence_is_said_until_the_end_and_changed():
    member = MemberFactory()
    row = services.plan(group_of(member), Fixed(AT), by=None, now=NOW)
    services.say_presence(row, "yes", by=member, now=NOW)
    services.say_presence(row, "no", by=member, now=AT)
    assert row.presences.get().coming == Coming.NO
    with pytest.raises(EncounterRefused, match="passée"):
        services.say_presence(row, "yes", by=member, now=AT + timedelta(hours=2))


def test_nothing_is_planned_in_a_closed_group():
    group = groups.close_group(group_of(), by=None, now=NOW)
    with pytest.raises(groups.GroupRefused, match="terminé"):
        services.plan(group, Fixed(AT), by=None, now=NOW)


@pytest.mark.parametrize(
    "change", [{"title": ""}, {"state": "lost"}, {"minutes": 5}, {"minutes": 601}, {"reminded": "year"}], ids=str
)
def test_the_database_refuses_an_encounter_that_breaks_its_rules(change):
    row = services.plan(group_of(), Fixed(AT), by=None, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Encounter.objects.filter(pk=row.pk).update(**change)


def test_the_database_refuses_two_answers_or_an_unknown_one():
    member = MemberFactory()
    row = services.plan(group_of(member), Fixed(AT), by=None, now=NOW)
    said = services.say_presence(row, "yes", by=member, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Presence.objects.create(encounter=row, member=member, coming="no")
    with pytest.raises(IntegrityError), transaction.atomic():
        Presence.objects.filter(pk=said.pk).update(coming="?")
    assert "presence" in type(said).__name__.lower()
    assert str(said).endswith(str(said.pk))


# --- Reminders -----------------------------------------------------------------------------------------------------


@pytest.fixture
def reminded(db):
    """One who comes, one who cannot, one of another group, and their encounter fixed long before."""
    coming, absent, other = MemberFactory(), MemberFactory(), MemberFactory()
    group_of(other)
    row = services.plan(group_of(coming, absent), Fixed(AT), by=None, now=AT - timedelta(days=40))
    services.say_presence(row, "no", by=absent, now=NOW)
    Notification.objects.all().delete()
    return row, coming, absent, other


@pytest.mark.parametrize(
    ("before", "kind"),
    [
        (timedelta(days=7), "codev.reminder"),
        (timedelta(days=3), "codev.reminder"),
        (timedelta(days=1), "codev.reminder"),
        (timedelta(hours=4), "codev.reminder"),
        (timedelta(hours=1), "codev.reminder_soon"),
        (timedelta(minutes=1), "codev.reminder_soon"),
    ],
    ids=str,
)
def test_a_reminder_leaves_once_to_those_who_come(reminded, before, kind):
    _row, coming, absent, other = reminded
    assert services.remind(AT - before) == 1
    assert services.remind(AT - before + timedelta(seconds=30)) == 0
    assert [row.kind for row in Notification.objects.filter(person=coming)] == [kind]
    assert titles(coming)[0].startswith("Rappel\u00a0: Séance de codéveloppement, jeudi 3 décembre 2026")
    assert titles(absent) == titles(other) == []


@pytest.mark.parametrize("kind", ["thematic", "cohort"])
def test_outside_codev_groups_those_who_come_are_reminded_and_nobody_else(kind):
    coming, absent, silent = MemberFactory(), MemberFactory(), MemberFactory()
    group = group_of(coming, absent, silent, kind=kind, seats=50)
    row = services.plan(group, Fixed(AT), by=None, now=AT - timedelta(days=40))
    services.say_presence(row, "yes", by=coming, now=NOW)
    services.say_presence(row, "no", by=absent, now=NOW)
    Notification.objects.all().delete()
    assert services.remind(AT - timedelta(days=1)) == 1
    assert [each.person for each in Notification.objects.all()] == [coming]


@pytest.mark.parametrize(
    "before",
    [timedelta(days=8), timedelta(days=1, hours=20), timedelta(hours=2), timedelta(0), timedelta(days=-1)],
    ids=str,
)
def test_no_reminder_leaves_at_another_time(reminded, before):
    assert services.remind(AT - before) == 0


def test_the_three_reminders_follow_one_another(reminded):
    _row, coming, _absent, _other = reminded
    for before in (timedelta(days=7), timedelta(days=1), timedelta(hours=1)):
        services.remind(AT - before)
    assert len(titles(coming)) == 3


def test_what_was_just_fixed_is_not_reminded_at_once():
    member = MemberFactory()
    services.plan(group_of(member), Fixed(AT), by=None, now=AT - timedelta(days=6))
    assert services.remind(AT - timedelta(days=6) + timedelta(minutes=5)) == 0
    assert services.remind(AT - timedelta(days=1)) == 1


def test_what_is_cancelled_is_not_reminded(reminded):
    row, *_people = reminded
    services.cancel(row, by=None, now=NOW)
    assert services.remind(AT - timedelta(days=1)) == 0


# --- Moments -------------------------------------------------------------------------------------------------------


def test_a_moment_is_said_here_and_in_paris_even_when_the_day_differs():
    with timezone.override(ZoneInfo("Pacific/Noumea")):
        assert when.said(datetime(2026, 12, 3, 20, tzinfo=UTC)) == (
            "vendredi 4 décembre 2026, à 7\u00a0h (à Paris\u00a0: jeudi 3 décembre 2026, à 21\u00a0h)"
        )
        assert when.zone_words() == "Nouvelle-Calédonie"
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        assert when.zone_words() == "Asia/Tokyo"


# --- Reads ---------------------------------------------------------------------------------------------------------


def test_a_group_s_encounters_say_what_one_answered():
    member = MemberFactory()
    group = group_of(member)
    soon = services.plan(group, Fixed(AT), by=None, now=NOW)
    gone = services.plan(group, Fixed(NOW + timedelta(hours=1)), by=None, now=NOW)
    services.say_presence(soon, "yes", by=member, now=NOW)
    later = NOW + timedelta(days=2)
    assert [(each.pk, each.my_answer) for each in queries.coming_up(group, member, later)] == [(soon.pk, "yes")]
    assert list(queries.past(group, later)) == [gone]
    assert queries.of_group(group, soon.pk, member).my_answer == "yes"
    assert queries.of_group(group_of(), soon.pk, member) is None


def test_who_comes_is_said_by_name():
    ada, bea, cleo = (MemberFactory(name=name) for name in ("Ada", "Bea", "Cléo"))
    row = services.plan(group_of(bea, cleo, facilitator=ada), Fixed(AT), by=None, now=NOW)
    services.say_presence(row, "yes", by=ada, now=NOW)
    services.say_presence(row, "no", by=bea, now=NOW)
    found = queries.answers(row)
    assert (found.coming, found.absent, found.silent) == (["Ada"], ["Bea"], ["Cléo"])


def test_one_s_next_encounters_are_those_of_her_groups_where_she_goes():
    member = MemberFactory()
    row = services.plan(group_of(member), Fixed(AT), by=None, now=NOW)
    away = services.plan(group_of(member), Fixed(AT + timedelta(days=1)), by=None, now=NOW)
    services.plan(group_of(), Fixed(AT), by=None, now=NOW)
    services.say_presence(away, "no", by=member, now=NOW)
    assert list(queries.mine(member, NOW)) == [row]


# --- Calendars -----------------------------------------------------------------------------------------------------


def test_a_calendar_says_a_neutral_title_the_join_link_and_the_time_zone():
    group = group_of(name="canari", video_url="https://visio.exemple.fr/a")
    row = services.plan(group, Fixed(AT, title="canari", text="canari"), by=None, now=NOW)
    written = calendars.calendar([row], ZoneInfo("Indian/Reunion"), name="Mes rencontres")
    assert b"canari" not in written
    read = Calendar.from_ical(written)
    event = read.walk("VEVENT")[0]
    assert event["SUMMARY"] == "Séance de codéveloppement"
    assert event["LOCATION"] == "https://visio.exemple.fr/a"
    assert event.decoded("DTSTART") == AT
    assert event.decoded("DTEND") == AT + timedelta(minutes=90)
    assert [zone["TZID"] for zone in read.walk("VTIMEZONE")] == ["Indian/Reunion"]
    assert (event["STATUS"], event["SEQUENCE"]) == ("CONFIRMED", 0)


def test_a_calendar_says_what_is_cancelled_and_does_without_a_link():
    row = services.plan(group_of(), Fixed(AT), by=None, now=NOW)
    row = services.cancel(row, by=None, now=NOW)
    event = Calendar.from_ical(calendars.calendar([row], ZoneInfo("Europe/Paris"))).walk("VEVENT")[0]
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)
    assert "LOCATION" not in event


def test_an_empty_calendar_is_a_calendar():
    assert Calendar.from_ical(calendars.calendar([], ZoneInfo("Europe/Paris"))).walk("VEVENT") == []


def test_the_secret_link_opens_one_s_own_dates_until_it_is_taken_back():
    member = MemberFactory()
    row = services.plan(group_of(member), Fixed(AT), by=None, now=NOW)
    services.plan(group_of(), Fixed(AT), by=None, now=NOW)
    assert queries.link_of(member) == ""
    token = services.make_link(by=member, now=NOW)
    assert queries.link_of(member).endswith(f"/codev/agenda/{token}.ics")
    assert queries.by_token(token) == member
    assert list(queries.for_calendar(member, NOW)) == [row]
    assert token not in str(CalendarLink.objects.values().get())
    other = services.make_link(by=member, now=NOW)
    assert (queries.by_token(token), queries.by_token(other)) == (None, member)
    services.revoke_link(by=member, now=NOW)
    assert queries.by_token(other) is None


def test_a_member_takes_her_own_copy_then_is_forgotten():
    member = MemberFactory()
    row = services.plan(group_of(member), Fixed(AT, title="canari"), by=None, now=NOW)
    services.say_presence(row, "yes", by=member, now=NOW)
    assert queries.export_of(member)["lien_d_agenda_fait_le"] is None
    services.make_link(by=member, now=NOW)
    copy = queries.export_of(member)
    assert (copy["presences"][0]["reponse"], copy["lien_d_agenda_fait_le"]) == ("je viens", NOW)
    assert "canari" not in str(copy)
    assert str(CalendarLink.objects.get()).startswith("lien")
    services.forget_member(member)
    assert queries.export_of(member) == {"presences": [], "lien_d_agenda_fait_le": None}
