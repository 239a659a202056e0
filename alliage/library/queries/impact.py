"""Counts that everyone may read: what is published, never who reads. One query each."""

from dataclasses import dataclass
from functools import cache

from django.db.models import Count, Q

from alliage.library.enums import Proof, ResourceKind
from alliage.library.kinds import FAILURES
from alliage.library.models import Resource, ResourcePlace
from alliage.library.queries.resources import listed, shown
from alliage.prepared import Prepared


@dataclass(frozen=True)
class Counted:
    """`sure`: assessed, or taken up elsewhere. `failures`: those that say what did not work. `territories`: named by one of them."""

    total: int
    practices: int
    sure: int
    failures: int
    territories: int


def counted() -> Counted:
    """Two queries."""
    found = shown().aggregate(
        total=Count("pk"),
        practices=Count("pk", filter=Q(kind__in=[ResourceKind.PRACTICE, ResourceKind.FEEDBACK])),
        sure=Count("pk", filter=Q(proof__in=[Proof.ASSESSED, Proof.SPREAD])),
        failures=Count("pk", filter=Q(content__sections__has_key=FAILURES)),
    )
    named = ResourcePlace.objects.filter(resource__in=shown()).values("territory").distinct().count()
    return Counted(**found, territories=named)


def latest(limit: int) -> list[Resource]:
    """The last ones published, for the home page."""
    found: list[Resource] = _latest(limit)()
    return found


@cache
def _latest(limit: int) -> Prepared:
    return Prepared(lambda: listed(shown())[:limit])
