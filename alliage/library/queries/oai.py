"""Reads for harvesters: everything that was ever published, in the order of its last change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min, Q, QuerySet

from alliage.library.enums import ResourceKind
from alliage.library.models import Resource
from alliage.library.oai import Asked, OaiError
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary

PER_PAGE = 100
KIND, LEVIER = "sorte", "levier"


@dataclass(frozen=True)
class Page:
    """A part of a list. `total` is how many there were in all when it was asked; `more` says that others follow."""

    resources: Sequence[Resource]
    total: int
    more: bool


def sets() -> list[tuple[str, str]]:
    """Code and name of the parts that may be harvested alone."""
    kinds = [(f"{KIND}:{kind.value}", str(kind.label).capitalize()) for kind in ResourceKind]
    leviers = [(f"{LEVIER}:{term.code}", term.label) for term in taxonomy.terms(Vocabulary.LEVIERS)]
    return [(KIND, "Sorte de ressource"), *kinds, (LEVIER, "Levier"), *leviers]


def sets_of(resource: Resource) -> list[str]:
    """The parts that a resource is in; of a resource that went, only its kind."""
    leviers = resource.content.get("leviers", ()) if resource.is_shown else ()
    return [f"{KIND}:{resource.kind}", *(f"{LEVIER}:{code}" for code in leviers)]


def harvested() -> QuerySet[Resource]:
    return Resource.objects.filter(edition__gt=0).order_by("changed_at", "pk")


def page(asked: Asked) -> Page:
    """What is asked, from where the token left; two queries."""
    whole = _within(harvested(), asked.set)
    if asked.start:
        whole = whole.filter(changed_at__gte=asked.start)
    if asked.end:
        whole = whole.filter(changed_at__lt=asked.end)
    left = whole
    if asked.after:
        moment, pk = asked.after
        left = whole.filter(Q(changed_at__gt=moment) | Q(changed_at=moment, pk__gt=pk))
    found = list(left.select_related("replaced_by")[: PER_PAGE + 1])
    return Page(found[:PER_PAGE], asked.given + left.count(), more=len(found) > PER_PAGE)


def _within(found: QuerySet[Resource], spec: str) -> QuerySet[Resource]:
    if not spec:
        return found
    if spec not in dict(sets()):
        raise OaiError("noRecordsMatch", "This set does not exist.")
    name, _colon, code = spec.partition(":")
    if name == KIND:
        return found.filter(kind=code) if code else found
    leviers = {"resource_terms__term__vocabulary": Vocabulary.LEVIERS}
    return found.filter(**leviers, resource_terms__term__code=code) if code else found.filter(**leviers).distinct()


def one(pk: int) -> Resource | None:
    return harvested().select_related("replaced_by").filter(pk=pk).first()


def earliest() -> datetime | None:
    found: datetime | None = Resource.objects.filter(edition__gt=0).aggregate(first=Min("changed_at"))["first"]
    return found
