"""Alliage: the digital platform of a network of « catalyseurs territoriaux »."""

__version__ = "0.1.0"
