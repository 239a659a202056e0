"""Run sheets: brought in, copied, changed by their owner alone, taken away and read back; their hours, their ring."""

import json
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from alliage.accounts.tests.factories import MemberFactory
from alliage.refusals import Refusal
from alliage.rooms import permissions, phases
from alliage.rooms.models import RunSheet
from alliage.rooms.phases import Capture, Phase
from alliage.rooms.queries import run_sheets as queries
from alliage.rooms.services import clock, rooms
from alliage.rooms.services import run_sheets as services
from alliage.rooms.services.run_sheets import Said, mark, of_platform
from alliage.rooms.tests.factories import NOW, Session, prepared

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def owner():
    return MemberFactory(name="Alix")


@pytest.fixture
def mine(owner):
    services.load(now=NOW)
    return services.clone(RunSheet.objects.get(code="trio"), by=owner, now=NOW)


def codes(run_sheet: RunSheet) -> list[str]:
    return [phase.code for phase in run_sheet.sheet.phases]


# --- Those of the platform -----------------------------------------------------------------------------------------


def test_run_sheets_of_the_platform_are_brought_in_once_and_brought_up_to_date():
    count = services.load(now=NOW)
    assert count == RunSheet.objects.count() == 9
    RunSheet.objects.filter(code="trio").update(content={"title": "Autre"})
    services.load(now=LATER)
    assert RunSheet.objects.count() == 9
    assert RunSheet.objects.get(code="trio").sheet.title.startswith("Trio")
    assert RunSheet.objects.get(code="trio").changed_at == LATER
    assert RunSheet.objects.get(code="codev").changed_at == NOW


def test_a_run_sheet_of_the_platform_is_known_before_it_is_brought_in():
    from_file = of_platform("trio")
    services.load(now=NOW)
    assert of_platform("trio") == from_file


def test_a_run_sheet_belongs_to_the_platform_or_to_a_member_never_both_nor_neither(owner):
    content = phases.written(of_platform("trio"))
    for wrong in ({"code": "essai", "owner": owner}, {}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RunSheet.objects.create(content=content, **wrong)


# --- Who -----------------------------------------------------------------------------------------------------------


def test_each_finds_those_of_the_platform_their_own_and_those_that_are_shared(owner, mine):
    other = MemberFactory()
    found = queries.listed(other)
    assert (len(found.platform), found.mine, found.shared) == (9, [], [])
    RunSheet.objects.filter(pk=mine.pk).update(is_shared=True)
    assert queries.listed(other).shared == [mine]
    assert queries.listed(owner).mine == [mine]
    assert queries.listed(owner).shared == []
    visitor = queries.listed(AnonymousUser())
    assert (len(visitor.platform), visitor.mine, visitor.shared) == (9, [], [])


def test_only_its_owner_changes_a_run_sheet_and_nobody_those_of_the_platform(owner, mine):
    other, platform = MemberFactory(), RunSheet.objects.get(code="trio")
    assert permissions.can_edit(owner, mine)
    assert not permissions.can_edit(other, mine)
    assert not permissions.can_edit(owner, platform)
    assert not permissions.can_edit(AnonymousUser(), mine)
    assert permissions.can_read_run_sheet(AnonymousUser(), platform)
    assert not permissions.can_read_run_sheet(AnonymousUser(), mine)
    assert not permissions.can_read_run_sheet(other, mine)
    mine.is_shared = True
    assert permissions.can_read_run_sheet(other, mine)
    assert not permissions.can_read_run_sheet(AnonymousUser(), mine)


def test_a_service_refuses_whoever_is_not_the_owner(mine):
    with pytest.raises(Refusal, match="n’est plus là"):
        services.remove_phase(mine, "expose", seen=mark(mine), by=MemberFactory(), now=LATER)
    services.remove(mine, by=MemberFactory())
    assert RunSheet.objects.filter(pk=mine.pk).exists()


# --- Making one's own ----------------------------------------------------------------------------------------------


def test_a_copy_is_mine_says_where_it_comes_from_and_changes_nothing_of_the_original(owner, mine):
    original = RunSheet.objects.get(code="trio")
    assert mine.made_from == original
    assert mine.sheet.title == f"{original.sheet.title}, ma version"
    assert mine.sheet.phases == original.sheet.phases
    services.remove_phase(mine, "expose", seen=mark(mine), by=owner, now=LATER)
    assert "expose" in codes(RunSheet.objects.get(code="trio"))
    again = services.clone(mine, by=owner, now=NOW)
    assert again.sheet.title.endswith(", ma version, copie")


def test_a_run_sheet_begins_with_one_phase_of_its_pace(owner):
    live = services.make("Une heure ensemble", pace="live", by=owner, now=NOW)
    assert [phase.length for phase in live.sheet.phases] == [5]
    spread = services.make("Dix jours", pace="spread", by=owner, now=NOW)
    assert [phase.length for phase in spread.sheet.phases] == [1]
    with pytest.raises(Refusal, match="titre"):
        services.make(" ", pace="live", by=owner, now=NOW)


def test_a_member_keeps_a_hundred_run_sheets_at_most(owner, mine, monkeypatch):
    monkeypatch.setattr(services, "MOST_OF_ONE_MEMBER", 1)
    with pytest.raises(Refusal, match="supprimez-en un"):
        services.clone(mine, by=owner, now=NOW)


@pytest.mark.parametrize("code", ["codev", "codev_differe", "atelier_2020"])
def test_what_is_taken_away_is_read_back_as_the_same(owner, code):
    services.load(now=NOW)
    run_sheet = RunSheet.objects.get(code=code)
    raw = json.dumps(services.taken_away(run_sheet)).encode()
    read = services.bring_in(raw, by=owner, now=NOW)
    assert read.sheet == run_sheet.sheet
    assert read.owner == owner
    # The bare content is read too, with the mark that some editors put first.
    bare = b"\xef\xbb\xbf" + json.dumps(run_sheet.content).encode()
    assert services.bring_in(bare, by=owner, now=NOW).sheet == run_sheet.sheet


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00",
        b"not json",
        b"[" * 100_000,
        b'{"title": "\\ud800", "phases": [{"code": "a", "title": "A", "length": 5}]}',
        b"[]",
        b"3",
        b'{"deroule": 3}',
        b'{"title": "Sans \xc3\xa9tape", "phases": []}',
        b'{"title": "T", "phases": [{"code": "a", "title": "A", "length": 5, "cues": "abc"}]}',
        b'{"title": "T", "phases": [{"code": "a", "title": "A", "length": 5, "cues": [1]}]}',
        b'{"title": "T", "roles": [1], "phases": [{"code": "a", "title": "A", "length": 5}]}',
        b" " * (services.HEAVIEST_FILE + 1),
    ],
    ids=[
        "empty", "not_text", "not_json", "too_deep", "half_a_character", "list", "number", "no_phases", "zero_phase", "cues_text",
        "cues_list", "roles_list", "heavy",
    ],
)  # fmt: skip
def test_a_file_that_is_no_run_sheet_is_refused_in_words(owner, raw):
    with pytest.raises(Refusal):
        services.bring_in(raw, by=owner, now=NOW)
    assert not RunSheet.objects.filter(owner=owner).exists()


