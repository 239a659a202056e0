"""What rooms add to the folders below, one file per noun; imported once, when the site starts."""

from alliage.rooms.registers import free, notes, polls, run_sheets, upkeep  # noqa: F401
