"""Zonings and custom territories: a code or a name, and a list of communes, in one row or in several."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.text import slugify
from django.utils.translation import gettext as _

from alliage.imports.engine import FileRefused, Outcome, Row, RowRefused
from alliage.refusals import Refusal
from alliage.territories import services
from alliage.territories.importers.communes import Communes
from alliage.territories.models import Zoning

COMMUNES = ("communes", "commune", "insee_com", "code_insee")


def column(columns: Iterable[str], *names: str) -> str:
    """The first of these columns that the file has; refused when it has none."""
    listed = list(columns)
    for name in names:
        if name in listed:
            return name
    raise FileRefused(
        _("La colonne «\u00a0%(column)s\u00a0» manque.") % {"column": names[0]},
    )


@dataclass
class ZoningsImport:
    """Columns `code`, `libelle` (optional) and `communes`; rows with the same code add their communes.

    The file is the whole list of each zoning that it names: a commune that it leaves out leaves the zoning.
    """

    columns: list[str]
    given: Sequence[Row]
    source: str
    licence: str = ""
    dated_on: date | None = None

    def __post_init__(self) -> None:
        self.code = column(self.columns, "code", "zonage")
        self.list = column(self.columns, *COMMUNES)
        self.label = "libelle" if "libelle" in self.columns else self.code
        self.communes = Communes()
        self.members: dict[str, set[int]] = {}
        self.written: set[str] = set()
        for row in self.given:
            try:
                code, listed = self._read(row)
            except RowRefused:
                continue  # the same refusal comes again, with its row, in `apply`
            self.members.setdefault(code, set()).update(listed)

    def rows(self) -> Iterator[Row]:
        yield from self.given

    def apply(self, row: Row) -> str:
        """The first row of a zoning writes it with all its communes; the next ones have nothing left to do."""
        code, _listed = self._read(row)
        if code in self.written:
            return Outcome.UNCHANGED
        self.written.add(code)
        label = row.values.get(self.label, "").strip()[:200] or code
        values = {"label": label, "source": self.source, "licence": self.licence, "dated_on": self.dated_on}
        zoning = Zoning.objects.filter(code=code).first()
        if zoning is None:
            Zoning.objects.create(code=code, **values).communes.set(self.members[code])
            return Outcome.CREATED
        known = set(zoning.communes.values_list("pk", flat=True))
        if known == self.members[code] and all(getattr(zoning, name) == value for name, value in values.items()):
            return Outcome.UNCHANGED
        Zoning.objects.filter(pk=zoning.pk).update(**values)
        zoning.communes.set(self.members[code])
        return Outcome.UPDATED

    def _read(self, row: Row) -> tuple[str, list[int]]:
        code = slugify(row.values.get(self.code, ""))[:40]
        if not code:
            raise RowRefused(_("Le code du zonage manque."))
        return code, self.communes.listed(row.values.get(self.list, ""))


@dataclass
class CustomTerritoriesImport:
    """Columns `nom`, `communes`, and `code` (optional: made from the name); one territory a row."""

    columns: list[str]
    given: Sequence[Row]
    source: str

    def __post_init__(self) -> None:
        self.name = column(self.columns, "nom", "name", "libelle")
        self.list = column(self.columns, *COMMUNES)
        self.communes = Communes()
        self.seen: dict[str, int] = {}

    def rows(self) -> Iterator[Row]:
        yield from self.given

    def apply(self, row: Row) -> str:
        name = row.values.get(self.name, "").strip()
        code = slugify(row.values.get("code", "") or name)[:40].strip("-")
        if code in self.seen:
            raise RowRefused(
                _("«\u00a0%(name)s\u00a0» est déjà donné à la ligne %(number)s.")
                % {"name": name, "number": self.seen[code]}
            )
        members = self.communes.listed(row.values.get(self.list, ""))
        try:
            _territory, outcome = services.write_custom_territory(
                name=name, communes=members, code=code, source=self.source
            )
        except Refusal as refusal:
            raise RowRefused(refusal.message) from refusal
        self.seen[code] = row.number
        return outcome
