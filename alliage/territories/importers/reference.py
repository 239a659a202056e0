"""Reads a folder of reference files (`data/` as shipped): territories, points, and where they come from."""

import csv
import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from django.utils.translation import gettext as _

from alliage.refusals import Refusal
from alliage.territories.enums import Kind, Status

SHIPPED = Path(__file__).resolve().parent.parent / "data"

Key = tuple[str, str]
LINKS = ("departement", "region", "com", "epci", "ept", "part_of")
COLUMNS = {
    "kind", "code", "name", "article", "sort_name", "status", "nature", "siren", "postal_codes", "population",
    *LINKS, "seat", "other_names", "old_codes",
}  # fmt: skip


class ReferenceRefused(Refusal):
    """The reference files are incomplete or damaged: nothing is written."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file and what must be said about it."""

    name: str
    file: str
    label: str
    source: str
    dated_on: date
    licence: str
    attribution: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Line:
    """One territory as the files give it: the plain fields, then the codes of the territories it is linked to."""

    key: Key
    fields: dict[str, str | int | float | None]
    links: dict[str, Key]
    seat: Key | None
    old_codes: tuple[str, ...]


class Reference:
    """A folder with `sources.json` and the two files that it names. Reading is lazy: the version costs nothing."""

    def __init__(self, folder: Path = SHIPPED) -> None:
        self.folder = folder
        try:
            described = json.loads((folder / "sources.json").read_text(encoding="utf-8"))
            self.version: str = described["version"]
            self.sources = {
                one["name"]: Source(**{**one, "dated_on": date.fromisoformat(one["dated_on"])})
                for one in described["files"]
            }
            self.territories, self.points = self.sources["decoupage"], self.sources["points"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ReferenceRefused(
                _("%(folder)s n’a pas de fichier sources.json lisible : donnez un dossier de données complet.")
                % {"folder": folder}
            ) from error

    @property
    def stamp(self) -> str:
        """Version and content: the same files are not imported twice."""
        return f"{self.version} ({self.territories.sha256[:8]}-{self.points.sha256[:8]})"

    @cached_property
    def lines(self) -> list[Line]:
        points = {(row["kind"], row["code"]): row for row in self._rows(self.points)}
        rows = list(self._rows(self.territories))
        if not rows or not set(rows[0]) >= COLUMNS:
            raise ReferenceRefused(
                _("%(file)s n’a pas les colonnes attendues.") % {"file": self.folder / self.territories.file}
            )
        lines = [_line(row, points.get((row["kind"], row["code"]))) for row in rows]
        _check(lines)
        return lines

    def _rows(self, source: Source) -> Iterator[dict[str, str]]:
        path = self.folder / source.file
        try:
            packed = path.read_bytes()
            if hashlib.sha256(packed).hexdigest() != source.sha256:
                raise ReferenceRefused(
                    _("%(file)s est incomplet ou modifié : son empreinte n’est pas celle de sources.json.")
                    % {"file": path}
                )
            text = gzip.decompress(packed).decode("utf-8")
        except (OSError, ValueError) as error:
            raise ReferenceRefused(_("%(file)s est illisible.") % {"file": path}) from error
        yield from csv.DictReader(text.splitlines())


def _line(row: dict[str, str], point: dict[str, str] | None) -> Line:
    links = {
        name: ("commune" if name == "part_of" else name, row[name])
        for name in LINKS
        if row[name]
    }  # fmt: skip
    return Line(
        key=(row["kind"], row["code"]),
        fields={
            "name": row["name"],
            "article_code": int(row["article"]),
            "sort_name": row["sort_name"],
            "other_names": row["other_names"],
            "nature": row["nature"],
            "status": row["status"],
            "siren": row["siren"],
            "postal_codes": row["postal_codes"],
            "population": int(row["population"]) if row["population"] else None,
            "latitude": float(point["latitude"]) if point else None,
            "longitude": float(point["longitude"]) if point else None,
            "precision": point["precision"] if point else "",
        },
        links=links,
        seat=(Kind.COMMUNE.value, row["seat"]) if row["seat"] else None,
        old_codes=tuple(row["old_codes"].split()),
    )


def _check(lines: list[Line]) -> None:
    """Every code once, every link to a line of the file: a broken file writes nothing."""
    keys = {line.key for line in lines}
    if len(keys) != len(lines):
        raise ReferenceRefused(_("Un même code figure deux fois dans le fichier des territoires."))
    for line in lines:
        for key in [*line.links.values(), *([line.seat] if line.seat else [])]:
            if key not in keys:
                raise ReferenceRefused(
                    _("%(name)s (%(code)s) renvoie au code %(missing)s, absent du fichier.")
                    % {"name": line.fields["name"], "code": line.key[1], "missing": key[1]}
                )


ORDER = [
    Kind.REGION.value, Kind.COM.value, Kind.DEPARTEMENT.value, Kind.EPCI.value, Kind.EPT.value, Kind.COMMUNE.value,
]  # fmt: skip


def in_order(lines: list[Line]) -> list[list[Line]]:
    """Waves that only link to earlier ones: containers, communes, then the parts of communes."""
    waves = [[line for line in lines if line.key[0] == kind] for kind in ORDER]
    communes = waves.pop()
    current = Status.CURRENT.value
    waves.append([line for line in communes if line.fields["status"] == current])
    waves.append([line for line in communes if line.fields["status"] != current])
    return [wave for wave in waves if wave]
