"""What a text is about, proposed from its words: subjects of the network, a territory that it names. Always the author's to correct."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from alliage.directory.queries import understanding
from alliage.directory.queries.understanding import Understood
from alliage.taxonomy.models import Term
from alliage.territories import suggestions
from alliage.territories.folding import search_key
from alliage.territories.suggestions import Suggestion

MOST_TERMS, MOST_PLACES = 4, 3
MOST_PHRASES = 8
LONGEST_NAME = 6
HOMONYMS = 6
# A name begins with a capital letter; small words may stand inside it: « Pays de Redon », « L’Isle-sur-la-Sorgue ».
_NAME = r"[^\W\d_a-zà-öø-ÿ][\w’'-]*"
_PHRASE = re.compile(rf"{_NAME}(?:[ \u00a0]+(?:(?:de|du|des|la|le|les|en|et|sur|sous|lès)[ \u00a0]+)*{_NAME})*")
_ENDS = ".!?…:\n"


@dataclass(frozen=True)
class About:
    """`terms` as understood, the strongest first; `places` that the text may name, the likeliest first."""

    terms: list[Understood] = field(default_factory=list)
    places: list[Suggestion] = field(default_factory=list)


def about(text: str, *, chosen: Iterable[str] = (), refused: Iterable[str] = ()) -> About:
    """No SQL on a warm process."""
    terms = understanding.understand(text, chosen=chosen, refused=refused)
    kept = [one for one in terms if not one.words] + [one for one in terms if one.words][:MOST_TERMS]
    return About(sorted(kept, key=terms.index), places(text))


def terms_of(text: str) -> list[Term]:
    """What is kept of a text posted at once."""
    return [one.term for one in about(text).terms]


def places(text: str) -> list[Suggestion]:
    """Territories whose whole name is written in a text, with a capital letter."""
    found: dict[int, Suggestion] = {}
    for phrase in list(dict.fromkeys(_phrases(text[: understanding.LONGEST_NEED])))[:MOST_PHRASES]:
        for one in _named(phrase):
            found.setdefault(one.pk, one)
    return list(found.values())[:MOST_PLACES]


def _phrases(text: str) -> Iterable[str]:
    """Words with a capital letter, but the first one of a sentence when it stands alone, and sigles."""
    for match in _PHRASE.finditer(text):
        words = match[0].split()
        before = text[: match.start()].rstrip(' «\u00a0"-')
        if not before or before[-1] in _ENDS:
            yield from ([" ".join(words[1:])] if len(words) > 1 else [])
            if len(words) == 1 and "-" not in words[0]:
                continue
        yield " ".join(words)


def _named(phrase: str) -> list[Suggestion]:
    """The territories of that name, or of the longest end of the phrase that is one."""
    words = phrase.split()
    for first in range(min(len(words), LONGEST_NAME)):
        name = re.sub(r"^[dl][’']", "", " ".join(words[first:]))
        if len(name) < 2 or (name.isupper() and len(name) < 6):
            continue
        key = search_key(name)
        same = [
            one
            for one in suggestions.find(name, limit=HOMONYMS, near=False)
            if key in (search_key(one.name), search_key(one.label))
        ]
        if same:
            return same[:MOST_PLACES]
    return []
