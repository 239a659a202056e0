"""Lines of lists: drawn here, since pages write dozens of them and the template language costs ten times more."""

from collections.abc import Iterable
from html import escape
from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from alliage.directory.enums import NeedSide, NeedState
from alliage.ui.templatetags.ui import date_fr

register = template.Library()


def _facts(facts: Iterable[str]) -> str:
    return f'<ul class="entry__facts">{"".join(f"<li>{each}</li>" for each in facts if each)}</ul>'


@register.simple_tag
def alliance_card(card: dict[str, Any]) -> SafeString:
    """`{% alliance_card card %}`: one alliance in a list; card={alliance, years, partnership, goals}."""
    alliance = card["alliance"]
    goal = f'<abbr title="{_("Objectif de développement durable")}">{_("ODD")}</abbr>'
    facts = [
        escape(card["years"]),
        escape(card["partnership"]),
        escape(alliance.territory.name) if alliance.territory else "",
        *(f"{goal} {escape(each.code)}" for each in card["goals"]),
        _("démonstration") if alliance.is_demo else "",
    ]
    return mark_safe(  # noqa: S308 escaped here
        f'<div class="entry"><p class="entry__title"><a href="{escape(alliance.get_absolute_url())}">'
        f"{escape(alliance.subject)}</a></p>"
        f'<p>{escape(alliance.first.name)} <span aria-hidden="true">↔</span>'
        f'<span class="visually-hidden">{_("avec")}</span> {escape(alliance.second.name)}</p>{_facts(facts)}</div>'
    )


@register.simple_tag
def need_card(card: dict[str, Any], reasons: Iterable[str] = ()) -> SafeString:
    """`{% need_card card reasons %}`: one need, offer or call in a list; card={need, url, side, kind, who, where, reason};
    `reasons` say why it is there."""
    need = card["need"]
    tint = " tag--copper" if need.side == NeedSide.NEED else ""
    demo = f' <span class="tag">{_("démonstration")}</span>' if need.is_demo else ""
    why = "".join(f"<li>{escape(each)}</li>" for each in reasons)
    until = need.expires_at and need.state != NeedState.MET
    facts = [
        escape(card["who"]),
        escape(card["where"]),
        _("jusqu’au %(date)s") % {"date": date_fr(need.expires_at)} if until else "",
    ]
    return mark_safe(  # noqa: S308 escaped here
        f'<div class="entry"><p class="entry__title"><a href="{escape(card["url"])}">{escape(need.title)}</a> '
        f'<span class="tag{tint}">{escape(str(card["side"]))} · {escape(str(card["kind"]))}</span>{demo}</p>'
        + (f"<p>{escape(card['reason'])}</p>" if card["reason"] else "")
        + (f'<ul class="match__reasons">{why}</ul>' if why else "")
        + _facts(facts)
        + "</div>"
    )


@register.simple_tag
def entry_lines(entries: Iterable[dict[str, Any]]) -> SafeString:
    """`{% entry_lines entries %}`: the `<li>`s of the list of the directory; entries=[views.lists.line_of(…), …]."""
    demo = f' <span class="tag">{_("démonstration")}</span>'
    return mark_safe(  # noqa: S308 escaped here
        "".join(
            f'<li><div class="entry"><p class="entry__title"><a href="{escape(each["url"])}">{escape(each["title"])}</a>'
            f"{demo if each['is_demo'] else ''}</p>"
            + (f"<p>{escape(each['reason'])}</p>" if each["reason"] else "")
            + f"{_facts([*map(escape, each['facts']), conditional_escape(each['confirmed'])])}</div></li>"
            for each in entries
        )
    )


@register.simple_tag
def acting_lines(lines: Iterable[dict[str, Any]]) -> SafeString:
    """`{% acting_lines lines %}`: the `<li>`s of who acts on a territory, on its page; lines=[{line, reason}, …]."""
    demo = f' <span class="tag">{_("démonstration")}</span>'
    return mark_safe(  # noqa: S308 escaped here
        "".join(
            f'<li><a href="{escape(each["line"].url)}">{escape(each["line"].name)}</a>{demo if each["line"].is_demo else ""}'
            + (f' <span class="source">{escape(each["reason"])}</span>' if each["reason"] else "")
            + "</li>"
            for each in lines
        )
    )
