"""The search alone, over generated French documents: ten thousand, then a hundred thousand. `python -m bench.search`."""

import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from statistics import median, quantiles
from typing import Any

SIZES = (10_000, 100_000)
SEED = 42
WORDS_OF_A_BODY = 120
THEMES = (
    "alliance territoire commune association entreprise réseau coopération projet habitants élus développement économie"
    " sociale solidaire insertion emploi mobilité énergie alimentation culture santé numérique logement jeunesse"
    " accompagnement ingénierie financement expérimentation gouvernance partenariat transition écologique agriculture"
    " tiers-lieu formation recherche fondation collectivité diagnostic méthode animation évaluation"
)
QUESTIONS = {
    "one common word": "alliance",
    "two common words": "projet alliance",
    "four words": "développement économie sociale insertion",
    "an exact phrase": "« économie sociale »",
    "an acronym with synonyms": "ESS",
    "a rare word": "saint-symphorien",
    "an unfinished word": "expériment",
    "a wrong word": "allliance partenaraits",
    "nothing, with ways out": "alliance xylophone inconnue",
    "page 20": "réseau",
}
REPEATED = 15
Row = tuple[str, float, float, float]


def _vocabulary() -> tuple[list[str], list[float]]:
    """Words of the field, then words of communes' names, the most frequent first (Zipf)."""
    from alliage.territories.snapshot import snapshot

    names = sorted({word for row in snapshot().rows for word in row.name.replace("-", " ").split() if len(word) > 3})
    random.Random(SEED).shuffle(names)
    words = [*THEMES.split(), *names]
    return words, list(accumulate(1 / (rank + 2) for rank in range(len(words))))


def documents(size: int) -> Iterator[Any]:
    """Each stands for a territory, so that the check of rights on rows is a real query."""
    from alliage.search.registry import MEMBERS, PUBLIC, Document
    from alliage.territories.snapshot import snapshot

    chance, (words, weights) = random.Random(SEED), _vocabulary()
    ids = [row.id for row in snapshot().rows]
    for number in range(size):
        said = chance.choices(words, cum_weights=weights, k=WORDS_OF_A_BODY + 6)
        yield Document(
            id=ids[number % len(ids)],
            title=" ".join(said[:4]),
            url=f"/mesure/{number}/",
            body=" ".join(said[6:]),
            keywords=said[4:6],
            audiences=[MEMBERS if number % 10 == 0 else PUBLIC],
        )


def _spread(label: str, used: Sequence[float]) -> Row:
    return label, median(used), quantiles(used, n=20)[18], max(used)


def _timed(act: Any) -> float:
    start = time.process_time()
    act()
    return (time.process_time() - start) * 1000


def _measure(size: int) -> tuple[list[Row], dict[str, float]]:
    from django.contrib.auth.models import AnonymousUser
    from django.utils import timezone

    from alliage.jobs.tests.factories import registered
    from alliage.search import folder, queries, services
    from alliage.search.registry import SearchableKind, kinds
    from alliage.territories.models import Territory

    def some(ids: Sequence[int] | None) -> Iterator[Any]:
        found = documents(size if ids is None else 1)
        yield from found

    kind = SearchableKind("mesure", "mesures", "mesure", "Mesures", 1, some, lambda _viewer: Territory.objects.all())
    written = f"{size:,}".replace(",", "\N{NO-BREAK SPACE}")
    with registered(kinds, kind):
        made = _timed(services.rebuild)
        disk = sum(path.stat().st_size for path in folder.root().rglob("*")) / 1e6
        rows = [(f"search: {written} documents, indexed whole ({disk:.0f} MB on disk)", made, made, made)]
        medians, everything = {}, []
        for label, question in QUESTIONS.items():
            asked = queries.parse({"q": question, "page": "20" if label == "page 20" else ""})
            queries.search(asked, AnonymousUser())
            used = [_timed(lambda asked=asked: queries.search(asked, AnonymousUser())) for _ in range(REPEATED)]
            rows.append(_spread(f"search: {written}, {label}", used))
            medians[label] = median(used)
            everything += used
        rows.append(_spread(f"search: {written}, all these questions", everything))
        services.changed("mesure", [Territory.objects.earliest("pk").pk], now=timezone.now())
        taken = _timed(services.follow)
        rows.append((f"search: {written}, one change taken in", taken, taken, taken))
    return rows, medians


def engines(sizes: Sequence[int] = SIZES) -> list[Row]:
    """Processor milliseconds of whole questions (index, rights, excerpts; no page around), and their growth."""
    from django.conf import settings

    rows: list[Row] = []
    medians: list[dict[str, float]] = []
    own = settings.VAR_DIR
    with tempfile.TemporaryDirectory(prefix="alliage-bench-search-") as path:
        settings.VAR_DIR = Path(path)
        try:
            for size in sizes:
                found, middle = _measure(size)
                rows += found
                medians.append(middle)
        finally:
            settings.VAR_DIR = own
    for larger in medians[1:]:
        growth = [larger[label] / medians[0][label] for label in QUESTIONS]
        rows.append(_spread(f"search: times longer for {sizes[-1] // sizes[0]} times the documents", growth))
    return rows


def main() -> None:
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliage.config.settings")
    import django

    django.setup()
    for label, *figures in engines():
        print(f"{label:70}", *(f"{each:10.2f}" for each in figures))


if __name__ == "__main__":
    main()
