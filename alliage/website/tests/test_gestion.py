"""The administration of pages: who enters, what they can do there."""

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.website.models import HomePage, NewsPage


@pytest.fixture
def term(db):
    return Term.objects.create(vocabulary=Vocabulary.CATEGORIES, code="essai", label="Essai")


def home_form(site, **changes):
    return nested_form_data(
        {
            "title": site.title,
            "slug": site.slug,
            "headline": site.headline,
            "lead": site.lead,
            "loop_title": site.loop_title,
            "loop": streamfield(
                [("step", {"title": f"Étape {number}", "text": "Ce que l’on fait."}) for number in range(1, 4)]
            ),
            "network_title": site.network_title,
            "network_text": rich_text("<p>Le réseau.</p>"),
            "network_page": "",
            "facts": streamfield([("fact", {"value": "2014", "text": "la première année"})]),
            "facts_source": "Un document, 2020",
            "call_title": "",
            "call_text": "",
            "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": ""},
            "action-publish": "1",
        }
        | changes
    )


def test_a_visitor_is_led_to_sign_in(client, site):
    assert reverse("account_login") in client.get("/gestion/")["Location"]


def test_a_member_cannot_enter(site, signed_in, member):
    response = signed_in(member).get("/gestion/")
    assert response.status_code in {302, 403}
    assert "wagtail" not in response.content.decode()


def test_an_animator_edits_and_publishes_the_home_page(site, signed_in, animator):
    client = signed_in(animator)
    assert client.get("/gestion/").status_code == 200
    address = reverse("wagtailadmin_pages:edit", args=[site.pk])
    assert "Publier" in client.get(address).content.decode()
    response = client.post(address, home_form(site, headline="Une accroche toute neuve"))
    assert response.status_code == 302, response.context["form"].errors
    assert HomePage.objects.get().headline == "Une accroche toute neuve"
    assert "Une accroche toute neuve" in client.get("/").content.decode()


def test_a_loop_too_short_is_refused_and_keeps_what_was_typed(site, signed_in, animator):
    client = signed_in(animator)
    form = home_form(site, headline="Gardée") | nested_form_data({"loop": streamfield([])})
    response = client.post(reverse("wagtailadmin_pages:edit", args=[site.pk]), form)
    assert response.status_code == 200
    assert "Gardée" in response.content.decode()
    assert HomePage.objects.get().headline == site.headline


def test_an_animator_sees_what_they_need_and_no_more(site, signed_in, animator):
    text = signed_in(animator).get("/gestion/").content.decode()
    for entry in ("Pages", "Images", "Documents"):
        assert entry in text
    assert "/gestion/users/" not in text
    assert "/gestion/workflows/" not in text
    assert "/gestion/redirects/" not in text
    assert "website/gestion.css" in text


def test_an_administrator_edits_the_words_of_the_vocabularies(site, signed_in, administrator, term):
    client = signed_in(administrator)
    assert "Essai" in client.get("/gestion/reperes/").content.decode()
    form = {
        "label": "Essai réussi",
        "article": "",
        "short_label": "",
        "help_text": "Pour voir.",
        "position": "1",
        "is_active": "on",
    }
    response = client.post(f"/gestion/reperes/edit/{term.pk}/", form)
    assert response.status_code == 302
    term.refresh_from_db()
    assert (term.label, term.code, term.is_edited) == ("Essai réussi", "essai", True)


def test_nobody_adds_nor_deletes_a_word_there(site, signed_in, administrator, term):
    client = signed_in(administrator)
    assert client.get("/gestion/reperes/new/").status_code in {302, 403}
    assert client.post(f"/gestion/reperes/delete/{term.pk}/").status_code in {302, 403}
    assert Term.objects.filter(pk=term.pk).exists()


def test_an_animator_does_not_edit_vocabularies(site, signed_in, animator, term):
    assert signed_in(animator).get("/gestion/reperes/").status_code in {302, 403}


def test_an_administrator_manages_redirections(site, signed_in, administrator):
    assert signed_in(administrator).get(reverse("wagtailredirects:index")).status_code == 200


def test_a_page_that_moved_is_still_found(client, site):
    from wagtail.contrib.redirects.models import Redirect

    Redirect.add_redirect("/ancienne-adresse", "/le-reseau/")
    assert client.get("/ancienne-adresse/")["Location"] == "/le-reseau/"


def test_a_news_is_previewed_before_it_is_published(site, signed_in, animator):
    page = NewsPage.objects.get()
    page.title = "Pas encore publiée"
    page.save_revision()
    text = signed_in(animator).get(reverse("wagtailadmin_pages:view_draft", args=[page.pk])).content.decode()
    assert "Pas encore publiée" in text
    assert "Modifier cette page" not in text


def test_only_the_administration_of_pages_may_hold_inline_code(site, signed_in, animator):
    client = signed_in(animator)
    for path in ("/", "/le-reseau/", "/actualites/", "/agenda/", "/mon-espace/", "/mon-espace/territoire/"):
        response = client.get(path)
        text = response.content.decode()
        assert "'unsafe-inline'" not in response["Content-Security-Policy"], path
        assert " style=" not in text, path
        assert "<style" not in text, path
        assert " onclick=" not in text, path
    assert "'unsafe-inline'" in client.get("/gestion/")["Content-Security-Policy"]
