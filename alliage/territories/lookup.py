"""From a code, of today or of the past, to a territory."""

from alliage.territories.enums import Change, Kind, Status
from alliage.territories.models import Territory

CONTAINERS = ("epci", "ept", "departement", "region", "com", "part_of", "seat")


def find(kind: str, code: str) -> Territory | None:
    """The territory with this code; with a code of the past, the commune of today that replaced it.

    Communes déléguées, boroughs and former territories that have a row are given as they are: `successor` says what
    they belong to now. One query, two when the code is of the past; its containers come with it.
    """
    with_containers = Territory.objects.select_related(*CONTAINERS)
    found = with_containers.filter(kind=kind, code=code).first()
    if found is None and kind == Kind.COMMUNE:
        found = with_containers.filter(changes__change=Change.RECODED, changes__old_code=code).first()
    return found


def successor(territory: Territory) -> Territory | None:
    """The current territory that a former or delegated one belongs to; None for a current one or when it ended."""
    seen = {territory.pk}
    whole = territory.part_of
    while whole is not None and whole.status != Status.CURRENT and whole.pk not in seen:
        seen.add(whole.pk)
        whole = whole.part_of
    return whole if whole is not None and whole.status == Status.CURRENT else None


def resolve(kind: str, code: str) -> Territory | None:
    """The current territory behind a code of any age, or None: what importers attach figures to."""
    found = find(kind, code)
    if found is None or found.status == Status.CURRENT:
        return found
    return successor(found)
