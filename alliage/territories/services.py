"""Writes of territories that are not an import: custom territories, and the record of where data come from."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from alliage.imports.engine import Outcome
from alliage.refusals import Refusal
from alliage.territories import snapshot, suggestions
from alliage.territories.enums import Change, Kind, Precision, Status
from alliage.territories.folding import fold
from alliage.territories.models import DataSource, Territory, TerritoryChange

logger = logging.getLogger(__name__)


class CustomRefused(Refusal):
    """A custom territory needs a name and communes."""


def custom_code(*, name: str, code: str = "") -> str:
    """The code of a custom territory: the one given, or a slug of its name."""
    made = slugify(code or name)[:40].strip("-")
    if not made or len(name.strip()) > 200 or not name.strip():
        raise CustomRefused(_("Donnez à ce territoire un nom de 200 caractères au plus."))
    return made


@transaction.atomic
def write_custom_territory(
    *, name: str, communes: Iterable[int], by_id: int | None, now: datetime, code: str = "", source: str = ""
) -> tuple[Territory, Outcome]:
    """Create or bring up to date a territory made of communes (identifiers), known by its code (a slug of its name).

    Overlaps are allowed. Population and point are those of its communes: sum, and centre of the inhabitants. What
    changed is a line of its history; the log says which member (`by_id`, None for a command) did it.
    """
    code = custom_code(name=name, code=code)
    territory, outcome, values, members = _compared(code, name, set(communes), source)
    if outcome == Outcome.UNCHANGED and territory is not None:
        return territory, outcome
    before = "" if territory is None else territory.name
    if territory is None:
        territory = Territory.objects.create(kind=Kind.CUSTOM, code=code, **values)
    else:
        Territory.objects.filter(pk=territory.pk).update(**values)
        territory.refresh_from_db()
    territory.communes.set(members)
    _remember(territory, outcome, before=before, source=source, now=now)
    logger.info("Custom territory %s was %s by member %s.", code, outcome.value, by_id)
    return territory, outcome


def compare_custom_territory(*, code: str, name: str, communes: Iterable[int], source: str = "") -> Outcome:
    """What writing it would do."""
    return _compared(code, name, set(communes), source)[1]


def _compared(
    code: str, name: str, wanted: set[int], source: str
) -> tuple[Territory | None, Outcome, dict[str, Any], list[Territory]]:
    """The territory as it is, what would happen to it, and its new values and members."""
    members = list(Territory.objects.filter(pk__in=wanted, kind=Kind.COMMUNE, status=Status.CURRENT))
    if not members or len(members) != len(wanted):
        raise CustomRefused(_("Un territoire de projet est fait de communes d’aujourd’hui, une au moins."))
    values = {"name": name.strip(), "sort_name": fold(name.strip()), "source": source[:200], **_figures(members)}
    territory = Territory.objects.filter(kind=Kind.CUSTOM, code=code).first()
    if territory is None:
        return None, Outcome.CREATED, values, members
    known = set(territory.communes.values_list("pk", flat=True))
    same = known == wanted and all(getattr(territory, field) == value for field, value in values.items())
    return territory, Outcome.UNCHANGED if same else Outcome.UPDATED, values, members


def _remember(territory: Territory, outcome: Outcome, *, before: str, source: str, now: datetime) -> None:
    """One line of history, with the day and what was said of the origin."""
    if outcome == Outcome.CREATED:
        change = Change.CREATED
    else:
        change = Change.REDRAWN if before == territory.name else Change.RENAMED
    TerritoryChange.objects.create(
        territory=territory,
        change=change,
        before=before if change == Change.RENAMED else "",
        after=territory.name if change == Change.RENAMED else "",
        effective_on=localdate(now),
        version=source[:100] or "–",
    )


def forget_copies() -> None:
    """This process reads the territories again at its next page: to be called when they were written."""
    suggestions.forget()
    snapshot.forget()


def _figures(members: list[Territory]) -> dict[str, object]:
    located = [
        (one.latitude, one.longitude, float(one.population or 1))
        for one in members
        if one.latitude is not None and one.longitude is not None
    ]
    weight = sum(people for _latitude, _longitude, people in located)
    return {
        "population": sum(one.population or 0 for one in members),
        "latitude": round(sum(lat * people for lat, _lon, people in located) / weight, 4) if located else None,
        "longitude": round(sum(lon * people for _lat, lon, people in located) / weight, 4) if located else None,
        "precision": Precision.MEMBERS if located else Precision.UNKNOWN,
    }


def refresh_custom_territories() -> int:
    """Compute again the population and the point of each custom territory; how many changed.

    To be called when communes changed: merged, moved, counted again.
    """
    changed = []
    for territory in Territory.objects.filter(kind=Kind.CUSTOM).prefetch_related("communes"):
        figures = _figures(list(territory.communes.all()))
        if any(getattr(territory, name) != value for name, value in figures.items()):
            for name, value in figures.items():
                setattr(territory, name, value)
            changed.append(territory)
    fields = ["population", "latitude", "longitude", "precision"]
    return Territory.objects.bulk_update(changed, fields, batch_size=200)


def record_source(
    name: str, *, label: str, version: str, source: str, licence: str, counts: dict[str, int], now: datetime
) -> DataSource:
    """Remember what was imported under this name, and when: shown with the facts it gave."""
    values = {"label": label, "version": version, "source": source, "licence": licence, "counts": counts}
    return DataSource.objects.update_or_create(name=name, defaults={**values, "imported_at": now})[0]
