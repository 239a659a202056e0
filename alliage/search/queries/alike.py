"""What resembles an object: the same words, weighed by how rare they are, then the same facets and the same territories.

    alike.more_like("resource", resource.pk, viewer=request.user, limit=4, places=places.of(reader_territory))

The context that a reader brings (`places`, `facets` such as « taille:10000-50000 ») counts as much as what the object itself says: a
practice of a place like theirs comes before the same practice elsewhere. Each result says why it is there.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

from alliage.search import engine, synonyms
from alliage.search.engine import FIELDS, Found, Query, Reader, Words
from alliage.search.queries import hits, rights
from alliage.search.queries.hits import Hit

MOST_WORDS = 20
# Two texts that share fewer of these words are not alike; a short text has fewer of them.
LEAST_WORDS, LEAST_OF_SHORT = 3, 2
SYNONYM = 0.5
# What is shared besides words, for something that one document in a hundred has; the words of a text like itself are worth about 100.
FACET, PLACE, ASKED = 4.0, 4.0, 10.0
# What more than this part of documents says tells nothing apart.
COMMON = 0.5
MOST_REASONS = 4


@dataclass(frozen=True)
class Alike:
    """Something that resembles, and why: words that both say (as written there), facets and places that both have."""

    hit: Hit
    words: list[str]
    facets: list[str]
    places: list[str]


def more_like(
    kind: str,
    pk: int,
    *,
    viewer: Any,
    limit: int = 4,
    kinds: Collection[str] = (),
    places: Sequence[str] = (),
    facets: Sequence[str] = (),
) -> list[Alike]:
    """What resembles this object among what the person may see, of its kind unless `kinds` says otherwise; best first.

    Nothing when the index does not have it, or not yet.
    """
    opened = rights.opened(viewer)
    if opened is None:
        return []
    reader, scope = opened
    own = engine.term("key", engine.key(kind, pk))
    sources = reader.with_words(engine.all_of(scope, own), limit=1)
    if not sources:
        return []
    source, words = sources[0]
    telling = _telling(reader, words)
    context = _Context(source.facets, source.places, list(facets), list(places))
    wanted = engine.all_of(
        scope,
        engine.one_of("kind", kinds or [kind]),
        engine.most_of((_word(root, worth) for root, worth in telling.items()), _least(telling)),
        better=context.queries(reader),
        none_of=[own],
    )
    found = reader.with_words(wanted, limit=limit) if telling else []
    seen, _refused = rights.allowed([one for one, _words in found], viewer)
    said = {(one.kind, one.id): words for one, words in found}
    return [
        Alike(hit, _in_common(telling, said[one.kind, one.id]), *context.shared(one))
        for hit, one in zip(hits.shown(reader, seen, ()), seen, strict=True)
    ]


def _telling(reader: Reader, words: Words) -> dict[str, float]:
    """The words that tell this object from others, with what each is worth, the most telling first."""
    worth = {root: weight * _rarity(reader.share("body", root)) for root, weight in words.weights.items()}
    best = sorted(worth.items(), key=lambda each: -each[1])[:MOST_WORDS]
    return {root: each for root, each in best if each > 0}


def _least(telling: Collection[str]) -> int:
    return LEAST_WORDS if len(telling) == MOST_WORDS else min(LEAST_OF_SHORT, len(telling))


def _rarity(share: float) -> float:
    return 0.0 if share > COMMON else min(-log(share), 8.0) if share else 8.0


def _word(root: str, worth: float) -> Query:
    own = engine.best_of([engine.boosted(engine.term(name, root), by**0.5) for name, by in FIELDS.items()])
    others = [engine.phrase("body", way) for way in synonyms.same((root,))]
    return engine.boosted(engine.best_of([own, *(engine.boosted(each, SYNONYM) for each in others)]), worth / 8)


def _in_common(telling: Iterable[str], words: Words) -> list[str]:
    """The words that both say, as the other writes them."""
    return [words.written[root] for root in telling if root in words.written][:MOST_REASONS]


@dataclass(frozen=True)
class _Context:
    """What a document may share with the object and with its reader."""

    facets: list[str]
    places: list[str]
    asked_facets: list[str]
    asked_places: list[str]

    def queries(self, reader: Reader) -> list[Query]:
        return [
            *(_shared(reader, *_column(code), FACET) for code in self.facets),
            *(_shared(reader, "place", code, PLACE) for code in self.places),
            *(_shared(reader, *_column(code), ASKED) for code in self.asked_facets),
            *(_shared(reader, "place", code, ASKED) for code in self.asked_places),
        ]

    def shared(self, one: Found) -> tuple[list[str], list[str]]:
        facets = [*self.asked_facets, *self.facets]
        places = [*self.asked_places, *self.places]
        return (
            [code for code in dict.fromkeys(facets) if code in one.facets],
            [code for code in dict.fromkeys(places) if code in one.places],
        )


def _column(code: str) -> tuple[str, str]:
    name, _colon, value = code.partition(":")
    return f"facet.{name}", value


def _shared(reader: Reader, field: str, value: str, worth: float) -> Query:
    """What few documents have brings two of them closer than what all have."""
    return engine.one_of(field, [value], score=worth * _rarity(reader.share(field, value)) / 4.6)
