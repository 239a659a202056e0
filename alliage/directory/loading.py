"""Organisations that a document names, and the fictitious network, from the files of `data/`."""

import json
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent / "data"
PROGRAMME_2020 = DATA / "organisations_2020.json"
DEMONSTRATION = DATA / "demo_network.json"
DEMONSTRATION_NEEDS = DATA / "demo_needs.json"
DEMONSTRATION_DEEDS = DATA / "demo_deeds.json"


@dataclass(frozen=True)
class Document:
    """A document and the organisations it names, as plain data."""

    code: str
    source: str
    source_on: date
    organisations: list[dict[str, Any]]


def read(path: Path = PROGRAMME_2020) -> Document:
    raw = json.loads(path.read_text(encoding="utf-8"))
    return Document(raw["document"], raw["source"], date.fromisoformat(raw["source_on"]), raw["organisations"])


def mention_values(row: dict[str, Any]) -> dict[str, Any]:
    """The columns of a Mention, from one mention of the file."""
    return {
        "sequence": row["sequence"],
        "title": row["title"],
        "starts_at": time.fromisoformat(row["starts_at"]) if "starts_at" in row else None,
        "ends_at": time.fromisoformat(row["ends_at"]) if "ends_at" in row else None,
        "role": row["role"],
        "quote": row["quote"],
        "is_confirmed": row.get("is_confirmed", True),
    }


def demonstration(part: str = "entries", path: Path = DEMONSTRATION) -> list[dict[str, Any]]:
    """Rows of one part of the fictitious network; territories are written « kind:code », terms by their codes."""
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))[part]
    return rows
