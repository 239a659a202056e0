"""Zonings and custom territories: a code or a name, and a list of communes, in one row or in several.

Rows are read together; `apply` says what would be done and `write` does it, once every row was read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.text import slugify
from django.utils.translation import gettext as _

from alliage.imports.engine import FileRefused, Outcome, Row, RowRefused
from alliage.refusals import Refusal
from alliage.territories import services
from alliage.territories.importers.communes import Communes
from alliage.territories.models import Zoning

COMMUNES = ("communes", "commune", "insee_com", "code_insee")
NAMES = ("nom", "name", "libelle")
CODES = ("code", "zonage")


def named(given: Sequence[Row], columns: Iterable[str], **wanted: Sequence[str]) -> list[Row]:
    """The rows of a file keyed as the importers want them: each column under the first of the names it may bear.

    Refused when the file has none of them. The other columns stay.
    """
    listed = list(columns)
    found: dict[str, str] = {}
    for code, names in wanted.items():
        present = next((name for name in names if name in listed), None)
        if present is None:
            raise FileRefused(_("La colonne «\u00a0%(column)s\u00a0» manque.") % {"column": names[0]})
        found[code] = present
    return [
        Row(row.number, {**row.values, **{code: row.values.get(name, "") for code, name in found.items()}}, row.problem)
        for row in given
    ]


@dataclass
class Members:
    """What the rows of one code say together."""

    number: int
    label: str
    communes: set[int] = field(default_factory=set)
    outcome: str = ""


@dataclass
class _MembersImport:
    """The two imports share this: rows with the same code add their communes."""

    given: Sequence[Row]
    source: str

    def __post_init__(self) -> None:
        self.known = Communes()
        self.found: dict[str, Members] = {}
        self.refused: dict[int, RowRefused] = {}
        self.code_of: dict[int, str] = {}
        for row in self.given:
            try:
                self._read(row)
            except RowRefused as refusal:
                self.refused[row.number] = refusal

    def _read(self, row: Row) -> None:
        code, label = self.named(row)
        members = self.found.get(code) or Members(row.number, label)
        self.agree(members, label)
        members.communes.update(self.known.listed(row.values.get("communes", "")))
        self.found[code] = members
        self.code_of[row.number] = code

    def named(self, row: Row) -> tuple[str, str]:
        """The code and the label that a row gives."""
        raise NotImplementedError

    def agree(self, members: Members, label: str) -> None:
        """Refuse a row that says something else than the first one of its code."""

    def compare(self, code: str, members: Members) -> str:
        """What writing them would do."""
        raise NotImplementedError

    def apply(self, row: Row) -> str:
        """Every row of a code does what its first one does."""
        if row.number in self.refused:
            raise self.refused[row.number]
        code = self.code_of[row.number]
        members = self.found[code]
        members.outcome = members.outcome or self.compare(code, members)
        return members.outcome


@dataclass
class ZoningsImport(_MembersImport):
    """Columns `code`, `libelle` (optional) and `communes`.

    The file is the whole list of each zoning that it names: a commune that it leaves out leaves the zoning.
    """

    licence: str = ""
    dated_on: date | None = None

    def named(self, row: Row) -> tuple[str, str]:
        given = row.values.get("code", "").strip()
        code = slugify(given)[:40]
        if not code:
            raise RowRefused(_("Le code du zonage manque."))
        return code, row.values.get("libelle", "").strip()[:200] or given[:200]

    def compare(self, code: str, members: Members) -> str:
        zoning = Zoning.objects.filter(code=code).first()
        if zoning is None:
            return Outcome.CREATED
        same = all(getattr(zoning, name) == value for name, value in self._values(members).items())
        known = set(zoning.communes.values_list("pk", flat=True)) if same else set()
        return Outcome.UNCHANGED if same and known == members.communes else Outcome.UPDATED

    def _values(self, members: Members) -> dict[str, object]:
        return {"label": members.label, "source": self.source, "licence": self.licence, "dated_on": self.dated_on}

    def write(self) -> None:
        for code, members in self.found.items():
            zoning, _created = Zoning.objects.update_or_create(code=code, defaults=self._values(members))
            zoning.communes.set(members.communes)


@dataclass
class CustomTerritoriesImport(_MembersImport):
    """Columns `nom`, `communes`, and `code` (optional: made from the name)."""

    now: datetime
    by_id: int | None = None

    def named(self, row: Row) -> tuple[str, str]:
        name = row.values.get("nom", "").strip()
        try:
            return services.custom_code(name=name, code=row.values.get("code", "")), name
        except Refusal as refusal:
            raise RowRefused(refusal.message) from refusal

    def agree(self, members: Members, label: str) -> None:
        if members.label.casefold() != label.casefold():
            raise RowRefused(
                _("«\u00a0%(name)s\u00a0» a le même code que «\u00a0%(other)s\u00a0», à la ligne %(number)s.")
                % {"name": label, "other": members.label, "number": members.number}
            )

    def compare(self, code: str, members: Members) -> str:
        return services.compare_custom_territory(
            code=code, name=members.label, communes=members.communes, source=self.source
        )

    def write(self) -> None:
        for code, members in self.found.items():
            services.write_custom_territory(
                name=members.label,
                communes=members.communes,
                code=code,
                source=self.source,
                by_id=self.by_id,
                now=self.now,
            )
