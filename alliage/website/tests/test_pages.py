from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from wagtail.models import Page, Site

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.tests.factories import CatalystFactory, OrganisationFactory
from alliage.territories.enums import Kind
from alliage.territories.tests.factories import TerritoryFactory
from alliage.website import models, queries
from alliage.website.blocks.links import ActionBlock, FunctionBlock, function_choices, is_address
from alliage.website.tests.factories import make_image, make_news, make_standard

TYPES = [
    models.HomePage, models.StandardPage, models.NewsIndexPage, models.NewsPage, models.RoleIndexPage, models.RolePage,
]  # fmt: skip


@pytest.mark.parametrize("page_type", TYPES)
def test_each_type_says_where_it_may_be(page_type):
    assert page_type.parent_page_types
    assert page_type.subpage_types is not None
    assert page_type.private_page_options == []


def test_there_is_one_home_page_and_one_list_of_news(site):
    assert not models.HomePage.can_create_at(Page.objects.get(depth=1))
    assert not models.NewsIndexPage.can_create_at(Page.objects.get(pk=site.pk))
    assert models.NewsPage.can_create_at(models.NewsIndexPage.objects.get())


def test_the_home_page_shows_what_it_is_made_of(client, site, django_assert_max_num_queries):
    client.get("/")
    with django_assert_max_num_queries(6):
        response = client.get("/")
    text = response.content.decode()
    assert text.count("<h1") == 1
    assert site.headline in text
    assert 'action="/territoires/"' in text
    for label in ("Annuaire", "Ressources", "Codéveloppement", "Diagnostic", "Agenda"):
        assert label in text
    assert text.count("<li><h3>") == 5, "the loop has five steps"
    assert "La plateforme du réseau ouvre" in text
    assert '<script type="application/ld+json">' in text


def test_the_home_page_costs_the_same_with_many_news(client, site, django_assert_max_num_queries):
    for number in range(10):
        make_news(number)
    client.get("/")
    with django_assert_max_num_queries(6):
        text = client.get("/").content.decode()
    assert text.count("<time") == 3


def test_the_home_page_without_news_nor_call_nor_network_page(client, site):
    Page.objects.get(slug="la-plateforme-ouvre").delete()
    site.refresh_from_db()
    site.call_title = ""
    site.network_page = None
    site.save_revision().publish()
    text = client.get("/").content.decode()
    assert 'id="une"' not in text
    assert 'id="appel"' not in text
    assert "Mieux connaître" not in text


def test_a_member_is_called_to_their_space_not_to_open_an_account(client, site, member):
    client.force_login(member)
    assert "Ouvrir mon espace" in client.get("/").content.decode()


def test_a_page_of_text_shows_every_block(client, site):
    image = make_image()
    page = make_standard(
        site,
        lead="L’essentiel.",
        body=[
            ("text", "<h2>Un titre</h2><p>Un <b>texte</b>.</p>"),
            ("quote", {"quote": "Dit ainsi", "author": "Quelqu’un", "source": "Un document"}),
            ("quote", {"quote": "Sans auteur", "author": "", "source": ""}),
            ("picture", {"image": image, "alternative": "Une salle pleine", "caption": "Crédit"}),
            ("picture", {"image": image, "alternative": "La même salle", "caption": ""}),
            ("callout", {"title": "À retenir", "text": "<p>Peu.</p>"}),
            ("function", {"function": "library", "text": "Parce que."}),
            ("function", {"function": "gone", "text": "N’existe plus."}),
            ("action", {"label": "Lire", "page": site, "address": ""}),
            ("action", {"label": "Partir", "page": None, "address": "https://exemple.fr/"}),
        ],
    )
    text = client.get(page.get_url()).content.decode()
    for part in ("Un titre", "Dit ainsi", "Quelqu’un, Un document", "À retenir", "Parce que.", "https://exemple.fr/"):
        assert part in text, part
    assert "N’existe plus" not in text
    assert 'alt="Une salle pleine"' in text
    assert "image/avif" in text
    assert 'loading="lazy"' in text
    assert 'style="' not in text


def test_many_images_cost_as_many_queries_as_one(client, site, django_assert_max_num_queries):
    blocks = [("picture", {"image": make_image(str(n)), "alternative": "Vue", "caption": ""}) for n in range(5)]
    page = make_standard(site, body=blocks)
    client.get(page.get_url())
    with django_assert_max_num_queries(6):
        client.get(page.get_url())


def test_an_image_deleted_since_leaves_the_page_standing(client, site):
    image = make_image()
    page = make_standard(site, body=[("picture", {"image": image, "alternative": "Vue", "caption": ""})])
    image.delete()
    assert client.get(page.get_url()).status_code == 200


def test_a_page_under_another_shows_the_way_back(client, site):
    above = make_standard(site, "Au-dessus", "au-dessus")
    below = make_standard(above, "En dessous", "en-dessous")
    text = client.get(below.get_url()).content.decode()
    assert '<a href="/au-dessus/">Au-dessus</a>' in text


def test_news_are_listed_ten_by_ten_from_the_most_recent(client, site, django_assert_max_num_queries):
    for number in range(1, 13):
        make_news(number, published_on=date(2027, 1, number), image=make_image() if number > 9 else None)
    client.get("/actualites/")
    with django_assert_max_num_queries(6):
        first = client.get("/actualites/").content.decode()
    assert first.index("Nouvelle 12") < first.index("Nouvelle 3")
    assert "Nouvelle 2<" not in first
    second = client.get("/actualites/?page=2").content.decode()
    assert "Nouvelle 2<" in second
    assert client.get("/actualites/?page=rien").status_code == 200


