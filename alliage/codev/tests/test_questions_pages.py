"""Pages of « Entraide »: who reads what, nothing typed is lost, nothing of members leaves the members."""

import json
import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from alliage.accounts.tests.factories import MemberFactory
from alliage.codev.help_enums import CallState, QuestionKind, Readers, Reuse
from alliage.codev.help_texts import READY, ready_text, with_ready_text
from alliage.codev.models import Answer, Birth, Call, Complement, HelpDraft, Question, Unwanted, WatchWeek
from alliage.codev.services import answers, calls, questions, watch
from alliage.codev.services.questions import Said
from alliage.codev.tests.asked import TEXT, answer, ask, ask_everyone, ids, practising, terms
from alliage.codev.views import asking
from alliage.library.models import Proposal
from alliage.moderation.references import report_url
from alliage.territories.tests.places import small_france

pytestmark = pytest.mark.django_db
NEW = "/entraide/poser/"
MARKER = "MARQUEURCONFIDENTIEL"


@pytest.fixture(autouse=True)
def words(db):
    call_command("load_taxonomy", verbosity=0)


@pytest.fixture
def now():
    return timezone.now()


def body(response):
    return response.content.decode()


def main(response):
    return body(response).partition("<main")[2].partition("</main>")[0]


def sign_in(client, person):
    client.force_login(person)
    return client


# --- Ask -----------------------------------------------------------------------------------------------------------


def test_one_box_is_enough(client, member):
    sign_in(client, member)
    page = body(client.get("/entraide/"))
    assert page.count("<textarea") == 1
    response = client.post(NEW, {"text": TEXT, "sent": "un"})
    question = Question.objects.get()
    assert response["Location"] == question.get_absolute_url()
    assert (question.author, question.readers, question.kind) == (member, Readers.MEMBERS, QuestionKind.HELP)
    assert client.post(NEW, {"text": TEXT, "sent": "un"})["Location"] == question.get_absolute_url()
    assert Question.objects.count() == 1


def test_what_it_is_about_is_understood_from_its_words_and_corrected(client, member):
    france = small_france()
    sign_in(client, member)
    text = "Nous cherchons un lieu à Saint-Chamond, et de quoi le financer."
    page = main(client.post(NEW, {"text": text, "act": "look"}))
    assert "Cela parle de" in page
    assert 'value="leviers:modele" checked' in page
    assert 'value="commune:42207" checked' in page
    assert not Question.objects.exists()
    given = {"text": text, "vu": ["leviers:modele", "metiers:lieu"], "avec": ["metiers:lieu"], "ou": "aucun"}
    again = main(client.post(NEW, given | {"act": "look"}))
    assert 'value="leviers:modele"><span>' in again
    client.post(NEW, given)
    question = Question.objects.get()
    codes = {f"{term.vocabulary}:{term.code}" for term in question.terms.all()}
    assert "metiers:lieu" in codes
    assert "leviers:modele" not in codes
    assert question.territory is None
    client.post(NEW, {"text": text})
    assert Question.objects.latest("pk").territory == france.chamond
    client.post(NEW, {"text": text, "place": "Lyon"})
    assert Question.objects.latest("pk").territory == france.lyon
    client.post(NEW, {"text": text, "ou": "commune:97411"})
    assert Question.objects.latest("pk").territory == france.denis


def test_a_place_that_nobody_knows_is_refused_and_everything_stays(client, member):
    sign_in(client, member)
    response = client.post(NEW, {"text": TEXT, "place": "Zzyzx", "readers": "public", "kind": "sujet"})
    page = main(response)
    assert response.status_code == 422
    assert "Aucun territoire ne correspond" in page
    assert TEXT in page
    assert 'value="public" required' in page or re.search(r'value="public"[^>]*checked', page)


def test_an_empty_question_is_refused(client, member):
    sign_in(client, member)
    response = client.post(NEW, {"text": "  "})
    assert response.status_code == 422
    assert "une phrase suffit" in body(response)


