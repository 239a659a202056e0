"""What a text is about, the search, « mon espace », what is reported, what is told."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command

from alliage.accounts.registry import personal_data
from alliage.accounts.tests.factories import MemberFactory
from alliage.codev.queries import questions as reads
from alliage.codev.queries import similar, suggested
from alliage.codev.services import answers, questions
from alliage.codev.tests.asked import NOW, answer, ask, ask_everyone, terms
from alliage.directory.queries import matching, understanding
from alliage.directory.tests.factories import CatalystFactory
from alliage.moderation.registry import reportable
from alliage.search.queries import listing
from alliage.territories.tests.places import small_france

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def words(db):
    call_command("load_taxonomy", verbosity=0)


# --- Places and subjects that a text names -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Nous sommes à Saint-Chamond.", ["Saint-Chamond"]),
        ("Saint-Chamond cherche un local", ["Saint-Chamond"]),
        ("Lyon cherche un local", []),
        ("À Lyon, que faire ?", ["Lyon"]),
        ("Un local dans la Loire, près de Saint-Étienne", ["Loire", "Saint-Étienne"]),
        ("Avec Saint-Étienne Métropole", ["Saint-Étienne Métropole"]),
        ("le quartier de La Réunion", ["La Réunion", "La Réunion"]),
        ("une réunion à lyon", []),
        ("Notre ESS, notre EPCI, la DREAL", []),
        ("Bonjour. Comment faire ? Merci.", []),
        ("L’avis d’Aboën compte", ["Aboën"]),
        ("", []),
    ],
    ids=["in", "first", "first-word-alone", "after-a", "two", "epci", "region", "lower-case", "sigles", "greetings", "elided", "empty"],
)  # fmt: skip
def test_territories_are_read_by_their_whole_name(text, names):
    small_france()
    assert [place.name for place in suggested.places(text)] == names


def test_a_long_text_is_read_without_end():
    small_france()
    assert len(suggested.places("Lyon, Papeete, Aboën, Rhône, Loire, " * 200)) <= suggested.MOST_PLACES


def test_few_subjects_are_proposed_and_those_chosen_are_kept():
    about = suggested.about("financer un lieu, évaluer, concertation, agriculture, santé, mobilité", chosen=["odd:17"])
    assert len([one for one in about.terms if one.words]) <= suggested.MOST_TERMS
    assert "odd:17" in [one.code for one in about.terms]
    assert {term.code for term in suggested.terms_of("trouver des financements")} == {"modele"}


def test_those_asked_may_be_chosen_among_a_few():
    from datetime import date

    someone, other = CatalystFactory(terms=terms("leviers:modele")), CatalystFactory(terms=terms("leviers:modele"))
    wanted = understanding.understand("", chosen=["leviers:modele"])

    def found(**options):
        return [each.shown.pk for each in matching.find(wanted, None, today=date(2026, 11, 26), **options).here]

    assert set(found()) == {someone.pk, other.pk}
    assert found(among=[other.pk]) == [other.pk]
    assert found(among=[]) == []


# --- The search ----------------------------------------------------------------------------------------------------


def listed(viewer, q):
    return listing.find("question", viewer=viewer, q=q).ids


def test_the_search_finds_for_each_what_they_may_read(member, animator):
    visitor = AnonymousUser()
    private, public = ask("Une pirogue entre nous ?"), ask_everyone("Une pirogue pour tous ?")
    given = answer(private, "Demandez au piroguier")
    answers.complete(given, "Ou à la batelière", by=member, now=NOW)
    hidden = answer(public, "Un capitaine")
    answers.hide(hidden, by=animator, now=NOW)
    call_command("reindex", verbosity=0)
    assert listed(visitor, "pirogue") == [public.pk]
    assert set(listed(member, "pirogue")) == {private.pk, public.pk}
    assert listed(member, "batelière") == [private.pk]
    assert listed(visitor, "batelière") == []
    assert listed(member, "capitaine") == []
    assert similar.of_text("Une pirogue pour qui ?", visitor).questions[0].id == public.pk
    assert not similar.of_text("court", visitor)
    questions.hide(public, by=animator, now=NOW)
    assert listed(member, "pirogue") == [private.pk]


def test_what_resembles_a_question_is_beside_it(member):
    one = ask_everyone("Comment ouvrir un tiers-lieu dans une ancienne école de village ?")
    other = ask_everyone("Quel statut pour un tiers-lieu dans une ancienne école de village ?")
    call_command("reindex", verbosity=0)
    found = similar.of_question(one, member)
    assert [hit.id for hit in found.questions] == [other.pk]
    assert found.resources == []
    assert not similar.of_question(ask(), member)


def test_facets_and_places_are_indexed():
    france = small_france()
    ask_everyone("Un local ?", terms=terms("leviers:modele", "missions:lieu-travail-partage"), territory=france.chamond)
    call_command("reindex", verbosity=0)
    found = listing.find("question", viewer=AnonymousUser(), filters={"levier": ["modele"]}, place=france.loire)
    assert found.total == 1
    assert found.counts["nature"] == {"aide": 1}


# --- « Mon espace », reports, personal data ------------------------------------------------------------------------


def test_who_reads_may_report_and_what_is_hidden_is_restored(member, animator):
    visitor, given = AnonymousUser(), answer()
    said = answers.complete(given, "Un mot", by=member, now=NOW)
    for code, obj in (("codev.question", given.question), ("codev.answer", given), ("codev.complement", said)):
        kind = reportable.get(code)
        assert not kind.can_see(visitor, obj)
        assert kind.can_see(member, obj)
        assert kind.title(obj) == given.question.title
        assert kind.author(obj) == obj.author
        assert kind.url(obj).startswith("/entraide/")
        kind.hide(obj, by=animator, now=NOW)
        obj.refresh_from_db()
        assert obj.is_hidden
        kind.restore(obj, by=animator, now=NOW)
        obj.refresh_from_db()
        assert not obj.is_hidden


def test_personal_data_is_registered():
    someone = MemberFactory()
    question = ask(by=someone)
    kind = personal_data.get("codev.questions")
    assert kind.export(someone)["questions"][0]["text"] == question.text
    kind.erase(someone)
    assert kind.export(someone)["questions"] == []


def test_questions_that_wait_are_on_the_home_page_for_those_who_read_them(member):
    visitor = AnonymousUser()
    private, public = ask("Entre nous ?"), ask_everyone("Pour tous ?")
    answered = answer(ask_everyone("Déjà répondue ?")).question
    assert reads.unanswered(visitor, 3) == [public]
    assert reads.unanswered(member, 3) == [private, public]
    assert answered not in reads.unanswered(member, 3)


def test_a_closed_account_reads_as_a_visitor():
    gone, question = MemberFactory(is_active=False), ask()
    assert not reads.visible(gone).exists()
    assert not reads.readable(gone).exists()
    assert not reads.visible(None).exists()
    assert reads.readable(MemberFactory()).get() == question