# --- Changing it ---------------------------------------------------------------------------------------------------


def test_its_owner_says_everything_about_the_whole(owner, mine):
    said = Said(
        "Trio du mardi",
        "Parler vite",
        "La mienne",
        roles={"client": (1, 1), "consultant": (1, 0)},
        lengths={"expose": 9},
        is_shared=True,
    )
    kept = services.settle(mine, said, seen=mark(mine), by=owner, now=LATER)
    sheet = kept.sheet
    assert (sheet.title, sheet.purpose, sheet.method) == ("Trio du mardi", "Parler vite", "La mienne")
    assert sheet.roles == {"client": (1, 1), "consultant": (1, 0)}
    assert [phase.length for phase in sheet.phases] == [9, 5, 10, 5]
    assert kept.is_shared
    assert kept.changed_at == LATER


def test_what_another_window_changed_is_not_written_over_in_silence(owner, mine):
    seen = mark(mine)
    services.move_phase(mine, "expose", 1, seen=seen, by=owner, now=LATER)
    with pytest.raises(Refusal, match="autre fenêtre"):
        services.settle(mine, Said("Autre"), seen=seen, by=owner, now=LATER)
    assert RunSheet.objects.get(pk=mine.pk).sheet.title == mine.sheet.title


def test_phases_move_and_stop_at_either_end(owner, mine):
    first = codes(mine)
    kept = services.move_phase(mine, first[0], 1, seen=mark(mine), by=owner, now=LATER)
    assert codes(kept) == [first[1], first[0], *first[2:]]
    kept = services.move_phase(kept, first[1], -1, seen=mark(kept), by=owner, now=LATER)
    assert codes(kept) == [first[1], first[0], *first[2:]]
    kept = services.move_phase(kept, first[-1], 1, seen=mark(kept), by=owner, now=LATER)
    assert codes(kept)[-1] == first[-1]
    with pytest.raises(Refusal, match="n’est plus là"):
        services.move_phase(kept, "inconnue", 1, seen=mark(kept), by=owner, now=LATER)


