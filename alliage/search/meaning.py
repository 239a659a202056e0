"""What a text is about: the words that say most of it. Two texts that share many of them are alike.

At indexing, the words said most often, those of the title and of the keywords above all. When alike documents are looked for, each counts
for how rare it is.
"""

from collections import Counter
from collections.abc import Iterator
from math import log

from alliage.search.analysis import words
from alliage.search.registry import Document

MOST_WORDS = 60
# What one word of each part counts for.
TITLE, KEYWORDS, BODY = 4.0, 2.0, 1.0
READ = 12_000
SHORTEST = 3
# Words, folded, that are searched but do not make two texts alike: numbers, times, degrees.
GREY = frozenset({
    "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize", "quatorze",
    "quinze", "seize", "vingt", "trente", "quarante", "cinquante", "soixante", "cent", "cents", "mille", "premier",
    "premiere", "premiers", "premieres", "deuxieme", "dernier", "derniere", "demi", "moitie", "tiers", "an", "ans",
    "annee", "annees", "mois", "semaine", "semaines", "jour", "jours", "journee", "heure", "heures", "minute",
    "minutes", "fois", "temps", "chaque", "tres", "trop", "bien", "encore", "autre", "autres", "peu", "moins",
    "plus", "beaucoup", "assez", "seul", "seule", "seuls", "deja", "toujours", "jamais", "souvent", "enfin",
    "ensuite", "puis", "alors", "avant", "apres", "pendant", "vers", "voir", "dire", "dit", "faire", "fait", "font",
    "faut", "peut", "peuvent", "doit", "doivent", "avait", "etait", "aller", "venir", "prendre", "mettre", "donner",
    "grand", "grande", "grands", "petit", "petite", "petits", "nouveau", "nouvelle", "quelque", "quelques",
    "plusieurs", "certains", "rien", "personne", "part", "chose", "choses", "facon", "exemple",
})  # fmt: skip

Weights = dict[str, float]


def about(document: Document) -> tuple[Weights, dict[str, str]]:
    """Roots with their weight, and how each is first written."""
    said: Counter[str] = Counter()
    written: dict[str, str] = {}
    for text, worth in _parts(document):
        for word in words(text):
            if _says_something(word.plain, word.root):
                said[word.root] += worth  # type: ignore[assignment]
                written.setdefault(word.root, text[word.start : word.end].lower())
    best = said.most_common(MOST_WORDS)
    return {root: round(1 + log(count), 2) for root, count in best}, {root: written[root] for root, _count in best}


def _parts(document: Document) -> Iterator[tuple[str, float]]:
    yield document.title, TITLE
    for keyword in document.keywords:
        yield keyword, KEYWORDS
    yield document.summary, BODY
    yield document.body[:READ], BODY


def _says_something(plain: str, root: str) -> bool:
    return len(root) >= SHORTEST and not plain.isdigit() and plain not in GREY
