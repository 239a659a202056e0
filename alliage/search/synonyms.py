"""Words that mean the same here: `data/synonyms.txt`, and those that a site adds in its own `synonymes.txt`."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from alliage.search.analysis import forms

DATA = Path(__file__).resolve().parent / "data" / "synonyms.txt"
Roots = tuple[str, ...]


def same(roots: Roots) -> list[Roots]:
    """Other ways to say these words, as roots; none when the files have no line for them."""
    return _table(*_state()).get(roots, [])


def longest() -> int:
    """How many roots the longest entry has."""
    return max(map(len, _table(*_state())), default=1)


def site_file() -> Path:
    """Where a site writes its own: one group per line, separated by commas."""
    return Path(settings.VAR_DIR) / "synonymes.txt"


def _state() -> tuple[str, float]:
    own = site_file()
    try:
        return str(own), own.stat().st_mtime
    except OSError:
        return "", 0.0


@lru_cache(maxsize=4)
def _table(own: str, _changed: float) -> dict[Roots, list[Roots]]:
    """Each entry and the others of its groups. Read again when the site's own file changes."""
    table: dict[Roots, list[Roots]] = {}
    for group in _groups(DATA) + (_groups(Path(own)) if own else []):
        for entry in group:
            others = table.setdefault(entry, [])
            others += [other for other in group if other != entry and other not in others]
    return table


def _groups(path: Path) -> list[list[Roots]]:
    lines = [line.partition("#")[0] for line in path.read_text(encoding="utf-8", errors="replace").splitlines()]
    read = [[tuple(forms(entry)[1]) for entry in line.split(",")] for line in lines]
    return [[entry for entry in group if entry] for group in read]
