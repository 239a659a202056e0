"""What events add to the folders below, one file per noun; imported once, when the site starts."""

from alliage.events.registers import (  # noqa: F401
    agenda,
    deeds,
    exhibition,
    live,
    organising,
    proceedings,
    programme,
    registrations,
    search,
    workshops,
)
