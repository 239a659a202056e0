"""Makes the directory grow, and measures the engines alone over the whole country."""

import random
import time
from collections.abc import Callable, Iterable
from statistics import median, quantiles
from typing import Any

from django.db import connection, transaction

CATEGORIES_SHARE = 0.8  # of organisations have a category, as in the programme
SEED = 42
FIRST = ("Aïcha", "Benoît", "Camille", "Djamel", "Élise", "Fanny", "Gaël", "Hina", "Inès", "Jonas", "Kévin", "Lou")
LAST = ("Martin", "Bernard", "Hoarau", "Payet", "Lefèvre", "Diallo", "Nguyen", "Faure", "Teriitahi", "Morel", "Roux")
WORDS_OF_A_PARAGRAPH = [
    "accompagner",
    "alliance",
    "animer",
    "association",
    "atelier",
    "bassin",
    "citoyens",
    "collectif",
    "commune",
    "construire",
    "coopération",
    "dialogue",
    "diagnostic",
    "écologie",
    "emploi",
    "entreprise",
    "expérimenter",
    "habitants",
    "inclusion",
    "jeunesse",
    "ligne",
    "mobilité",
    "mutualiser",
    "partenaires",
    "projet",
    "réseau",
    "rural",
    "saint",
    "santé",
    "territoire",
    "tiers-lieu",
    "transition",
    "ville",
]


def fill_directory(target: int) -> None:
    """Entries up to `target`, spread over communes by their weight: mostly catalysts, with their métiers, leviers, ODD, the
    territories where they act and a paragraph; organisations have two mentions each."""
    from alliage.directory import services
    from alliage.directory.enums import EntryKind, PlacePrecision
    from alliage.directory.models import Entry
    from alliage.taxonomy import queries as taxonomy
    from alliage.taxonomy.enums import Vocabulary
    from alliage.territories.models import Territory

    chance = random.Random(SEED + target)
    have = Entry.objects.count()
    columns = ("pk", "name", "population", "epci_id", "departement_id", "region_id")
    communes = list(Territory.objects.filter(kind="commune", status="current").values_list(*columns))
    places = chance.choices(communes, weights=[each[2] or 1 for each in communes], k=target - have)
    categories = [term.pk for term in taxonomy.terms(Vocabulary.CATEGORIES)]
    scales = [term.pk for term in taxonomy.terms(Vocabulary.SCALES)]
    shares = ((Vocabulary.METIERS, 2), (Vocabulary.MISSIONS, 3), (Vocabulary.LEVIERS, 2), (Vocabulary.ODD, 3))
    terms = [([term.pk for term in taxonomy.terms(vocabulary)], most) for vocabulary, most in shares]
    made = []
    for number, (pk, place, *_above) in enumerate(places, start=have):
        kind = chance.choices(EntryKind.values, weights=(85, 14, 1))[0]
        name = (
            f"{chance.choice(FIRST)} {chance.choice(LAST)} n° {number}"
            if kind == EntryKind.CATALYST
            else f"Association n° {number} de {place}"
        )
        entry = Entry(
            kind=kind, slug=f"mesure-{number}", name=name, territory_id=pk, place_precision=PlacePrecision.NAME,
            category_id=chance.choice(categories) if chance.random() < CATEGORIES_SHARE else None,
            scale_id=chance.choice(scales), function="Chargée de développement territorial",
            presentation=" ".join(chance.choices(WORDS_OF_A_PARAGRAPH, k=30)) + f" à {place}.", source="Mesure",
            is_national=chance.random() < 0.02,
        )  # fmt: skip
        for column, value in services.texts_of(entry).items():
            setattr(entry, column, value)
        made.append(entry)
    with transaction.atomic():
        _write(made, places, terms, chance)
    services.rebuilt()


def _write(made: list[Any], places: list[Any], terms: list[tuple[list[int], int]], chance: random.Random) -> None:
    """One transaction; the rows beside the entries, half a million of them, without the cost of an object for each."""
    from alliage.directory.enums import EntryKind, Role
    from alliage.directory.models import Entry, EntryArea, EntryTerm, Mention

    Entry.objects.bulk_create(made, batch_size=500)
    _many(
        EntryTerm, "entry_id", "term_id",
        (
            (each.pk, term)
            for each in made
            for known, most in terms
            for term in chance.sample(known, chance.randint(1, most))
        ),
    )  # fmt: skip
    _many(
        EntryArea, "entry_id", "territory_id",
        (
            (each.pk, area)
            for each, (pk, _name, _population, *above) in zip(made, places, strict=True)
            for area in {pk, chance.choice([pk, *(one for one in above if one)])}
        ),
    )  # fmt: skip
    Mention.objects.bulk_create(
        [
            Mention(
                organisation=each, document="mesure", sequence=chance.randint(1, 10), title="Séquence de mesure",
                role=Role.CROSSED, quote="Regards croisés", position=position,
            )
            for each in made
            if each.kind == EntryKind.ORGANISATION
            for position in (0, 1)
        ],
        batch_size=500,
    )  # fmt: skip


