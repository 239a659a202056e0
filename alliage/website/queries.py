"""Reads of the site's own pages."""

from dataclasses import dataclass

from django.core.cache import cache
from django.core.paginator import Page as PageOfList
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.translation import gettext
from wagtail.models import Page, Site

from alliage.accounts.models import Member
from alliage.directory import queries as directory
from alliage.territories import queries as territories
from alliage.territories import suggestions
from alliage.territories.enums import Kind
from alliage.territories.maps.frames import DEPARTEMENTS_OVERSEAS
from alliage.territories.models import Territory
from alliage.website import pictures
from alliage.website.models import HomeTerritory, NewsPage, StandardPage

NEWS_PER_PAGE = 10
KEPT_SECONDS = 60
# Words left in the first content for whoever runs the site; `alliage doctor` looks for them.
TO_COMPLETE = "à compléter par l’exploitant"


@dataclass(frozen=True)
class Figure:
    """A count, what it counts, where to see it."""

    value: int
    label: str
    url: str
    tint: str = ""


def page_at(path: str) -> Page | None:
    """The published page at this path of the site (without its first stroke), as its own type.

    Wagtail's routing loads every ancestor twice, and asks at each page whether it is private. One site, public pages
    (`EditorialPage`): two short queries are enough.
    """
    roots = Site.get_site_root_paths()
    if not roots:
        return None
    found = Page.objects.filter(url_path=roots[0].root_path + path, live=True).only("content_type").first()
    return found.specific if found else None


def address_of(pk: int | None) -> str:
    """The address of a page that another leads to, kept a minute; empty when there is none."""
    if pk is None:
        return ""
    return cache.get_or_set(f"website.address.{pk}", lambda: _address(pk), KEPT_SECONDS) or ""


def _address(pk: int) -> str:
    page = Page.objects.live().filter(pk=pk).first()
    return (page.get_url() or "") if page else ""


def published_news() -> QuerySet[NewsPage]:
    return NewsPage.objects.live().order_by("-published_on", "-pk")


def latest_news(limit: int = 3) -> list[NewsPage]:
    """The most recent news: what a line of a list shows."""
    return list(published_news().only("title", "url_path", "lead", "published_on", "last_published_at")[:limit])


def news_page(number: str | None) -> PageOfList:
    """One page of news and their images; a number out of range gives the nearest page."""
    page = Paginator(published_news().defer("body").select_related("image"), NEWS_PER_PAGE).get_page(number)
    page.object_list = list(page.object_list)
    pictures.prepare(news.image for news in page.object_list)
    return page


def figures() -> list[Figure]:
    """What the platform holds today, without what it does not hold yet; kept a minute by each process."""
    return [figure for figure in cache.get_or_set("website.figures", _count, KEPT_SECONDS) or [] if figure.value]


def _count() -> list[Figure]:
    kinds = territories.counts()
    overseas = kinds.get(Kind.COM, 0) + len(DEPARTEMENTS_OVERSEAS)
    return [
        Figure(kinds.get(Kind.COMMUNE, 0), gettext("communes"), "/territoires/?type=commune"),
        Figure(kinds.get(Kind.EPCI, 0), gettext("intercommunalités"), "/territoires/?type=epci", "brass"),
        Figure(overseas if kinds else 0, gettext("territoires ultra-marins"), "/territoires/#outre-mer"),
        Figure(directory.visible().count(), gettext("organisations dans l’annuaire"), "/annuaire/", "copper"),
    ]


def home_territory(member: Member) -> Territory | None:
    """The territory the member chose, with what its name and address need."""
    chosen = HomeTerritory.objects.select_related("territory__departement").filter(member=member).first()
    return chosen.territory if chosen else None


def incomplete_pages() -> list[StandardPage]:
    """Published pages where something is still left to whoever runs the site."""
    pages = StandardPage.objects.live().order_by("pk")
    return [page for page in pages if any(TO_COMPLETE in str(block) for block in page.body.raw_data)]


def territories_named(text: str, limit: int = 12) -> list[suggestions.Suggestion]:
    """Territories of this name, postal code or code, the most likely first."""
    return suggestions.find(text, limit=limit)
