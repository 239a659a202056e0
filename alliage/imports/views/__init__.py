"""Screens of imports: the files that people import, the outside directories that are followed."""
