"""Writes of rooms, one file per noun. Whatever changes a room goes through `log.write`."""
