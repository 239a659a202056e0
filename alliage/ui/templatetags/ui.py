"""Tags and filters of every template: icons, numbers, plurals, dates, and what the layout needs."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache, lru_cache
from html import escape
from pathlib import Path
from typing import Any

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape
from django.utils.numberformat import format as format_number
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from alliage.ui import registry
from alliage.ui.context import CurrentEntry

register = template.Library()

ICONS = Path(__file__).resolve().parent.parent / "icons"
NARROW = "\u202f"
_DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


@cache
def _drawing(name: str) -> str:
    if not re.fullmatch(r"[a-z-]+", name):
        raise template.TemplateSyntaxError(f"« {name} » is no name of an icon.")
    found = _DRAWING.search((ICONS / f"{name}.svg").read_text(encoding="utf-8"))
    if found is None:
        raise template.TemplateSyntaxError(f"{name}.svg holds no drawing.")
    return found[1].strip()


@cache
def _icon(name: str, size: str) -> SafeString:
    kind = f"icon icon--{size}" if size else "icon"
    return mark_safe(  # noqa: S308 our own files, read from the package
        f'<svg class="{kind}" width="24" height="24" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        f"{_drawing(name)}</svg>"
    )


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """`{% icon "map" %}`: a drawing of `ui/icons`, silent for screen readers. `size` is "" or "large"."""
    return _icon(str(name), str(size))


def french_number(value: Any, decimals: int | None = None) -> str:
    """12345.6 → « 12 345,6 ». `decimals` rounds; without it the value is written as it is.

    What was written so already stays: « 12 345 » is no number for Python, and would fail only once a site is large.
    """
    if value is None or value == "":
        return ""
    if type(value) is int and not decimals:
        return f"{value:,}".replace(",", NARROW).replace("-", "−")
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if decimals is not None:
        number = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    elif number == number.to_integral_value():
        number = number.to_integral_value()
    else:
        number = number.normalize()
    written = format_number(
        number, ",", decimal_pos=decimals, grouping=3, thousand_sep=NARROW, force_grouping=True, use_l10n=False
    )
    return written.replace("-", "−", 1) if written.startswith("-") else written


@register.inclusion_tag("ui/components/breadcrumb.html")
def breadcrumb(*steps: Any) -> dict[str, Any]:
    """`{% breadcrumb _("Mon compte") "accounts:home" title %}`: the way back, without a view that prepares it. Labels and
    addresses (a path, or a name of the URL configuration) in turn; the last label is this page."""
    labels, places = steps[::2], [*steps[1::2], ""]
    return {"crumbs": [(label, _address(str(place))) for label, place in zip(labels, places, strict=True)]}


def _address(place: str) -> str:
    return place if place.startswith("/") or not place else reverse(place)


@register.simple_tag(takes_context=True)
def page_acts(context: Context, obj: Any) -> SafeString:
    """`{% page_acts object %}`: what other folders let people do about this object, at the foot of its page."""
    acts = sorted(registry.page_acts, key=lambda act: act.position)
    return mark_safe("".join(act.render(obj, context["request"]) for act in acts))  # noqa: S308 rendered templates


@register.simple_tag
def number(value: Any, decimals: int | None = None) -> str:
    """`{% number 12345 %}` → « 12 345 », with thin non-breaking spaces and a decimal comma."""
    return french_number(value, decimals)


@register.filter(name="number")
def number_filter(value: Any, decimals: int | None = None) -> str:
    """`{{ value|number }}`: the same, for `{% blocktranslate with %}` and `{% include with %}`."""
    return french_number(value, decimals)


@register.simple_tag
def menu_links(entries: Iterable[CurrentEntry]) -> SafeString:
    """`{% menu_links menu %}`: the `<li>`s of the main menu, drawn once for each section of the site."""
    items = tuple((each.entry, each.current) for each in entries)
    key = tuple((id(entry), current) for entry, current in items)
    # The entries stay beside what was drawn from them, so that no other ever bears their number.
    kept = _menus.get(key)
    if kept is None:
        kept = _menus[key] = items, mark_safe("".join(_menu_link(*item) for item in items))  # noqa: S308 escaped below
    return kept[1]


_menus: dict[tuple[tuple[int, str], ...], tuple[Any, SafeString]] = {}


def _menu_link(entry: registry.MenuEntry, current: str) -> str:
    mark = f' aria-current="{current}"' if current else ""
    hint = f' <span class="menu__hint">{escape(str(entry.hint))}</span>' if entry.hint else ""
    return (
        f'<li><a class="menu__link" href="{escape(entry.url)}"{mark}>'
        f"{icon(entry.icon)}{escape(str(entry.label))}{hint}</a></li>"
    )


@register.simple_tag
def links_of_head(links: Iterable[registry.HeadLink]) -> SafeString:
    """`{% links_of_head head_links %}`: the `<link>`s of every page, drawn once."""
    items = tuple(links)
    key = tuple(map(id, items))
    kept = _heads.get(key)
    if kept is None:
        kept = _heads[key] = items, mark_safe("".join(map(_link_of_head, items)))  # noqa: S308 escaped below
    return kept[1]


# As for menus: links stay beside what was drawn from them.
_heads: dict[tuple[int, ...], tuple[Any, SafeString]] = {}


def _link_of_head(link: registry.HeadLink) -> str:
    more = {"type": link.type, "title": link.title}
    written = "".join(f' {name}="{escape(str(value))}"' for name, value in more.items() if value)
    return f'<link rel="{escape(link.rel)}" href="{escape(link.url)}"{written}>\n  '


@cache
def _sign() -> SafeString:
    return render_to_string("ui/sign.html")


@register.simple_tag
def sign() -> SafeString:
    """`{% sign %}`: the sign of Alliage, the same on every page: `ui/sign.html`, drawn once."""
    return _sign()


@register.simple_tag
def options(choices: Iterable[tuple[Any, Any]], selected: Any = "") -> SafeString:
    """`{% options choices asked %}`: the `<option>`s of a select, from (value, label) pairs. A loop of the template
    language costs ten times more, and the form of territories lists a hundred départements on every page."""
    chosen = "" if selected is None else str(selected)
    return mark_safe(  # noqa: S308 escaped here
        "".join(
            f'<option value="{escape(str(value))}"{" selected" if str(value) == chosen else ""}>{escape(str(label))}</option>'
            for value, label in choices
        )
    )


@register.filter
def unlocalized(value: Any) -> str:
    """A number for an attribute: 0.5 stays « 0.5 »."""
    return "" if value is None else str(value)


@register.filter
def plural_fr(count: Any, forms: str = "s") -> str:
    """« s » from two on: in French zero and one and a half are singular. `forms` is "s" or "al,aux"."""
    singular, _, plural = forms.rpartition(",")
    try:
        many = abs(float(count)) >= 2
    except (TypeError, ValueError):
        many = False
    return plural if many else singular


@register.filter
def date_fr(value: date | datetime | None, form: str = "long") -> str:
    """A date in words: "long" « 1er juillet 2026 », "day" « mercredi 1er juillet 2026 », "short" « 01/07/2026 »,
    "time" « 9 h 05 », "moment" « 1er juillet 2026 à 9 h 05 ». A moment is told in the current time zone."""
    if not value:
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        # Without its zone: the same instant at two clocks is one key.
        value = timezone.localtime(value).replace(tzinfo=None)
    return _moment_in_words(value, form, get_language())


@lru_cache(maxsize=2048)
def _moment_in_words(value: date | datetime, form: str, _language: str | None) -> str:
    """Kept: a list tells the same days again and again."""
    if form == "short":
        return date_format(value, "d/m/Y")
    if form == "time":
        return _hour(value)
    day = "1er" if value.day == 1 else str(value.day)
    words = f"{day} {date_format(value, 'F Y')}"
    if form == "day":
        return f"{date_format(value, 'l')} {words}"
    return f"{words} à {_hour(value)}" if form == "moment" else words


def _hour(value: date | datetime) -> str:
    if not isinstance(value, datetime):
        return ""
    return f"{value.hour}\u00a0h" + (f"\u00a0{value.minute:02d}" if value.minute else "")


# What a person types with ordinary spaces, and the sign that must never begin or end a line alone.
_SPACED = (
    (" :", "\u00a0:"),
    (" ;", "\u00a0;"),
    (" !", "\u00a0!"),
    (" ?", "\u00a0?"),
    (" »", "\u00a0»"),
    ("« ", "«\u00a0"),
)


@register.filter
def french_spaces(text: Any) -> str:
    """What somebody wrote, with the unbreakable spaces of French: no line begins with « ? » or « : »."""
    said = str(text)
    for typed, kept in _SPACED:
        said = said.replace(typed, kept)
    return mark_safe(said) if isinstance(text, SafeString) else said  # noqa: S308 only spaces were changed


@register.filter
def initials(name: Any) -> str:
    """« Marie-Claire Dupont » → « MD »: the letters of an avatar."""
    words = [word for word in str(name).replace("-", " ").split() if word[0].isalpha()]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper() if words else ""


@register.filter
def for_spreadsheets(address: str) -> str:
    """The address of a CSV, as French Excel opens it with a double click (`formats.csv`)."""
    return f"{address}{'&' if '?' in address else '?'}excel=1"


@register.simple_tag
def safe_static(path: str) -> str:
    """The address of a static file, or the unhashed one when the manifest cannot be read (error pages)."""
    try:
        return staticfiles_storage.url(path)
    except Exception:  # noqa: BLE001 an error page must render whatever is broken
        return f"/static/{path}"


class KeepNode(template.Node):
    """Render the inside, and keep it under a name for later in the page."""

    def __init__(self, nodelist: NodeList, name: str) -> None:
        self.nodelist = nodelist
        self.name = name

    def render(self, context: Context) -> SafeString:
        text = self.nodelist.render(context)
        context[self.name] = mark_safe(" ".join(text.split()))  # noqa: S308 already escaped by the render
        return text


@register.tag
def keep(parser: Parser, token: Token) -> KeepNode:
    """`{% keep page_title %}{% block title %}{% endblock %}{% endkeep %}`: write a block once, use it twice."""
    _, name = token.split_contents()
    nodelist = parser.parse(("endkeep",))
    parser.delete_first_token()
    return KeepNode(nodelist, name)


class AsideNode(template.Node):
    """Wrap the inside in the page's `<aside>`; write nothing when it is blank."""

    def __init__(self, nodelist: NodeList, label: FilterExpression) -> None:
        self.nodelist = nodelist
        self.label = label

    def render(self, context: Context) -> SafeString:
        text = self.nodelist.render(context)
        if not text.strip():
            return SafeString("")
        if "<aside" in text:
            return text
        label = conditional_escape(self.label.resolve(context))
        return mark_safe(f'<aside class="aside" aria-label="{label}">{text}</aside>')  # noqa: S308 rendered above


@register.tag
def aside(parser: Parser, token: Token) -> AsideNode:
    """`{% aside label %}{% block aside %}{% endblock %}{% endaside %}`: no empty landmark on pages without one."""
    _, label = token.split_contents()
    nodelist = parser.parse(("endaside",))
    parser.delete_first_token()
    return AsideNode(nodelist, parser.compile_filter(label))
