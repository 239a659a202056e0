"""What the directory adds to the folders below it: registered by being imported, one file per noun."""

from alliage.directory.registers import (
    alliances,
    deeds,
    embeds,
    entries,
    exchange,
    freshness,
    letters,
    needs,
    profiles,
    requests,
)

__all__ = [
    "alliances",
    "deeds",
    "embeds",
    "entries",
    "exchange",
    "freshness",
    "letters",
    "needs",
    "profiles",
    "requests",
]