def test_a_phase_is_added_after_another_or_at_the_end_with_a_code_of_its_own(owner, mine):
    kept, first = services.add_phase(mine, "expose", seen=mark(mine), by=owner, now=LATER)
    assert codes(kept)[1] == first
    kept, last = services.add_phase(kept, "inconnue", seen=mark(kept), by=owner, now=LATER)
    assert codes(kept)[-1] == last
    assert first != last
    assert set(kept.sheet.phases[1].speakers) == set(mine.sheet.roles)


def test_the_last_phase_stays(owner):
    lone = services.make("Seule", pace="live", by=owner, now=NOW)
    with pytest.raises(Refusal, match="au moins une étape"):
        services.remove_phase(lone, "etape_1", seen=mark(lone), by=owner, now=LATER)


def test_a_run_sheet_has_thirty_phases_at_most(owner):
    kept = services.make("Longue", pace="live", by=owner, now=NOW)
    for _rank in range(phases.MOST_PHASES - 1):
        kept, _code = services.add_phase(kept, "", seen=mark(kept), by=owner, now=NOW)
    with pytest.raises(Refusal, match="de 1 à 30"):
        services.add_phase(kept, "", seen=mark(kept), by=owner, now=NOW)


def test_a_phase_is_written_again_and_what_is_captured_gets_a_code(owner, mine):
    told = Phase(
        "expose", "Le récit", "Raconter", 8, ("client",),
        (
            Capture("situation", "La situation", ("client",)),
            Capture("", "Une idée à moi", ("consultant",)),
            Capture("", "Une idée à moi", ("client",)),
            Capture("", "3 mots", ("client",)),
        ),
        cues={"client": "Racontez."},
    )  # fmt: skip
    kept = services.set_phase(mine, told, seen=mark(mine), by=owner, now=LATER)
    phase = kept.sheet.phases[0]
    assert (phase.title, phase.length, phase.cues) == ("Le récit", 8, {"client": "Racontez."})
    assert [each.code for each in phase.captures] == ["situation", "une_idee_a_moi", "ecrit_1", "ecrit_2"]
    with pytest.raises(Refusal, match="dure de 1 à"):
        services.set_phase(kept, Phase("expose", "Long", "", 999, ()), seen=mark(kept), by=owner, now=LATER)


def test_it_is_thrown_away_and_rooms_keep_their_copy(owner, mine):
    room = rooms.prepare(rooms.Prepared("Séance", mine.sheet, "rooms.free"), by=owner, now=NOW)
    copy = services.clone(mine, by=owner, now=NOW)
    services.remove(mine, by=owner)
    assert not RunSheet.objects.filter(pk=mine.pk).exists()
    room.refresh_from_db()
    assert room.sheet.title == mine.sheet.title
    copy.refresh_from_db()
    assert copy.made_from is None


def test_a_decision_of_moderation_takes_it_from_other_members_and_gives_it_back(owner, mine):
    RunSheet.objects.filter(pk=mine.pk).update(is_shared=True)
    services.hide(mine, by=MemberFactory(), now=LATER)
    mine.refresh_from_db()
    assert not mine.is_shared
    services.restore(mine, by=MemberFactory(), now=LATER)
    mine.refresh_from_db()
    assert mine.is_shared
    platform = RunSheet.objects.get(code="trio")
    services.restore(platform, by=MemberFactory(), now=LATER)
    platform.refresh_from_db()
    assert not platform.is_shared


def test_its_title_is_in_no_log():
    assert "secret" not in str(RunSheet(content={"title": "secret"}))


# --- Time, people, ring --------------------------------------------------------------------------------------------


def test_each_phase_has_its_hours_after_midnight_too():
    sheet = of_platform("trio")
    found = queries.steps(sheet, start=time(23, 50))
    assert [step.when for step in found][:3] == [
        "23\u00a0h\u00a050 à 23\u00a0h\u00a055",
        "23\u00a0h\u00a055 à 0\u00a0h\u00a000",
        "0\u00a0h\u00a000 à 0\u00a0h\u00a010",
    ]
    assert queries.until(sheet, time(23, 50)) == "23\u00a0h\u00a050 à 0\u00a0h\u00a015"
    assert found[0].short == "23\u00a0h\u00a050"


def test_without_an_hour_time_counts_from_the_start():
    found = queries.steps(of_platform("trio"))
    assert found[1].when == "minutes 5 à 10"
    assert found[1].short == "0\u00a0h\u00a005"


def test_a_slow_run_sheet_counts_days():
    found = queries.steps(of_platform("codev_differe"), start=time(9))
    assert [step.when for step in found[:2]] == ["jour 1", "jours 2 à 3"]
    assert found[0].short == "Jour 1"
    assert queries.whole(of_platform("codev_differe")) == "10 jours"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(1, "1 minute"), (45, "45 minutes"), (60, "1\u00a0h"), (76, "1\u00a0h\u00a016"), (125, "2\u00a0h\u00a005")],
)
def test_a_duration_is_said_in_words(minutes, said):
    assert queries.duration(minutes, "live") == said


