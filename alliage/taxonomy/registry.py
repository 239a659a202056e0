"""What other folders add to the taxonomy's pages: where a term leads."""

from collections.abc import Callable
from dataclasses import dataclass

from alliage.registry import Registry
from alliage.taxonomy.models import Term


@dataclass(frozen=True)
class TermLink:
    """A next step from a term: « Voir dans l’annuaire ». `address(term)` gives a path, without reading the database."""

    code: str
    vocabulary: str
    label: str
    address: Callable[[Term], str]


term_links: Registry[TermLink] = Registry("taxonomy.term_links", "Where a term of a vocabulary leads.")
