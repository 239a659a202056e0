"""One line of a list: what a resource is, why it may matter here, two facts. No query."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.library import content as contents
from alliage.library.enums import Proof, ResourceKind, State
from alliage.library.labels import label
from alliage.library.models import Resource
from alliage.search.queries.hits import Hit
from alliage.territories import grammar

MOST_PLACES = 2


@dataclass(frozen=True)
class Card:
    """`text` is an excerpt or the summary; `why` begins the sentence « parce que… » (reasons joined), empty for none."""

    title: str | SafeString
    url: str
    kind: str
    text: str | SafeString
    why: str = ""
    facts: list[str] = field(default_factory=list)
    notice: str = ""
    is_demo: bool = False
    language: str = "fr"


def card(
    resource: Resource,
    *,
    reasons: Sequence[str] = (),
    title: SafeString | None = None,
    text: SafeString | None = None,
    url: str = "",
) -> Card:
    """`title`, with the words found marked, `text` and `url` come from the search when it found the resource."""
    content = resource.content
    return Card(
        title=title or resource.title,
        url=url or resource.get_absolute_url(),
        kind=label(ResourceKind, resource.kind),
        text=text or resource.summary,
        why="\u00a0; ".join(reasons),
        facts=facts(content, resource.proof, resource.year),
        notice=notice(resource.state),
        is_demo=resource.is_demo,
        language=resource.language,
    )


def hit_card(hit: Hit, *, reasons: Sequence[str] = ()) -> Card:
    """From the search alone: no row is read."""
    kind = next((code.partition(":")[2] for code in hit.facets if code.startswith("sorte:")), "")
    return Card(
        title=hit.title,
        url=hit.url,
        kind=label(ResourceKind, kind) if kind else "",
        text=hit.summary,
        why="\u00a0; ".join(reasons),
        facts=hit.facts[1:],
    )


def facts(content: dict[str, Any], proof: str, year: int | None) -> list[str]:
    """Where, how sure, when."""
    places = contents.places(content)
    named = [grammar.title(place) for place in places[:MOST_PLACES]]
    if len(places) > MOST_PLACES:
        more = len(places) - MOST_PLACES
        named.append(ngettext("et %(count)d autre", "et %(count)d autres", more) % {"count": more})
    where = ", ".join(named) or (_("territoire non nommé") if content.get("hides_place") else "")
    sure = _("preuve\u00a0: %(level)s") % {"level": label(Proof, proof)} if proof else ""
    return [fact for fact in (where, sure, str(year or "")) if fact]


def notice(state: str) -> str:
    """What a reader must know before opening it."""
    if state == State.OBSOLETE:
        return _("dépassée")
    return _("à actualiser") if state == State.TO_RENEW else ""