def test_what_exists_already_never_blocks(client, member):
    other = ask_everyone("Comment ouvrir un tiers-lieu dans une ancienne école ?")
    call_command("reindex", verbosity=0)
    sign_in(client, member)
    page = main(client.post(NEW, {"text": TEXT, "act": "look"}))
    assert "Cela existe peut-être déjà" in page
    assert other.get_absolute_url() in page
    part = body(client.post("/entraide/existe/", {"text": TEXT}))
    assert other.get_absolute_url() in part
    assert "<html" not in part
    assert "Nous ne trouvons rien de proche" in body(client.post("/entraide/existe/", {"text": "Bref"}))
    assert client.post(NEW, {"text": TEXT}).status_code == 302


def test_a_visitor_sees_nothing_of_members_beside_the_box(client):
    ask(f"Comment ouvrir un tiers-lieu {MARKER} ?")
    call_command("reindex", verbosity=0)
    response = client.post("/entraide/existe/", {"text": f"Comment ouvrir un tiers-lieu {MARKER} ?"})
    assert MARKER not in body(response)


def test_a_visitors_text_waits_while_they_sign_in(client, member):
    given = {"text": TEXT, "readers": "public", "vu": ["leviers:modele"], "kind": "sujet"}
    page = body(client.get(NEW))
    assert "Continuer\u00a0: me connecter" in page
    assert TEXT in body(client.post(NEW, given | {"act": "look"}))
    response = client.post(NEW, given)
    assert response.status_code == 303
    assert response["Location"].startswith(reverse("account_login"))
    assert TEXT not in response["Location"]
    assert "next=" in response["Location"]
    sign_in(client, member)
    page = main(client.get(NEW))
    assert TEXT in page
    assert "avant de vous connecter" in page
    assert re.search(r'value="public"[^>]*checked', page)
    assert 'name="kind" value="sujet"' in page
    client.post(NEW, given)
    assert Question.objects.get().is_public
    assert TEXT not in main(client.get(NEW))


def test_what_a_visitor_leaves_is_short_and_too_many_are_told_with_their_text(client, monkeypatch):
    monkeypatch.setattr(asking, "KEPT_PER_PERSON", "1/10m")
    client.get(NEW)
    assert client.cookies["formulaire"]["path"] == NEW  # a hall behind one address is not one person
    client.post(NEW, {"text": ["y", "x" * 90_000], "vu": ["x" * 9000] * 90, "place": "x" * 9000})
    kept = client.session[asking.WAITING]
    assert [[len(each) for each in kept[name]] for name in ("text", "vu", "place")] == [[6000], [200] * 12, [200]]
    response = client.post(NEW, {"text": TEXT})
    assert response.status_code == 429
    assert TEXT in main(response)


def test_a_kept_text_is_erased_by_one_button(client, member):
    client.post(NEW, {"text": TEXT})
    assert client.post(NEW, {"act": "oublier"}).status_code == 302
    assert TEXT not in body(client.get(NEW))
    sign_in(client, member)
    client.post("/entraide/brouillon/question/", {"text": TEXT, "tab": "un"})
    client.post(NEW, {"act": "oublier"})
    assert not HelpDraft.objects.exists()


def test_five_ready_texts_begin_without_taking_anything_away(client, member):
    assert [each.kind for each in READY] == list(QuestionKind)
    sign_in(client, member)
    page = main(client.post(NEW, {"text": "", "act": "modele:retour"}))
    assert "Ce que nous referions autrement" in page
    assert 'name="kind" value="retour"' in page
    page = main(client.post(NEW, {"text": "Déjà écrit", "act": "modele:compte-rendu"}))
    assert "Déjà écrit" in page
    assert "Ce qui est décidé" in page
    assert "Déjà écrit" in main(client.post(NEW, {"text": "Déjà écrit", "act": "modele:inconnu"}))
    assert "Je cherche de l’aide" in main(client.get(f"{NEW}?modele=aide"))
    assert 'name="kind" value="aide"' in main(client.get(f"{NEW}?modele=inconnu"))


def test_one_ready_text_gives_way_to_another_but_never_doubles():
    first, second = ready_text("aide"), ready_text("retour")
    assert with_ready_text("", "aide") == first
    assert with_ready_text(first, "retour") == second
    written = with_ready_text("Le mien", "aide")
    assert with_ready_text(written, "aide") == written


