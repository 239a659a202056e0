"""The open data file, whole: tables, JSON, the codebook, how to cite. The same library gives the same bytes."""

import zipfile
from collections.abc import Iterable, Iterator
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from alliage.formats import csv, json
from alliage.library import citing, exports
from alliage.library.queries import dump as queries

# The oldest date of the format: a file says nothing of the moment it was made.
_MOMENT = (1980, 1, 1, 0, 0, 0)
_README = "LISEZMOI.txt"


def write(stream: IO[bytes], numbers: list[int]) -> None:
    """Write the archive, part after part: what it weighs never sits in memory."""
    rows = (exports.row(record) for record in exports.records(numbers))
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        _add(archive, _README, [readme(len(numbers))])
        _add(archive, "ressources.csv", csv.lines(exports.COLUMNS, rows))
        _add(archive, "ressources.json", json.lines(len(numbers), exports.records(numbers)))
        _add(archive, "dictionnaire.csv", csv.lines(("champ", "en_json", "type", "sens", "valeurs"), codebook_rows()))
        _add(archive, "dictionnaire.json", [json.dumps(codebook())])


def _add(archive: zipfile.ZipFile, name: str, pieces: Iterable[str]) -> None:
    about = zipfile.ZipInfo(name, _MOMENT)
    about.compress_type, about.external_attr, about.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
    with archive.open(about, "w", force_zip64=True) as part:
        for piece in pieces:
            part.write(piece.encode())


def codebook_rows() -> Iterator[list[str]]:
    for field in queries.fields():
        values = exports.SEPARATOR.join(f"{code}: {label}" for code, label in field.values)
        yield [field.name, field.in_json, field.type, field.meaning, values]


def codebook() -> dict[str, object]:
    return {
        "fields": [
            {
                "name": field.name, "json": field.in_json, "type": field.type, "meaning": field.meaning,
                "values": [{"code": code, "label": label} for code, label in field.values],
            }
            for field in queries.fields()
        ],
        "licences": [
            {"code": code, "label": label, "url": url, "may_reuse": may_reuse}
            for code, label, url, may_reuse in queries.licences()
        ],
    }  # fmt: skip


def parts() -> list[tuple[str, str]]:
    """What each file of the archive holds."""
    return [
        ("ressources.csv", _("Une ligne pour chaque ressource (UTF-8, virgules)\u00a0; une liste tient dans une cellule, séparée par «\u00a0;\u00a0».")),
        ("ressources.json", _("Les mêmes, sans rien aplatir.")),
        ("dictionnaire.csv", _("Ce que veut dire chaque champ, et ses valeurs.")),
        ("dictionnaire.json", _("La même chose, avec les licences.")),
        (_README, _("L’essentiel, en quelques lignes.")),
    ]  # fmt: skip


def readme(count: int) -> str:
    lines = [
        _("Les ressources du réseau, publiées par %(publisher)s") % {"publisher": citing.PUBLISHER},
        f"{settings.ORIGIN}/ressources/donnees/",
        "",
        _("Ressources\u00a0: %(count)s.") % {"count": count},
        *(f"{name}\u00a0: {holds}" for name, holds in parts()),
        "",
        _("Licence\u00a0: chaque ressource a la sienne (champ «\u00a0licence\u00a0»). En la reprenant, écrivez ce que dit son champ «\u00a0attribution\u00a0»."),
        _("«\u00a0tous-droits-reserves\u00a0»\u00a0: vous pouvez citer le résumé et mener à la page, pas recopier le texte."),
        _("Une cellule qu’un tableur prendrait pour une formule commence par une apostrophe\u00a0: retirez-la."),
    ]  # fmt: skip
    return "\r\n".join(lines) + "\r\n"
