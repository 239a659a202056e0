"""What a cell holds: recognised, and written in one way whatever the file's habits."""

import re
from collections.abc import Callable, Sequence
from datetime import date

from alliage.imports.enums import Content

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_PAIR = re.compile(r"\[?\(?\s*([+-]?\d{1,3}(?:[.,]\d+)?)\s*(?:,|;|\||\s)\s*([+-]?\d{1,3}(?:[.,]\d+)?)\s*\)?\]?")
_WKT = re.compile(r"POINT\s*\(\s*([+-]?\d+(?:\.\d+)?)\s+([+-]?\d+(?:\.\d+)?)\s*\)", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@,;]+@[^\s@,;]+\.[a-z]{2,}", re.IGNORECASE)
_URL = re.compile(r"(?:https?://)?(?:www\.)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:[/?#]\S*)?", re.IGNORECASE)
_INSEE = re.compile(r"(?:\d{5}|2[AB]\d{3})", re.IGNORECASE)
_POSTAL = re.compile(r"\d{5}")
_SIRET = re.compile(r"\d{14}")
_PHONE = re.compile(r"(?:\+|00)?\d{9,15}")
_FRENCH_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_SPLIT = re.compile(r"\s*[|;\n]\s*")
_ANSWERS = frozenset({"oui", "non", "o", "n", "yes", "no", "vrai", "faux", "true", "false", "0", "1", "x"})
_NO_MEANING = re.compile(r"[\s.\u00a0\u202f()/-]")


def number(text: str) -> str:
    """« 1 234,5 » is 1234.5; what is no number comes back as it was."""
    bare = re.sub(r"[\s\u00a0\u202f]", "", text).replace("−", "-")
    if "," in bare and "." in bare:
        bare = bare.replace("." if bare.rindex(",") > bare.rindex(".") else ",", "")
    bare = bare.replace(",", ".")
    return bare.removeprefix("+") if _NUMBER.fullmatch(bare) else text


def pair(text: str) -> tuple[str, str] | None:
    """A place in one cell, « 48.85, 2.35 » (latitude first) or POINT (2.35 48.85): its latitude and its longitude."""
    if found := _WKT.search(text):
        return found[2], found[1]
    if found := _PAIR.fullmatch(text.strip()):
        first, second = found[1].replace(",", "."), found[2].replace(",", ".")
        return (second, first) if abs(float(first)) > 90 else (first, second)
    return None


def _is_pair(text: str) -> bool:
    return pair(text) is not None and ("." in text or _WKT.search(text) is not None)


def _within(text: str, most: float) -> bool:
    value = number(text)
    return bool(_NUMBER.fullmatch(value)) and "." in value and abs(float(value)) <= most


def _latitude(text: str) -> str:
    found = pair(text) if not _NUMBER.fullmatch(number(text)) else None
    return found[0] if found else number(text)


def _longitude(text: str) -> str:
    found = pair(text) if not _NUMBER.fullmatch(number(text)) else None
    return found[1] if found else number(text)


def _day(text: str) -> str:
    if found := _FRENCH_DAY.fullmatch(text.strip().split(" ")[0]):
        try:
            return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
        except ValueError:
            return text
    return text


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(_day(text)[:10])
    except ValueError:
        return False
    return True


def _padded(text: str, width: int = 5) -> str:
    """A spreadsheet takes 01001 for a number and shows 1001."""
    bare = number(text).removesuffix(".0")
    return bare.zfill(width) if bare.isdecimal() and len(bare) == width - 1 else text.replace(" ", "").upper()


def _url(text: str) -> str:
    bare = text.strip()
    return f"https://{bare}" if _URL.fullmatch(bare) and "://" not in bare else bare


def _email(text: str) -> str:
    return text.strip().removeprefix("mailto:").strip()


def _digits(text: str) -> str:
    return re.sub(r"[\s\u00a0\u202f.-]", "", text)


# For each content: what its cells look like, and how they are written in one way.
_LOOKS: dict[str, Callable[[str], object]] = {
    Content.INSEE: lambda text: _INSEE.fullmatch(_padded(text)),
    Content.POSTAL_CODE: lambda text: _POSTAL.fullmatch(_padded(text)),
    Content.LATITUDE: lambda text: _within(text, 90) or _is_pair(text),
    Content.LONGITUDE: lambda text: _within(text, 180) or _is_pair(text),
    Content.NUMBER: lambda text: _NUMBER.fullmatch(number(text)),
    Content.EMAIL: lambda text: _EMAIL.fullmatch(_email(text)),
    Content.URL: lambda text: _URL.fullmatch(text.strip()) and "@" not in text,
    Content.PHONE: lambda text: _PHONE.fullmatch(_NO_MEANING.sub("", text)),
    Content.SIRET: lambda text: _SIRET.fullmatch(_digits(text)),
    Content.DATE: _is_day,
}
_WRITTEN: dict[str, Callable[[str], str]] = {
    Content.INSEE: _padded,
    Content.POSTAL_CODE: _padded,
    Content.LATITUDE: _latitude,
    Content.LONGITUDE: _longitude,
    Content.NUMBER: number,
    Content.EMAIL: _email,
    Content.URL: _url,
    Content.SIRET: _digits,
    Content.DATE: _day,
}


def looks_like(content: str, text: str) -> bool:
    """True when the cell may hold that; any text may be text."""
    look = _LOOKS.get(content)
    return look is None or bool(look(text))


def share(content: str, texts: Sequence[str]) -> float:
    """How many of the filled cells look like it, from 0 to 1; 0 when all are empty."""
    filled = [text for text in texts if text]
    return sum(looks_like(content, text) for text in filled) / len(filled) if filled else 0.0


def are_yes_or_no(texts: Sequence[str]) -> bool:
    """True when the cells only answer a question: they say nothing in words."""
    filled = {text.strip().casefold() for text in texts if text.strip()}
    return bool(filled) and filled <= _ANSWERS


def share_of_pairs(texts: Sequence[str]) -> float:
    """The same for cells that hold both a latitude and a longitude."""
    filled = [text for text in texts if text]
    return sum(_is_pair(text) for text in filled) / len(filled) if filled else 0.0


def written(content: str, text: str) -> str:
    """The cell in the one way that importers know; as it was when it cannot be understood."""
    write = _WRITTEN.get(content)
    return write(text) if write and text else text


def several(text: str) -> list[str]:
    """The words of a cell that may hold several, whatever stands between them: | ; or a line end."""
    return [word for word in _SPLIT.split(text.strip()) if word]