def test_too_many_questions_in_a_row_are_kept_on_the_page(client, member):
    sign_in(client, member)
    for number in range(10):
        client.post(NEW, {"text": f"Question {number} ?"})
    response = client.post(NEW, {"text": TEXT})
    assert response.status_code == 429
    assert TEXT in body(response)


# --- Drafts --------------------------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_and_brought_back(client, member):
    sign_in(client, member)
    address = "/entraide/brouillon/question/"
    kept = client.post(address, {"text": "Je com\0mence", "tab": "un", "seen": "", "csrfmiddlewaretoken": "x"})
    told = json.loads(kept.content)
    assert kept.status_code == 200
    assert "Vous seul le voyez" in told["message"]
    page = main(client.get(NEW))
    assert "Je commence" in page
    assert "Voici votre brouillon" in page
    taken = client.post(address, {"text": "Ailleurs", "tab": "deux"})
    assert taken.status_code == 409
    assert client.post(address, {"text": "Ailleurs", "tab": "deux", "force": "1"}).status_code == 200
    assert client.post(address, {"text": "x" * 40_000, "tab": "deux", "force": "1"}).status_code == 422
    assert client.post(address, {"tab": "deux"}).status_code == 400


def test_drafts_of_answers_are_one_per_question(client, member):
    question = ask()
    sign_in(client, member)
    client.post(f"/entraide/brouillon/reponse-{question.pk}/", {"text": "À finir", "tab": "un"})
    assert client.post("/entraide/brouillon/reponse-999/", {"text": "À finir", "tab": "un"}).status_code == 404
    page = main(client.get(question.get_absolute_url()))
    assert "À finir" in page
    assert "Voici votre brouillon" in page
    client.post(f"/entraide/{question.pk}/repondre/", {"text": "À finir, fini", "tab": "un"})
    assert "Voici votre brouillon" not in main(client.get(question.get_absolute_url()))


def test_drafts_in_a_loop_are_stopped(client, member, monkeypatch):
    from alliage.codev.views import asking

    monkeypatch.setattr(asking, "DRAFTS_PER_PERSON", "1/10m")
    sign_in(client, member)
    for status in (200, 429):
        response = client.post("/entraide/brouillon/question/", {"text": "x", "tab": "un"})
        assert response.status_code == status


# --- Read ----------------------------------------------------------------------------------------------------------


def test_a_question_for_members_is_read_by_members_alone(client, member, now):
    question = ask(f"Une question {MARKER} ?")
    given = answer(question, f"Une réponse {MARKER}")
    answers.complete(given, f"Un complément {MARKER}", by=member, now=now)
    questions.edit(question, Said(text=f"Une question {MARKER}, redite ?"), now=now)
    call_command("reindex", verbosity=0)
    addresses = [
        question.get_absolute_url(), f"/entraide/{question.pk}/textes/", "/entraide/", "/entraide.csv", "/entraide.json",
        "/entraide.rss", f"/entraide/?q={MARKER}", f"/entraide.json?q={MARKER}", f"/recherche/?q={MARKER}", "/", "/sitemap.xml",
        f"/recherche.json?q={MARKER}", report_url(question), report_url(given),
    ]  # fmt: skip
    for address in addresses:
        response = client.get(address)
        said = b"".join(response.streaming_content) if response.streaming else response.content
        assert f"Une question {MARKER}" not in said.decode(), address
        assert f"réponse {MARKER}" not in said.decode(), address
    assert client.get(question.get_absolute_url())["Location"].startswith(reverse("account_login"))
    sign_in(client, member)
    assert f"Une question {MARKER}" in main(client.get(question.get_absolute_url()))
    assert f"Une question {MARKER}" in main(client.get("/entraide/"))
    assert question.get_absolute_url() in main(client.get(f"/recherche/?q={MARKER}"))
    for extension in ("csv", "json", "rss"):  # files travel: they hold what everyone reads, whoever asks
        response = client.get(f"/entraide.{extension}")
        said = b"".join(response.streaming_content) if response.streaming else response.content
        assert MARKER not in said.decode()


