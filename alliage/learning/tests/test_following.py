"""Following a path: where one is, what is kept, what is done by itself, what it gives."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import IntegrityError, transaction

from alliage.accounts.tests.factories import MemberFactory
from alliage.events.models import Stay
from alliage.events.tests.factories import seated, webinar
from alliage.learning import attestations
from alliage.learning.enums import Length, PathState, StepKind
from alliage.learning.models import Follow, StepDone
from alliage.learning.queries import following as reads
from alliage.learning.queries import paths as path_reads
from alliage.learning.services import following, paths
from alliage.learning.services.following import FollowRefused, Typed
from alliage.learning.tests.factories import (
    NOW,
    DiagnosticFactory,
    RespondentFactory,
    TerritoryFileFactory,
    closed_diagnostic,
    holder_of,
)
from alliage.learning.tests.followed import a_path, add, finish, follows, step_of
from alliage.taxonomy import queries as taxonomy
from alliage.ui.drafts import DraftTaken, Mark

pytestmark = pytest.mark.django_db


@pytest.fixture
def leviers():
    call_command("load_taxonomy", verbosity=0)


TAB, OTHER = Mark("", "a"), Mark("", "b")


def progress_of(follow):
    return reads.progress(follow, path_reads.steps(follow.path))


def test_one_follows_once_and_changes_version_or_territory():
    path = a_path()
    file = TerritoryFileFactory()
    member = holder_of(file)
    first = follows(path, member)
    following.set_aside(first, by=member, now=NOW)
    again = follows(path, member, length=Length.MEDIUM, file=file)
    assert (again.pk, again.length, again.file, again.set_aside_at) == (first.pk, Length.MEDIUM, file, None)
    with pytest.raises(FollowRefused, match="version"):
        follows(path, member, length="infinie")
    with pytest.raises(FollowRefused, match="dossier"):
        follows(path, MemberFactory(), file=file)
    with pytest.raises(IntegrityError), transaction.atomic():
        Follow.objects.create(path=path, member=member)


def test_a_retired_path_is_finished_by_who_follows_it_and_begun_by_nobody():
    path, member = a_path(), MemberFactory()
    follows(path, member)
    path = paths.move(path, PathState.RETIRED, by=None, now=NOW)
    assert follows(path, member).path == path
    with pytest.raises(FollowRefused):
        follows(path, MemberFactory())


def test_a_version_is_complete_when_all_its_steps_are_done_and_a_longer_one_goes_on():
    member = MemberFactory()
    follow = finish(follows(a_path(), member))
    assert follow.completed_at == NOW
    found = progress_of(follow)
    assert (found.count, found.total, found.next_step, found.minutes_left) == (3, 3, None, 0)
    longer = follows(follow.path, member, length=Length.MEDIUM)
    assert longer.completed_at is None
    assert progress_of(longer).next_step.kind == StepKind.RESOURCE
    undone = following.mark(longer, step_of(follow.path, StepKind.TEXT), is_done=False, by=member, now=NOW)
    assert progress_of(undone).count == 2


def test_set_aside_and_taken_up_again_nothing_is_lost_until_one_stops():
    follow = follows(a_path(), MemberFactory())
    following.mark(follow, step_of(follow.path, StepKind.TEXT), is_done=True, by=follow.member, now=NOW)
    following.set_aside(follow, by=follow.member, now=NOW)
    following.take_up(follow, by=follow.member, now=NOW)
    follow.refresh_from_db()
    assert follow.set_aside_at is None
    assert progress_of(follow).count == 1
    following.stop(follow, by=follow.member, now=NOW)
    assert not StepDone.objects.exists()


def test_what_is_typed_is_kept_and_never_given_up_to_another_window():
    follow = follows(a_path(), MemberFactory())
    step = step_of(follow.path, StepKind.EXERCISE)

    def keep(note, mark, text="", now=NOW):
        return following.keep(follow, step, Typed(note, text), mark=mark, by=follow.member, now=now)

    assert keep("", TAB) is None
    first = keep("a", TAB)
    assert keep("ab", TAB, now=NOW + timedelta(seconds=1)).note == "ab"  # the same window
    assert keep("ab", OTHER).note == "ab"  # nothing to change
    with pytest.raises(DraftTaken):
        keep("autre", OTHER)
    with pytest.raises(DraftTaken):
        keep("autre", Mark("", "", first.changed_at.isoformat()))
    assert keep("autre", Mark("", "b", "", force=True)).note == "autre"
    saved = StepDone.objects.get(step=step)
    assert keep("fin", Mark("", "", saved.changed_at.isoformat()), "Fiche").answers["text"] == "Fiche"
    with pytest.raises(DraftTaken):
        keep("trop tard", OTHER)  # sent before by the window that saved
    with pytest.raises(FollowRefused, match="trop long"):
        keep("x" * 7000, TAB)


def test_the_best_answers_of_a_quiz_are_kept():
    follow = follows(a_path(), MemberFactory())
    step = step_of(follow.path, StepKind.QUIZ)
    one, several = step.quiz.read()
    good = {one.code: step.right[one.code]["right"][0]}
    for answers in (good, {several.code: [several.options[2].code]}):
        row = following.answer(follow, step, answers, by=follow.member, now=NOW)
    assert row.answers["quiz"] == good
    assert row.done_at == NOW
    assert reads.quiz_marks(progress_of(follow)) == (1, 2)
    step.quiz = None
    assert reads.quiz_score(step, good) == 0


def test_an_event_attended_and_a_diagnostic_answered_are_steps_done_by_themselves():
    event, member = webinar(), MemberFactory()
    path = a_path()
    coming = add(path, StepKind.EVENT, "Venir", event=event)
    asked = add(path, StepKind.DIAGNOSTIC, "Répondre au diagnostic")
    follow, idle = follows(path, member), follows(path, MemberFactory())
    following.notice(NOW)
    assert progress_of(follow).count == 0
    attendee = seated(event.sequences.get(), member=member).attendee
    Stay.objects.create(attendee=attendee, sequence=event.sequences.get(), began_at=NOW, last_at=NOW)
    RespondentFactory(diagnostic=DiagnosticFactory(), member=member, answered_at=NOW)
    for _twice in range(2):
        following.notice(NOW)
    assert set(progress_of(follow).done) == {coming.pk, asked.pk}
    assert not progress_of(idle).done


@pytest.mark.usefixtures("leviers")
def test_a_completed_path_begins_a_practice_sheet_with_ones_own_words():
    file = TerritoryFileFactory()
    member = holder_of(file)
    lever = taxonomy.term("leviers", "alliance")
    follow = follows(a_path(lever=lever), member, file=file)
    with pytest.raises(FollowRefused):
        following.practice(follow, by=member, now=NOW)
    step = step_of(follow.path, StepKind.EXERCISE)
    following.keep(follow, step, Typed("une note", "Nous avons appelé dix voisins."), mark=TAB, by=member, now=NOW)
    follow = finish(follow)
    proposal = following.practice(follow, by=member, now=NOW)
    assert following.practice(follow, by=member, now=NOW) == proposal
    assert "dix voisins" in proposal.content["sections"]["methode"]
    assert "une note" not in str(proposal.content)
    assert proposal.content["territories"] == [f"{file.territory.kind}:{file.territory.code}"]
    other = finish(follows(a_path("Autre"), member))
    assert following.practice(other, by=member, now=NOW).content["territories"] == []


# --- Reads -----------------------------------------------------------------------------------------------------------


def test_ones_paths_are_counted_in_their_version_and_sorted_out():
    member = MemberFactory()
    done = finish(follows(a_path("Fini"), member))
    aside = follows(a_path("De côté"), member)
    current = follows(a_path("En cours"), member, length=Length.LONG)
    following.set_aside(aside, by=member, now=NOW)
    following.mark(current, step_of(current.path, StepKind.TEXT), is_done=True, by=member, now=NOW)
    tabs = reads.sorted_out(list(reads.mine(member)))
    assert {name: [each.pk for each in found] for name, found in tabs.items()} == {
        reads.CURRENT: [current.pk], reads.DONE: [done.pk], reads.ASIDE: [aside.pk],
    }  # fmt: skip
    (shown,) = reads.current(member, limit=3)
    assert (shown.finished, shown.asked) == (1, 4)
    assert reads.follow_of(current.path, AnonymousUser()) is None


@pytest.mark.usefixtures("leviers")
def test_paths_are_proposed_from_the_last_result_with_the_reason():
    alliance, numerique = (taxonomy.term("leviers", code) for code in ("alliance", "numerique"))
    low = a_path("Alliance", lever=alliance)
    a_path("Alliance, niveau 4", lever=alliance, level=4)
    a_path("Numérique", lever=numerique)
    file = TerritoryFileFactory()
    member = holder_of(file)
    assert reads.proposals(member, []) == []
    first = a_path("Premier kilomètre")
    paths.Path.objects.filter(pk=first.pk).update(slug=reads.FIRST)
    assert [each.path.pk for each in reads.proposals(member, [])] == [first.pk]
    closed_diagnostic(file, **dict.fromkeys(("qualifier", "ecosysteme", "strategie", "modele", "numerique", "pertinence"), 4), alliance=1)  # fmt: skip
    (proposal,) = reads.of_file(file)
    assert reads.level_of(file, "alliance") == 1
    assert reads.level_of(TerritoryFileFactory(), "alliance") is None
    assert (proposal.path, proposal.file) == (low, file)
    assert "niveau 1" in proposal.why
    assert [each.path.pk for each in reads.proposals(member, [])] == [low.pk]
    follow = follows(low, member)
    assert [each.path.pk for each in reads.proposals(member, [follow])] == [first.pk]


@pytest.mark.usefixtures("leviers")
def test_several_territories_are_asked_about_at_once(django_assert_num_queries):
    path = a_path("Alliance", lever=taxonomy.term("leviers", "alliance"))
    member = MemberFactory()
    for _territory in range(3):
        file = TerritoryFileFactory(holder=member)
        closed_diagnostic(file, alliance=1)
    with django_assert_num_queries(3):
        assert [each.path for each in reads.proposals(member, [])] == [path]


def test_a_wish_is_a_reason_too():
    assert reads._wanted(
        {"modele": {"level": 3, "wish": 3.5}, "alliance": {"level": 4}, "numerique": {"level": None}}
    ) == [("modele", "parce que votre dernier diagnostic place ce levier au niveau 3, et que vous en avez envie")]


def test_what_was_written_beside_a_step_that_is_no_more_is_still_shown():
    follow = follows(a_path(), MemberFactory())
    step = step_of(follow.path, StepKind.TEXT)
    following.keep(follow, step, Typed("à garder"), mark=TAB, by=follow.member, now=NOW)
    paths.remove_step(step, by=None, now=NOW)
    assert [row.note for row in reads.kept_of_others(follow)] == ["à garder"]


def test_one_takes_away_ones_notes_and_leaves_nothing():
    file = TerritoryFileFactory()
    member = holder_of(file)
    follow = follows(a_path(), member, file=file)
    following.keep(follow, step_of(follow.path, StepKind.TEXT), Typed("ma note"), mark=TAB, by=member, now=NOW)
    follows(a_path("Sans territoire"), member)
    taken = reads.export_of(member)
    assert {each["territoire"] for each in taken} == {file.territory.name, None}
    assert "ma note" in str(taken)
    following.forget_member(member)
    assert not Follow.objects.exists()


def test_an_attestation_is_verified_by_its_code_as_long_as_the_path_is_completed():
    follow = follows(a_path(), MemberFactory())
    code = attestations.code_of(follow)
    assert attestations.follow_of(code, now=NOW) is None
    follow = finish(follow)
    assert attestations.follow_of(code, now=NOW) == follow
    assert attestations.follow_of(code[:-1] + "z", now=NOW) is None
    assert attestations.follow_of("x", now=NOW) is None
