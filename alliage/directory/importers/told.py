"""What a row changes in an entry, in words: each field before and after, for the report of the import."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from alliage.directory.importers.columns import SEVERAL
from alliage.directory.importers.places import Places
from alliage.directory.models import Entry
from alliage.imports.registry import Changed
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary

if TYPE_CHECKING:
    from alliage.directory.importers.batch import Known

_FIELD: Any = Entry._meta.get_field  # noqa: SLF001 the documented way to a field
POINT = ("latitude", "longitude")


class Told:
    """Writes values as a person reads them."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._terms = {term.pk: str(term.label) for vocabulary in Vocabulary for term in taxonomy.terms(vocabulary)}

    def changes(
        self, known: "Known", values: Mapping[str, Any], terms: set[int] | None, areas: set[int] | None
    ) -> list[Changed]:
        """Each field that the row changes; a field that reads the same before and after is not said."""
        entry = known.entry
        found = [
            (capfirst(str(_FIELD(name).verbose_name)), self.said(name, getattr(entry, name)), self.said(name, value))
            for name, value in values.items()
            if name not in POINT
        ]
        if "latitude" in values:
            before = (entry.latitude, entry.longitude)
            found.append((_("Position"), _point(*before), _point(values["latitude"], values["longitude"])))
        if terms is not None:
            for name, (vocabulary, label, *_rest) in SEVERAL.items():
                of_it = {term.pk for term in taxonomy.terms(vocabulary)}
                found.append((str(label), self._labels(known.terms.get(name, set())), self._labels(terms & of_it)))
        if areas is not None:
            found.append((_("Territoires d’intervention"), self._names(known.areas), self._names(areas)))
        return [(name, before, after) for name, before, after in found if before != after]

    def said(self, name: str, value: Any) -> str:
        if value is None or value == "":
            return ""
        if name == "territory_id":
            return self._names({value})
        if name in {"category_id", "scale_id"}:
            return self._terms.get(value, "")
        if isinstance(value, bool):
            return _("oui") if value else _("non")
        if name == "links":
            return " | ".join(
                f"{link['label']}\u00a0: {link['url']}" if link.get("label") else link["url"] for link in value
            )
        choices = dict(_FIELD(name).flatchoices)
        return str(choices.get(value, value))

    def _labels(self, pks: set[int]) -> str:
        return ", ".join(self._terms.get(pk, "") for pk in sorted(pks))

    def _names(self, pks: set[int]) -> str:
        spots = [spot for pk in sorted(pks) if (spot := self._places.spot(pk))]
        return ", ".join(f"{spot.name} ({spot.code})" for spot in spots)


def _point(latitude: float | None, longitude: float | None) -> str:
    return "" if latitude is None or longitude is None else f"{latitude:g}, {longitude:g}"