def test_who_is_needed_is_said_with_numbers():
    sheet = phases.read(
        {
            "title": "T",
            "roles": {"facilitator": [1, 2], "client": [1, 1], "consultant": [2, 0], "participant": [0, 0]},
            "phases": [{"code": "a", "title": "A", "length": 5}],
        }
    )
    assert queries.people(sheet) == [
        "animation\u00a0: 1 à 2",
        "client\u00a0: 1",
        "consultant\u00a0: 2 ou plus",
        "participation\u00a0: autant qu’il en vient",
    ]


def test_what_is_written_is_told_with_its_rules():
    capture = Capture("a", "A", ("client",), most=1, votes=3, is_anonymous=True, is_moderated=True, is_private=True)
    told = queries.Written(capture)
    assert told.who == ["client"]
    assert told.rules == ["1 par personne", "3 choix chacun", "chacun pour soi", "sans nom", "montré par l’animation"]
    assert queries.Written(Capture("a", "A", ())).rules == []


def test_everybody_is_said_in_one_word_and_roles_that_are_not_there_are_left_out():
    roles = ["client", "consultant"]
    assert queries.labels(["client", "consultant", "speaker"], of=roles) == ["tout le monde"]
    assert queries.labels(["client", "speaker"], of=roles) == ["client"]
    assert queries.labels(["speaker"], of=roles) == ["intervention"]
    assert queries.labels(["client"], of=["client"]) == ["client"]
    assert queries.labels([], of=roles) == []


def test_the_ring_is_whole_and_numbers_what_is_long_enough():
    arcs = queries.ring(of_platform("codev"))
    assert len(arcs) == 7
    assert all(arc.has_number for arc in arcs)
    assert sum(float(arc.dash) for arc in arcs) == pytest.approx(100 - 7 * queries.GAP * 100, abs=0.1)
    assert [arc.tint for arc in arcs] == [0, 1, 2, 0, 1, 2, 0]
    raw = {"code": "a", "title": "A", "length": 1}, {"code": "b", "title": "B", "length": 99}
    small, long = queries.ring(phases.read({"title": "T", "phases": list(raw)}))
    assert (small.has_number, long.has_number) == (False, True)
    (lone,) = queries.ring(phases.read({"title": "T", "phases": [raw[1]]}))
    assert lone.dash == "100.00"


def test_what_is_left_of_a_room_follows_its_clock():
    session = Session("trio", is_open=False)
    ahead = queries.ahead(session.room, now=NOW)
    assert (ahead.lasts, ahead.ends_at) == ("25 minutes", NOW + timedelta(minutes=25))
    rooms.open_room(session.room, by=session.facilitator, now=NOW)
    ahead = queries.ahead(session.room, now=NOW + timedelta(minutes=2))
    assert (ahead.lasts, ahead.ends_at) == ("20 minutes", NOW + timedelta(minutes=25))
    late = NOW + timedelta(minutes=9)
    assert queries.ahead(session.room, now=late).ends_at == late + timedelta(minutes=20)
    clock.pause(session.room, by=session.facilitator, now=NOW + timedelta(minutes=1))
    assert queries.ahead(session.room, now=late).ends_at == late + timedelta(minutes=24)
    slow = prepared("codev_differe")
    assert queries.ahead(slow, now=NOW) == queries.Ahead("10 jours")


def test_the_hour_of_a_moment_is_that_of_the_reader():
    assert queries.local_hour(None) is None
    assert queries.local_hour(datetime(2026, 11, 26, 13, 30, tzinfo=UTC)) == time(14, 30)


def test_what_is_stored_is_checked_once_while_it_stays_as_it_is(monkeypatch):
    content = {"title": "Bref", "phases": [{"code": "un", "title": "Un", "length": 5}]}
    first = phases.kept(content)
    checked = []
    monkeypatch.setattr(phases, "read", lambda raw: checked.append(raw) or "read again")
    assert phases.kept(dict(content)) is first
    for shared in (first.roles, first.phases[0].cues):
        with pytest.raises(TypeError):
            shared["client"] = "changed for all"
    assert deepcopy(first) is first
    assert phases.written(first) == phases.written(replace(first, roles=dict(first.roles)))
    assert checked == []
    changed = {**content, "phases": [{"code": "un", "title": "Un", "length": 6}]}
    assert phases.kept(changed) == "read again"
    assert checked == [changed]
    phases._kept.cache_clear()
