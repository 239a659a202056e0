"""To whom a question goes: the few whose practice answers it, with reasons that are true, within the caps."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from alliage.accounts.tests.factories import MemberFactory
from alliage.codev.help_enums import MOST_A_MONTH, MOST_CALLED, CallState, QuestionKind
from alliage.codev.models import Call, Unwanted
from alliage.codev.queries import calls as queries
from alliage.codev.services import answers, calls, questions
from alliage.codev.tests.asked import NOW, answer, ask, practising, terms
from alliage.notifications.enums import Frequency
from alliage.notifications.models import Notification
from alliage.notifications.services import choose
from alliage.territories.tests.places import small_france

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=3)


@pytest.fixture(autouse=True)
def words(db):
    call_command("load_taxonomy", verbosity=0)


def about_money(**options):
    return ask("Comment payer tout cela ?", terms=terms("leviers:modele"), **options)


def asked_of(question):
    return [sent.member for sent in question.calls.order_by("seat")]


def test_a_question_goes_to_who_practises_its_subject_and_says_why():
    someone, _other = practising("leviers:modele"), practising("leviers:alliance")
    question = about_money()
    sent = Call.objects.get()
    assert (sent.member, sent.seat, sent.turn, sent.month) == (someone, 1, 1, "2026-11")
    assert len(sent.reasons) == 1
    assert sent.reasons[0].startswith("votre fiche dit que vous travaillez le levier")
    assert sent.terms == ["leviers:modele"]
    told = Notification.objects.get(person=someone)
    assert told.title == f"Une question pour vous\u00a0: {question.title}"
    assert sent.reasons[0] in told.text
    assert told.url.endswith("#pour-vous")


def test_it_goes_to_three_at_first_and_never_to_its_author():
    author = practising("leviers:modele")
    for number in range(5):
        practising("leviers:modele", name=f"Dominique {number}")
    question = about_money(by=author)
    assert len(asked_of(question)) == calls.AT_FIRST
    assert author not in asked_of(question)
    calls.call(question, now=NOW)
    assert len(asked_of(question)) == MOST_CALLED
    assert calls.call(question, now=NOW) == []


@pytest.mark.parametrize("kind", [QuestionKind.STORY, QuestionKind.NOTICE, QuestionKind.MINUTES], ids=str)
def test_what_asks_nothing_is_sent_to_nobody(kind):
    practising("leviers:modele")
    assert asked_of(about_money(kind=kind)) == []


def test_nobody_receives_more_than_a_few_a_month():
    someone = practising("leviers:modele")
    for _number in range(MOST_A_MONTH + 2):
        about_money()
    assert Call.objects.filter(member=someone).count() == MOST_A_MONTH
    in_december = NOW + timedelta(days=8)
    about_money(now=in_december)
    assert Call.objects.get(member=someone, month="2026-12").turn == 1


def test_who_answered_on_a_subject_is_asked_without_a_page_in_the_directory():
    someone = MemberFactory()
    answer(about_money(), by=someone)
    question = about_money()
    sent = question.calls.get()
    assert sent.member == someone
    assert sent.reasons == ["vous avez déjà répondu à une question sur ce sujet"]
    assert sent.terms == ["leviers:modele"]


def test_practice_and_answers_add_up():
    reader, someone = practising("leviers:modele", name="Aline"), practising("leviers:modele", name="Zoé")
    answer(about_money(), by=someone)
    answer(about_money(), by=someone)
    question = about_money()
    assert asked_of(question)[:2] == [someone, reader]
    assert question.calls.get(member=someone).reasons[0] == "vous avez déjà répondu à 2 questions sur ce sujet"


def test_hidden_answers_give_no_standing(animator):
    given = answer(about_money())
    answers.hide(given, by=animator, now=NOW)
    assert asked_of(about_money()) == []


def test_the_place_is_said_when_both_have_it():
    france = small_france()
    someone = practising("leviers:modele", territory=france.etienne, areas=[france.etienne])
    question = about_money(territory=france.chamond)
    sent = question.calls.get(member=someone)
    assert sent.reasons[-1] == "votre fiche vous situe au même endroit\u00a0: Saint-Étienne Métropole"
    far = about_money(territory=france.denis)
    assert not any("même endroit" in reason for reason in far.calls.get(member=someone).reasons)


def test_a_word_of_the_page_is_a_reason_when_nothing_else_is():
    someone = practising(search_text="boulangerie", presentation="Nous avons ouvert une boulangerie.", territory=None)
    candidate = queries.Candidate(someone.pk)
    assert queries.reasons(candidate, ask("Et le pain ?")) == ["votre fiche parle de ce sujet"]


def test_a_question_without_subject_nor_place_finds_nobody():
    practising("leviers:modele")
    assert asked_of(ask("Et alors ?")) == []


def test_entries_without_a_member_are_left_out():
    from alliage.directory.tests.factories import CatalystFactory

    CatalystFactory(terms=terms("leviers:modele"))
    assert asked_of(about_money()) == []


def test_who_closed_their_account_or_wants_no_question_is_left_out():
    gone, quiet = practising("leviers:modele", name="A"), practising("leviers:modele", name="B")
    gone.is_active = False
    gone.save()
    choose(quiet, {calls.SENT: Frequency.NEVER}, now=NOW)
    assert asked_of(about_money()) == []


# --- What they say -------------------------------------------------------------------------------------------------


def test_not_this_time_asks_the_next_one():
    for number in range(6):
        practising("leviers:modele", name=f"Dominique {number}")
    question = about_money()
    first = question.calls.first()
    calls.reply(first, CallState.NOT_NOW, now=LATER)
    assert (first.state, first.answered_at) == (CallState.NOT_NOW, LATER)
    assert len(asked_of(question)) == calls.AT_FIRST + 1
    calls.reply(first, CallState.NOT_NOW, now=LATER)
    assert len(asked_of(question)) == calls.AT_FIRST + 1
    assert not Unwanted.objects.exists()


def test_no_more_on_this_subject_is_heard_and_may_be_taken_back():
    someone = practising("leviers:modele", "leviers:alliance")
    question = about_money()
    calls.reply(question.calls.get(), CallState.NOT_THIS, now=LATER)
    refused = Unwanted.objects.get()
    assert (refused.member, refused.term.code) == (someone, "modele")
    assert asked_of(about_money()) == []
    assert asked_of(ask("Avec qui ?", terms=terms("leviers:alliance"))) == [someone]
    assert [each.term.code for each in queries.unwanted(someone)] == ["modele"]
    calls.take_again(refused)
    assert asked_of(about_money()) == [someone]


def test_a_subject_that_the_network_dropped_is_not_refused():
    practising("leviers:modele")
    sent = about_money().calls.get()
    Call.objects.filter(pk=sent.pk).update(terms=["leviers:disparu"])
    sent.refresh_from_db()
    calls.reply(sent, CallState.NOT_THIS, now=LATER)
    assert not Unwanted.objects.exists()


def test_answering_says_that_one_answered_and_nothing_else_may_be_said():
    someone = practising("leviers:modele")
    question = about_money()
    sent = question.calls.get()
    calls.reply(sent, CallState.NOT_NOW, now=LATER)
    answer(question, by=someone)
    sent.refresh_from_db()
    assert sent.state == CallState.ANSWERED
    with pytest.raises(calls.CallRefused):
        calls.reply(sent, CallState.NOT_NOW, now=LATER)


def test_saying_that_one_answered_asks_nobody_else():
    for number in range(5):
        practising("leviers:modele", name=f"Dominique {number}")
    question = about_money()
    calls.reply(question.calls.first(), CallState.ANSWERED, now=LATER)
    assert len(asked_of(question)) == calls.AT_FIRST


def test_what_waits_for_me_is_what_may_still_be_answered(animator):
    someone = practising("leviers:modele")
    waiting, closed, hidden = about_money(), about_money(), about_money()
    questions.close(closed, now=NOW)
    questions.hide(hidden, by=animator, now=NOW)
    assert [sent.question for sent in queries.waiting_for(someone, 9)] == [waiting]
    assert queries.waiting_for(MemberFactory(), 9) == []


# --- Invariants ----------------------------------------------------------------------------------------------------


def made(question, member, **fields):
    given = {"seat": 1, "turn": 1, "month": "2026-11", "sent_at": NOW} | fields
    return Call.objects.create(question=question, member=member, **given)


@pytest.mark.parametrize(
    "wrong",
    [
        {"seat": MOST_CALLED + 1},
        {"seat": 0},
        {"turn": MOST_A_MONTH + 1},
        {"turn": 0},
        {"state": "autre"},
        {"state": CallState.NOT_NOW},
        {"answered_at": NOW},
    ],
    ids=["seat-6", "seat-0", "turn-5", "turn-0", "state", "said-without-date", "date-without-word"],
)
def test_the_database_holds_the_caps(member, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        made(ask(), member, **wrong)


@pytest.mark.parametrize("same", ["member", "seat", "turn"])
def test_a_seat_and_a_turn_are_taken_once(member, same):
    question = ask()
    made(question, member)
    other = {"question": question, "member": MemberFactory(), "seat": 2, "turn": 2}
    twice = {
        "member": other | {"member": member},
        "seat": other | {"seat": 1},
        "turn": other | {"question": ask(), "member": member, "turn": 1},
    }[same]
    with pytest.raises(IntegrityError), transaction.atomic():
        made(**twice)


def test_the_last_turn_taken_at_the_same_moment_leaves_the_question_to_the_next():
    someone, next_one = practising("leviers:modele", name="A"), practising("leviers:modele", name="B")
    question = ask("Et alors ?")
    for turn in range(1, MOST_A_MONTH + 1):
        made(ask(), someone, turn=turn)
    full, free = queries.Candidate(someone.pk), queries.Candidate(next_one.pk)
    assert calls._send(question, full, seat=1, now=NOW) is None
    assert calls._send(question, free, seat=1, now=NOW).member == next_one
    assert calls._send(question, free, seat=2, now=NOW) is None


def test_a_subject_is_refused_once(member):
    term = terms("leviers:modele")[0]
    Unwanted.objects.create(member=member, term=term)
    with pytest.raises(IntegrityError), transaction.atomic():
        Unwanted.objects.create(member=member, term=term)
