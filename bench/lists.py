"""Lists with facets and excerpts, over generated resources: five thousand, then a hundred thousand. `python -m bench.lists`.

Words, facets with counts, rights, pages, excerpts: everything but the HTML. One resource in a thousand is a report of two hundred pages,
twenty at most.
"""

import random
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bench import texts

SIZES = (5_000, 100_000)
SEED = 7
SENTENCES = (8, 24)  # 200 to 550 words
REPORT, EVERY, MOST_REPORTS = 3_000, 1_000, 20
VALUES: dict[str, Sequence[str]] = {
    "levier": ("qualifier", "ecosysteme", "strategie", "modele", "alliance", "numerique", "pertinence"),
    "metier": ("dialogue", "experimentation", "accompagnement", "lieu"),
    "odd": tuple(map(str, range(1, 18))),
    "nature": ("pratique", "kit", "guide", "etude", "outil", "lettre", "retour", "replay", "lien"),
    "contexte": ("commune", "epci", "departement", "region", "petr", "pnr"),
    "preuve": ("idee", "teste", "evalue", "essaime"),
    "licence": ("cc-by-4.0", "cc-by-sa-4.0", "cc0", "licence-ouverte-2.0", "tous-droits-reserves"),
    "maturite": ("1", "2", "3", "4"),
    "public": ("collectivite", "association", "entreprise", "fondation", "academique", "institution"),
    "region": (
        "11",
        "24",
        "27",
        "28",
        "32",
        "44",
        "52",
        "53",
        "75",
        "76",
        "84",
        "93",
        "94",
        "01",
        "02",
        "03",
        "04",
        "06",
    ),
    "phase": ("idee", "lancement", "mise-en-oeuvre", "bilan", "essaimage"),
    "annee": tuple(map(str, range(2014, 2027))),
}
MOST = {"levier": 3, "metier": 2, "odd": 4, "public": 3, "maturite": 2}
QUESTIONS: dict[str, dict[str, Any]] = {
    "no word, no filter": {},
    "one facet": {"filters": {"levier": ["alliance"]}},
    "four facets": {
        "filters": {"levier": ["alliance", "modele"], "odd": ["11", "17"], "nature": ["pratique"], "region": ["84", "04"]}
    },
    "a common word": {"q": "alliance"},
    "two common words": {"q": "alliance territoire"},
    "four words": {"q": "jardin partagé école commune"},
    "words and three facets": {
        "q": "tiers-lieu rural", "filters": {"levier": ["alliance"], "odd": ["11"], "nature": ["pratique", "kit"]},
    },
    "an acronym with synonyms": {"q": "ODD"},
    "an exact phrase": {"q": "« économie sociale »"},
    "mistakes": {"q": "allliance partenaraits"},
    "an unfinished word": {"q": "covoitu"},
    "deep in reports": {"q": "zinzolin"},
    "nothing, with ways out": {"q": "alliance xylophone", "filters": {"levier": ["alliance"]}},
    "most of the words": {"q": "jardin école xylophone"},
    "page 20, by date": {"q": "alliance", "order": "date", "page": 20},
}  # fmt: skip
REPEATED = 15
Row = tuple[str, float, float, float]


def documents(size: int) -> Iterator[Any]:
    """Each stands for a territory, so that the check of rights on rows is a real query."""
    from alliage.search.registry import MEMBERS, PUBLIC, Document
    from alliage.territories.snapshot import snapshot

    chance, ids = random.Random(SEED), [row.id for row in snapshot().rows]
    first = date(2014, 1, 1)
    for number in range(size):
        is_report = number % EVERY == 0 and number // EVERY < MOST_REPORTS
        body = texts.body(chance, REPORT if is_report else chance.randint(*SENTENCES))
        yield Document(
            id=ids[number % len(ids)],
            title=texts.title(chance),
            url=f"/mesure/{number}/",
            summary=chance.choice(texts.sentences()),
            body=f"{body} Zinzolin." if is_report else body,
            facets=list(texts.facets(chance, VALUES, MOST)),
            dated_on=first + timedelta(days=chance.randrange(4_500)),
            audiences=[MEMBERS if number % 10 == 0 else PUBLIC],
        )


def _spread(label: str, used: Sequence[float]) -> Row:
    return label, median(used), quantiles(used, n=20)[18], max(used)


def _timed(act: Any) -> float:
    start = time.process_time()
    act()
    return (time.process_time() - start) * 1000


def _measure(size: int) -> list[Row]:
    from django.contrib.auth.models import AnonymousUser

    from alliage.jobs.tests.factories import registered
    from alliage.search import folder, services
    from alliage.search.queries import alike, listing
    from alliage.search.registry import SearchableKind, kinds
    from alliage.territories.models import Territory

    viewer = AnonymousUser()
    kind = SearchableKind(
        "mesure", "mesures", "mesure", "Mesures", 1,
        lambda _ids: documents(size), lambda _viewer: Territory.objects.all(), facets=tuple(VALUES),
    )  # fmt: skip
    written = f"{size:,}".replace(",", "\N{NO-BREAK SPACE}")
    with registered(kinds, kind):
        made = _timed(services.rebuild)
        disk = sum(path.stat().st_size for path in folder.root().rglob("*")) / 1e6
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        rows = [(f"lists: {written} resources, indexed ({disk:.0f} MB on disk, peak {peak:.0f} MB)", made, made, made)]
        everything: list[float] = []
        for label, asked in QUESTIONS.items():
            listing.find("mesure", viewer=viewer, **asked)
            used = [_timed(lambda asked=asked: listing.find("mesure", viewer=viewer, **asked)) for _ in range(REPEATED)]
            rows.append(_spread(f"lists: {written}, {label}", used))
            everything += used
        rows.append(_spread(f"lists: {written}, all these questions", everything))
        ids = listing.find("mesure", viewer=viewer, q="alliance").ids[:10]
        used = [_timed(lambda pk=pk: alike.more_like("mesure", pk, viewer=viewer)) for pk in ids * 3]
        rows.append(_spread(f"lists: {written}, what resembles a resource", used))
    return rows


def engines(sizes: Sequence[int] = SIZES) -> list[Row]:
    """Processor milliseconds of whole lists (no page around)."""
    from django.conf import settings

    own, rows = settings.VAR_DIR, []
    try:
        for size in sizes:
            with tempfile.TemporaryDirectory(prefix="alliage-bench-lists-") as path:
                settings.VAR_DIR = Path(path)
                rows += _measure(size)
    finally:
        settings.VAR_DIR = own
    return rows


def main() -> None:
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliage.config.settings")
    import django

    django.setup()
    for label, *figures in engines():
        print(f"{label:90}", *(f"{each:10.2f}" for each in figures))


if __name__ == "__main__":
    main()
