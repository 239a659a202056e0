"""Reads of the site's own pages."""

from dataclasses import dataclass
from datetime import date
from functools import cache as process_cache

from django.core.cache import cache
from django.core.paginator import Page as PageOfList
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext, ngettext
from wagtail.models import Page, Site

from alliage.accounts.models import Member
from alliage.directory.enums import Role as Part
from alliage.directory.models import Mention
from alliage.directory.queries import impact, visible
from alliage.library.queries import impact as library
from alliage.prepared import Prepared
from alliage.taxonomy.enums import Vocabulary
from alliage.territories import queries as territories
from alliage.territories import suggestions
from alliage.territories.enums import Kind
from alliage.territories.maps.frames import DEPARTEMENTS_OVERSEAS
from alliage.territories.models import Territory
from alliage.ui.templatetags.ui import french_number
from alliage.website import pictures
from alliage.website.models import HomePage, HomeTerritory, Letter, NewsPage, RolePage, StandardPage

NEWS_PER_PAGE = 10
MOST_NEWS_IN_A_LETTER = 20
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
    (`EditorialPage`): two short queries are enough, and one for the home page, whose type is known.
    """
    roots = Site.get_site_root_paths()
    if not roots:
        return None
    home = [] if path else _HOME(roots[0].root_path)
    if home:
        return home[0]
    found = next(iter(_TYPE(roots[0].root_path + path)), None)
    return found.specific if found else None


_HOME = Prepared(lambda path: HomePage.objects.filter(url_path=path, live=True).order_by("pk")[:1])
_TYPE = Prepared(lambda path: Page.objects.filter(url_path=path, live=True).only("content_type").order_by("pk")[:1])


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
    found: list[NewsPage] = _latest_news(limit)()
    return found


@process_cache
def _latest_news(limit: int) -> Prepared:
    columns = ("title", "url_path", "lead", "published_on", "last_published_at")
    return Prepared(lambda: published_news().only(*columns)[:limit])


@dataclass(frozen=True)
class Brief:
    """A news in one line."""

    title: str
    get_url: str


def news_in_brief() -> list[Brief]:
    """The last two news, kept a minute by each process: for pages where they are not what one came for."""
    found = cache.get_or_set(
        "website.brief", lambda: [Brief(n.title, n.get_url()) for n in latest_news(2)], KEPT_SECONDS
    )
    return found or []


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
    entries, resources = impact.counted(), library.counted()
    return [
        Figure(
            entries.catalysts,
            ngettext("catalyseur territorial", "catalyseurs territoriaux", entries.catalysts),
            "/annuaire/?nature=catalyseurs",
            "copper",
        ),
        Figure(
            entries.organisations,
            ngettext("organisation", "organisations", entries.organisations),
            "/annuaire/?nature=organisations",
        ),
        Figure(
            entries.teams,
            ngettext("équipe de territoire", "équipes de territoire", entries.teams),
            "/annuaire/?nature=equipes",
        ),
        Figure(
            entries.alliances, ngettext("alliance", "alliances", entries.alliances), "/annuaire/alliances/", "brass"
        ),
        Figure(
            resources.total,
            ngettext("ressource partagée", "ressources partagées", resources.total),
            "/ressources/",
            "brass",
        ),
        Figure(
            entries.communes,
            ngettext("commune où quelqu’un agit", "communes où quelqu’un agit", entries.communes),
            "/annuaire/couverture/",
            "copper",
        ),
        Figure(overseas if kinds else 0, gettext("territoires ultramarins"), "/territoires/#outre-mer"),
    ]


@dataclass(frozen=True)
class Word:
    """A métier or a levier, what it is, and how many entries bear it, in figures and in words."""

    label: str
    help_text: str
    url: str
    count: int
    said: str


@dataclass(frozen=True)
class Words:
    metiers: list[Word]
    leviers: list[Word]


def words_of_the_network() -> Words:
    """The four métiers and the seven leviers, each a way into the directory; kept a minute by each process."""
    return cache.get_or_set("website.words", _words, KEPT_SECONDS) or Words([], [])


def _words() -> Words:
    return Words(_counted_words(Vocabulary.METIERS, "metier"), _counted_words(Vocabulary.LEVIERS, "levier"))


def _counted_words(vocabulary: Vocabulary, name: str) -> list[Word]:
    return [
        Word(term.label, term.help_text, f"/annuaire/?{name}={term.code}", count, _entries_said(count))
        for term, count in impact.people_by_term(vocabulary)
    ]


def _entries_said(count: int) -> str:
    return ngettext("%(count)s fiche", "%(count)s fiches", count) % {"count": french_number(count)}


@dataclass(frozen=True)
class RoleLink:
    """A way in for one kind of visitor."""

    who: str
    url: str


def role_pages() -> list[RolePage]:
    """The published pages « Vous êtes… », in the editors' order."""
    found = RolePage.objects.live().order_by("position", "pk")
    return list(found.only("title", "url_path", "who", "position", "action_label", "action_why"))


