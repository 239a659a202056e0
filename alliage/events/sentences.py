"""A need as a sentence: « En tant que maire, j’ai besoin de trouver un pair afin de ne pas recommencer seul. »"""

import re

# Words in h before which nothing is elided.
_ASPIRATED = ("hau", "hall", "handicap", "hasard", "hiérarch", "hors", "huit", "hangar", "hameau", "honte", "heurt")
_VOWELS = "aàâäeéèêëiîïoôöuùûüœæ"
# What the blanks say already, and people type again.
_SAID_AGAIN = {
    "role": re.compile(r"^(?:en\s+tant\s+qu(?:e\s+|[’']))", re.IGNORECASE),
    "wish": re.compile(r"^(?:j[’']ai\s+besoin\s+)?(?:de\s+|d[’'])|^j[’']ai\s+besoin\s+(?=qu)", re.IGNORECASE),
    "aim": re.compile(r"^(?:afin\s+(?:de\s+|d[’'])|pour\s+|afin\s+(?=qu))", re.IGNORECASE),
}


def blank(part: str, text: str) -> str:
    """What was typed in a blank, without the words that stand before it."""
    words = " ".join(text.split()).rstrip(" .,;\u00a0")
    found = _SAID_AGAIN[part].sub("", words, count=1)
    return found or words


def elides(text: str) -> bool:
    first = text[:1].lower()
    return first in _VOWELS if first != "h" else not text.lower().startswith(_ASPIRATED)


def _after(word: str, text: str) -> str:
    """« de » or « que » before these words; « d’ », « qu’ » where it is elided."""
    if word == "de" and re.match(r"qu(?:e\s|[’'])|d(?:u|es)\s", text, re.IGNORECASE):
        return text
    return f"{word[:-1]}’{text}" if elides(text) else f"{word} {text}"


def _lower(text: str) -> str:
    """Inside a sentence: « Une carte » becomes « une carte », « ANCT » and « I. » stay."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] in " ’'" else text


def sentence(role: str, wish: str, aim: str) -> str:
    """The whole, with what is there. A wish that is a text of its own, in several sentences, is left as it was written."""
    if not role and not aim and (len(wish) > 200 or ". " in wish or "?" in wish):
        return wish if wish[-1:] in ".?…" else f"{wish}."
    begins = f"En tant {_after('que', _lower(role))}, j’ai besoin " if role else "J’ai besoin "
    ends = f" afin {_after('de', _lower(aim))}" if aim else ""
    said = f"{begins}{_after('de', _lower(wish))}{ends}"
    return said if said[-1:] in ".?…" else f"{said}."
