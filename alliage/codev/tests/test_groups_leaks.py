"""What is said in a group is read by its members, and by nobody else, anywhere: every address × everyone who is not in it."""

import json
import logging
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import URLPattern, reverse

from alliage.accounts.enums import Role
from alliage.accounts.registry import personal_data
from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.codev import calendars, group_urls
from alliage.codev.enums import MemberState
from alliage.codev.services import cycles, encounters, memberships
from alliage.codev.tests.factories import MembershipFactory, group_of
from alliage.formats.json import dumps
from alliage.notifications.models import Notification, OutgoingMail
from alliage.notifications.services import compose_due
from alliage.search.models import SearchChange
from tests.world import lasting

pytestmark = pytest.mark.django_db
MARK = "canari"
NOW = datetime(2036, 3, 3, 12, tzinfo=UTC)
# No role of the site opens what being out of the group closes: who is near the group has one.
STATES = {"invited": Role.FACILITATOR, "asked": Role.ANIMATOR, "refused": Role.ADMINISTRATOR, "left": Role.MEMBER}
OUTSIDE = ["visitor", "administrator", *STATES]
# Addresses that are not of one group.
APART = {"index", "groups_export", "group_new", "calendar", "calendar_feed"}


@pytest.fixture(scope="module")
def _planted(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), lasting():
        yield plant()


@pytest.fixture
def planted(_planted, db):
    return deepcopy(_planted)


def plant():
    """A group where everything typed is the marker, and people all around it."""
    keeper, member = MemberFactory(name=f"Ada {MARK}"), MemberFactory(name=f"Bea {MARK}")
    group = group_of(
        member, facilitator=keeper, name="Pairs", text="Public", charter=f"Charte {MARK}", video_url=f"https://{MARK}.exemple.fr/"
    )  # fmt: skip
    people = {"administrator": MemberFactory(role=Role.ADMINISTRATOR)}
    for state, role in STATES.items():
        people[state] = MemberFactory(role=role)
        MembershipFactory(group=group, member=people[state], state=state, text=f"Mot {MARK}")
    asking = MemberFactory(name=f"Cléo {MARK}")
    memberships.join(group, memberships.Pledge(1, no_hierarchy=True, text=f"Mot {MARK}"), by=asking, now=NOW)
    cycle = cycles.open_cycle(group, starts_on=NOW.date(), rhythm=5, by=keeper, now=NOW)
    turn = cycle.turns.first()
    cycles.set_client(turn, member, by=member, now=NOW)
    dates = [NOW + timedelta(days=day) for day in (1, 2)]
    poll = cycles.open_poll(group, cycles.Proposed(dates, 60, f"Dates {MARK}", turn), by=keeper, now=NOW)
    said = encounters.Fixed(
        NOW + timedelta(days=9), 90, f"Titre {MARK}", f"Texte {MARK}", f"https://{MARK}.exemple.fr/v"
    )
    fixed = encounters.plan(group, said, by=keeper, now=NOW - timedelta(days=30))
    encounters.say_presence(fixed, "yes", by=member, now=NOW)
    numbers = {"group_person": group.memberships.get(member=asking).pk, "cycle_turn": turn.pk, "poll": poll.pk,
               "poll_choose": poll.pk}  # fmt: skip
    return group, people, fixed, numbers, keeper


def addresses(group, fixed, numbers):
    """Every address of a group, from its own table."""
    for pattern in group_urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        name, keys = str(pattern.name), pattern.pattern.converters or pattern.pattern.regex.groupindex
        if name in APART:
            continue
        values = {"pk": group.pk, "slug": group.slug, "extension": "json", "number": numbers.get(name, fixed.pk)}
        yield name, reverse(f"codev:{name}", kwargs={key: values[key] for key in keys})


def client_of(people, role):
    client = MemberClient()
    if role != "visitor":
        client.force_login(people[role])
    return client


def body(response):
    return (b"".join(response.streaming_content) if response.streaming else response.content).decode(errors="replace")


@pytest.mark.parametrize("role", OUTSIDE)
def test_who_is_not_in_the_group_reads_nothing_of_it_at_any_address(planted, role, caplog):
    group, people, fixed, numbers, _keeper = planted
    client = client_of(people, role)
    readable = {"group_join", "group_close"}  # the charter is read before it is accepted; closing says what ends
    with caplog.at_level(logging.DEBUG):
        for name, path in addresses(group, fixed, numbers):
            for response in (client.get(path), client.post(path, {"act": "accept", "client": "me", "date": "1"})):
                text = body(response).replace(f"Charte {MARK}", "") if name in readable else body(response)
                assert MARK not in text, f"{role} reads it at {path}"
                if name not in {"group", "group_join", "group_take_back", "group_close"}:
                    assert response.status_code in {302, 403, 404, 405}, f"{role} {path} {response.status_code}"
        for path in (
            "/codev/",
            "/codev.csv",
            "/codev.json",
            "/codev/mon-agenda/",
            "/mon-espace/",
            "/recherche/?q=titre",
            "/sitemap.xml",
        ):
            assert MARK not in body(client.get(path)), path
    assert MARK not in "".join(row.getMessage() for row in caplog.records if row.name != "django.db.backends")


def test_members_read_it_or_the_test_above_would_see_nothing(planted):
    group, people, fixed, numbers, keeper = planted
    people["keeper"] = keeper
    client = client_of(people, "keeper")
    where = {name for name, path in addresses(group, fixed, numbers) if MARK in body(client.get(path))}
    assert where >= {
        "group",
        "group_people",
        "group_charter",
        "cycle",
        "poll",
        "encounter",
        "group_take",
        "group_settings",
    }


def test_nothing_typed_goes_into_a_notification_or_a_mail(planted):
    """Reminders, changes, cancelling: all that can be told is told."""
    _group, _people, fixed, _numbers, keeper = planted
    for before in (timedelta(days=7), timedelta(days=1), timedelta(hours=1)):
        assert encounters.remind(fixed.starts_at - before) == 1
    moved = encounters.change(
        fixed, encounters.Fixed(NOW + timedelta(days=10), title=f"Autre {MARK}"), by=keeper, now=NOW
    )
    encounters.cancel(moved, by=keeper, now=NOW)
    compose_due(now=NOW + timedelta(days=30))
    told = list(Notification.objects.values_list("title", "text", "url"))
    mails = list(OutgoingMail.objects.values_list("subject", "text", "html"))
    assert len({title for title, _text, _url in told}) > 4
    assert mails
    assert MARK not in str(told)
    assert MARK not in str(mails).replace(f"Ada {MARK}", "").replace(
        f"Bea {MARK}", ""
    )  # the person's own name, to herself


def test_nothing_of_a_group_waits_for_the_index(planted):
    assert not SearchChange.objects.filter(kind__startswith="codev").exists()


def test_one_s_own_copy_says_nothing_that_others_wrote(planted):
    group, _people, _fixed, _numbers, _keeper = planted
    member = group.memberships.filter(state=MemberState.ACTIVE).last().member
    copy = {item.code: item.export(member) for item in personal_data if item.code.startswith("codev.")}
    assert copy["codev.groups"]
    assert MARK not in json.dumps(json.loads(dumps(copy)), ensure_ascii=False)


def test_a_calendar_says_nothing_but_the_join_link(planted):
    _group, _people, fixed, _numbers, _keeper = planted
    written = calendars.calendar([fixed], ZoneInfo("Europe/Paris")).decode()
    assert MARK not in written.replace(f"https://{MARK}.exemple.fr/v", "")
