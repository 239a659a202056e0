import json

import pytest
from django.core.management import call_command

from alliage.taxonomy import queries, services
from alliage.taxonomy.enums import SHOWN_WITH, Vocabulary
from alliage.taxonomy.tests.factories import NetworkListFactory, PublishedVersionFactory

pytestmark = pytest.mark.django_db
SHOWN = [vocabulary for vocabulary in Vocabulary.values if vocabulary not in SHOWN_WITH]


@pytest.fixture
def charte(db):
    return NetworkListFactory(code="charte", title="La charte")


@pytest.fixture
def filled(charte):
    PublishedVersionFactory(list=charte, number=1, items=["Un", "Deux"], note="première")
    return charte


def body(response):
    return (b"".join(response.streaming_content) if response.streaming else response.content).decode()


def test_the_index_shows_every_vocabulary_and_every_list(client):
    call_command("load_taxonomy", verbosity=0)
    page = body(client.get("/reperes/"))
    for vocabulary in SHOWN:
        assert f'href="/reperes/{vocabulary}/"' in page
    assert page.count("À compléter par le réseau") == 3


@pytest.mark.parametrize("vocabulary", SHOWN)
def test_every_vocabulary_explains_itself_with_its_source(client, vocabulary, django_assert_max_num_queries):
    call_command("load_taxonomy", verbosity=0)
    queries.terms(vocabulary)
    with django_assert_max_num_queries(0):
        page = body(client.get(f"/reperes/{vocabulary}/"))
    assert "Source" in page
    for term in queries.terms(vocabulary):
        assert f'id="{term.anchor}"' in page
        assert term.get_absolute_url() == f"/reperes/{vocabulary}/#{term.anchor}"


def test_missions_and_questions_are_shown_with_what_they_belong_to(client):
    call_command("load_taxonomy", verbosity=0)
    answer = client.get("/reperes/questions/")
    assert (answer.status_code, answer["Location"]) == (301, "/reperes/leviers/")
    question = queries.terms("questions")[0]
    assert question.get_absolute_url() == f"/reperes/leviers/#{question.anchor}"
    assert f'id="{question.anchor}"' in body(client.get("/reperes/leviers/"))


def test_an_empty_vocabulary_says_so(client):
    assert "pas encore chargé" in body(client.get("/reperes/odd/"))


@pytest.mark.parametrize("path", ["inconnu/", "inconnu.csv", "listes/inconnue/", "listes/inconnue.json"])
def test_an_unknown_address_is_not_found(client, path):
    assert client.get(f"/reperes/{path}").status_code == 404


def test_a_vocabulary_is_exported_whole(client):
    call_command("load_taxonomy", verbosity=0)
    data = json.loads(body(client.get("/reperes/missions.json")))
    assert data["count"] == len(data["results"]) == 16
    assert data["results"][0]["parent"] == "dialogue"
    lines = body(client.get("/reperes/missions.csv")).splitlines()
    assert len(lines) == 17
    assert lines[0].startswith("vocabulary,code,label")
    assert body(client.get("/reperes/missions.csv?excel=1")).startswith("\ufeffvocabulary;")


def test_a_category_leads_to_the_directory(client):
    call_command("load_taxonomy", verbosity=0)
    assert 'href="/annuaire/?categorie=fondation"' in body(client.get("/reperes/categories/"))


def test_an_empty_list_invents_nothing(client, charte):
    page = body(client.get("/reperes/listes/charte/"))
    assert "À compléter par le réseau" in page
    assert "Se connecter pour commenter" in page
    assert json.loads(body(client.get("/reperes/listes/charte.json"))) == {"count": 0, "results": []}
    assert "Aucune version publiée" in body(client.get("/reperes/listes/charte/versions/"))


def test_a_published_list_shows_its_items_in_order_and_exports_them(client, filled):
    page = body(client.get("/reperes/listes/charte/"))
    assert page.index('id="un"') < page.index('id="deux"')
    assert "première" in page
    assert body(client.get("/reperes/listes/charte.csv")).splitlines()[1].startswith("charte,1,1,un,Un")
    assert json.loads(body(client.get("/reperes/listes/charte.json")))["results"][1]["code"] == "deux"


def test_history_shows_what_each_version_changed(client, filled):
    PublishedVersionFactory(list=filled, number=2, items=["Deux", "Trois"])
    history = body(client.get("/reperes/listes/charte/versions/"))
    assert "Retiré" in history
    assert "<ins>Trois</ins>" in history
    compared = body(client.get("/reperes/listes/charte/versions/2/?depuis=1"))
    assert "<del>Un</del>" in compared
    assert 'href="?depuis=1"' in compared


@pytest.mark.parametrize("asked", ["", "9", "abc", "999999999", "²"])
def test_a_comparison_with_nothing_known_shows_the_version_alone(client, filled, asked):
    assert "Ce qui change depuis" not in body(client.get("/reperes/listes/charte/versions/1/", {"depuis": asked}))


def test_a_draft_or_unknown_version_is_not_public(
    client,
    filled,
    animator,
):
    from django.utils import timezone

    services.add_item(filled, label="Secret", by=animator, now=timezone.now())
    assert client.get("/reperes/listes/charte/versions/2/").status_code == 404
    assert "Secret" not in body(client.get("/reperes/listes/charte/"))