def test_a_public_question_is_read_found_and_exported_by_everyone(client):
    question = ask_everyone(f"Une question {MARKER} ?", terms=terms("leviers:modele", "metiers:lieu", "odd:11"))
    answer(question, "Oui")
    call_command("reindex", verbosity=0)
    page = main(client.get(question.get_absolute_url()))
    assert MARKER in page
    assert "Se connecter pour répondre" in page
    assert question.get_absolute_url() in main(client.get(f"/recherche/?q={MARKER}"))
    [row] = (
        client.get("/entraide.json").json()["results"]
        if False
        else json.loads(b"".join(client.get("/entraide.json").streaming_content))["results"]
    )
    assert (row["title"], row["leviers"], row["answers"]) == (f"Une question {MARKER} ?", ["modele"], 1)
    assert "author" not in row
    lines = b"".join(client.get("/entraide.csv").streaming_content).decode()
    assert MARKER in lines
    assert MARKER in client.get("/entraide.rss").content.decode()


def test_an_address_is_mended(client):
    question = ask_everyone()
    response = client.get(f"/entraide/{question.pk}-autre/")
    assert response["Location"] == question.get_absolute_url()
    assert client.get("/entraide/999-rien/").status_code == 404
    assert client.get("/entraide/999/textes/").status_code == 404


def test_what_is_hidden_is_read_by_its_author_and_animators(client, animator, now):
    question = ask_everyone()
    questions.hide(question, by=animator, now=now)
    assert client.get(question.get_absolute_url()).status_code == 404
    assert client.get(sign_in(client, MemberFactory()) and question.get_absolute_url()).status_code == 404
    assert "a masqué cette question" in body(sign_in(client, question.author).get(question.get_absolute_url()))
    assert question.title not in main(client.get("/entraide/?etat=les-miennes"))
    assert "a masqué cette question" in body(sign_in(client, animator).get(question.get_absolute_url()))


def test_the_list_is_narrowed_and_every_filter_is_taken_back(client, member):
    france = small_france()
    ours = ask("Un local à Saint-Chamond ?", by=member, terms=terms("leviers:modele"), territory=france.chamond)
    answered = answer(ask("Une question qui a trouvé ?")).question
    ask("Une annonce", kind=QuestionKind.NOTICE)
    sign_in(client, member)

    def listed(query):
        return set(re.findall(r'entry__title"><a href="([^"]+)"', main(client.get(f"/entraide/?{query}"))))

    assert len(listed("")) == 3
    assert listed("q=chamond local") == {ours.get_absolute_url()}
    assert listed("levier=modele") == {ours.get_absolute_url()}
    assert listed("territoire=departement:42") == {ours.get_absolute_url()}
    assert listed("territoire=departement:69") == set()
    assert listed("etat=sans-reponse") == {ours.get_absolute_url()}
    assert listed("etat=les-miennes") == {ours.get_absolute_url()}
    assert listed("nature=aide") == {ours.get_absolute_url(), answered.get_absolute_url()}
    assert len(listed("levier=inconnu&nature=inconnu&etat=inconnu&territoire=inconnu")) == 3
    page = main(client.get("/entraide/?q=local&levier=modele&territoire=departement:42&nature=aide&etat=sans-reponse"))
    assert page.count("Retirer le filtre") == 4
    assert "Retirer tous les filtres" in main(client.get("/entraide/?q=inexistant"))
    assert (
        client.get("/entraide/?lieu=Saint-Chamond&q=local")["Location"] == "/entraide/?q=local&territoire=commune:42207"
    )
    assert client.get("/entraide/?lieu=&territoire=commune:42207")["Location"] == "/entraide/"


def test_each_empty_list_says_what_would_be_there(client, member):
    assert "ouverte à tous" in main(client.get("/entraide/"))
    assert "ouverte à tous" in main(client.get("/entraide/?etat=les-miennes"))
    sign_in(client, member)
    assert "Personne n’a encore posé de question" in main(client.get("/entraide/"))
    assert "Toutes les questions ont une réponse" in main(client.get("/entraide/?etat=sans-reponse"))
    assert "Vous n’avez pas encore posé de question" in main(client.get("/entraide/?etat=les-miennes"))