def roles() -> list[RoleLink]:
    """The same as links; kept a minute by each process."""
    return cache.get_or_set("website.roles", _roles, KEPT_SECONDS) or []


def _roles() -> list[RoleLink]:
    return [RoleLink(page.who, page.get_url()) for page in role_pages()]


@dataclass(frozen=True)
class Partner:
    """An organisation that a document names as a partner, and in what."""

    name: str
    url: str
    titles: list[str]


def partners() -> list[Partner]:
    """Nothing more than what the document says; one query."""
    mentions = Mention.objects.filter(role=Part.PARTNER, organisation__in=visible()).select_related("organisation")
    found: dict[int, Partner] = {}
    for mention in mentions.order_by("organisation__sort_name", "position", "pk"):
        entry = mention.organisation
        partner = found.setdefault(entry.pk, Partner(entry.name, entry.get_absolute_url(), []))
        if mention.title not in partner.titles:
            partner.titles.append(mention.title)
    return list(found.values())


LETTERS_PER_PAGE = 20


def letters_page(number: str | None) -> PageOfList:
    """Letters already sent, the latest first."""
    sent = Letter.objects.filter(sent_at__isnull=False).order_by("-sent_at", "-pk")
    return Paginator(sent, LETTERS_PER_PAGE).get_page(number)


def letters_waiting() -> list[Letter]:
    """Letters prepared and not sent yet, the latest first: animators find again what they began."""
    return list(Letter.objects.filter(sent_at__isnull=True).order_by("-created_at", "-pk")[:LETTERS_PER_PAGE])


def last_letter_on() -> date | None:
    """The day of the last letter sent: the next one starts there."""
    last = Letter.objects.filter(sent_at__isnull=False).order_by("-sent_at").first()
    return localdate(last.sent_at) if last else None


def news_of(letter: Letter) -> list[NewsPage]:
    """News of a letter that are still published."""
    return list(published_news().filter(pk__in=letter.news.values("pk")))


def news_between(since: date | None, until: date | None) -> list[NewsPage]:
    """The news of a period, both days included; the most recent only when there is no first day."""
    found = published_news()
    if since:
        found = found.filter(published_on__gte=since)
    if until:
        found = found.filter(published_on__lte=until)
    return list(found[:MOST_NEWS_IN_A_LETTER])


def home_territory(member: Member) -> Territory | None:
    """The territory the member chose, with what its name and address need."""
    chosen: list[HomeTerritory] = _CHOSEN(member.pk)
    return chosen[0].territory if chosen else None


_CHOSEN = Prepared(
    lambda member: HomeTerritory.objects.filter(member=member).select_related("territory__departement").order_by()
)


def incomplete_pages() -> list[StandardPage]:
    """Published pages where something is still left to whoever runs the site."""
    pages = StandardPage.objects.live().order_by("pk")
    return [page for page in pages if any(TO_COMPLETE in str(block) for block in page.body.raw_data)]


def territories_named(text: str, limit: int = 12) -> list[suggestions.Suggestion]:
    """Territories of this name, postal code or code, the most likely first."""
    return suggestions.find(text, limit=limit)
