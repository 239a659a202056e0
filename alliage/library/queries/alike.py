"""« Ressources proches »: what resembles a resource by its words and by its context, and why.

What resembles what is kept ten minutes, or until a resource changes (one may cease to name its territory); whether readers may
see it is asked each time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext as _

from alliage.directory.filters import Place
from alliage.library.enums import Density, Phase, ResourceKind, Size
from alliage.library.labels import label
from alliage.library.models import Resource
from alliage.library.queries import nearness, places
from alliage.library.services.resources import KIND
from alliage.search import places as search_places
from alliage.search.queries.alike import Alike, more_like
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories.enums import Kind
from alliage.territories.snapshot import snapshot

KEPT_SECONDS = 600
NONE_SECONDS = 30  # an index still being made will soon say more
MOST_REASONS = 2


@dataclass(frozen=True)
class Near:
    """Another resource; `why` is a sentence that begins with « parce que », or empty."""

    pk: int
    title: str
    url: str
    kind: str
    why: str


def near(resource: Resource, *, viewer: Any, place: Place | None, limit: int) -> list[Near]:
    """The most alike first; a reader's territory brings closer what comes from one like it. Two queries the first time, then none:
    the caller asks whether readers may still see them (`resources.beside`)."""
    ground = nearness.ground_of(place)
    around = search_places.of(ground.place) if ground else []
    key = key_of(resource, around, limit)
    kept: list[Near] | None = cache.get(key)
    if kept is None:
        facets = [f"taille:{ground.size}"] if ground and ground.size else []
        found = more_like(KIND, resource.pk, viewer=viewer, limit=limit, places=around, facets=facets)
        kept = [_near(each) for each in found]
        cache.set(key, kept, KEPT_SECONDS if kept else NONE_SECONDS)
    return kept


def key_of(resource: Resource, around: Sequence[str], limit: int) -> str:
    """Another one as soon as any resource changes."""
    changed = cache.get(places.CHANGED, "")
    return f"library.near:{changed}:{resource.pk}:{resource.edition}:{around[0] if around else ''}:{limit}"


def _near(each: Alike) -> Near:
    kind = next((code.partition(":")[2] for code in each.hit.facets if code.startswith("sorte:")), "")
    return Near(each.hit.id, each.hit.plain_title, each.hit.url, label(ResourceKind, kind) if kind else "", _why(each))


def _why(each: Alike) -> str:
    """« parce que : même taille de territoire, mêmes mots (compost, quartier) »."""
    said = [words for words in (*map(_facet, each.facets), *map(_place, each.places[:1])) if words][:MOST_REASONS]
    if each.words:
        said.append(_("mêmes sujets (%(words)s)") % {"words": ", ".join(each.words[:3])})
    return "\u00a0; ".join(said[: MOST_REASONS + 1])


def _facet(code: str) -> str:
    name, _colon, value = code.partition(":")
    if name == "levier" and (term := taxonomy.term(Vocabulary.LEVIERS, value)):
        return _("même levier (%(label)s)") % {"label": term.short}
    if name == "taille":
        return _("territoire de même taille (%(label)s)") % {"label": label(Size, value)}
    if name == "densite":
        return _("même densité (%(label)s)") % {"label": label(Density, value)}
    if name == "phase":
        return _("même moment (%(label)s)") % {"label": label(Phase, value)}
    return ""


def _place(token: str) -> str:
    kind, _colon, code = token.partition(":")
    row = snapshot().by_code.get((kind, code))
    return _("même territoire (%(name)s)") % {"name": row.name} if row and kind != Kind.CUSTOM else ""
