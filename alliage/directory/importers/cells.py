"""What a cell of a directory holds: names, links, yes or no, coordinates."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from alliage.imports.engine import RowRefused

_YES = {"oui", "o", "yes", "y", "true", "vrai", "1", "x"}
_NO = {"non", "n", "no", "false", "faux", "0", ""}
_LINK = re.compile(r"(?:(?P<label>[^\n|]*?)\s*:\s+)?(?P<url>https?://[^\s|]+)")
_NAMES = re.compile(r"\s*;\s*|\s+\|\s+|\n+")
_LIST = re.compile(r"\s*[;|\n]\s*")
_BLANKS = re.compile(r"[ \t\r\n\f\v]+")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_EMPTY = {"-", "–", "—", "nc", "n c", "n/a", "na", "néant", "neant", "aucun", "aucune", "sans", "non", "null", "none", "nan", "?"}  # fmt: skip


def blank(text: str) -> str:
    """« NC », « – », « néant » say that there is nothing: for an address, a phone or a number."""
    words = re.split(r"[\s,;|]+", text.strip().casefold().strip("."))
    return "" if " ".join(words) in _EMPTY or set(words) == {"nan"} else text


def yes(text: str, label: str) -> bool:
    word = text.strip().casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise RowRefused(_("« %(text)s » n’est ni oui ni non (%(label)s).") % {"text": text[:40], "label": label})


def names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in _NAMES.split(text) if name.strip()))


def words(text: str) -> list[str]:
    return [word for word in dict.fromkeys(_LIST.split(text.strip())) if word]


def links(text: str) -> list[dict[str, str]]:
    """« Blog: https://… | https://… »: what the exports write, and what others do."""
    found = []
    for match in _LINK.finditer(text):
        label = (match["label"] or "").strip(" ;,")
        found.append({"label": label, "url": match["url"].rstrip(";,")})
    return found


def same_links(one: list[dict[str, str]], other: list[dict[str, str]]) -> bool:
    def plain(given: list[dict[str, str]]) -> list[tuple[str, str]]:
        return [(link.get("label", "").strip(), link["url"].strip()) for link in given]

    return plain(one) == plain(other)


def text(value: str) -> str:
    """A text as every format gives it back: its line ends are those of Unix, nothing hangs at its ends."""
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()


def line(value: str) -> str:
    """A text on one line: spreadsheets hide line ends and double spaces in their cells. Non-breaking spaces stay."""
    return _BLANKS.sub(" ", value).strip()


def point(values: Mapping[str, str]) -> tuple[float, float] | None:
    """Latitude and longitude; None when neither is given."""
    latitude, longitude = blank(values.get("latitude", "")), blank(values.get("longitude", ""))
    if not latitude and not longitude:
        return None
    for given in (latitude, longitude):
        if given and not _NUMBER.fullmatch(given):
            raise RowRefused(
                _("« %(text)s » n’est pas une coordonnée : écrivez des degrés, comme 45,4339.") % {"text": given[:40]}
            )
    if not latitude or not longitude:
        raise RowRefused(_("Il manque la latitude ou la longitude : donnez les deux, ou aucune."))
    if float(latitude) == 0 and float(longitude) == 0:
        return None
    return float(latitude), float(longitude)
