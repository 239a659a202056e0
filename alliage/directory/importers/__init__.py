"""Brings entries in from files and from outside directories, on top of `alliage.imports`: start with `kinds.py`."""
