"""Reads of the library, one file per noun."""