@pytest.mark.parametrize("count", [1, 8])
def test_a_list_costs_the_same_whatever_its_length(client, member, django_assert_max_num_queries, count):
    france = small_france()
    for number in range(count):
        ask_everyone(f"Question {number} ?", terms=terms("leviers:modele"), territory=france.chamond)
    client.get("/entraide/")
    with django_assert_max_num_queries(6):
        client.get("/entraide/")
    sign_in(client, member)
    client.get("/entraide/")
    with django_assert_max_num_queries(12):
        client.get("/entraide/")


@pytest.mark.parametrize("count", [1, 6])
def test_the_page_of_a_question_costs_the_same_whatever_is_answered(
    client, member, django_assert_max_num_queries, now, count
):
    question = ask_everyone(terms=terms("leviers:modele"))
    for _number in range(count):
        answers.complete(answer(question), "Un mot", by=MemberFactory(), now=now)
    client.get(question.get_absolute_url())
    with django_assert_max_num_queries(8):
        client.get(question.get_absolute_url())
    sign_in(client, member)
    client.get(question.get_absolute_url())
    with django_assert_max_num_queries(14):
        client.get(question.get_absolute_url())


def test_members_who_left_have_left_and_others_show_their_page(client, member, now):
    someone = practising("leviers:modele", name="Aline Durand")
    question = ask_everyone(by=someone)
    answer(question, by=someone)
    page = main(client.get(question.get_absolute_url()))
    assert 'href="/annuaire/catalyseurs/' in page
    given = answer(question)
    questions.forget_member(given.author, now=now)
    questions.forget_member(someone, now=now)
    page = main(client.get(question.get_absolute_url()))
    assert "Aline Durand" not in page
    assert page.count("a quitté le réseau") >= 2


# --- What its author decides ---------------------------------------------------------------------------------------


def act(client, question, what, **more):
    return client.post(f"/entraide/{question.pk}/suite/", {"acte": what} | more)


def test_subjects_are_corrected_in_one_tap(client, member):
    france = small_france()
    question = ask(by=member, terms=terms("leviers:modele", "metiers:lieu"), territory=france.lyon)
    sign_in(client, member)
    act(client, question, "sujets", moins="leviers:modele")
    assert [term.code for term in question.terms.all()] == ["lieu"]
    act(client, question, "sujets", plus="leviers:alliance")
    act(client, question, "sujets", plus="leviers:inconnu")
    assert {term.code for term in question.terms.all()} == {"lieu", "alliance"}
    act(client, question, "sujets", moins="territoire")
    question.refresh_from_db()
    assert question.territory is None


def test_its_author_opens_it_closes_it_and_withdraws_it(client, member):
    question = ask(by=member)
    sign_in(client, member)
    act(client, question, "lecteurs", lecteurs="public")
    act(client, question, "lecteurs", lecteurs="inconnu")
    act(client, question, "inconnu")
    question.refresh_from_db()
    assert question.is_public
    act(client, question, "clore")
    assert "n’attend plus de réponse" in main(client.get(question.get_absolute_url(), follow=True))
    act(client, question, "rouvrir")
    answer(question)
    response = act(client, question, "retirer")
    assert response["Location"].startswith(f"/entraide/{question.pk}-")
    assert "vous ont répondu" in body(client.get(response["Location"]))
    alone = ask(by=member)
    assert act(client, alone, "retirer")["Location"] == "/entraide/"
    assert not Question.objects.filter(pk=alone.pk).exists()


def test_only_its_author_decides(client, member, facilitator):
    question = ask()
    sign_in(client, member)
    for what in ("clore", "sujets", "retirer", "lecteurs", "quitter-sujets"):
        assert act(client, question, what).status_code == 403
    assert client.get(f"/entraide/{question.pk}/modifier/").status_code == 403
    assert act(client, Question(pk=999), "clore").status_code == 404
    assert act(client, Question(pk=999), "quitter-sujets").status_code == 404
    sign_in(client, facilitator)
    assert act(client, question, "quitter-sujets").status_code == 302
    question.refresh_from_db()
    assert question.subject_left_at is not None


