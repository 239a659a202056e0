"""One way to compare names: no case, accent, hyphen, apostrophe; « st » is « saint »; articles may be left out."""

import re
import unicodedata

ARTICLES = frozenset({"le", "la", "les", "l"})
LINKS = frozenset({"le", "la", "les", "l", "de", "du", "des", "d", "en", "et", "sur", "sous", "a", "au", "aux"})
_SAINTS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o"})
_MARKS = re.compile("[\u0300-\u036f]+")
_NOT_WORDS = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """« L’Isle-Jourdain » gives « l isle jourdain »: lower-case ASCII words separated by one space."""
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text.translate(_LIGATURES)))
    return _NOT_WORDS.sub(" ", text.lower()).strip()


def search_words(text: str) -> list[str]:
    """Folded words, with « st », « ste » written in full."""
    return [_SAINTS.get(word, word) for word in fold(text).split()]


def search_key(text: str) -> str:
    """What two spellings of one name have in common: `search_words` without a leading article."""
    words = search_words(text)
    if len(words) > 1 and words[0] in ARTICLES:
        words = words[1:]
    return " ".join(words)