def _many(model: Any, one: str, other: str, rows: Iterable[tuple[int, int]]) -> None:
    with connection.cursor() as cursor:
        table = model._meta.db_table  # noqa: SLF001 Django's public-by-use name
        cursor.executemany(f"INSERT INTO {table} ({one}, {other}) VALUES (%s, %s)", list(rows))


def directory_memory() -> list[tuple[str, float]]:
    """What it costs a process to know the directory, and what the ways that ADR 0007 rejects would cost a page."""
    from django.db.models import Count, Q
    from django.utils import timezone

    from alliage.directory import services
    from alliage.directory.filters import Filters
    from alliage.directory.models import Entry
    from alliage.directory.queries import Found, spots
    from alliage.directory.queries import snapshot as memory

    def milliseconds(act: Callable[[], object], times: int = 5) -> float:
        used = []
        for _ in range(times):
            start = time.process_time()
            act()
            used.append((time.process_time() - start) * 1000)
        return min(used)

    def facets() -> None:
        found = Found(Filters(q="mutualiser"))
        for name in ("nature", "metier", "categorie", "echelon", "levier", "odd", "outremer", "sequence"):
            found.counts(name)

    def grouped() -> None:
        for column in ("kind", "category_id", "scale_id", "entry_terms__term_id"):
            found = Entry.objects.filter(Q(search_text__contains=" mutualiser"), visibility="public", is_hidden=False)
            list(found.order_by().values_list(column).annotate(found=Count("pk")))

    def change() -> object:
        services.touched([Entry.objects.order_by("pk").values_list("pk", flat=True)[0]], now=timezone.now())
        return memory.snapshot().terms

    territories = memory.territories()
    territories.by_kind  # noqa: B018 known before
    memory.forget()
    start = time.process_time()
    known = memory.snapshot()
    found = [("read at first, ms", (time.process_time() - start) * 1000)]
    start = time.process_time()
    known.points, known.overseas  # noqa: B018 drawn once for a state of the directory
    found.append(("points and overseas, once for each state, ms", (time.process_time() - start) * 1000))
    start = time.process_time()
    Found(Filters(q="jeunesse"), known=known).total  # noqa: B018 measured
    found.append(("a word that most entries have, first time, ms", (time.process_time() - start) * 1000))
    found.append(("weight of the columns, MB", known.rows.weight / 1e6))
    found.append(("after one change, ms", milliseconds(change)))
    found.append(("every facet of a search, ms", milliseconds(facets)))
    found.append(("the same by grouped SQL, ms", milliseconds(grouped, 2)))
    found.append(("marks of the map, ms", milliseconds(lambda: spots(Found(Filters())))))
    return found


def _spread(acts: list) -> tuple[float, float, float]:
    """p50, p95 and the longest of these acts, in milliseconds of processor; each is done once: answers may be kept."""
    used = []
    for act in acts:
        start = time.process_time()
        act()
        used.append((time.process_time() - start) * 1000)
    return median(used), quantiles(used, n=20)[18], max(used)


WORDS = ["saint-etienne", "st etienne", "paris est marne", "974", "quinper", "l'isle jourdain", "mulhose", "zzzzqq"]


def engines() -> list[tuple[str, float, float, float]]:
    """Suggestions and similar territories, without the request around them, over a sample of all communes."""
    from alliage.territories import queries, suggestions
    from alliage.territories.models import Territory

    chance = random.Random(SEED)
    suggestions.forget()
    start = time.process_time()
    suggestions.index.Index()
    built = (time.process_time() - start) * 1000
    communes = chance.sample(list(Territory.objects.filter(kind="commune", status="current")), 300)
    names = [commune.name for commune in communes]
    wrong = [_with_a_mistake(name, chance) for name in names]
    samples = [
        ("suggestions: 300 names of communes", [lambda name=name: suggestions.find(name, limit=10) for name in names]),
        ("suggestions: their first four letters", [lambda name=name: suggestions.find(name[:4], limit=10) for name in names]),
        ("suggestions: with a wrong letter", [lambda name=name: suggestions.find(name, limit=10) for name in wrong]),
        ("suggestions: eight words chosen to be hard", [lambda word=word: suggestions.find(word, limit=10) for word in WORDS * 3]),
        ("list of a search, whole: « saint »", [lambda: suggestions.matching("saint")] * 20),
        ("similar to 300 communes, among all", [lambda one=one: queries.similar(one, limit=6) for one in communes]),
    ]  # fmt: skip
    queries.similar(communes[0], limit=6)
    return [("suggestions: the index, built once per process", built, built, built)] + [
        (label, *_spread(acts)) for label, acts in samples
    ]


def _with_a_mistake(name: str, chance: random.Random) -> str:
    spot = chance.randrange(len(name))
    return name[:spot] + chance.choice("aeinrst") + name[spot + 1 :]
