"""Reference data of the taxonomy, from the files of `data/` into the database."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent / "data"


@dataclass(frozen=True)
class TermData:
    """One term of the files; `parent` is the code of the term above, in its own vocabulary."""

    vocabulary: str
    code: str
    position: int
    values: dict[str, str] = field(default_factory=dict)
    parent: tuple[str, str] | None = None


def _term(vocabulary: str, position: int, row: dict[str, Any], source: dict[str, str], parent: Any = None) -> TermData:
    names = ("label", "article", "short_label", "help_text")
    values = {name: row.get(name, "") for name in names} | source
    if "source" in row:
        values["source"] = row["source"]
    return TermData(vocabulary, row["code"], position, values, parent)


def read_terms(path: Path = DATA / "vocabularies.json") -> Iterator[TermData]:
    """Every term of the file, parents before their children."""
    for block in json.loads(path.read_text(encoding="utf-8")):
        vocabulary, source = block["vocabulary"], {"source": block["source"], "source_url": block["source_url"]}
        child_position = 0
        for position, row in enumerate(block["terms"], 1):
            yield _term(vocabulary, position, row, source)
            for child in row.get("children", ()):
                child_position += 1
                yield _term(block["children"], child_position, child, source, (vocabulary, row["code"]))


def read_lists(path: Path = DATA / "lists.json") -> list[dict[str, Any]]:
    """The network's lists, without items: only the network can write those."""
    return list(json.loads(path.read_text(encoding="utf-8")))
