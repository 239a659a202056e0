import json
import re
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from wagtail.models import Page, Site, WorkflowPage

from alliage.accounts.enums import GROUP_NAMES, Role
from alliage.website import editors, first_content, queries
from alliage.website.checks import pages_are_complete
from alliage.website.models import FirstPage, HomePage, NewsPage, StandardPage

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
LATER = datetime(2026, 11, 26, 8, tzinfo=UTC)
LEGAL = ("mentions-legales", "donnees-personnelles", "accessibilite", "ecoconception", "code-source")


def test_the_first_start_makes_every_page_at_its_address(client, site):
    for slug in ("", "le-reseau/", *(f"{slug}/" for slug in LEGAL), "actualites/", "actualites/la-plateforme-ouvre/"):
        assert client.get(f"/{slug}").status_code == 200, slug
    assert site.network_page.slug == "le-reseau"
    assert NewsPage.objects.get().published_on == date(2026, 11, 25)


def test_the_first_news_says_as_coming_only_what_is_not_open_yet(client, site):
    page = client.get("/actualites/la-plateforme-ouvre/").text
    open_now, coming = page.split("Ce qui est ouvert aujourd’hui")[1].split("Ce qui vient ensuite")
    for word in ("annuaire", "ressources", "codéveloppement", "agenda", "diagnostic"):
        assert word in open_now.lower(), word
        assert word not in coming.split("</p>")[0].lower(), word
    assert "catalyseurs, des organisations et des équipes" in client.get("/le-reseau/").text


def test_the_site_is_at_the_address_of_this_installation(site):
    only = Site.objects.get()
    assert (only.hostname, only.port, only.is_default_site) == ("localhost", 8000, True)
    assert settings.ORIGIN == "http://localhost:8000"
    assert only.root_page_id == site.pk
    assert not Page.objects.filter(title__startswith="Welcome").exists()


def test_the_site_follows_a_change_of_address(site, settings):
    settings.ORIGIN = "https://alliage.exemple.fr"
    first_content.set_up(now=LATER)
    only = Site.objects.get()
    assert (only.hostname, only.port) == ("alliage.exemple.fr", 443)


def test_a_site_whose_default_site_was_deleted_finds_one_again(site):
    Site.objects.all().delete()
    first_content.set_up(now=LATER)
    assert Site.objects.get().root_page_id == site.pk


def test_a_welcome_page_that_editors_used_is_kept(db):
    welcome = Page.objects.get(depth=2)
    welcome.add_child(instance=Page(title="Gardée", slug="gardee"))
    first_content.set_up(now=NOW)
    assert Page.objects.filter(slug="gardee").exists()


def test_a_second_run_makes_nothing(site):
    before = list(Page.objects.order_by("pk").values_list("pk", "latest_revision_id"))
    assert first_content.set_up(now=LATER) == []
    assert list(Page.objects.order_by("pk").values_list("pk", "latest_revision_id")) == before


def test_what_an_editor_wrote_is_never_overwritten(site):
    site.headline = "Notre accroche"
    site.save_revision().publish()
    legal = StandardPage.objects.get(slug="mentions-legales")
    legal.title = "Nos mentions"
    legal.body = [("text", "<p>Écrit par nous.</p>")]
    legal.save_revision().publish()
    first_content.set_up(now=LATER)
    assert HomePage.objects.get().headline == "Notre accroche"
    legal.refresh_from_db()
    assert legal.title == "Nos mentions"
    assert "Écrit par nous" in str(legal.body)


def test_a_page_kept_as_a_draft_stays_a_draft(site):
    StandardPage.objects.get(slug="ecoconception").unpublish()
    assert first_content.set_up(now=LATER) == []
    assert not StandardPage.objects.get(slug="ecoconception").live


def test_a_deleted_page_stays_deleted_unless_the_site_needs_it(site):
    Page.objects.get(slug="le-reseau").delete()
    Page.objects.get(slug="la-plateforme-ouvre").delete()
    Page.objects.get(slug="accessibilite").delete()
    assert first_content.set_up(now=LATER) == ["Accessibilité\u00a0: non conforme"]
    assert not Page.objects.filter(slug__in=["le-reseau", "la-plateforme-ouvre"]).exists()


def test_a_site_already_open_receives_the_pages_of_a_later_version_once(site):
    """It was opened before pages made were remembered; an editor had deleted one, and writes one of the new ones."""
    FirstPage.objects.all().delete()
    Page.objects.get(slug="la-plateforme-ouvre").delete()
    Page.objects.get(slug="presse").delete()
    assert first_content.set_up(now=LATER) == ["Presse"]
    Page.objects.get(slug="presse").delete()
    assert first_content.set_up(now=LATER) == []
    assert str(FirstPage.objects.get(name="presse")) == "presse"


