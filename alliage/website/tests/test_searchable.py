"""Editorial pages and news are found while they are published, wherever Wagtail does it from."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from wagtail.models import Page

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.search import queries, services
from alliage.search.models import SearchChange
from alliage.website import services as website
from alliage.website.models import NewsPage, RolePage, StandardPage
from alliage.website.tests.conftest import NOW
from alliage.website.tests.factories import make_news, make_standard

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_index(settings, tmp_path, site):
    settings.VAR_DIR = tmp_path
    services.rebuild()


def find(question: str) -> list[tuple[str, str]]:
    services.follow()
    found = queries.search(queries.parse({"q": question}), AnonymousUser()).hits
    return [(hit.kind.code, hit.url) for hit in found if hit.kind.code in ("page", "news")]


def test_the_first_content_is_found_by_its_words():
    role, news = RolePage.objects.first(), NewsPage.objects.get()
    assert ("page", role.get_url()) in find(role.action_label)
    assert ("news", news.get_url()) in find(news.title)
    assert ("page", "/accessibilite/") in find("déclaration d’accessibilité")


def test_a_page_is_found_by_the_text_of_its_blocks(site):
    body = [
        ("text", "<h2>Un titre</h2><p>Le <b>clafoutis</b> du mercredi</p>"),
        ("callout", {"title": "Attention", "text": "<p>Sans gluten</p>"}),
    ]
    page = make_standard(site, title="Le goûter", slug="le-gouter", lead="Toutes les semaines", body=body)
    for question in ("clafoutis", "gluten", "goûter", "toutes les semaines"):
        assert ("page", page.get_url()) in find(question)


def test_a_page_that_is_withdrawn_is_found_no_more_and_comes_back(site):
    page = make_standard(site, title="Clafoutis", slug="clafoutis")
    animator = MemberFactory(role=Role.ANIMATOR)
    assert find("clafoutis") == [("page", "/clafoutis/")]
    website.hide_page(page, by=animator, now=NOW)
    assert SearchChange.objects.filter(kind="page", object_id=page.pk).exists()
    assert find("clafoutis") == []
    website.restore_page(StandardPage.objects.get(pk=page.pk), by=animator, now=NOW)
    assert find("clafoutis") == [("page", "/clafoutis/")]
    page.delete()
    assert find("clafoutis") == []


def test_a_draft_is_never_found(site):
    page = make_standard(site, title="Clafoutis", slug="clafoutis")
    services.follow()
    page.title = "Zabaione"
    page.save_revision()
    assert not SearchChange.objects.exists()
    assert find("zabaione") == []
    assert find("clafoutis")


def test_a_page_is_found_at_the_address_that_its_parent_gives_it(site):
    above = make_standard(site, title="Desserts", slug="desserts")
    make_standard(above, title="Clafoutis", slug="clafoutis")
    assert find("clafoutis") == [("page", "/desserts/clafoutis/")]
    above = StandardPage.objects.get(pk=above.pk)
    above.slug = "gouters"
    above.save_revision().publish()
    assert find("clafoutis") == [("page", "/gouters/clafoutis/")]
    below = StandardPage.objects.get(slug="clafoutis").pk
    above.delete()
    assert SearchChange.objects.filter(kind="page", object_id=below).exists()
    assert find("clafoutis") == []


def test_news_are_a_kind_of_their_own_with_their_date(site):
    news = make_news(title="Le clafoutis est servi", slug="clafoutis")
    assert find("clafoutis") == [("news", news.get_url())]
    hit = queries.search(queries.parse({"q": "clafoutis"}), AnonymousUser()).hits[0]
    assert hit.facts == ["1er janvier 2026"]


def test_what_an_animator_publishes_and_withdraws_in_the_administration_is_followed(site, signed_in):
    page = make_standard(site, title="Clafoutis", slug="clafoutis")
    assert find("clafoutis")
    browser = signed_in(MemberFactory(role=Role.ANIMATOR))
    assert browser.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk])).status_code == 302
    assert SearchChange.objects.filter(kind="page", object_id=page.pk).exists()
    assert find("clafoutis") == []
    StandardPage.objects.get(pk=page.pk).get_latest_revision().publish()
    assert find("clafoutis")
    assert browser.post(reverse("wagtailadmin_pages:delete", args=[page.pk])).status_code == 302
    assert SearchChange.objects.filter(kind="page", object_id=page.pk).exists()
    assert find("clafoutis") == []


def test_a_page_withdrawn_as_a_bare_page_is_followed_too(site):
    page = make_standard(site, title="Clafoutis", slug="clafoutis")
    assert find("clafoutis")
    page.page_ptr.unpublish()
    assert SearchChange.objects.filter(kind="page", object_id=page.pk).exists()
    assert find("clafoutis") == []


def test_a_page_that_is_moved_is_found_at_its_new_address(site):
    above = make_standard(site, title="Nouvelle place", slug="nouvelle-place")
    page = make_standard(site, title="Clafoutis", slug="clafoutis")
    assert find("clafoutis")
    SearchChange.objects.all().delete()
    Page.objects.get(pk=page.pk).move(Page.objects.get(pk=above.pk), pos="last-child")
    assert SearchChange.objects.filter(kind="page", object_id=page.pk).exists()
    assert find("clafoutis") == [("page", "/nouvelle-place/clafoutis/")]
