"""Every page of content may be reported, at its foot."""

import re

import pytest

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.moderation import references
from alliage.moderation.services import ReportRefused, decide, report
from alliage.territories.tests.places import small_france
from alliage.website import services
from alliage.website.models import NewsPage, StandardPage
from alliage.website.tests.conftest import NOW
from alliage.website.tests.factories import make_news, make_standard

pytestmark = pytest.mark.django_db


def report_form(client, address):
    """The report form that the foot of a page leads to."""
    found = re.search(r'href="(/moderation/signaler/[^"]+)"', client.get(address).content.decode())
    return client.get(found[1].replace("&amp;", "&")).content.decode() if found else ""


def test_a_standard_page_and_a_news_lead_to_their_report(client, site):
    page, news = make_standard(site), make_news(1)
    assert page.title in report_form(client, page.get_url())
    assert news.title in report_form(client, news.get_url())


def test_a_territory_leads_to_its_report(client):
    small_france()
    assert "Saint-Étienne" in report_form(client, "/territoires/commune/42218/")


def test_a_page_is_hidden_then_shown_again(client, site):
    page = make_standard(site)
    animator = MemberFactory(role=Role.ANIMATOR)
    kind = references.reportable_of(page)
    taken = report(kind, page, reason="wrong", text="C’est faux.", by=None, now=NOW)
    decide(taken, act="hide", reason="Vérification en cours.", by=animator, now=NOW)
    assert client.get(page.get_url()).status_code == 404
    services.hide_page(StandardPage.objects.get(pk=page.pk), by=animator, now=NOW)
    services.restore_page(StandardPage.objects.get(pk=page.pk), by=animator, now=NOW)
    services.restore_page(StandardPage.objects.get(pk=page.pk), by=animator, now=NOW)
    assert client.get(page.get_url()).status_code == 200


def test_a_page_without_a_revision_is_shown_again(client, site):
    news = make_news(1)
    NewsPage.objects.filter(pk=news.pk).update(live=False, latest_revision=None, live_revision=None)
    news.revisions.all().delete()
    services.restore_page(NewsPage.objects.get(pk=news.pk), by=MemberFactory(), now=NOW)
    assert NewsPage.objects.get(pk=news.pk).live


def test_the_home_page_is_never_hidden(site):
    with pytest.raises(services.PageRefused, match="accueil"):
        services.hide_page(site, by=MemberFactory(), now=NOW)


def test_a_territory_is_corrected_and_never_hidden():
    commune = small_france().etienne
    animator = MemberFactory(role=Role.ANIMATOR)
    taken = report(references.reportable_of(commune), commune, reason="wrong", text="", by=None, now=NOW)
    with pytest.raises(ReportRefused, match="masquée"):
        decide(taken, act="hide", reason="Non.", by=animator, now=NOW)
    decide(taken, act="correct", reason="Le chiffre est corrigé.", by=animator, now=NOW)
    taken.refresh_from_db()
    assert taken.state == "upheld"
