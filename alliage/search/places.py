"""Territories in the index: not as documents, as places that documents are in.

Territories themselves are found by `territories.suggestions`, not by this index: it already reads postal and Insee codes,
« st » and homonyms, forgives mistakes, ranks the most populated first, costs no SQL, and answers while the index is made.
38,000 names twice, with two notions of a near name, would be worse and heavier.
"""

from alliage.territories import queries
from alliage.territories.models import Territory
from alliage.territories.snapshot import Row


def token(territory: Territory | Row) -> str:
    """« commune:42218 », as in an address."""
    return f"{territory.kind}:{territory.code}"


def of(territory: Territory | Row | None) -> list[str]:
    """The codes of a territory and of everything that contains it: what `Document.places` holds."""
    if territory is None:
        return []
    return [token(territory), *(token(around) for around in queries.containers(territory))]
