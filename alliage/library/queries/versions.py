"""Reads of versions: the history of a resource, two of them to compare."""

from alliage.library.models import Resource, Version


def history(resource: Resource) -> list[Version]:
    """Every version, the last first, without its text and without who published it."""
    return list(Version.objects.filter(resource=resource).defer("content", "by").order_by("-number"))


def pair(resource: Resource, before: int, after: int) -> tuple[Version | None, Version | None]:
    """Two versions by their numbers, in one query; None for one that does not exist."""
    found = {
        version.number: version for version in Version.objects.filter(resource=resource, number__in=[before, after])
    }
    return found.get(before), found.get(after)
