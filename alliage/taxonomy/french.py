"""Labels inside French sentences."""

import re

from alliage.taxonomy.enums import Article
from alliage.taxonomy.models import Term

_VOWELS = "aàâäeéèêëiîïoôöuùûüyœæ"
_ACRONYM = re.compile(r"\A[A-ZÀ-Ý0-9.]{2,}(\W|\Z)")
_DE = {Article.LE: "du ", Article.LA: "de la ", Article.L: "de l’", Article.LES: "des "}
_THE = {Article.LE: "le ", Article.LA: "la ", Article.L: "l’", Article.LES: "les "}


def inside(label: str) -> str:
    """A label as it is written inside a sentence: no capital, unless it opens with an acronym."""
    return label if _ACRONYM.match(label) else label[:1].lower() + label[1:]


def with_article(term: Term) -> str:
    """« la gestion d’un lieu », « les accompagnements », « apprendre à faire alliance »."""
    return _THE.get(Article(term.article), "") + inside(term.label)


def with_de(term: Term) -> str:
    """« de la gestion d’un lieu », « des accompagnements », « d’apprendre à faire alliance »."""
    label = inside(term.label)
    if term.article:
        return _DE[Article(term.article)] + label
    return ("d’" if label[:1].lower() in _VOWELS else "de ") + label
