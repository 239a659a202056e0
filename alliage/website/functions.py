"""The functions announced and not open yet, read from `data/functions.json`.

The folder that opens a function removes its entry from the file, and adds its own to the menu from its `registers.py`.
"""

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


@dataclass(frozen=True)
class Announced:
    """A function in preparation: what the network asked for in 2020, what will be there, what is possible meanwhile."""

    code: str
    label: str
    url: str
    icon: str
    position: int
    hint: str
    title: str
    lead: str
    asked: str
    asked_where: str
    words: str
    planned: tuple[str, ...]
    acts: tuple[Act, ...]
    source: str
    note: str = ""


@cache
def announced() -> tuple[Announced, ...]:
    data = json.loads(DATA.read_text(encoding="utf-8"))
    acts = {code: Act(**act) for code, act in data["acts"].items()}
    return tuple(
        Announced(
            **{
                **function,
                "planned": tuple(function["planned"]),
                "acts": tuple(acts[code] for code in function["acts"]),
                "source": data["source"],
            }
        )
        for function in data["functions"]
    )


@cache
def acts() -> tuple[Act, ...]:
    """What one can do whatever is open."""
    return tuple(Act(**act) for act in json.loads(DATA.read_text(encoding="utf-8"))["acts"].values())


@cache
def announced_codes() -> frozenset[str]:
    return frozenset(function.code for function in announced())
