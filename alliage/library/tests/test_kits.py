"""Kits that are run: launched once, ticked by their people alone, brought to the next version without losing a tick."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.tests.factories import CatalystFactory, MembershipFactory, TeamFactory
from alliage.library import permissions
from alliage.library.enums import StepState
from alliage.library.models import KitRun, RunStep
from alliage.library.queries import kits as queries
from alliage.library.services import kits as services
from alliage.library.services import proposals, resources
from alliage.library.services.kits import Said, Typed, mark
from alliage.library.tests.factories import NOW, published
from alliage.territories.snapshot import forget
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def items(*titles, **more):
    return [
        {
            "key": title.lower(),
            "title": title,
            "text": f"Faire {title}.",
            "minutes": 20,
            "role": "hôte",
            "resource": None,
        }
        | more
        for title in titles
    ]


def kit(*titles, **more):
    return published(kind="kit", title="Un kit", sections={}, kit_items=items(*(titles or ("Un", "Deux"))), **more)


def launched(resource=None, *, by=None, sent="s", **more) -> KitRun:
    return services.launch(
        resource or kit(), Said(more.pop("name", "Essai"), **more), sent=sent, by=by or MemberFactory(), now=NOW
    )


def next_version(resource, kit_items, *, now=LATER):
    proposal = proposals.open_proposal(resource, by=None, now=now)
    proposal = proposals.write(
        proposal, proposal.content | {"kit_items": kit_items}, token=proposal.token, by=None, now=now
    )
    resources.publish(proposal, by=None, now=now)
    resource.refresh_from_db()


# --- What the database refuses -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "broken"),
    [
        pytest.param("run", {"name": ""}, id="no-name"),
        pytest.param("run", {"edition": 0}, id="no-version"),
        pytest.param("step", {"state": "perhaps"}, id="unknown-state"),
        pytest.param("step", {"state": "done"}, id="done-without-a-moment"),
        pytest.param("step", {"settled_at": NOW}, id="a-moment-without-being-done"),
        pytest.param("step", {"state": "skipped", "settled_at": NOW}, id="skipped-without-a-reason"),
    ],
)
def test_the_database_refuses(model, broken):
    run = launched()
    found = KitRun.objects.filter(pk=run.pk) if model == "run" else RunStep.objects.filter(run=run)
    with pytest.raises(IntegrityError), transaction.atomic():
        found.update(**broken)


def test_the_database_holds_a_step_once():
    step = launched().steps.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        RunStep.objects.create(run=step.run, key=step.key, title="Encore")


def test_the_database_holds_a_sending_once():
    run = launched()
    with pytest.raises(IntegrityError), transaction.atomic():
        KitRun.objects.create(kit=run.kit, edition=1, name="Encore", sent_key=run.sent_key)


# --- Launch --------------------------------------------------------------------------------------------------------


def test_a_run_begins_with_the_steps_of_today():
    resource, member = kit("Un", "Deux", "Trois"), MemberFactory()
    run = launched(resource, by=member, name="  Réunion   du 12 ")
    assert (run.name, run.edition, run.owner) == ("Réunion du 12", 1, member)
    assert [step.title for step in run.steps.all()] == ["Un", "Deux", "Trois"]
    assert {step.state for step in run.steps.all()} == {StepState.TO_DO}


def test_the_same_display_of_the_form_launches_one():
    resource, member = kit(), MemberFactory()
    assert launched(resource, by=member) == launched(resource, by=member)
    assert launched(resource, by=member, sent="t") != launched(resource, by=MemberFactory())
    assert KitRun.objects.count() == 3


def test_what_is_no_kit_or_is_not_shown_is_not_launched():
    with pytest.raises(services.KitRefused):
        launched(published())
    withdrawn = kit()
    resources.withdraw(withdrawn, by=None, now=NOW)
    with pytest.raises(services.KitRefused):
        launched(withdrawn)


def test_a_run_needs_a_name_and_a_place_that_may_be_named():
    with pytest.raises(services.KitRefused, match="nom"):
        launched(name="  ")
    with pytest.raises(services.KitRefused, match="territoire"):
        launched(is_named=True)


def test_a_member_follows_so_many_runs(monkeypatch):
    monkeypatch.setattr(services, "MOST_RUNS", 1)
    member = MemberFactory()
    launched(by=member)
    with pytest.raises(services.KitRefused, match="beaucoup"):
        launched(by=member)


# --- Whose it is ---------------------------------------------------------------------------------------------------


def team_of(*members):
    team = TeamFactory()
    for member in members:
        MembershipFactory(group=team, person=CatalystFactory(owner=member))
    return team


def test_a_run_is_its_people_s_alone():
    mate, animator = MemberFactory(), MemberFactory(role="animator")
    owner = MemberFactory()
    run = launched(by=owner, team=team_of(owner, mate))
    alone = launched(by=owner, sent="t")
    for member, sees in ((owner, (True, True)), (mate, (True, False)), (animator, (False, False))):
        assert (permissions.can_use_run(member, run), permissions.can_use_run(member, alone)) == sees
        assert (run in queries.runs_of(member), alone in queries.runs_of(member)) == sees
    assert permissions.can_settle_run(owner, run)
    assert not permissions.can_settle_run(mate, run)
    mate.is_active = False
    assert not permissions.can_use_run(mate, run)


def test_nobody_shares_with_a_team_of_others():
    with pytest.raises(services.KitRefused, match="équipe"):
        launched(team=TeamFactory())


def test_who_holds_the_team_sees_what_is_shared_with_it():
    holder = MemberFactory()
    team = TeamFactory(owner=holder)
    run = launched(by=holder, team=team)
    assert list(queries.groups_of(holder)) == [team]
    services.settle(
        run, Said("Autre nom", territory=TerritoryFactory(), team=team, is_named=True), by=holder, now=LATER
    )
    assert (run.name, run.is_named, run.moved_at) == ("Autre nom", True, LATER)


def test_a_run_is_thrown_away_with_its_notes():
    run = launched()
    services.remove(run, by=run.owner, now=LATER)
    assert not RunStep.objects.exists()


# --- Tick ----------------------------------------------------------------------------------------------------------


def test_a_step_is_ticked_once_by_who_did_it_first():
    run, other = launched(), MemberFactory()
    services.move_step(run, "un", "done", by=run.owner, now=NOW)
    step = services.move_step(run, "un", "done", by=other, now=LATER)
    assert (step.by, step.settled_at) == (run.owner, NOW)
    assert queries.runs_of(run.owner).get().settled == 1


def test_a_step_is_passed_with_a_reason_and_taken_back():
    run = launched()
    with pytest.raises(services.KitRefused, match="pourquoi"):
        services.move_step(run, "un", "skipped", reason="  ", by=run.owner, now=NOW)
    step = services.move_step(run, "un", "skipped", reason=" Déjà  fait ", by=run.owner, now=NOW)
    assert (step.state, step.reason) == ("skipped", "Déjà fait")
    step = services.move_step(run, "un", "todo", reason="oubliée", by=run.owner, now=NOW)
    assert (step.state, step.reason, step.settled_at, step.by) == ("todo", "", None, None)


@pytest.mark.parametrize(("key", "state"), [("inconnue", "done"), ("un", "peut-etre")], ids=["step", "state"])
def test_what_is_no_step_is_refused(key, state):
    run = launched()
    with pytest.raises(services.KitRefused):
        services.move_step(run, key, state, by=run.owner, now=NOW)


def test_a_page_left_open_overwrites_nobody_s_note():
    run = launched()
    empty = mark("")
    assert (
        services.write_notes(
            run, {"un": Typed("À moi\r\nici", empty), "deux": Typed("", empty)}, by=run.owner, now=LATER
        )
        == []
    )
    run.refresh_from_db()
    assert (run.steps.get(key="un").note, run.moved_at) == ("À moi\nici", LATER)
    crossed = services.write_notes(run, {"un": Typed("À un autre", empty)}, by=MemberFactory(), now=LATER)
    assert [step.key for step in crossed] == ["un"]
    assert services.write_notes(run, {"un": Typed("", empty)}, by=run.owner, now=LATER) == []
    assert services.write_notes(run, {"un": Typed("À moi\nici", empty)}, by=run.owner, now=LATER) == []
    assert run.steps.get(key="un").note == "À moi\nici"


# --- The next version ----------------------------------------------------------------------------------------------


def test_what_was_ticked_stays_when_the_kit_moves():
    resource = kit("Un", "Deux", "Trois", "Quatre")
    run = launched(resource)
    services.move_step(run, "un", "done", by=run.owner, now=NOW)
    services.move_step(run, "deux", "done", by=run.owner, now=NOW)
    one, _two, three, _four = resource.content["kit_items"]
    next_version(resource, [*items("Cinq"), three, one | {"title": "Un, réécrit"}])
    run = queries.run_by_number(run.pk)
    assert [line.step.title for line in queries.lines_of(run)] == ["Un", "Deux", "Trois", "Quatre"]
    changes = queries.what_moved(run)
    assert changes == queries.Moved(["Cinq"], ["Deux", "Quatre"], ["Un, réécrit"], is_reordered=True)
    assert services.follow(run, by=run.owner, now=LATER) == changes
    assert [(step.title, step.state, step.is_gone) for step in run.steps.all()] == [
        ("Cinq", "todo", False),
        ("Trois", "todo", False),
        ("Un, réécrit", "done", False),
        ("Deux", "done", True),
    ]
    assert queries.what_moved(queries.run_by_number(run.pk)) is None
    assert not services.follow(run, by=run.owner, now=LATER)


def test_a_step_that_comes_back_finds_its_tick():
    resource = kit("Un", "Deux")
    run = launched(resource)
    services.move_step(run, "deux", "done", by=run.owner, now=NOW)
    both = resource.content["kit_items"]
    for kit_items in (both[:1], both):
        next_version(resource, kit_items)
        services.follow(run, by=run.owner, now=LATER)
    assert [(step.state, step.is_gone) for step in run.steps.all()] == [("todo", False), ("done", False)]


def test_a_kit_that_nobody_reads_any_more_keeps_its_text_to_itself():
    resource = kit()
    run = launched(resource)
    resources.hide(resource, by=None, now=LATER)
    run = queries.run_by_number(run.pk)
    assert queries.what_moved(run) is None
    assert [line.item for line in queries.lines_of(run)] == [{}, {}]


def test_a_version_that_is_lost_leaves_the_titles():
    resource = kit()
    run = launched(resource)
    next_version(resource, items("Trois"))
    resource.versions.filter(number=1).delete()
    assert queries.items_of(queries.run_by_number(run.pk)) == []


# --- What everyone may know ----------------------------------------------------------------------------------------


def test_a_few_runs_are_not_counted_and_only_agreed_places_are_named():
    resource = kit()
    here, elsewhere = TerritoryFactory(name="Thiers"), TerritoryFactory(name="Ambert")
    forget()
    launched(resource, territory=here, is_named=True)
    for rank in range(3):
        launched(resource, territory=elsewhere, sent=str(rank))
    _sheets, use = queries.of_kit(resource)
    assert (use.count, use.places) == (0, ["Thiers"])
    launched(resource, sent="cinq")
    assert queries.of_kit(resource)[1].count == 5


def test_the_page_of_a_kit_asks_one_question(django_assert_num_queries):
    sheet, hidden = published(title="Une fiche"), published(title="Secrète")
    resources.withdraw(hidden, by=None, now=NOW)
    listed = [
        *items("Un", resource=sheet.pk),
        *items("Deux", resource=hidden.pk, minutes=None),
        *items("Trois", role=""),
    ]
    resource = published(kind="kit", title="Un kit", sections={}, kit_items=listed)
    launched(resource, territory=TerritoryFactory(), is_named=True)
    forget()
    queries.of_kit(resource)
    with django_assert_num_queries(1):
        sheets, use = queries.of_kit(resource)
    assert list(sheets) == [sheet.pk]
    assert sheets[sheet.pk].url == sheet.get_absolute_url()
    assert len(use.places) == 1
    said = queries.run_sheet(resource.content["kit_items"], sheets)
    assert (said.minutes, said.is_whole, said.roles) == (40, False, ["hôte"])
    assert [bool(step.sheet) for step in said.steps] == [True, False, False]
    assert queries.sheets_of(resource.content["kit_items"]) == sheets


# --- Time, personal data -------------------------------------------------------------------------------------------


def test_what_nobody_can_open_is_forgotten():
    run = launched()
    KitRun.objects.update(owner=None)
    services.forget_orphans(NOW + services.ORPHANS_KEPT)
    assert KitRun.objects.exists()
    services.forget_orphans(NOW + services.ORPHANS_KEPT + timedelta(days=1))
    assert not KitRun.objects.filter(pk=run.pk).exists()


def test_an_account_that_closes_leaves_to_its_team_what_was_shared():
    owner, mate = MemberFactory(), MemberFactory()
    shared = launched(by=owner, team=team_of(owner, mate))
    launched(by=owner, sent="t")
    services.move_step(shared, "un", "done", by=owner, now=NOW)
    services.write_notes(shared, {"deux": Typed("Note de l’équipe", mark(""))}, by=mate, now=NOW)
    said = queries.export_of(owner)
    assert len(said) == 4
    assert "Note de l’équipe" not in str(said)
    services.forget_member(owner)
    assert list(KitRun.objects.all()) == [shared]
    shared.refresh_from_db()
    assert (shared.owner, shared.steps.get(key="un").by) == (None, None)
    assert permissions.can_settle_run(mate, shared)