def test_a_text_is_changed_and_the_earlier_one_is_read(client, member, now):
    question = ask(by=member, terms=terms("leviers:modele"))
    sign_in(client, member)
    address = f"/entraide/{question.pk}/modifier/"
    assert 'value="leviers:modele" checked' in main(client.get(address))
    assert client.post(address, {"text": ""}).status_code == 422
    client.post(address, {"text": "Redit autrement ?", "vu": ["leviers:modele"], "avec": ["leviers:modele"]})
    question.refresh_from_db()
    assert (question.title, [term.code for term in question.terms.all()]) == ("Redit autrement ?", ["modele"])
    assert TEXT in main(client.get(f"/entraide/{question.pk}/textes/"))
    questions.close(question, now=now)
    response = client.post(address, {"text": "Encore ?"})
    assert response.status_code == 422
    assert "est close" in body(response)


def test_nothing_was_changed_is_said(client):
    assert "Rien n’a été modifié" in body(client.get(f"/entraide/{ask_everyone().pk}/textes/"))


# --- Answer --------------------------------------------------------------------------------------------------------


def test_one_answers_and_a_refused_answer_stays(client, member, now):
    question = ask()
    sign_in(client, member)
    address = f"/entraide/{question.pk}/repondre/"
    response = client.post(address, {"text": "", "reuse": "named"})
    assert response.status_code == 422
    assert re.search(r'value="named"[^>]*selected', main(response))
    response = client.post(address, {"text": "Essayez ceci", "sent": "un"})
    given = Answer.objects.get()
    assert response["Location"] == given.get_absolute_url()
    assert given.reuse == Reuse.ASK
    client.post(address, {"text": "Essayez ceci", "sent": "un"})
    assert Answer.objects.count() == 1
    questions.close(question, now=now)
    response = client.post(address, {"text": "Trop tard"})
    assert response.status_code == 422
    assert "n’attend plus de réponse" in main(response)
    assert client.post("/entraide/999/repondre/", {"text": "x"}).status_code == 404


def test_an_answer_is_not_read_by_more_people_than_its_form_said(client, member, now):
    question = ask()
    sign_in(client, member)
    hidden = '<input type="hidden" name="readers" value="{}">'
    assert hidden.format("members") in main(client.get(question.get_absolute_url()))
    questions.show_to(question, "public", now=now)
    typed = {"text": "Entre nous", "readers": "members", "sent": "un"}
    response = client.post(f"/entraide/{question.pk}/repondre/", typed)
    assert response.status_code == 422
    for part in ("maintenant lisible par tous", "Entre nous", hidden.format("public")):
        assert part in main(response)
    client.post(f"/entraide/{question.pk}/repondre/", typed | {"readers": "public"})
    assert Answer.objects.get().text == "Entre nous"


def test_a_visitor_who_answers_is_led_to_sign_in_with_the_text(client):
    question = ask_everyone()
    response = client.post(f"/entraide/{question.pk}/repondre/", {"text": "Une réponse assez longue pour être gardée"})
    assert response.status_code == 403
    assert "Une réponse assez longue" in body(response)


def test_an_answer_is_completed_and_a_refused_word_stays(client, member, now):
    given = answer()
    sign_in(client, member)
    address = f"/entraide/reponses/{given.pk}/completer/"
    assert client.post(address, {"text": ""}).status_code == 422
    said = client.post(address, {"text": "J’ajoute", "sent": "un"})
    assert said["Location"] == Complement.objects.get().get_absolute_url()
    questions.close(given.question, now=now)
    response = client.post(address, {"text": "Trop tard"})
    assert response.status_code == 422
    assert "Trop tard" in main(response)
    withdraw = f"/entraide/complements/{Complement.objects.get().pk}/retirer/"
    assert sign_in(client, given.author).post(withdraw).status_code == 403
    assert sign_in(client, member).post(withdraw).status_code == 302
    assert not Complement.objects.exists()
    assert client.post(withdraw).status_code == 404


def gesture(client, given, what, **more):
    return client.post(f"/entraide/reponses/{given.pk}/", {"acte": what} | more)


