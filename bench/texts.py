"""French-like texts for measures: sentences of the field's words, joined as French joins them, the most frequent words first."""

import random
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate

SEED = 42
SENTENCES = 20_000
NOUNS = [
    "alliance",
    "territoire",
    "commune",
    "association",
    "entreprise",
    "réseau",
    "coopération",
    "projet",
    "habitant",
    "élu",
    "développement",
    "économie",
    "insertion",
    "emploi",
    "mobilité",
    "énergie",
    "alimentation",
    "culture",
    "santé",
    "logement",
    "jeunesse",
    "accompagnement",
    "ingénierie",
    "financement",
    "expérimentation",
    "gouvernance",
    "partenariat",
    "transition",
    "agriculture",
    "tiers-lieu",
    "formation",
    "recherche",
    "fondation",
    "collectivité",
    "diagnostic",
    "méthode",
    "animation",
    "évaluation",
    "bénévole",
    "atelier",
    "jardin",
    "cantine",
    "vélo",
    "covoiturage",
    "marché",
    "épicerie",
    "coopérative",
    "ressourcerie",
    "quartier",
    "village",
    "école",
    "crèche",
    "forêt",
    "rivière",
    "port",
    "patrimoine",
    "musée",
    "fête",
    "pharmacie",
    "soin",
    "aidant",
    "apprenti",
    "artisan",
    "commerce",
    "friche",
    "halle",
    "local",
    "matériel",
    "convention",
    "budget",
    "calendrier",
    "comité",
    "charte",
    "indicateur",
    "enquête",
]
ADJECTIVES = [
    "territorial",
    "local",
    "partagé",
    "solidaire",
    "social",
    "écologique",
    "numérique",
    "rural",
    "urbain",
    "collectif",
    "public",
    "privé",
    "durable",
    "citoyen",
    "éducatif",
    "sportif",
    "culturel",
    "alimentaire",
    "agricole",
    "maritime",
    "ultramarin",
    "insulaire",
    "intercommunal",
    "régional",
]
VERBS = [
    "réunit",
    "accompagne",
    "finance",
    "transforme",
    "prépare",
    "évalue",
    "partage",
    "soutient",
    "lance",
    "prolonge",
    "adapte",
    "anime",
    "relie",
    "mobilise",
]
JOINTS = ("de la", "du", "des", "pour les", "avec les", "sur le", "dans la", "et les", "par le", "sans le")


@cache
def _words() -> tuple[list[str], list[float]]:
    """Nouns, then words of communes' names, by a law of Zipf."""
    from alliage.territories.snapshot import snapshot

    names = sorted({word for row in snapshot().rows for word in row.name.replace("-", " ").split() if len(word) > 3})
    random.Random(SEED).shuffle(names)
    words = [*NOUNS, *names]
    return words, list(accumulate(1 / (rank + 8) for rank in range(len(words))))


@cache
def sentences() -> list[str]:
    chance = random.Random(SEED)
    return [_sentence(chance) for _ in range(SENTENCES)]


def _sentence(chance: random.Random) -> str:
    words, weights = _words()
    nouns = chance.choices(words, cum_weights=weights, k=4)
    adjectives, joints = chance.choices(ADJECTIVES, k=2), chance.choices(JOINTS, k=3)
    return (
        f"L’{nouns[0]} {adjectives[0]} {chance.choice(VERBS)} {joints[0]} {nouns[1]}, {joints[1]} {nouns[2]} {adjectives[1]}"
        f" {joints[2]} {nouns[3]}, en {chance.randint(2, 36)} mois et {chance.randint(3, 90)} journées."
    )


def body(chance: random.Random, sentences_count: int) -> str:
    """Paragraphs of five sentences."""
    said = chance.choices(sentences(), k=sentences_count)
    return "\n".join(" ".join(said[start : start + 5]) for start in range(0, len(said), 5))


def title(chance: random.Random) -> str:
    words, weights = _words()
    first, second, third = chance.choices(words, cum_weights=weights, k=3)
    return f"{first.capitalize()} {chance.choice(ADJECTIVES)} {chance.choice(JOINTS)} {second} {third}"


def facets(chance: random.Random, values: dict[str, Sequence[str]], most: dict[str, int]) -> Iterator[str]:
    """One to `most` values of each facet."""
    for name, known in values.items():
        for value in chance.sample(known, min(chance.randint(1, most.get(name, 1)), len(known))):
            yield f"{name}:{value}"
