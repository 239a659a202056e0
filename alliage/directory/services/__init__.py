"""Every write of the directory, one file per noun."""

from alliage.directory.services.demonstration import (
    load_demonstration,
    load_demonstration_alliances,
    load_demonstration_deeds,
    load_demonstration_needs,
)
from alliage.directory.services.entries import folded, hide, rebuilt, restore, save, texts_of, touched
from alliage.directory.services.loading import load_organisations

__all__ = [
    "folded",
    "hide",
    "load_demonstration",
    "load_demonstration_alliances",
    "load_demonstration_deeds",
    "load_demonstration_needs",
    "load_organisations",
    "rebuilt",
    "restore",
    "save",
    "texts_of",
    "touched",
]
