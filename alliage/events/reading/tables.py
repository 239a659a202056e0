"""A programme as a table (`programme_columns.py`): any usual encoding and separator; every row that cannot be read says why."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.utils.translation import gettext as _

from alliage.events import programme_columns as columns
from alliage.events.enums import ItemKind, Part, PartnerKind, SequenceKind, Standing
from alliage.events.reading.plans import (
    ItemPlan,
    PartnerPlan,
    PersonPlan,
    Plan,
    SequencePlan,
    TempsPlan,
    french,
    written,
)
from alliage.imports import mapping
from alliage.imports.engine import RowRefused, UnknownValues
from alliage.imports.tables import Row, Table

MOST_ROWS = 2000
_MOMENTS = (
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
)
_HOUR = re.compile(r"^(\d{1,2})\s*[hH:]\s*(\d{2})?$")
_YES, _NO = frozenset({"", "oui", "1", "true", "vrai", "yes"}), frozenset({"non", "0", "false", "faux", "no"})


@dataclass
class Read:
    """What was understood, and the rows that were not: (number, reason). `unused`: columns that nothing reads."""

    plan: Plan = field(default_factory=Plan)
    refused: list[tuple[int, str]] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    rows: int = 0


def read(table: Table, day: date) -> Read:
    """`day` is that of the Rencontre, for cells that hold an hour alone."""
    names, rows = list(table.columns), list(table.rows)[: MOST_ROWS + 1]
    if len(rows) > MOST_ROWS:
        return Read(refused=[(0, _("Ce fichier a plus de %(count)s lignes.") % {"count": MOST_ROWS})])
    found = mapping.proposal(columns.COLUMNS, names, rows)
    missing = mapping.missing(columns.COLUMNS, found)
    if missing:
        told = ", ".join(str(each.label) for each in missing)
        return Read(refused=[(0, _("Il manque des colonnes\u00a0: %(names)s.") % {"names": told})], rows=len(rows))
    reader = mapping.Reader(columns.COLUMNS, found)
    building = _Building(day)
    result = Read(building.plan, unused=mapping.unused(names, found), rows=len(rows))
    for row in rows:
        try:
            building.add(_exact(reader, row))
        except (RowRefused, UnknownValues) as refusal:
            result.refused.append((row.number, refusal.message))
    result.refused += building.loose_ends()
    return result


def _exact(reader: mapping.Reader, row: Row) -> Row:
    """Codes as our own export writes them: « workshop » is not the singular of « workshops »."""
    read, written_as = reader.read(row), reader.texts(row)
    for name, codes in (("nature", SequenceKind.values), ("contenu", ItemKind.values)):
        if written_as.get(name) in codes:
            read.values[name] = written_as[name]
    return read


class _Building:
    """Rows of one sequence follow one another, or are recognised by `rang`."""

    def __init__(self, day: date) -> None:
        self.day, self.plan = day, Plan()
        self.temps: dict[str, int] = {}
        self.known: dict[tuple[str, str, str], SequencePlan] = {}
        self.ranks: dict[str, int] = {}
        self.waiting: list[tuple[int, SequencePlan, str, str]] = []

    def add(self, row: Row) -> None:
        said = row.values
        starts, ends = self._moment(said["debut"]), self._moment(said["fin"])
        if ends <= starts:
            raise RowRefused(_("La fin doit venir après le début."))
        key = (said.get("rang", ""), said["titre"], written(starts))
        sequence = self.known.get(key)
        if sequence is None:
            sequence = self._sequence(row, starts, ends)
            self.known[key] = sequence
        item = _item(said)
        if item is not None:
            sequence.items.append(item)

    def _sequence(self, row: Row, starts: datetime, ends: datetime) -> SequencePlan:
        said = row.values
        rank = _number(said.get("rang", ""), _("rang")) or len(self.plan.sequences) + 1
        if rank in {each.rank for each in self.plan.sequences}:
            raise RowRefused(_("Une autre séquence a déjà ce rang\u00a0: %(rank)s.") % {"rank": rank})
        made = SequencePlan(
            rank=rank,
            title=said["titre"][:200],
            starts=written(starts),
            ends=written(ends),
            kind=said.get("nature") or SequenceKind.PLENARY,
            number=_number(said.get("numero", ""), _("numéro")),
            temps=self._temps(said, starts, ends),
            track=said.get("salle", "")[:80],
            capacity=_number(said.get("places", ""), _("nombre de places")),
            takes_registrations=_yes(said.get("inscription", "")),
            levers=[each.strip() for each in said.get("leviers", "").split(columns.SEPARATOR) if each.strip()],
            text=said.get("presentation", ""),
            note=said.get("note", ""),
            partners=_partners(said.get("partenaires", ""), said.get("appui", "")),
        )
        inside, mirror = said.get("fait_partie_de", ""), said.get("miroir_de", "")
        if inside or mirror:
            self.waiting.append((row.number, made, inside, mirror))
        self.plan.sequences.append(made)
        return made

    def _temps(self, said: dict[str, str], starts: datetime, ends: datetime) -> int | None:
        title = said.get("temps", "")[:200]
        if not title:
            return None
        announced = said.get("temps_debut", ""), said.get("temps_fin", "")
        if title not in self.temps:
            self.temps[title] = len(self.plan.temps)
            first = self._moment(announced[0]) if announced[0] else starts
            last = self._moment(announced[1]) if announced[1] else ends
            partners = _partners(said.get("temps_partenaires", ""), said.get("temps_appui", ""))
            self.plan.temps.append(
                TempsPlan(
                    title,
                    written(first),
                    written(last),
                    said.get("temps_annonce", "")[:300],
                    said.get("temps_presentation", ""),
                    said.get("temps_note", ""),
                    partners,
                )
            )
        elif not announced[1]:
            temps = self.plan.temps[self.temps[title]]
            temps.ends = max(temps.ends, written(ends))
        return self.temps[title]

    def _moment(self, cell: str) -> datetime:
        words = " ".join(cell.split())
        hour = _HOUR.match(words)
        try:
            if hour:
                return datetime.combine(self.day, time(int(hour[1]), int(hour[2] or 0)))
            for form in _MOMENTS:
                try:
                    return datetime.strptime(words, form).replace(second=0)  # noqa: DTZ007 the clock is the event's
                except ValueError:
                    continue
        except ValueError:
            pass
        raise RowRefused(
            _("«\u00a0%(cell)s\u00a0» n’est pas une date et une heure\u00a0: écrivez 2027-07-08 09:00, ou 9h00.")
            % {"cell": cell[:40]}
        )

    def loose_ends(self) -> Iterable[tuple[int, str]]:
        """What a sequence is part of, or mirrors, once all are known."""
        ranks = {each.rank for each in self.plan.sequences}
        for number, made, inside, mirror in self.waiting:
            for name, cell in (("parent", inside), ("mirror_of", mirror)):
                if not cell:
                    continue
                if not cell.isdecimal() or int(cell) not in ranks or int(cell) == made.rank:
                    yield number, _("Aucune autre séquence n’a le rang «\u00a0%(rank)s\u00a0».") % {"rank": cell[:20]}
                else:
                    setattr(made, name, int(cell))


def _number(cell: str, what: str) -> int | None:
    if not cell:
        return None
    if not (cell.isascii() and cell.isdecimal()) or not 0 < int(cell) <= 100_000:
        raise RowRefused(
            _("%(what)s\u00a0: «\u00a0%(cell)s\u00a0» n’est pas un nombre.")
            % {"what": what.capitalize(), "cell": cell[:20]}
        )
    return int(cell)


def _yes(cell: str) -> bool:
    said = cell.strip().lower()
    if said not in _YES | _NO:
        raise RowRefused(_("On s’y inscrit\u00a0: écrivez oui ou non."))
    return said in _YES


def _partners(partners: str, support: str) -> list[PartnerPlan]:
    return [
        PartnerPlan(french(each.name)[:200], each.slug, kind)
        for cell, kind in ((partners, PartnerKind.PARTNER), (support, PartnerKind.SUPPORT))
        for each in columns.organisations_of(cell)
        if each.name
    ]


def _item(said: dict[str, str]) -> ItemPlan | None:
    kind = said.get("contenu", "")
    people = [
        _person(each, part) for code, part in columns.PARTS.items() for each in columns.people_of(said.get(code, ""))
    ]
    if not kind and not people and not said.get("contenu_titre"):
        return None
    return ItemPlan(
        kind=kind or ItemKind.EXCHANGE,
        title=said.get("contenu_titre", "")[:300],
        text=said.get("contenu_texte", ""),
        minutes=_number(said.get("contenu_minutes", ""), _("durée")),
        resource=_number(said.get("ressource", ""), _("ressource")),
        people=people,
    )


def _person(someone: columns.Someone, part: Part) -> PersonPlan:
    organisation = someone.organisation or columns.Organisation("")
    if not (someone.name or organisation.name):
        raise RowRefused(_("Une personne n’a pas de nom."))
    return PersonPlan(
        french(someone.name)[:200],
        french(someone.role)[:200],
        french(organisation.name)[:200],
        organisation.slug,
        part,
        Standing(someone.standing),
    )
