"""The site's first pages, from `data/pages/*.json`.

Safe to repeat: a page that exists is never touched, whatever its content or its state; a page that an editor deleted
stays deleted (`FirstPage` remembers it), unless the law or the site's own links require it (`"required": true`). A site
already open receives the pages that a later version adds.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate
from wagtail.models import Page, Site

from alliage.website.models import FirstPage, HomePage, NewsIndexPage, NewsPage, RoleIndexPage, RolePage, StandardPage
from alliage.website.models.base import EditorialPage

DATA = Path(__file__).parent / "data" / "pages"
HOME = "accueil"
ROLES = ("elu", "agent", "association", "entreprise", "fondation", "chercheur", "catalyseur")
# In the order they are created: a page comes after its parent.
PAGES = (
    "le-reseau",
    "mentions-legales",
    "donnees-personnelles",
    "accessibilite",
    "ecoconception",
    "code-source",
    "actualites",
    "la-plateforme-ouvre",
    "partenaires",
    "presse",
    "donnees-ouvertes",
    "aide-numerique",
    "vous-etes",
    *(f"vous-etes-{role}" for role in ROLES),
)
# Pages of the first version: sites older than `FirstPage` made them.
FIRST_VERSION = PAGES[:8]
PageType = TypeVar("PageType", bound=EditorialPage)
TYPES: dict[str, type[EditorialPage]] = {
    "home": HomePage,
    "standard": StandardPage,
    "news_index": NewsIndexPage,
    "news": NewsPage,
    "role_index": RoleIndexPage,
    "role": RolePage,
}


@transaction.atomic
def set_up(*, now: datetime) -> list[str]:
    """Make what is missing; returns the titles of the pages made."""
    home = HomePage.objects.order_by("path").first()
    first_time = home is None
    if home is None:
        home = _make_home(now)
    _set_up_site(home)
    made = [home.title] if first_time else []
    known = _already_made(first_time=first_time)
    for name in PAGES:
        data = _read(name)
        if name not in known or data.get("required"):
            made += _make_page(data, home=home, now=now)
        FirstPage.objects.get_or_create(name=name, defaults={"made_at": now})
    if first_time:
        _link_network(home)
    return made


def _already_made(*, first_time: bool) -> set[str]:
    if first_time:
        FirstPage.objects.all().delete()
        return set()
    return set(FirstPage.objects.values_list("name", flat=True)) or set(FIRST_VERSION)


def _read(name: str) -> dict[str, Any]:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def _make_home(now: datetime) -> HomePage:
    data = _read(HOME)
    data.pop("network_page")
    return _published(Page.objects.get(depth=1), HomePage(**_fields(data)), now)


def _set_up_site(home: HomePage) -> None:
    """One site, at the address of this installation; Wagtail's welcome page goes."""
    address = urlsplit(settings.ORIGIN)
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True, root_page=home)
    welcome = site.root_page if site.root_page_id != home.pk else None
    site.hostname = address.hostname or "localhost"
    site.port = address.port or (443 if address.scheme == "https" else 80)
    site.site_name = "Alliage"
    site.root_page = home
    site.save()
    if welcome and type(welcome.specific) is Page and not welcome.get_children().exists():
        welcome.delete()


def _make_page(data: dict[str, Any], *, home: HomePage, now: datetime) -> list[str]:
    """Publish the page where it belongs, unless there is already one at its address, or its parent is gone."""
    parent = _child(home, data["parent"]) if "parent" in data else Page.objects.get(pk=home.pk)
    if parent is None or _child(parent, data["slug"]):
        return []
    page = TYPES[data["type"]](**_fields(data))
    if isinstance(page, NewsPage):
        page.published_on = localdate(now)
    _published(parent, page, now)
    return [page.title]


def _published(parent: Page, page: PageType, now: datetime) -> PageType:
    """A page is live as soon as it is in the tree; its first revision is the first edit."""
    page.first_published_at = page.last_published_at = now
    parent.add_child(instance=page)
    return page


def _child(parent: Page, slug: str) -> Page | None:
    """Asked by path: a parent in memory does not know the children it was given since."""
    return Page.objects.child_of(parent).filter(slug=slug).first()


def _link_network(home: HomePage) -> None:
    """The home page was made before the page it leads to."""
    home.refresh_from_db()
    home.network_page = _child(home, _read(HOME)["network_page"])
    home.save()


def _fields(data: dict[str, Any]) -> dict[str, Any]:
    """The page's fields: the text of a block is a list of paragraphs in the file, one string in the page."""
    fields = {name: value for name, value in data.items() if name not in {"type", "parent", "required"}}
    if "body" in fields:
        fields["body"] = json.dumps([{**block, "value": _joined(block["value"])} for block in fields["body"]])
    for name in ("loop", "facts", "points"):
        if name in fields:
            fields[name] = json.dumps(fields[name])
    if "network_text" in fields:
        fields["network_text"] = _joined(fields["network_text"])
    return fields


def _joined(value: Any) -> Any:
    return "".join(value) if isinstance(value, list) else value
