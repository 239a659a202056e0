"""Openings: frozen versions, one answer each, anonymity that nobody undoes, an end that is the end."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from alliage.accounts.tests.factories import MemberFactory
from alliage.questionnaires import links, queries, respondents, services
from alliage.questionnaires.enums import OPENING_MOVES, OpeningState, Shows
from alliage.questionnaires.models import Opening, Questionnaire, Response, Version
from alliage.questionnaires.questions import QuestionsRefused, read
from alliage.questionnaires.services import AnswersRefused, QuestionnaireRefused, Scope, Terms
from alliage.questionnaires.tests.factories import NOW, asked, made, opened

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def prepared(**terms) -> Opening:
    return services.prepare(made().versions.get(), Terms(**terms), by=None, now=NOW)


def answered(opening, value="a", *, who="m1", now=NOW, **more):
    return services.answer(opening, {"one": value}, respondent=who, now=now, **more)


# --- What the database refuses -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "broken"),
    [
        pytest.param(Questionnaire, {"title": ""}, id="no-title"),
        pytest.param(Questionnaire, {"scope": "room"}, id="questionnaire-for-half-an-object"),
        pytest.param(Version, {"number": 0}, id="version-zero"),
        pytest.param(Opening, {"state": "perhaps"}, id="unknown-state"),
        pytest.param(Opening, {"shows": "perhaps"}, id="unknown-readers"),
        pytest.param(Opening, {"opened_at": None}, id="open-since-when"),
        pytest.param(Opening, {"state": "closed"}, id="closed-since-when"),
        pytest.param(Opening, {"state": "prepared"}, id="prepared-yet-opened"),
        pytest.param(Opening, {"opens_at": LATER, "closes_at": NOW}, id="closes-before-it-opens"),
        pytest.param(Opening, {"floor": 5, "shows": "at_once"}, id="floor-and-figures-at-once"),
        pytest.param(Opening, {"seed": "s"}, id="half-a-link"),
        pytest.param(Opening, {"scope_id": "12"}, id="opening-for-half-an-object"),
        pytest.param(Response, {"respondent": ""}, id="nobody-answers"),
        pytest.param(Response, {"answered_at": None}, id="neither-sent-nor-draft"),
    ],
)
def test_the_database_refuses(model, broken):
    answered(opened())
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**broken)


def test_the_database_holds_one_answer_each_and_each_version_once():
    opening = opened()
    first = answered(opening)
    with pytest.raises(IntegrityError), transaction.atomic():
        Response.objects.create(opening=opening, respondent=first.respondent, answered_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.create(questionnaire=opening.version.questionnaire, number=1, questions=[])


def test_a_version_that_was_asked_cannot_be_deleted():
    opening = opened()
    with pytest.raises(ProtectedError):
        opening.version.questionnaire.delete()


# --- Questions -----------------------------------------------------------------------------------------------------


def test_a_questionnaire_says_its_title_and_reads_its_questions():
    member = MemberFactory()
    found = services.create(
        "  Un\0 titre ", read([asked("text")]), introduction="Bon\0jour", scope=Scope("room", 12), by=member, now=NOW
    )
    assert (found.title, found.introduction, found.scope, found.scope_id) == ("Un titre", "Bonjour", "room", "12")
    assert found.owner == member
    assert found.versions.get().read()[0].title == "Question text"


@pytest.mark.parametrize(
    ("title", "questions", "refusal"),
    [
        pytest.param(" \0", [asked("text")], QuestionnaireRefused, id="no-title"),
        pytest.param("Titre", [], QuestionsRefused, id="no-question"),
        pytest.param("Titre", (), QuestionsRefused, id="no-question-in-code"),
    ],
)
def test_a_questionnaire_without_a_title_or_a_question_is_refused(title, questions, refusal):
    with pytest.raises(refusal):
        services.create(title, questions, by=None, now=NOW)
    assert not Questionnaire.objects.exists()


def test_a_version_that_nobody_was_asked_is_written_again():
    found = made(asked("text"))
    again = services.revise(found, [asked("number")], by=None, now=LATER)
    assert again.number == 1
    assert [question.kind for question in again.read()] == ["number"]


def test_the_same_questions_make_no_new_version():
    found = opened(asked("text")).version.questionnaire
    assert services.revise(found, [asked("text")], by=None, now=LATER).number == 1


@pytest.mark.parametrize("is_open", [pytest.param(False, id="prepared"), pytest.param(True, id="open")])
def test_a_version_with_an_opening_stays_as_it_is(is_open):
    opening = (
        opened(asked("text")) if is_open else services.prepare(made(asked("text")).versions.get(), by=None, now=NOW)
    )
    new = services.revise(opening.version.questionnaire, [asked("number")], by=None, now=LATER)
    assert new.number == 2
    opening.refresh_from_db()
    assert [question.kind for question in Version.objects.get(pk=opening.version_id).read()] == ["text"]


def test_a_version_is_frozen_when_its_first_opening_opens():
    opening = prepared()
    assert Version.objects.get().frozen_at is None
    services.open_now(opening, by=None, now=NOW)
    services.open_now(services.prepare(opening.version, by=None, now=LATER), by=None, now=LATER)
    assert Version.objects.get().frozen_at == NOW


# --- Openings ------------------------------------------------------------------------------------------------------


def test_an_opening_is_for_the_object_of_its_questionnaire_unless_another_is_said():
    version = made(scope=Scope("room", "12")).versions.get()
    assert services.prepare(version, by=None, now=NOW).scope_id == "12"
    assert services.prepare(version, scope=Scope("event", "3"), by=None, now=NOW).scope == "event"


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        pytest.param({"shows": "all"}, "à qui", id="unknown-readers"),
        pytest.param({"floor": -1}, "plancher", id="floor-below-zero"),
        pytest.param({"floor": 101}, "plancher", id="floor-too-high"),
        pytest.param({"shows": Shows.AT_ONCE}, "à la clôture", id="figures-at-once-with-a-floor"),
        pytest.param({"opens_at": LATER, "closes_at": LATER}, "après", id="ends-before-it-begins"),
    ],
)
def test_terms_that_do_not_hold_together_are_refused(terms, words):
    with pytest.raises(QuestionnaireRefused) as refused:
        prepared(**terms)
    assert words in refused.value.message


def test_opening_and_closing_twice_is_once():
    opening = opened()
    services.open_now(opening, by=None, now=LATER)
    assert opening.opened_at == NOW
    services.close(opening, by=None, now=LATER)
    services.close(opening, by=None, now=LATER + timedelta(hours=1))
    assert (opening.state, opening.closed_at) == (OpeningState.CLOSED, LATER)
    assert opening.is_closed
    assert not opening.is_open


def test_closed_is_the_end():
    assert OPENING_MOVES[OpeningState.CLOSED] == frozenset()
    opening = opened()
    services.close(opening, by=None, now=LATER)
    for act in (
        lambda: services.open_now(opening, by=None, now=LATER),
        lambda: services.plan(opening, opens_at=None, closes_at=None, by=None, now=LATER),
        lambda: answered(opening),
        lambda: services.take_back(opening, respondent="m1", now=LATER),
    ):
        with pytest.raises(QuestionnaireRefused, match="close"):
            act()


def test_what_is_not_open_yet_is_neither_closed_nor_answered():
    opening = prepared()
    with pytest.raises(QuestionnaireRefused, match="pas encore"):
        services.close(opening, by=None, now=NOW)
    with pytest.raises(QuestionnaireRefused, match="pas encore"):
        answered(opening)


def test_what_should_have_closed_already_does_not_open():
    opening = prepared(closes_at=NOW)
    with pytest.raises(QuestionnaireRefused, match="date de clôture"):
        services.open_now(opening, by=None, now=NOW)
    services.plan(opening, opens_at=None, closes_at=LATER, by=None, now=NOW)
    services.open_now(opening, by=None, now=NOW)
    assert opening.is_open


def test_time_opens_and_closes_what_was_planned():
    opening = prepared(opens_at=NOW, closes_at=LATER)
    missed, waits, over = (
        prepared(opens_at=NOW - timedelta(days=2), closes_at=NOW - timedelta(days=1)),
        prepared(opens_at=LATER),
        opened(closes_at=LATER),
    )
    services.move_due(NOW)
    assert Opening.objects.get(pk=opening.pk).opened_at == NOW
    services.move_due(LATER)
    states = dict(Opening.objects.values_list("pk", "state"))
    assert [states[row.pk] for row in (opening, missed, waits, over)] == ["closed", "prepared", "open", "closed"]


def test_an_answer_comes_in_time_even_before_the_clock_turned():
    opening = prepared(opens_at=NOW, closes_at=LATER)
    answered(opening, now=NOW)
    opening.refresh_from_db()
    assert opening.is_open
    with pytest.raises(QuestionnaireRefused, match="close"):
        answered(opening, who="m2", now=LATER)
    opening.refresh_from_db()
    assert opening.is_closed
    assert opening.responses.count() == 1


def test_an_opening_that_somebody_else_moved_meanwhile_is_read_again():
    opening = prepared(opens_at=NOW, closes_at=LATER)
    stale = Opening.objects.get(pk=opening.pk)
    services.open_now(opening, by=None, now=NOW)
    answered(stale, now=NOW)
    services.plan(opening, opens_at=None, closes_at=NOW, by=None, now=NOW)
    with pytest.raises(QuestionnaireRefused, match="close"):
        answered(stale, who="m2", now=NOW)


def test_a_secret_link_opens_one_opening_and_its_secret_is_nowhere_in_the_database():
    opening = prepared(has_link=True)
    secret = links.secret_from(opening.seed)
    assert links.by_secret(secret) == opening
    assert links.by_secret("autre\udc00") is None
    assert secret not in {opening.seed, opening.token_digest}
    assert links.path(prepared()) == ""


# --- Answers -------------------------------------------------------------------------------------------------------


def test_twice_is_once_and_the_last_answer_stays():
    opening = opened()
    answered(opening, "a")
    answered(opening, "b")
    assert opening.responses.get().answers == {"one": "b"}


def test_an_answer_that_is_not_right_keeps_nothing():
    opening = opened()
    with pytest.raises(AnswersRefused) as refused:
        answered(opening, "z")
    assert set(refused.value.errors) == {"one"}
    assert not Response.objects.exists()


def test_a_draft_counts_nowhere_and_does_not_undo_what_was_sent():
    opening = opened(asked("one", required=True), asked("text"))
    services.answer(opening, {"text": "Bon"}, respondent="m1", now=NOW, is_draft=True)
    assert queries.results(opening).responses == 0
    services.answer(opening, {"one": "a"}, respondent="m1", now=NOW)
    services.answer(opening, {"one": "b"}, respondent="m1", now=NOW, is_draft=True)
    found = queries.response_of(opening, "m1")
    assert (found.answers, found.draft) == ({"one": "a"}, {"one": "b"})
    services.answer(opening, {"one": "b"}, respondent="m1", now=NOW)
    assert queries.response_of(opening, "m1").draft is None


def test_someone_takes_their_answer_back():
    opening = opened()
    answered(opening)
    answered(opening, who="m2")
    services.take_back(opening, respondent="m1", now=NOW)
    services.take_back(opening, respondent="m1", now=NOW)
    assert opening.responses.count() == 1


def test_a_named_answer_says_who_and_when_and_loses_its_draft_at_the_end():
    opening = opened(is_anonymous=False)
    answered(opening, now=LATER)
    answered(opening, "b", is_draft=True)
    answered(opening, who="m2", is_draft=True)
    services.close(opening, by=None, now=LATER)
    found = Response.objects.get()
    assert (found.respondent, found.answered_at, found.answers, found.draft) == ("m1", LATER, {"one": "a"}, None)


@pytest.mark.parametrize("who", [pytest.param("", id="nobody"), pytest.param("x" * 65, id="too-long")])
def test_a_respondent_is_a_word(who):
    with pytest.raises(ValueError, match="1 to 64"):
        answered(opened(), who=who)


# --- Anonymity -----------------------------------------------------------------------------------------------------


def test_an_anonymous_answer_says_neither_who_nor_when():
    first, second = opened(), opened()
    answered(first, who="m1", now=LATER)
    answered(second, who="m1", now=LATER)
    one, two = first.responses.get(), second.responses.get()
    assert "m1" not in one.respondent
    assert one.respondent != two.respondent
    assert one.answered_at == first.opened_at != LATER
    assert respondents.key(first, "m1") == one.respondent


def test_at_its_end_an_anonymous_opening_forgets_who_answered_what():
    opening = opened()
    for rank in range(30):
        answered(opening, "abc"[rank % 3], who=f"m{rank}", now=NOW + timedelta(minutes=rank))
    before = list(opening.responses.order_by("pk").values_list("respondent", "answers"))
    services.close(opening, by=None, now=LATER)
    after = list(opening.responses.order_by("pk").values_list("respondent", "answers"))
    assert not {key for key, _said in before} & {key for key, _said in after}
    assert queries.response_of(opening, "m1") is None
    assert sorted(said["one"] for _key, said in before) == sorted(said["one"] for _key, said in after)
    # One chance among 10^13 that the lot draws the same order.
    assert [said for _key, said in before] != [said for _key, said in after]
    assert set(opening.responses.values_list("answered_at", flat=True)) == {LATER}


def test_nothing_that_is_printed_says_a_question_or_an_answer():
    opening = opened(asked("text", title="MARQUEUR"))
    found = services.answer(opening, {"text": "MARQUEUR"}, respondent="m1", now=NOW)
    for row in (opening.version.questionnaire, opening.version, opening, found):
        assert "MARQUEUR" not in str(row) + repr(row)
        assert str(row.pk) in str(row)


# --- Forgetting ----------------------------------------------------------------------------------------------------


def test_everything_of_an_object_is_forgotten_with_it():
    room, other = Scope("room", "1"), Scope("room", "2")
    answered(opened(scope=room))
    kept = opened(scope=other)
    shared = services.prepare(opened(scope=room).version, scope=other, by=None, now=NOW)
    services.forget_scope(room)
    assert set(Opening.objects.all()) == {kept, shared}
    assert Questionnaire.objects.count() == 2
    assert not Response.objects.exists()


def test_the_keys_of_one_kind_of_object_are_forgotten_there_only():
    for is_anonymous in (True, False):
        for scope in (Scope("room", "1"), Scope("event", "1")):
            answered(opened(scope=scope, is_anonymous=is_anonymous), who="p34")
    services.erase_respondent("p34", scope="room")
    assert set(Response.objects.values_list("opening__scope", flat=True)) == {"event"}
    assert Response.objects.count() == 2


def test_what_a_member_answers_in_a_group_is_exported_without_the_words_of_others():
    member = MemberFactory()
    answered(opened(scope=Scope("room", "1")), who=respondents.of_member(member))
    assert [(row["questionnaire"], row["answers"]) for row in queries.export_of(member)] == [("", {"one": "a"})]


def test_what_a_member_answered_goes_with_them_and_what_is_closed_and_anonymous_stays_nobodys():
    member, other = MemberFactory(), MemberFactory()
    mine, theirs = respondents.of_member(member), respondents.of_member(other)
    named, anonymous, closed = opened(is_anonymous=False, by=member), opened(), opened()
    for opening in (named, anonymous, closed):
        answered(opening, who=mine)
        answered(opening, who=theirs)
    services.close(closed, by=None, now=LATER)
    assert [row["questionnaire"] for row in queries.export_of(member)] == ["Un questionnaire"] * 3
    assert {row.get("at") for row in queries.export_of(member)} == {NOW, None}
    services.forget_member(member)
    assert [opening.responses.count() for opening in (named, anonymous, closed)] == [1, 1, 2]
    assert queries.response_of(named, theirs)
    assert queries.response_of(anonymous, theirs)
    assert Questionnaire.objects.filter(owner=None).count() == 3
    assert queries.export_of(member) == []
