"""Compose groups of peers: a pure engine (`engine`), what it says (`explain`), hours of the week (`slots`)."""

from alliage.codev.composing.engine import compose
from alliage.codev.composing.people import Person, Proposal, Rules

__all__ = ["Person", "Proposal", "Rules", "compose"]