def test_gestures_on_an_answer(client, member, now):
    given = answer()
    asker = given.question.author
    sign_in(client, member)
    gesture(client, given, "merci")
    assert "(1)" in main(client.get(given.question.get_absolute_url()))
    gesture(client, given, "plus-merci")
    given.refresh_from_db()
    assert given.thanks_count == 0
    assert gesture(client, given, "inconnu").status_code == 302
    for what in ("retenir", "ne-plus-retenir", "usage", "effacer"):
        assert gesture(client, given, what).status_code == 403
    sign_in(client, asker)
    gesture(client, given, "retenir")
    assert "une réponse a servi" in main(client.get("/entraide/"))
    assert "Cette réponse a servi" in main(client.get(given.question.get_absolute_url()))
    gesture(client, given, "ne-plus-retenir")
    sign_in(client, given.author)
    assert gesture(client, given, "merci").status_code == 302
    gesture(client, given, "usage", reuse="named")
    gesture(client, given, "usage", reuse="inconnu")
    given.refresh_from_db()
    assert given.reuse == Reuse.NAMED
    assert gesture(client, given, "effacer")["Location"] == given.question.get_absolute_url()
    assert not Answer.objects.exists()
    assert gesture(client, given, "merci").status_code == 404


def test_an_answer_kept_by_the_animation_says_so(client, animator, now):
    given = answer(ask(now=now - timedelta(days=31)), now=now - timedelta(days=30))
    sign_in(client, animator)
    gesture(client, given, "retenir")
    page = main(client.get(given.question.get_absolute_url()))
    assert "pour l’animation" in page
    assert animator.name in page


def test_an_answer_is_changed_by_its_author(client, member, now):
    given = answer(by=member)
    address = f"/entraide/reponses/{given.pk}/modifier/"
    sign_in(client, member)
    assert given.text in main(client.get(address))
    assert client.post(address, {"text": ""}).status_code == 422
    assert client.post(address, {"text": "\0"}).status_code == 422
    client.post(address, {"text": "Mieux dit"})
    given.refresh_from_db()
    assert given.text == "Mieux dit"
    assert sign_in(client, MemberFactory()).get(address).status_code == 403


def test_a_hidden_answer_is_read_by_its_author_and_animators_alone(client, member, animator, now):
    given = answer(by=member)
    answers.hide(given, by=animator, now=now)
    question = given.question
    assert given.text not in main(sign_in(client, question.author).get(question.get_absolute_url()))
    assert gesture(client, given, "merci").status_code == 404
    assert "Masquée par la modération" in main(sign_in(client, animator).get(question.get_absolute_url()))
    assert sign_in(client, member).get(f"/entraide/reponses/{given.pk}/modifier/").status_code == 200


# --- For me, the watch, subjects -----------------------------------------------------------------------------------


def test_a_question_sent_to_me_says_why_and_is_passed_in_one_tap(client, now):
    someone = practising("leviers:modele")
    question = ask("Comment payer ?", terms=terms("leviers:modele"), now=now)
    sign_in(client, someone)
    assert "Pourquoi cette question vous est adressée" in main(client.get(question.get_absolute_url()))
    assert question.title in main(client.get("/entraide/pour-moi/"))
    address = f"/entraide/{question.pk}/pour-moi/"
    assert client.post(address, {"acte": "inconnu"})["Location"] == question.get_absolute_url()
    assert client.post(address, {"acte": "pas-cette-fois"})["Location"] == "/entraide/pour-moi/"
    assert client.post(address, {"acte": "plus-ce-sujet"}).status_code == 302
    page = main(client.get("/entraide/pour-moi/"))
    assert "Aucune question ne vous attend" in page
    refused = Unwanted.objects.get()
    assert f'value="{refused.pk}"' in page
    for wrong in ("", "abc", "9" * 30, "999"):
        client.post("/entraide/pour-moi/", {"sujet": wrong})
    client.post("/entraide/pour-moi/", {"sujet": str(refused.pk)})
    assert not Unwanted.objects.exists()
    answer(question, by=someone)
    assert client.post(address, {"acte": "pas-cette-fois"})["Location"] == question.get_absolute_url()
    assert Call.objects.get().state == CallState.ANSWERED
    assert sign_in(client, MemberFactory()).post(address, {"acte": "pas-cette-fois"}).status_code == 404


