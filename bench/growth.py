"""Makes the directory grow, and measures the engines alone over the whole country."""

import random
import time
from statistics import median, quantiles

CATEGORIES_SHARE = 0.8  # of organisations have a category, as in the programme
SEED = 42


def fill_directory(target: int) -> None:
    """Organisations up to `target`, spread over communes by their weight, two mentions each."""
    from alliage.directory.enums import PlacePrecision, Role
    from alliage.directory.models import Mention, Organisation
    from alliage.directory.services import folded
    from alliage.taxonomy import queries as taxonomy
    from alliage.taxonomy.enums import Vocabulary
    from alliage.territories.models import Territory

    chance = random.Random(SEED + target)
    have = Organisation.objects.count()
    communes = list(Territory.objects.filter(kind="commune", status="current").values_list("pk", "name", "population"))
    places = chance.choices(communes, weights=[population or 1 for _, _, population in communes], k=target - have)
    terms = [term.pk for term in taxonomy.terms(Vocabulary.CATEGORIES)]
    made = []
    for number, (pk, place, _) in enumerate(places, start=have):
        name = f"Association n° {number} de {place}"
        made.append(
            Organisation(
                slug=f"mesure-{number}", name=name, **folded(name), territory_id=pk, place_precision=PlacePrecision.NAME,
                category_id=chance.choice(terms) if chance.random() < CATEGORIES_SHARE else None, source="Mesure",
            )
        )  # fmt: skip
    Organisation.objects.bulk_create(made, batch_size=500)
    Mention.objects.bulk_create(
        [
            Mention(
                organisation=each, document="mesure", sequence=chance.randint(1, 10), title="Séquence de mesure",
                role=Role.CROSSED, quote="Regards croisés", position=position,
            )
            for each in made
            for position in (0, 1)
        ],
        batch_size=500,
    )  # fmt: skip


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
