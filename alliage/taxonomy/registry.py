"""What other folders add to the taxonomy: where a term leads on its page, what follows its changes."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alliage.registry import Registry

if TYPE_CHECKING:
    from alliage.taxonomy.models import Term


@dataclass(frozen=True)
class TermLink:
    """A next step from a term: « Voir dans l’annuaire ». `address(term)` gives a path, without reading the database."""

    code: str
    vocabulary: str
    label: str
    address: "Callable[[Term], str]"


@dataclass(frozen=True)
class TermFollower:
    """What is done about terms that were written or deleted, in the transaction that does it: `changed` takes their numbers,
    those of the terms above and below included, since each is read with them."""

    code: str
    changed: Callable[[Collection[int]], None]


term_links: Registry[TermLink] = Registry("taxonomy.term_links", "Where a term of a vocabulary leads.")
term_followers: Registry[TermFollower] = Registry("taxonomy.term_followers", "What follows the changes of terms.")


def told(pks: Collection[int]) -> None:
    """Say that these terms changed."""
    for follower in term_followers:
        follower.changed(pks)