def test_its_author_reads_to_whom_it_went_never_who_declined(client, member, now):
    someone = practising("leviers:modele", name="Aline Durand")
    question = ask(by=member, terms=terms("leviers:modele"), now=now)
    calls.reply(question.calls.get(), CallState.NOT_NOW, now=now)
    page = body(sign_in(client, member).get(question.get_absolute_url()))
    assert "Aline Durand" in page
    assert "pas cette fois" not in page.lower()
    answer(question, by=someone)
    assert "a répondu" in body(client.get(question.get_absolute_url()))


def test_a_week_of_watch_is_taken_and_given_back(client, member, now):
    monday = watch.mondays(now)[1]
    sign_in(client, member)
    assert "personne encore" in main(client.get("/entraide/veille/"))
    client.post("/entraide/veille/", {"semaine": monday.isoformat(), "acte": "prendre"})
    assert WatchWeek.objects.get().member == member
    assert "C’est vous" in main(client.get("/entraide/veille/"))
    other = MemberFactory()
    sign_in(client, other)
    client.post("/entraide/veille/", {"semaine": monday.isoformat(), "acte": "prendre"})
    client.post("/entraide/veille/", {"semaine": monday.isoformat(), "acte": "rendre"})
    assert WatchWeek.objects.get().member == member
    for wrong in ("", "2026-13-45", "demain", "1999-01-04"):
        client.post("/entraide/veille/", {"semaine": wrong})
    sign_in(client, member)
    client.post("/entraide/veille/", {"semaine": monday.isoformat(), "acte": "rendre"})
    assert not WatchWeek.objects.exists()


def test_what_waits_too_long_is_on_the_watch_the_desk_and_the_subjects(client, facilitator, animator, now):
    question = ask("Une question oubliée", now=now - timedelta(days=20))
    watch.tend(now)
    assert question.title in main(sign_in(client, facilitator).get("/entraide/veille/"))
    assert question.title in main(client.get("/entraide/sujets/"))
    assert "Sujet proposé" in body(client.get(question.get_absolute_url()))
    assert "Questions sans réponse" in main(sign_in(client, animator).get("/moderation/"))
    assert sign_in(client, question.author).get("/entraide/sujets/").status_code == 403
    assert "Ne plus la proposer comme sujet" in body(client.get(question.get_absolute_url()))


def test_no_subject_waits_is_said(client, facilitator):
    assert "Aucun sujet n’attend" in main(sign_in(client, facilitator).get("/entraide/sujets/"))


# --- A resource ----------------------------------------------------------------------------------------------------


def test_an_answer_becomes_a_resource(client, member, now):
    given = answer(ask_everyone(by=member))
    address = f"/entraide/reponses/{given.pk}/ressource/"
    assert sign_in(client, MemberFactory()).get(address).status_code == 403
    sign_in(client, member)
    assert given.author.name in main(client.get(address))
    response = client.post(address)
    birth = Birth.objects.get()
    assert response["Location"] == reverse("library:edit", args=[birth.resource_id])
    assert "a déjà commencé" in main(client.get(address))
    assert client.post(address).status_code == 200
    assert Birth.objects.count() == 1
    page = main(sign_in(client, given.author).get(given.question.get_absolute_url()))
    assert "Votre texte peut-il y entrer" in page
    gesture(client, given, "usage", reuse="named")
    content = Proposal.objects.get(resource=birth.resource).content
    assert given.text in content["sections"]["deroulement"]
    assert gesture(client, given, "usage", reuse="no").status_code == 302
    given.refresh_from_db()
    assert given.reuse == Reuse.NAMED


# --- The page table ------------------------------------------------------------------------------------------------


def test_what_the_page_table_needs_is_there_for_its_member(client, member, now):
    made = ids(member, now=now)
    sign_in(client, member)
    pages = ("{answer}/modifier/", "{answer}/ressource/")
    addresses = [f"/entraide/reponses/{each}".format(**made) for each in pages]
    addresses += ["/entraide/{question}-comment-payer-un-local-partage/".format(**made)]
    addresses += ["/entraide/{member_question}-question/".format(**made), "/entraide/pour-moi/", "/entraide/veille/"]
    assert [client.get(address).status_code for address in addresses] == [200] * len(addresses)
    assert client.post("/entraide/{member_question}/pour-moi/".format(**made)).status_code == 302
    assert client.post("/entraide/complements/{complement}/retirer/".format(**made)).status_code == 302
