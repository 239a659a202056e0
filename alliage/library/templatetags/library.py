"""How the text of a resource is shown: as its writer laid it out, everything escaped."""

from collections.abc import Iterable
from html import escape
from typing import Any

from django import template
from django.utils.html import conditional_escape, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from alliage.formats.documents import Items, Paragraph, blocks_of
from alliage.library.cards import Card
from alliage.ui.templatetags.ui import french_number

register = template.Library()


@register.filter
def laid_out(text: str) -> SafeString:
    """`{{ part.text|laid_out }}`: blank lines part paragraphs, « - » begins an item, addresses become links."""
    return mark_safe("".join(_drawn(block) for block in blocks_of(text)))  # noqa: S308 escaped below


def _drawn(block: Items | Paragraph) -> str:
    if isinstance(block, Items):
        return f"<ul>{''.join(f'<li>{_words(item)}</li>' for item in block.items)}</ul>"
    return f"<p>{_words(block.text)}</p>"


def _words(text: str) -> str:
    """Escaped; addresses lead where they say, and nothing of ours vouches for them."""
    written = urlize(text, nofollow=True, autoescape=True) if "://" in text else conditional_escape(text)
    return str(written).replace("\n", "<br>")


@register.simple_tag
def resource_card(card: Card) -> SafeString:
    """`{% resource_card card %}`: one line of a list, inside `<ul class="list"><li>`. Lists write twenty of them."""
    lang = f' lang="{escape(card.language)}"' if card.language != "fr" else ""
    tags = [("tag--brass", card.kind), ("tag--copper", card.notice), ("", _("démonstration") if card.is_demo else "")]
    marks = " ".join(f'<span class="tag {tint}">{escape(words)}</span>' for tint, words in tags if words)
    why = _("parce que %(why)s") % {"why": escape(card.why)} if card.why else ""
    facts = "".join(f"<li>{escape(fact)}</li>" for fact in card.facts)
    return mark_safe(  # noqa: S308 escaped here
        f'<div class="entry"><p class="entry__title"><a href="{escape(card.url)}"{lang}>{conditional_escape(card.title)}</a></p>'
        f"<p>{marks}</p>"
        + (f"<p{lang}>{conditional_escape(card.text)}</p>" if card.text else "")
        + (f'<p class="source">{why}</p>' if why else "")
        + (f'<ul class="entry__facts">{facts}</ul>' if facts else "")
        + "</div>"
    )


@register.simple_tag
def facet_choices(facet: dict[str, Any]) -> SafeString:
    """`{% facet_choices facet %}`: its boxes to tick, with their counts. A list shows a hundred of them: a loop of the template
    language costs ten times more."""
    name = escape(facet["name"])
    return mark_safe(  # noqa: S308 escaped here
        "".join(
            f'<label><input type="checkbox" name="{name}" value="{escape(each["value"])}"{" checked" if each["chosen"] else ""}>'
            f'{escape(each["label"])} <span class="count">{french_number(each["count"])}</span></label>'
            for each in facet["choices"]
        )
    )


@register.simple_tag
def head_metas(metas: Iterable[tuple[str, str]]) -> SafeString:
    """`{% head_metas metas %}`: the tags of the head that reference managers read."""
    return mark_safe(  # noqa: S308 escaped here
        "".join(f'<meta name="{escape(name)}" content="{escape(content)}">\n' for name, content in metas)
    )


@register.filter
def file_size(size: int) -> str:
    """« 340 Ko », « 2,1 Mo »: sizes as people read them."""
    if size < 1_000_000:
        return f"{french_number(max(round(size / 1000), 1))}\u00a0Ko"
    return f"{french_number(size / 1_000_000, 1)}\u00a0Mo"


@register.filter
def duration(minutes: int) -> str:
    """« 45 min », « 2 h », « 2 h 40 »."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}\u00a0min"
    return f"{french_number(hours)}\u00a0h\u00a0{rest:02d}" if rest else f"{french_number(hours)}\u00a0h"
