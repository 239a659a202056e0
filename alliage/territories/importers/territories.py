"""Brings the territories table to the state of a reference file, and keeps the history of what changed.

Nothing is ever deleted: a commune that a new file no longer has becomes former and leads to the one that replaced it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.territories import services
from alliage.territories.enums import Change, Kind, Status
from alliage.territories.importers.reference import LINKS, Key, Line, Reference, in_order
from alliage.territories.models import DataSource, Territory, TerritoryChange

Progress = Callable[[int, str], None]
POINT = ("latitude", "longitude", "precision")
BATCH = 2_000


@dataclass
class ImportReport:
    """What an import of reference files did, by kind, with the changes worth telling one by one."""

    version: str
    up_to_date: bool = False
    created: Counter[str] = field(default_factory=Counter)
    updated: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    told: dict[Change, list[str]] = field(default_factory=lambda: defaultdict(list))

    def lines(self, *, examples: int = 20) -> list[str]:
        if self.up_to_date:
            return [_("Territoires : la version %(version)s est déjà en place.") % {"version": self.version}]
        said = [_("Territoires : version %(version)s importée.") % {"version": self.version}]
        said += [self._kind_line(kind) for kind in Kind if kind is not Kind.CUSTOM]
        for change, sentences in self.told.items():
            said.append(_("%(change)s : %(count)s") % {"change": _heading(change), "count": len(sentences)})
            said += [f"  {sentence}" for sentence in sentences[:examples]]
            if len(sentences) > examples:
                rest = len(sentences) - examples
                said.append("  " + ngettext("et %(n)s autre", "et %(n)s autres", rest) % {"n": rest})
        return said

    def _kind_line(self, kind: Kind) -> str:
        created, updated, unchanged = self.created[kind], self.updated[kind], self.unchanged[kind]
        return _("%(kind)s : %(total)s (créations : %(created)s, mises à jour : %(updated)s)") % {
            "kind": kind.label, "total": number_format(created + updated + unchanged, force_grouping=True),
            "created": number_format(created, force_grouping=True),
            "updated": number_format(updated, force_grouping=True),
        }  # fmt: skip


def _heading(change: Change) -> str:
    return {
        Change.CREATED: _("Nouveaux territoires"),
        Change.MERGED: _("Réunis à un autre territoire"),
        Change.ENDED: _("Disparus"),
        Change.RENAMED: _("Renommés"),
        Change.MOVED: _("Passés dans une autre intercommunalité"),
        Change.RESTORED: _("Rétablis"),
    }[change]


def is_up_to_date(reference: Reference) -> bool:
    return DataSource.objects.filter(name=reference.territories.name, version=reference.stamp).exists()


@transaction.atomic
def import_reference(
    reference: Reference, *, now: datetime, force: bool = False, progress: Progress | None = None
) -> ImportReport:
    """Write the reference files into the database, in one transaction; say what changed."""
    report = ImportReport(reference.stamp)
    if is_up_to_date(reference) and not force:
        report.up_to_date = True
        return report
    _Import(reference, report, progress or _silent).run()
    for source in reference.sources.values():
        DataSource.objects.update_or_create(
            name=source.name,
            defaults={
                "label": source.label,
                "version": reference.stamp,
                "source": source.source,
                "licence": source.licence,
                "attribution": source.attribution,
                "imported_at": now,
                "counts": {kind: report.created[kind] + report.updated[kind] + report.unchanged[kind] for kind in Kind},
            },
        )
    return report


def _silent(_done: int, _what: str) -> None:
    """The progress of who does not look."""


class _Import:
    """One run: what the database holds, what the file says, and the history lines to write."""

    def __init__(self, reference: Reference, report: ImportReport, progress: Progress) -> None:
        self.reference, self.report, self.progress = reference, report, progress
        self.known: dict[Key, Territory] = {}
        self.names: dict[int, str] = {}
        self.changes: list[TerritoryChange] = []
        self.known_kinds: set[str] = set()
        self.done = 0

    def run(self) -> None:
        self.progress(0, _("lecture des fichiers"))
        lines = self.reference.lines
        self.progress(5, _("lecture de la base"))
        self.known = {
            (one.kind, one.code): one for one in Territory.objects.exclude(kind=Kind.CUSTOM).iterator(chunk_size=BATCH)
        }
        self.names = {one.pk: one.name for one in self.known.values()}
        self.known_kinds = {kind for kind, _code in self.known}
        before = {key: one.epci_id for key, one in self.known.items()}
        for wave in in_order(lines):
            self._write(wave, total=len(lines))
        self.progress(85, _("chefs-lieux"))
        self._write_seats(lines)
        self.progress(90, _("historique"))
        self._end_vanished(lines, before)
        self._write_old_codes(lines)
        TerritoryChange.objects.bulk_create(self.changes, batch_size=BATCH)
        self._follow_custom()
        self.progress(100, _("terminé"))

    def _write(self, wave: list[Line], *, total: int) -> None:
        label = str(Kind(wave[0].key[0]).label)
        pending = iter(wave)
        while batch := list(islice(pending, BATCH)):
            self._write_batch(batch)
            self.done += len(batch)
            self.progress(10 + 75 * self.done // total, label)

    def _write_batch(self, batch: list[Line]) -> None:
        new, changed, fields = [], [], set()
        for line in batch:
            values: dict[str, Any] = {**line.fields, **{f"{name}_id": self._link(line, name) for name in LINKS}}
            territory = self.known.get(line.key)
            if territory is None:
                new.append(Territory(kind=line.key[0], code=line.key[1], **values))
            elif differing := self._differing(territory, values):
                self._tell(territory, values, differing)
                for name in differing:
                    setattr(territory, name, values[name])
                changed.append(territory)
                fields |= differing
            else:
                self.report.unchanged[line.key[0]] += 1
        if changed:
            Territory.objects.bulk_update(changed, sorted(fields), batch_size=200)
        self._create(new)
        self.report.updated.update(one.kind for one in changed)

    def _link(self, line: Line, name: str) -> int | None:
        key = line.links.get(name)
        return self.known[key].pk if key else None

    def _create(self, new: list[Territory]) -> None:
        for one in Territory.objects.bulk_create(new, batch_size=BATCH):
            self.known[one.kind, one.code] = one
            self.names[one.pk] = one.name
            self.report.created[one.kind] += 1
            if one.kind in self.known_kinds:
                self._change(one, Change.CREATED, after=one.name, sentence=f"{one.name} ({one.code})")

    @staticmethod
    def _differing(territory: Territory, values: Mapping[str, object]) -> set[str]:
        differing = {name for name, value in values.items() if getattr(territory, name) != value}
        return differing.difference(POINT) if territory.point_source else differing

    def _tell(self, territory: Territory, values: Mapping[str, object], differing: set[str]) -> None:
        named = f"{territory.name} ({territory.code})"
        if "name" in differing:
            after = str(values["name"])
            self._change(territory, Change.RENAMED, before=territory.name, after=after, sentence=f"{named} → {after}")
        if "epci_id" in differing and territory.status == values["status"] == Status.CURRENT:
            before, after = self._name(territory.epci_id), self._name(values["epci_id"])
            self._change(
                territory, Change.MOVED, before=before, after=after, sentence=f"{named}\u00a0: {before} → {after}"
            )
        if "status" in differing and values["status"] == Status.CURRENT:
            self._change(territory, Change.RESTORED, sentence=named)
        elif "part_of_id" in differing and values["part_of_id"]:
            after = self._name(values["part_of_id"])
            self._change(territory, Change.MERGED, after=after, sentence=f"{named} → {after}")

    def _name(self, pk: object) -> str:
        return self.names.get(pk, "") if isinstance(pk, int) else _("aucune")

    def _change(
        self, territory: Territory, change: Change, *, sentence: str, before: str = "", after: str = ""
    ) -> None:
        self.report.told[change].append(sentence)
        self.changes.append(
            TerritoryChange(
                territory=territory,
                change=change,
                before=before,
                after=after,
                effective_on=self.reference.territories.dated_on,
                version=self.reference.version,
            )
        )

    def _write_seats(self, lines: list[Line]) -> None:
        seated = []
        for line in lines:
            territory, seat = self.known[line.key], self.known[line.seat] if line.seat else None
            if territory.seat_id != (seat.pk if seat else None):
                territory.seat = seat
                seated.append(territory)
        Territory.objects.bulk_update(seated, ["seat"], batch_size=200)

    def _end_vanished(self, lines: list[Line], epci_before: dict[Key, int | None]) -> None:
        kept = {line.key for line in lines}
        gone = [one for key, one in self.known.items() if key not in kept and one.status != Status.FORMER]
        heirs = self._heirs(lines, gone, epci_before)
        for one in gone:
            heir = heirs.get((one.kind, one.code)) or (self._alive(one.part_of_id) if one.part_of_id else None)
            one.status, one.part_of, one.epci, one.ept = Status.FORMER, heir, None, None
            named = f"{one.name} ({one.code})"
            if heir:
                self._change(one, Change.MERGED, after=heir.name, sentence=f"{named} → {heir.name}")
            else:
                self._change(one, Change.ENDED, sentence=named)
        Territory.objects.bulk_update(gone, ["status", "part_of", "epci", "ept"], batch_size=200)

    def _alive(self, pk: int) -> Territory | None:
        return next((one for one in self.known.values() if one.pk == pk), None)

    def _heirs(
        self, lines: list[Line], gone: list[Territory], epci_before: dict[Key, int | None]
    ) -> dict[Key, Territory]:
        """Who replaced what: by the official old codes for communes, by where all the members went for EPCI."""
        wanted = {(one.kind, one.code) for one in gone}
        heirs: dict[Key, Territory] = {}
        for line in lines:
            for old in line.old_codes:
                if (line.key[0], old) in wanted:
                    heirs[line.key[0], old] = self.known[line.key]
        by_pk = {one.pk: one for one in gone if one.kind == Kind.EPCI}
        went: dict[int, set[int | None]] = defaultdict(set)
        for key, old_epci in epci_before.items():
            if old_epci in by_pk and self.known[key].status == Status.CURRENT and key not in wanted:
                went[old_epci].add(self.known[key].epci_id)
        epci = {one.pk: one for one in self.known.values() if one.kind == Kind.EPCI}
        for pk, destinations in went.items():
            if len(destinations) == 1 and (heir := epci.get(next(iter(destinations)) or 0)):
                heirs[Kind.EPCI.value, by_pk[pk].code] = heir
        return heirs

    def _write_old_codes(self, lines: list[Line]) -> None:
        """An address with an official code of the past leads to today's commune."""
        recorded = {one.old_code: one for one in TerritoryChange.objects.filter(change=Change.RECODED)}
        moved = []
        for line in lines:
            for old in line.old_codes:
                territory, known = self.known[line.key], recorded.get(old)
                if known is None:
                    version = self.reference.version
                    self.changes.append(
                        TerritoryChange(territory=territory, change=Change.RECODED, old_code=old, version=version)
                    )
                elif known.territory_id != territory.pk:
                    known.territory = territory
                    moved.append(known)
        TerritoryChange.objects.bulk_update(moved, ["territory"], batch_size=200)

    def _follow_custom(self) -> None:
        """A custom territory keeps its ground: a commune that became former leaves its place to its successor."""
        through = Territory.communes.through
        links = through.objects.filter(to_territory__status=Status.FORMER, to_territory__part_of__isnull=False)
        for link in links.select_related("to_territory"):
            heir = link.to_territory.part_of_id
            if through.objects.filter(from_territory=link.from_territory_id, to_territory=heir).exists():
                link.delete()
            else:
                through.objects.filter(pk=link.pk).update(to_territory=heir)
        services.refresh_custom_territories()