def test_every_link_of_the_first_content_leads_somewhere(client, site):
    """Addresses of the site only: others are checked by whoever writes them."""
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(first_content.DATA.glob("*.json")))
    addresses = set(re.findall(r"(?:href=..|\"address\": \"|\"action_address\": \")(/[^\"\\]*)", text))
    assert {"/annuaire/trouver/", "/annuaire/besoins/", "/impact/"} <= addresses
    for address in sorted(addresses):
        assert client.get(address).status_code in {200, 302}, address


def test_news_are_not_made_when_their_index_is_gone(db, monkeypatch):
    monkeypatch.setattr(first_content, "PAGES", ("la-plateforme-ouvre",))
    assert first_content.set_up(now=NOW) == ["Alliage"]


def test_the_accessibility_declaration_holds_every_part_the_law_asks(client, site):
    text = client.get("/accessibilite/").content.decode()
    for part in (
        "État de conformité",
        "non conforme",
        "Contenus non accessibles",
        "dérogations pour charge disproportionnée".capitalize(),
        "Établissement de cette déclaration",
        "Retour d’information et contact",
        "Voies de recours",
        "Défenseur des droits",
    ):
        assert part in text, part


def test_what_the_operator_must_complete_is_found(site):
    assert {page.slug for page in queries.incomplete_pages()} == {*LEGAL, "presse"}
    assert "Mentions légales" in pages_are_complete(None)[0].msg
    for page in StandardPage.objects.filter(slug__in=[*LEGAL, "presse"]):
        page.body = [("text", "<p>Complété.</p>")]
        page.save_revision().publish()
    assert queries.incomplete_pages() == []


def test_the_command_says_what_it_made(db):
    out = StringIO()
    call_command("set_up_website", stdout=out)
    assert "Page créée\u00a0: Mentions légales" in out.getvalue()
    again = StringIO()
    call_command("set_up_website", stdout=again)
    assert "en place" in again.getvalue()


def test_editors_publish_without_asking_and_keep_rights_given_by_hand(site):
    assert not WorkflowPage.objects.exists()
    assert not Group.objects.filter(name__in=editors.UNUSED_GROUPS).exists()
    group = Group.objects.get(name=GROUP_NAMES[Role.ANIMATOR])
    by_hand = editors._permissions(("taxonomy.add_term",))
    group.permissions.add(*by_hand)
    editors.set_up()
    assert by_hand[0] in group.permissions.all()


def test_a_group_of_the_cms_that_someone_belongs_to_is_kept(db, member):
    group = Group.objects.get(name="Editors")
    group.user_set.add(member)
    editors.set_up()
    assert Group.objects.filter(name="Editors").exists()


def test_the_demonstration_is_loaded_twice_without_harm(db):
    call_command("load_demo", stdout=StringIO())
    call_command("load_demo", stdout=StringIO())


def test_the_demonstration_is_refused_on_a_real_site(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("load_demo", stdout=StringIO())


# Names of formats, licences, files and organisations, and a line of a postal address.
NAMES = {
    "PDF", "CSV", "XLSX", "JSON", "SVG", "PNG", "RSS", "HTML", "CSS", "EUPL", "OFL", "CC", "BY", "SA", "CONTRIBUTING",
    "CRIJ", "MEDNUM", "CEDEX",
}  # fmt: skip
ACRONYM = re.compile(r"\b[A-Z]{2,}\b")
GLOSSARY = Path(__file__).parents[3] / "docs" / "glossary.md"


def texts_of(value):
    """Every text of a page's file that someone reads: not the names of its fields, nor its addresses."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in {"address", "action_address", "slug", "type", "parent"}:
                yield from texts_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of(inner)
    elif isinstance(value, str):
        yield re.sub(r"<[^>]*>", " ", value)


@pytest.mark.parametrize("path", sorted(first_content.DATA.glob("*.json")), ids=lambda path: path.stem)
def test_no_acronym_is_left_unexplained(path):
    """Explained by the page itself, « … (PANA) », or a word of the network's glossary."""
    text = " ".join(texts_of(json.loads(path.read_text(encoding="utf-8"))))
    glossary = GLOSSARY.read_text(encoding="utf-8")
    found = set(ACRONYM.findall(text)) - NAMES
    assert {word for word in found if f"({word}" not in text and f"| {word}" not in glossary} == set()


@pytest.mark.parametrize("path", sorted(first_content.DATA.glob("vous-etes*.json")), ids=lambda path: path.stem)
def test_sentences_for_those_who_have_two_minutes_are_short(path):
    for text in texts_of(json.loads(path.read_text(encoding="utf-8"))):
        for sentence in re.split(r"[.?…]\s", text):
            assert len(sentence.split()) <= 25, sentence