def test_the_list_of_news_without_news_proposes_something(client, site):
    Page.objects.get(slug="la-plateforme-ouvre").delete()
    assert "/territoires/" in client.get("/actualites/").content.decode()


def test_one_news_shows_its_image_its_date_and_others(client, site, django_assert_max_num_queries):
    page = make_news(1, image=make_image(), body=[("text", "<p>Le récit.</p>")])
    client.get(page.get_url())
    with django_assert_max_num_queries(6):
        text = client.get(page.get_url()).content.decode()
    assert "Le récit." in text
    assert 'alt="Une salle"' in text
    assert 'datetime="2026-01-01"' in text
    assert "La plateforme du réseau ouvre" in text
    assert "NewsArticle" in text


def test_an_image_without_words_is_refused(site):
    page = make_news(1, image=make_image())
    page.image_alternative = ""
    with pytest.raises(ValidationError) as refused:
        page.full_clean()
    assert "image_alternative" in refused.value.message_dict


def test_a_page_is_described_by_its_lead_when_nothing_else_is_said(site):
    assert make_standard(site, lead="En bref.").summary == "En bref."
    assert models.NewsIndexPage(lead="En bref.").summary == "En bref."
    assert models.HomePage(lead="En bref.").summary == "En bref."
    assert models.NewsPage(lead="En bref.", search_description="Autrement.").summary == "Autrement."


def test_only_those_who_may_edit_see_how_to(client, site, signed_in, animator):
    assert "Modifier cette page" not in client.get("/").content.decode()
    assert f"/gestion/pages/{site.pk}/edit/" in signed_in(animator).get("/").content.decode()


@pytest.mark.parametrize("path", ["/nulle-part/", "/actualites/nulle-part/", "/a/b/c/d/"])
def test_an_address_that_no_page_has_is_not_found(client, site, path):
    assert client.get(path).status_code == 404


def test_a_page_not_published_is_not_found(client, site):
    page = make_standard(site)
    page.unpublish()
    assert client.get("/une-page/").status_code == 404


def test_without_a_site_nothing_is_found(client, db):
    Site.objects.all().delete()
    Site.clear_site_root_paths_cache()
    assert client.get("/").status_code == 404


def test_an_address_without_its_last_stroke_leads_to_the_page(client, site):
    assert client.get("/le-reseau")["Location"] == "/le-reseau/"


def test_the_functions_offered_to_editors_are_those_of_the_menu():
    assert ("library", "Ressources") in function_choices()
    assert FunctionBlock().get_context({"function": "codev"})["entry"].url == "/codev/"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/annuaire/", True),
        ("https://exemple.fr/", True),
        ("http://exemple.fr/", True),
        ("//exemple.fr/", False),
        ("/\\exemple.fr", False),
        ("javascript:alert(1)", False),
        ("annuaire/", False),
    ],
)
def test_a_button_leads_to_a_path_or_to_a_web_address(text, expected):
    assert is_address(text) is expected


@pytest.mark.parametrize(
    ("address", "with_page", "is_right"),
    [("", False, False), ("/annuaire/", True, False), ("javascript:x", False, False), ("/annuaire/", False, True)],
)
def test_a_button_leads_to_one_place(site, address, with_page, is_right):
    block = ActionBlock()
    value = block.to_python({"label": "Voir", "page": site.pk if with_page else None, "address": address})
    if is_right:
        assert block.clean(value)["address"] == address
    else:
        with pytest.raises(ValidationError):
            block.clean(value)


def test_figures_do_not_show_what_is_not_there(db):
    assert queries.figures() == []


def test_a_previewed_page_does_not_propose_to_edit_itself(site):
    request = RequestFactory().get("/")
    request.user = MemberFactory(role=Role.ANIMATOR)
    request.is_preview = True
    assert site.get_context(request)["can_edit"] is False


def test_the_map_of_the_home_page_leads_to_organisations_and_territories(client, site):
    lille = TerritoryFactory(code="59350", name="Lille", latitude=50.63, longitude=3.07)
    OrganisationFactory(slug="seule", name="Seule", latitude=45.76, longitude=4.84)
    OrganisationFactory.create_batch(2, territory=lille)
    OrganisationFactory.create_batch(2, latitude=43.3, longitude=5.4)
    OrganisationFactory(latitude=48.1, longitude=-1.6)
    OrganisationFactory(latitude=48.2, longitude=-1.7)
    text = client.get("/").content.decode()
    assert 'href="/annuaire/organisations/seule/"' in text
    assert "Lille, 2 fiches" in text
    assert 'href="/annuaire/?zone=' in text
    assert "/territoires/departement/974/" in text


def test_figures_count_what_the_platform_holds(client, site):
    TerritoryFactory.create_batch(3)
    TerritoryFactory(kind=Kind.EPCI, code="244200770")
    OrganisationFactory()
    CatalystFactory.create_batch(2)
    counted = {figure.label: figure.value for figure in queries.figures()}
    assert counted["organisation"] == 1
    assert counted["catalyseurs territoriaux"] == 2
    assert "équipes de territoire" not in counted
    assert "stat__value" in client.get("/").content.decode()


def test_the_network_s_page_keeps_its_address_or_leaves_none(site):
    assert queries.address_of(None) == ""
    assert queries.address_of(site.network_page_id) == "/le-reseau/"
    assert queries.address_of(10**9) == ""
