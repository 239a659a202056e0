"""All the commune codes in memory, so that thousands of rows are resolved without a query each."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.imports.engine import RowRefused
from alliage.territories.enums import Change, Kind, Status
from alliage.territories.models import Territory, TerritoryChange

_SEPARATORS = re.compile(r"[\s,;|/]+")
MOST_CODES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Commune:
    pk: int
    code: str
    name: str
    status: str
    part_of_id: int | None


class Communes:
    """`given(code)` is the row with that code; `current(code)` the commune of today, whatever the age of the code."""

    def __init__(self) -> None:
        fields = ("pk", "code", "name", "status", "part_of_id")
        rows = [Commune(*values) for values in Territory.objects.filter(kind=Kind.COMMUNE).values_list(*fields)]
        self._by_pk = {one.pk: one for one in rows}
        self._by_code = {one.code: one for one in rows}
        recoded = TerritoryChange.objects.filter(change=Change.RECODED, territory__kind=Kind.COMMUNE)
        self._old = dict(recoded.values_list("old_code", "territory_id"))

    def given(self, code: str) -> Commune | None:
        return self._by_code.get(code)

    def current(self, code: str) -> Commune | None:
        found = self._by_code.get(code) or self._by_pk.get(self._old.get(code, 0))
        for _step in range(5):
            if found is None or found.status == Status.CURRENT:
                return found
            found = self._by_pk.get(found.part_of_id or 0)
        return None

    def asked(self, code: str) -> Commune:
        """The commune of today, or a refusal that says why the code leads nowhere."""
        code = complete_code(code)
        if not code:
            raise RowRefused(_("Le code de la commune manque."))
        found = self.current(code)
        if found is None:
            raise RowRefused(_("Le code %(code)s n’est celui d’aucune commune.") % {"code": code})
        return found

    def listed(self, text: str) -> list[int]:
        """The identifiers of a list of codes; refused as a whole when some are unknown."""
        codes = [complete_code(code) for code in _SEPARATORS.split(text) if code]
        if not codes:
            raise RowRefused(_("La liste des communes est vide."))
        found = {code: self.current(code) for code in codes}
        unknown = [code for code, commune in found.items() if commune is None]
        if unknown:
            shown = ", ".join(unknown[:MOST_CODES_SHOWN])
            raise RowRefused(
                ngettext(
                    "Code de commune inconnu\u00a0: %(codes)s.",
                    "Codes de communes inconnus\u00a0: %(codes)s.",
                    len(unknown),
                )
                % {"codes": shown + (", …" if len(unknown) > MOST_CODES_SHOWN else "")}
            )
        return sorted({commune.pk for commune in found.values() if commune})


def complete_code(code: str) -> str:
    """A spreadsheet drops the zero of 01004 and the capital of 2A004."""
    code = code.strip().upper()
    return f"0{code}" if len(code) == 4 and code.isdigit() else code
