"""The first resources, written for the project, from the files of `data/`.

A row is a content (content.py), with besides: `code`, its name for ever; for those of the demonstration, `is_demo` and
`published_days_ago`, counted from the day of loading; `adapted_from` (a code) and `adaptation` (what changed); `obsolete`
({`reason`, `replaced_by`: a code}); `to_renew`. `kit_items` name the resource of a step by its code. `sequence` says in
which part of the day of 8 July 2020 a document was shown.
"""

import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent / "data"
GUIDES = DATA / "guides.json"
PROGRAMME_2020 = DATA / "pastilles.json"
DEMONSTRATION = DATA / "demo_practices.json"
REVIEWS = DATA / "demo_reviews.json"


def files(*, with_demo: bool) -> tuple[Path, ...]:
    """In the order in which a list without a question shows them: what helps to act before what is only referred to."""
    return (GUIDES, DEMONSTRATION, PROGRAMME_2020) if with_demo else (GUIDES, PROGRAMME_2020)


def read(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["resources"]
    return rows


def read_reviews() -> dict[str, Any]:
    """What waits for a review in the demonstration (services/demonstration.py)."""
    said: dict[str, Any] = json.loads(REVIEWS.read_text(encoding="utf-8"))
    return said