def test_a_member_comments_an_item(client, filled, member):
    client.force_login(member)
    answer = client.post("/reperes/listes/charte/commenter/", {"text": "Clair.", "item": "un"})
    assert answer["Location"] == "/reperes/listes/charte/#commentaires"
    page = body(client.get("/reperes/listes/charte/"))
    assert "Clair." in page
    assert "à propos de «\u00a0Un\u00a0»" in page
    assert "Masquer<" not in page


def test_a_refused_comment_comes_back_filled(client, filled, member):
    client.force_login(member)
    client.post("/reperes/listes/charte/commenter/", {"text": "Deux fois."})
    again = client.post("/reperes/listes/charte/commenter/", {"text": "Deux fois."})
    assert again.status_code == 422
    assert "déjà publié" in body(again)
    assert "Deux fois.</textarea>" in body(again)
    assert client.post("/reperes/listes/charte/commenter/", {"text": "x", "item": "inconnu"}).status_code == 422


def test_an_empty_list_can_be_commented_too(client, charte, member):
    client.force_login(member)
    assert client.post("/reperes/listes/charte/commenter/", {"text": "À quand la liste ?"}).status_code == 302


def test_visitors_are_asked_to_sign_in(client, filled):
    for path in ("commenter/", "publier/", "abandonner/", "modifier/un/monter/"):
        assert client.post(f"/reperes/listes/charte/{path}").status_code == 302
    for path in ("modifier/", "modifier/un/"):
        assert client.get(f"/reperes/listes/charte/{path}").status_code == 302
    assert queries.comments(filled).count() == 0


def test_members_cannot_write_lists(client, filled, member):
    client.force_login(member)
    said = services.comment(filled, text="x", by=member, now=filled.versions.get().published_at)
    for path in ("publier/", "abandonner/", "modifier/", "modifier/un/", "modifier/un/retirer/"):
        assert client.post(f"/reperes/listes/charte/{path}", {"label": "x"}).status_code == 403
    assert client.post(f"/reperes/commentaires/{said.pk}/masquer/").status_code == 403


@pytest.fixture
def as_animator(client, animator, settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "SecondFactor" not in name]
    client.force_login(animator)
    return client


def test_an_animator_writes_and_publishes_a_list(as_animator, charte):
    edit = "/reperes/listes/charte/modifier/"
    assert "La liste est vide" in body(as_animator.get(edit))
    assert as_animator.post(edit, {"label": ""}).status_code == 422
    as_animator.post(edit, {"label": "Un", "text": "texte"})
    as_animator.post(edit, {"label": "Deux"})
    as_animator.post(f"{edit}deux/monter/")
    assert as_animator.post(f"{edit}un/", {"label": ""}).status_code == 422
    assert "texte" in body(as_animator.get(f"{edit}un/"))
    as_animator.post(f"{edit}un/", {"label": "Premier", "text": ""})
    assert as_animator.post("/reperes/listes/charte/publier/", {"note": ""}).status_code == 422
    assert as_animator.post("/reperes/listes/charte/publier/", {"note": "adoptée"}).status_code == 302
    assert [item.label for item in queries.published(charte).items.all()] == ["Deux", "Premier"]


def test_an_animator_sees_what_the_draft_changes_and_may_drop_it(as_animator, filled):
    as_animator.post("/reperes/listes/charte/modifier/un/retirer/")
    page = body(as_animator.get("/reperes/listes/charte/modifier/"))
    assert "<del>Un</del>" in page
    as_animator.post("/reperes/listes/charte/abandonner/")
    assert "Ce qui est publié" in body(as_animator.get("/reperes/listes/charte/modifier/"))


def test_publishing_an_empty_draft_is_explained(as_animator, charte):
    refused = as_animator.post("/reperes/listes/charte/publier/", {"note": "x"})
    assert refused.status_code == 422
    assert queries.published(charte) is None


def test_an_unknown_item_is_not_found(as_animator, charte):
    assert as_animator.get("/reperes/listes/charte/modifier/inconnu/").status_code == 404
    assert as_animator.post("/reperes/listes/charte/modifier/inconnu/retirer/").status_code == 404
    PublishedVersionFactory(list=charte, number=1, items=["Un"])
    assert as_animator.get("/reperes/listes/charte/modifier/inconnu/").status_code == 404


def test_an_animator_hides_a_comment_and_shows_it_again(as_animator, filled, member):
    said = services.comment(filled, text="Hors sujet", by=member, now=filled.versions.get().published_at)
    as_animator.post(f"/reperes/commentaires/{said.pk}/masquer/")
    assert "(masqué)" in body(as_animator.get("/reperes/listes/charte/"))
    as_animator.post(f"/reperes/commentaires/{said.pk}/afficher/")
    assert queries.comments(filled).get() == said


def test_what_members_write_is_shown_as_text(client, filled, member):
    services.comment(filled, text="<script>alert(1)</script>", by=member, now=filled.versions.get().published_at)
    assert "<script>alert" not in body(client.get("/reperes/listes/charte/"))
