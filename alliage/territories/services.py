"""Writes of territories that are not an import: custom territories, and the record of where data come from."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from alliage.imports.engine import Outcome
from alliage.refusals import Refusal
from alliage.territories.enums import Kind, Precision, Status
from alliage.territories.folding import fold
from alliage.territories.models import DataSource, Territory


class CustomRefused(Refusal):
    """A custom territory needs a name and communes."""


@transaction.atomic
def write_custom_territory(
    *, name: str, communes: Iterable[int], code: str = "", source: str = ""
) -> tuple[Territory, Outcome]:
    """Create or bring up to date a territory made of communes (identifiers), known by its code (a slug of its name).

    Overlaps are allowed. Population and point are those of its communes: sum, and centre of the inhabitants.
    """
    name, wanted = name.strip(), set(communes)
    code = slugify(code or name)[:40].strip("-")
    if not code or len(name) > 200:
        raise CustomRefused(_("Donnez à ce territoire un nom de 200 caractères au plus."))
    members = list(Territory.objects.filter(pk__in=wanted, kind=Kind.COMMUNE, status=Status.CURRENT))
    if not members or len(members) != len(wanted):
        raise CustomRefused(_("Un territoire de projet est fait de communes d’aujourd’hui, une au moins."))
    territory = Territory.objects.filter(kind=Kind.CUSTOM, code=code).first()
    known = set() if territory is None else set(territory.communes.values_list("pk", flat=True))
    values = {"name": name, "sort_name": fold(name), "source": source[:200], **_figures(members)}
    if territory is None:
        territory = Territory.objects.create(kind=Kind.CUSTOM, code=code, **values)
        outcome = Outcome.CREATED
    else:
        same = known == wanted and all(getattr(territory, field) == value for field, value in values.items())
        outcome = Outcome.UNCHANGED if same else Outcome.UPDATED
    if outcome == Outcome.UPDATED:
        Territory.objects.filter(pk=territory.pk).update(**values)
        territory.refresh_from_db()
    if outcome != Outcome.UNCHANGED:
        territory.communes.set(members)
    return territory, outcome


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
