"""The groups of the demonstration, from `data/demo_groups.json`: fictitious people, marked as such."""

import json
from pathlib import Path
from typing import Any

DEMONSTRATION = Path(__file__).resolve().parent / "data" / "demo_groups.json"
THREADS = DEMONSTRATION.with_name("demo_threads.json")


def demonstration() -> dict[str, Any]:
    """`members` (email, name, time_zone) and `groups` (services/demonstration.py says what each holds)."""
    said: dict[str, Any] = json.loads(DEMONSTRATION.read_text(encoding="utf-8"))
    return said


def demonstration_threads() -> dict[str, Any]:
    """`threads` (services/demo_threads.py says what each holds)."""
    said: dict[str, Any] = json.loads(THREADS.read_text(encoding="utf-8"))
    return said
