"""Rules of paths: made, described, ordered, published; what was done of a step is never lost."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from alliage.accounts.tests.factories import MemberFactory
from alliage.events.tests.factories import webinar
from alliage.learning.enums import Length, PathState, StepKind
from alliage.learning.models import Path, Step, StepDone
from alliage.learning.queries import paths as reads
from alliage.learning.services import first_paths, following, paths
from alliage.learning.services.paths import PathRefused, Said, SaidStep
from alliage.learning.tests.factories import NOW
from alliage.learning.tests.followed import QUIZ, a_path, add, follows, step_of
from alliage.library.models import Resource
from alliage.library.tests.factories import published
from alliage.questionnaires.models import Questionnaire, Version

pytestmark = pytest.mark.django_db


@pytest.fixture
def leviers():
    call_command("load_taxonomy", verbosity=0)


def test_a_path_sent_twice_is_made_once_and_never_takes_an_address_of_ours():
    member = MemberFactory()
    first = paths.make(Said("Gestion"), by=member, now=NOW)
    assert paths.make(Said("Gestion"), by=member, now=NOW) == first
    assert first.slug.startswith("gestion-")
    assert paths.make(Said("…"), by=None, now=NOW).slug == "parcours"
    with pytest.raises(PathRefused):
        paths.make(Said("  "), by=member, now=NOW)


def test_a_path_moves_as_its_states_allow():
    path = paths.make(Said("Vide"), by=None, now=NOW)
    with pytest.raises(PathRefused, match="deux heures"):
        paths.move(path, PathState.PUBLISHED, by=None, now=NOW)
    path = a_path()
    assert paths.move(path, PathState.PUBLISHED, by=None, now=NOW).state == PathState.PUBLISHED
    with pytest.raises(PathRefused):
        paths.move(path, PathState.DRAFT, by=None, now=NOW)
    with pytest.raises(PathRefused):
        paths.drop(path, by=None, now=NOW)
    assert paths.move(path, PathState.RETIRED, by=None, now=NOW).state == PathState.RETIRED


def test_a_draft_goes_with_its_steps_and_the_questions_of_its_quizzes():
    path = a_path(state=PathState.DRAFT)
    asked = Questionnaire.objects.filter(scope=paths.QUIZ_SCOPE)
    assert asked.exists()
    paths.drop(path, by=None, now=NOW)
    assert not Path.objects.exists()
    assert not asked.exists()


def test_describing_a_path_keeps_its_address():
    path = a_path()
    again = paths.describe(path, Said("Autre titre", "Autre", "But", None, 2), by=None, now=NOW)
    assert (again.slug, again.title, again.level) == (path.slug, "Autre titre", 2)


def test_a_step_says_what_its_kind_asks():
    path = a_path()
    for said, why in (
        (SaidStep(StepKind.CODEV, " "), "titre"),
        (SaidStep(StepKind.CODEV, "x", minutes=0), "minute"),
        (SaidStep(StepKind.TEXT, "x", text=" "), "texte"),
    ):
        with pytest.raises(PathRefused, match=why):
            paths.add_step(path, said, by=None, now=NOW)
    step = add(path, StepKind.CODEV, "Pairs")
    assert add(path, StepKind.CODEV, "Pairs") == step  # the same form sent twice
    assert step.key.startswith("e")


def test_a_path_holds_so_many_steps(monkeypatch):
    monkeypatch.setattr(paths, "MOST_STEPS", 4)
    with pytest.raises(PathRefused, match="4"):
        add(a_path(), StepKind.CODEV, "De trop")


def test_steps_change_place_one_by_one():
    path = a_path()
    first, second, *_rest = paths.steps_of(path)
    paths.shift_step(first, -1, by=None, now=NOW)  # at an end it stays
    paths.shift_step(first, 1, by=None, now=NOW)
    assert [step.pk for step in paths.steps_of(path)][:2] == [second.pk, first.pk]
    assert [step.position for step in paths.steps_of(path)] == [1, 2, 3, 4]
    Step.objects.filter(pk=first.pk).update(position=None)
    paths.shift_step(first, 1, by=None, now=NOW)  # no more there
    assert first.pk not in {step.pk for step in paths.steps_of(path)}


def test_what_someone_did_of_a_step_outlives_the_changes_of_its_editor():
    path, member = a_path(), MemberFactory()
    follow = follows(path, member)
    done, other = step_of(path, StepKind.EXERCISE), step_of(path, StepKind.TEXT)
    following.mark(follow, done, is_done=True, by=member, now=NOW)
    paths.change_step(done, SaidStep(StepKind.QUIZ, "Nouveau titre", text="Neuf"), by=None, now=NOW)
    done.refresh_from_db()
    assert (done.title, done.kind) == ("Nouveau titre", StepKind.EXERCISE)
    paths.remove_step(done, by=None, now=NOW)
    paths.remove_step(other, by=None, now=NOW)
    assert not Step.objects.filter(pk=other.pk).exists()
    assert StepDone.objects.get(follow=follow).done_at == NOW
    assert [step.position for step in paths.steps_of(path)] == [1, 2]


def test_a_quiz_that_was_written_anew_is_revised():
    step = step_of(a_path(), StepKind.QUIZ)
    version = step.quiz
    changed = paths.change_step(step, SaidStep(StepKind.QUIZ, step.title, quiz="Q ?\n+ a\n- b"), by=None, now=NOW)
    assert changed.quiz.questionnaire == version.questionnaire
    assert len(changed.right) == 1


def test_two_steps_have_neither_the_same_key_nor_the_same_rank():
    path = a_path()
    step = step_of(path, StepKind.TEXT)
    for same in ({"key": step.key, "position": 99}, {"key": "autre", "position": step.position}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Step.objects.create(path=path, kind=StepKind.TEXT, title="x", **same)


def test_a_path_is_held_by_nobody_once_its_holder_left():
    member = MemberFactory()
    path = a_path(by=member)
    paths.forget_member(member)
    path.refresh_from_db()
    assert path.owner is None


# --- The first paths -------------------------------------------------------------------------------------------------


def small(**said):
    return {
        "slug": "essai", "title": "Essai", "summary": "", "goal": "", "lever": "", "level": 0, "audiences": [],
        "steps": [
            {"key": "lire", "kind": "text", "title": "Lire", "text": "Un texte", "minutes": 10},
            {"key": "dire", "kind": "quiz", "title": "Dire", "minutes": 5, "quiz": QUIZ},
            {"key": "voir", "kind": "resource", "length": "medium", "title": "Voir", "minutes": 5, "resource": "guide-x"},
        ],
    } | said  # fmt: skip


def test_a_first_path_is_added_then_brought_up_to_date_then_kept_once_someone_changed_it():
    guide = published()
    Resource.objects.filter(pk=guide.pk).update(external_id="alliage:guide-x")
    assert first_paths.load(small(), now=NOW) == first_paths.ADDED
    assert first_paths.load(small(), now=NOW) == first_paths.UNCHANGED
    path = Path.objects.get(slug="essai")
    assert step_of(path, StepKind.RESOURCE).resource == guide
    kept = small()["steps"][1]
    newer = small(
        title="Essai mieux dit", steps=[{"key": "neuf", "kind": "codev", "title": "Pairs", "minutes": 9}, kept]
    )
    assert first_paths.load(newer, now=NOW) == first_paths.CHANGED
    assert [step.key for step in paths.steps_of(path)] == ["neuf", "dire"]
    path.refresh_from_db()
    add(path, StepKind.CODEV, "Écrit ici")
    Path.objects.filter(pk=path.pk).update(changed_at=NOW.replace(year=2027))
    assert first_paths.load(small(), now=NOW) == first_paths.KEPT


@pytest.mark.usefixtures("leviers")
def test_the_paths_that_come_with_the_platform_hold_in_two_four_and_twelve_hours():
    rows = first_paths.read()
    assert {row["lever"] for row in rows} >= {"qualifier", "ecosysteme", "strategie", "modele", "alliance", "numerique", "pertinence", ""}  # fmt: skip
    for row in rows:
        assert len(row["steps"]) >= 8
        steps = [Step(minutes=step["minutes"], length=step["length"]) for step in row["steps"]]
        assert reads.totals(steps) == {Length.SHORT: 120, Length.MEDIUM: 240, Length.LONG: 720}
    call_command("load_paths", stdout=(told := StringIO()))
    call_command("load_paths", stdout=told)
    assert "8 ajoutés" in told.getvalue()
    assert "8 inchangés" in told.getvalue()


def test_an_event_of_a_step_is_kept_with_it():
    path, event = a_path(), webinar()
    step = add(path, StepKind.EVENT, "Venir", event=event)
    assert step.event == event
    assert Version.objects.filter(questionnaire__scope=paths.QUIZ_SCOPE).count() == 1
