"""How French is read: the same words for the index, for what people type, and for what is marked in results.

A text is cut into words, each with its plain form (folded: no case, no accent) and its root. The index holds both: roots
find « écologiques » for « écologie », plain forms serve exact phrases, beginnings and spelling.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, NamedTuple

from alliage.territories.folding import fold

# Words that say nothing of what a text is about, folded. Elisions (l’, d’, qu’) leave the first of them behind.
STOP_WORDS = frozenset({
    "a", "afin", "ai", "ainsi", "as", "au", "aussi", "aux", "avec", "avoir", "c", "ca", "ce", "cela", "ces", "cet",
    "cette", "chez", "combien", "comme", "comment", "contre", "d", "dans", "de", "depuis", "des", "dont", "du", "e",
    "elle", "elles", "en", "entre", "es", "est", "et", "etes", "etre", "eu", "il", "ils", "j", "je", "l", "la", "le",
    "les", "leur", "leurs", "lors", "m", "mais", "me", "meme", "mes", "moi", "mon", "n", "ne", "nos", "notre",
    "nous", "on", "ont", "ou", "par", "pas", "pour", "pourquoi", "qu", "quand", "que", "quel", "quelle", "quelles",
    "quels", "qui", "quoi", "s", "sa", "sans", "se", "ses", "si", "sommes", "son", "sont", "sous", "suis", "sur",
    "t", "ta", "te", "tes", "toi", "ton", "tous", "tout", "toute", "toutes", "tu", "un", "une", "vos", "votre",
    "vous", "y",
})  # fmt: skip
# « ODD 17 », « O.D.D. n° 17 » are one word, and so are « E.P.C.I. », « co-construction » and « inter-communal » with or
# without their hyphen. Most words begin like none of these: one look ahead spares them the trials, and case is left aside only
# where letters are named, since that slows every other trial.
_WORDS = re.compile(
    r"(?=[coimprCOIMPR]|\w\.)(?:"
    r"\b(?i:o\.?d\.?d\.?|objectifs? de d[ée]veloppement durable)[\s-]{0,2}(?i:n[°o]\s?)?\d{1,2}\b"
    r"|\b(?:[^\W\d_]\.){2,}[^\W\d_]?\b"
    r"|(?i:co|inter|multi|pluri|re)-[^\W\d_]+"
    r")|[^\W_]+"
)
_GOAL = re.compile(r"(?:odd|objectifs?dedeveloppementdurable)(?:no?)?(\d{1,2})")
# The number that a goal bears, without a zero before it.
GOALS = tuple(f"odd{number}" for number in range(1, 18))
# Plurals in -x that the stemmer does not undo.
_IN_X = {word + "x": word for word in ("lieu", "milieu", "jeu", "enjeu", "voeu", "feu", "chou", "bijou")}
# Endings that the stemmer tells apart: « public » and « publique », « animatrice » and « animateur », « groupée » and « groupé ».
_USUAL = {"ic": "ique", "trice": "teur", "ee": "e"}
# Words that the stemmer would wear down to nothing.
_WHOLE = frozenset({"tiers"})
LONGEST_WORD = 60


class Word(NamedTuple):
    """One word of a text. `root` is empty for a stop word; `plain` is empty for what is not written in Latin letters."""

    start: int
    end: int
    plain: str
    root: str


@cache
def _stemmer() -> Any:
    import tantivy  # heavy, and useless to a process that never searches

    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).filter(tantivy.Filter.stemmer("french")).build()


@lru_cache(maxsize=30_000)
def read_word(raw: str) -> tuple[str, str]:
    """Plain form and root of one word: « Élus » gives (elus, elu), « les » gives (les, "")."""
    plain = fold(raw).replace(" ", "")[:LONGEST_WORD]
    if goal := _GOAL.fullmatch(plain):
        plain = f"odd{int(goal[1])}"
    return plain, "" if plain in STOP_WORDS else _root(plain)


def _root(plain: str) -> str:
    if len(plain) < 4 or not plain.isalpha() or plain in _WHOLE:
        return plain
    single = _IN_X.get(plain, plain)
    if single.endswith("s") and single[-2] != "s":
        single = single[:-1]  # the stemmer leaves « élus »
    for ending, usual in _USUAL.items():
        if single.endswith(ending) and len(single) > len(ending) + 3:
            single = single[: -len(ending)] + usual
    return _stemmer().analyze(single)[0]


def words(text: str) -> Iterator[Word]:
    for found in _WORDS.finditer(text):
        plain, root = read_word(found[0])
        yield Word(found.start(), found.end(), plain, root)


def spots(text: str) -> tuple[list[tuple[int, int]], list[tuple[str, str]]]:
    """The same as `words`, faster: where words stand, and the two forms of each."""
    found = list(_WORDS.finditer(text))
    return [each.span() for each in found], [read_word(each[0]) for each in found]


def forms(text: str) -> tuple[list[str], list[str]]:
    """Plain forms, and roots without stop words, of a whole text."""
    read = [read_word(raw) for raw in _WORDS.findall(text)]
    return [plain for plain, _root in read if plain], [root for _plain, root in read if root]
