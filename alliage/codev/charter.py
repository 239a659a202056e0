"""The charter that a new group starts from: its four principles come from a source, its words are the group's to change."""

import json
from functools import cache
from pathlib import Path

_DATA = Path(__file__).resolve().parent / "data" / "charter.json"


@cache
def starting_text() -> str:
    return str(json.loads(_DATA.read_text(encoding="utf-8"))["text"])
