"""Ask, change, correct, show, close, withdraw, hide; what a leaving member leaves."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import IntegrityError, transaction

from alliage.accounts.tests.factories import MemberFactory
from alliage.codev.help_enums import ASKING, QuestionKind, Readers, Reuse
from alliage.codev.models import Answer, Call, Complement, HelpDraft, Question, QuestionText, Thank, Unwanted, WatchWeek
from alliage.codev.queries import questions as reads
from alliage.codev.services import answers, help_drafts, questions, watch
from alliage.codev.services.questions import LONGEST, QuestionRefused, Said, title_of
from alliage.codev.tests.asked import NOW, TEXT, answer, ask, ask_everyone, practising, terms
from alliage.search.models import SearchChange
from alliage.territories.tests.places import small_france
from alliage.ui.drafts import DraftRefused, DraftTaken, Mark

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


@pytest.fixture
def words(db):
    call_command("load_taxonomy", verbosity=0)


@pytest.fixture
def france(words):
    return small_france()


# --- Ask -----------------------------------------------------------------------------------------------------------


def test_a_sentence_is_enough_and_is_for_members_until_its_author_says_everyone():
    question = ask("Comment faire ?")
    assert question.title == "Comment faire ?"
    assert (question.kind, question.readers, question.reuse) == (QuestionKind.HELP, Readers.MEMBERS, Reuse.ASK)
    assert question.waits
    assert SearchChange.objects.filter(kind="question", object_id=question.pk).exists()


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Bonjour à tous,\n\nComment ouvrir un local ? Nous sommes trois.", "Comment ouvrir un local ?"),
        ("Bonjour", "Bonjour"),
        ("Un local. Puis un autre local plus grand. Et la suite.", "Un local. Puis un autre local plus grand"),
        ("Je cherche de l’aide pour…\n\nOù nous en sommes", "Je cherche de l’aide pour…"),
        (
            "Notre budget est de 3.5 millions d’euros, que faire ?",
            "Notre budget est de 3.5 millions d’euros, que faire ?",
        ),
        ("mot " * 60, f"{'mot ' * 33}mot…"),
        ("x" * 200, "x" * 139 + "…"),
    ],
    ids=["greeting", "greeting-alone", "short-sentence", "ready-text", "decimal", "long", "one-word"],
)
def test_the_first_sentence_that_says_something_is_the_title(text, title):
    assert title_of(text) == title
    assert len(title_of(text)) <= 140


@pytest.mark.parametrize("text", ["", "  \n ", "\0", "x" * (LONGEST + 1)], ids=["empty", "blank", "nul", "too-long"])
def test_what_says_nothing_or_too_much_is_refused(text):
    with pytest.raises(QuestionRefused):
        ask(text)
    assert not Question.objects.exists()


def test_the_same_display_of_the_form_asks_once(member):
    first = ask(by=member, sent="un")
    assert ask(by=member, sent="un") == first
    assert ask(by=member, sent="deux") != first


def test_two_sendings_at_the_same_moment_ask_once(member):
    made = ask(by=member, sent="un")

    def make():
        with transaction.atomic():
            Question.objects.create(title="t", text="t", sent_key=made.sent_key)

    # The first look finds nothing when the other has not committed yet: the constraint decides.
    class Late:
        objects = Question.objects

        def __init__(self):
            self.looks = 0

    late = Late()
    real = Question.objects

    class Manager:
        def filter(self, **options):
            late.looks += 1
            return real.none() if late.looks == 1 else real.filter(**options)

    late.objects = Manager()
    assert questions.once(late, made.sent_key, make) == made


def test_a_fault_of_the_database_that_is_no_double_is_not_hidden():
    def make():
        Question.objects.create(title="", text="")

    with pytest.raises(IntegrityError):
        questions.once(Question, "inconnu", make)
    with pytest.raises(IntegrityError):
        questions.once(Question, None, make)


@pytest.mark.parametrize("kind", sorted(QuestionKind.values))
def test_only_what_asks_waits_for_an_answer(kind):
    question = ask(kind=kind)
    assert (question.watch_at is not None, question.subject_at is not None) == (kind in ASKING, kind in ASKING)
    assert question.waits == (kind in ASKING)


def test_a_question_is_about_subjects_and_a_place(france):
    question = ask(terms=terms("leviers:alliance", "metiers:lieu"), territory=france.etienne)
    assert question.territory == france.etienne
    assert [reads.code_of(term) for term in reads.terms_of(question)] == ["leviers:alliance", "metiers:lieu"]


# --- Change --------------------------------------------------------------------------------------------------------


def test_changing_a_text_keeps_the_earlier_one(words):
    question = ask()
    questions.edit(question, Said(text="Comment payer un loyer ?", terms=terms("leviers:modele")), now=LATER)
    assert (question.title, question.edited_at) == ("Comment payer un loyer ?", LATER)
    earlier = QuestionText.objects.get()
    assert (earlier.text, earlier.written_at, earlier.replaced_at) == (TEXT, NOW, LATER)
    questions.edit(question, Said(text="Comment payer un loyer ?"), now=LATER + timedelta(days=1))
    assert QuestionText.objects.count() == 1
    questions.edit(question, Said(text="Autre chose encore ?"), now=LATER + timedelta(days=2))
    assert QuestionText.objects.first().written_at == LATER


def test_correcting_the_subjects_sends_it_to_whom_they_concern(words):
    question = ask()
    someone = practising("leviers:modele")
    questions.correct(question, terms("leviers:modele"), None, now=LATER)
    assert Call.objects.get().member == someone
    assert QuestionText.objects.count() == 0


def test_correcting_what_waits_no_more_sends_it_to_nobody(words):
    question = ask()
    answer(question)
    practising("leviers:modele")
    questions.correct(question, terms("leviers:modele"), None, now=LATER)
    assert not Call.objects.exists()


def test_a_closed_question_is_not_changed_until_it_is_opened_again(words):
    question = ask()
    questions.close(question, now=LATER)
    questions.close(question, now=LATER + timedelta(days=1))
    assert question.closed_at == LATER
    assert not question.waits
    with pytest.raises(QuestionRefused):
        questions.edit(question, Said(text="Autre"), now=LATER)
    with pytest.raises(QuestionRefused):
        questions.correct(question, [], None, now=LATER)
    questions.reopen(question, now=LATER)
    assert question.waits


def test_answers_written_for_members_never_become_public():
    question = ask()
    questions.show_to(question, Readers.PUBLIC, now=LATER)
    assert question.is_public
    questions.show_to(question, Readers.MEMBERS, now=LATER)
    given = answer(question)
    with pytest.raises(QuestionRefused):
        questions.show_to(question, Readers.PUBLIC, now=LATER)
    answers.withdraw(given, now=LATER)
    own = answer(question, by=question.author)
    answers.complete(own, "Un mot", by=MemberFactory(), now=LATER)
    with pytest.raises(QuestionRefused):
        questions.show_to(question, Readers.PUBLIC, now=LATER)
    question.refresh_from_db()
    assert not question.is_public


def test_a_question_is_erased_while_nobody_else_wrote_under_it():
    question = ask()
    answer(question, by=question.author)
    questions.withdraw(question, now=LATER)
    assert not Question.objects.exists()
    kept = answer().question
    with pytest.raises(QuestionRefused):
        questions.withdraw(kept, now=LATER)
    assert Question.objects.exists()


def test_who_may_reuse_a_question_is_its_authors_to_say():
    question = ask()
    questions.say_reuse(question, Reuse.NAMED)
    assert question.reuse == Reuse.NAMED


def test_hiding_and_restoring_is_told_to_the_search(animator):
    question = ask_everyone()
    questions.hide(question, by=animator, now=LATER)
    assert not reads.visible(question.author).exists()
    questions.restore(question, by=animator, now=LATER)
    assert reads.public().get() == question
    assert SearchChange.objects.filter(object_id=question.pk).count() == 3


# --- Nothing of its words where it should not be -------------------------------------------------------------------


def test_the_address_of_what_members_alone_read_says_nothing_of_it():
    private, public = ask("Le secret du maire ?"), ask_everyone("Le secret du maire ?")
    assert private.get_absolute_url() == f"/entraide/{private.pk}-question/"
    assert public.get_absolute_url() == f"/entraide/{public.pk}-le-secret-du-maire/"
    assert ask_everyone("???????").slug == "question"


def test_what_logs_print_holds_no_word(words):
    given = answer(ask("MARQUEUR"), "MARQUEUR")
    questions.edit(given.question, Said(text="MARQUEUR bis"), now=LATER)
    answers.edit(given, "MARQUEUR bis", now=LATER)
    answers.complete(given, "MARQUEUR", by=MemberFactory(), now=LATER)
    answers.thank(given, by=MemberFactory(), now=LATER)
    help_drafts.keep("question", {"text": ["MARQUEUR"]}, mark=Mark("", "t"), by=given.author, now=NOW)
    week = watch.take_week(watch.mondays(NOW)[0], by=given.author, now=NOW)
    refused = Unwanted.objects.create(member=given.author, term=terms("leviers:modele")[0])
    rows = [
        given, given.question, QuestionText.objects.get(), given.texts.get(), Complement.objects.get(), Thank.objects.get(),
        HelpDraft.objects.get(), week, refused,
    ]  # fmt: skip
    assert not any("MARQUEUR" in f"{row} {row!r}" for row in rows)


# --- Invariants ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "autre"},
        {"readers": "group"},
        {"reuse": "autre"},
        {"title": ""},
        {"text": ""},
        {"subject_since": NOW, "kind": QuestionKind.NOTICE},
    ],
    ids=["kind", "readers", "reuse", "title", "text", "subject"],
)
def test_the_database_refuses_what_the_rules_refuse(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.create(**({"title": "t", "text": "t"} | wrong))


def test_an_accepted_answer_has_a_date():
    given = answer()
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.filter(pk=given.question_id).update(accepted=given)


def test_earlier_texts_say_something():
    question = ask()
    with pytest.raises(IntegrityError), transaction.atomic():
        QuestionText.objects.create(question=question, text="", written_at=NOW, replaced_at=NOW)


# --- Drafts --------------------------------------------------------------------------------------------------------


def keep(member, text, *, tab="un", seen="", now=NOW, **mark):
    return help_drafts.keep("question", {"text": [text]}, mark=Mark("", tab, seen, **mark), by=member, now=now)


def test_a_draft_is_kept_for_its_author_until_it_is_sent(member):
    keep(member, "Je commence")
    assert help_drafts.draft_of(member, "question")["data"] == {"text": ["Je commence"]}
    assert help_drafts.draft_of(MemberFactory(), "question") is None
    questions.post(Said(text="Je commence et je finis"), by=member, now=NOW, tab="un")
    assert help_drafts.draft_of(member, "question") is None
    keep(member, "Je commence", now=NOW + timedelta(seconds=2))  # arrives after what its own window sent
    assert help_drafts.draft_of(member, "question") is None


def test_without_a_window_what_is_sent_leaves_no_draft(member):
    keep(member, "Je commence")
    ask(by=member)
    assert not HelpDraft.objects.exists()


def test_two_windows_do_not_overwrite_one_another(member):
    keep(member, "Ici")
    with pytest.raises(DraftTaken):
        keep(member, "Là", tab="deux")
    keep(member, "Là", tab="deux", force=True)
    assert help_drafts.draft_of(member, "question")["data"] == {"text": ["Là"]}


def test_a_draft_is_not_a_book(member):
    with pytest.raises(DraftRefused):
        keep(member, "x" * 40_000)


def test_a_visitor_has_no_draft():
    assert help_drafts.draft_of(AnonymousUser(), "question") is None


def test_old_drafts_are_forgotten(member):
    keep(member, "Vieux")
    help_drafts.forget_old(NOW + timedelta(days=59))
    assert HelpDraft.objects.exists()
    help_drafts.forget_old(NOW + timedelta(days=61))
    assert not HelpDraft.objects.exists()


# --- The account closes --------------------------------------------------------------------------------------------


def test_a_member_takes_away_what_they_wrote(words, member):
    someone = practising("leviers:modele")
    question = ask(by=member, terms=terms("leviers:modele"))
    given = answer(question, by=someone)
    answers.complete(given, "Un mot", by=member, now=NOW)
    answers.thank(given, by=member, now=NOW)
    told = questions.export_of(member)
    assert [each["text"] for each in told["questions"]] == [TEXT]
    assert [each["text"] for each in told["complements"]] == ["Un mot"]
    assert len(told["mercis"]) == 1
    theirs = questions.export_of(someone)
    assert [each["text"] for each in theirs["reponses"]] == ["Demandez d’abord à la mairie."]
    assert len(theirs["questions_recues"]) == 1


def test_a_leaving_member_leaves_what_others_answered_unsigned(words, member):
    alone, answered = ask(by=member), ask("Une question partagée ?", by=member)
    other = ask("Une autre ?")
    given = answer(answered)
    mine = answer(other, by=member)
    answers.thank(given, by=member, now=NOW)
    answers.edit(mine, "Autrement dit", now=LATER)
    answers.complete(given, "Un mot", by=member, now=NOW)
    answers.accept(given, by=member, now=NOW)
    questions.edit(answered, Said(text="Une question partagée, redite ?"), now=LATER)
    watch.take_week(watch.mondays(NOW)[0], by=member, now=NOW)
    keep(member, "En cours")
    questions.forget_member(member, now=LATER)
    assert not Question.objects.filter(pk=alone.pk).exists()
    answered.refresh_from_db()
    assert (answered.author, answered.accepted_by) == (None, None)
    assert answered.texts.count() == 0
    mine.refresh_from_db()
    assert (mine.author, mine.texts.count()) == (None, 0)
    given.refresh_from_db()
    assert given.thanks_count == 0
    assert Complement.objects.get().author is None
    assert not any(table.objects.filter(member=member).exists() for table in (Thank, Call, WatchWeek, HelpDraft))
    assert Answer.objects.count() == 2
