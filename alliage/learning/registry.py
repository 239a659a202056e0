"""What the nouns of learning, and folders above, show on the page of a territory's file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alliage.learning.models import TerritoryFile
from alliage.registry import Registry
from alliage.territories.registry import Section

__all__ = ["FilePart", "Section", "file_parts"]


@dataclass(frozen=True)
class FilePart:
    """One part of a file's page. `render(file, user, now)` answers None when it has nothing to say; two queries at most."""

    code: str
    position: int
    render: Callable[[TerritoryFile, Any, datetime], Section | None]


file_parts: Registry[FilePart] = Registry("learning.file_parts", "Parts of the page of a territory's file.")
