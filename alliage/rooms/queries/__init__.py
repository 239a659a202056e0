"""Reads of rooms, one file per noun."""
