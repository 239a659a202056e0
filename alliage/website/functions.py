"""What one can do on the site whatever is open, read from `data/functions.json`."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data" / "functions.json"


@dataclass(frozen=True)
class Act:
    """Something one can already do today, and why."""

    label: str
    url: str
    reason: str


@cache
def acts() -> tuple[Act, ...]:
    return tuple(Act(**act) for act in json.loads(DATA.read_text(encoding="utf-8"))["acts"].values())
