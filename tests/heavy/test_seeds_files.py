"""What people send: tables to import, and files whose bytes were damaged on the way or on purpose."""

import csv
import io
import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from PIL import Image

from alliage.accounts.tests.factories import MemberFactory
from alliage.files import services as files
from alliage.files import texts
from alliage.files.enums import Kind as FileKind
from alliage.files.enums import TextState
from alliage.files.images import MAX_SIDE
from alliage.files.models import StoredFile
from alliage.files.tests.factories import PDF, archive, docx, odt, picture, purpose, upload, workbook
from alliage.imports import services
from alliage.imports.engine import Report, read_table
from alliage.imports.enums import State
from alliage.imports.models import ImportRun
from alliage.imports.registry import kinds
from alliage.refusals import Refusal
from alliage.territories.models import Indicator, Territory, Zoning
from alliage.territories.tests.places import small_france
from tests.heavy.seeds import ACCENTED, damaged, each_seed, text

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells every damage that it mends
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def _explains(refusal: Refusal) -> None:
    message = str(refusal.message)
    assert len(message) > 10
    assert message.endswith("."), message


# --- Tables -----------------------------------------------------------------------------------------------------------

_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENCODINGS = ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"]
_CELLS = [
    "", "0", "01001", "2A004", "=1+1", "=cmd|'/c calc'!A1", "@SUM(A1)", "+33 1 23", "-5", "1 234,5", "31/02/2026", "2026-01-31", "TRUE",
    "1e5", "un\ndeux", "« cité »", '"', 'a "b" c', "a;b", "a,b", "a\tb", "L’Haÿ", "l'été", "œuvre", "€", "#N/A", "NULL", "é" * 30,
]  # fmt: skip


def _cell(random: Random) -> str:
    """A cell that every encoding of `_ENCODINGS` can write."""
    if random.random() < 0.6:
        return random.choice(_CELLS)
    return "".join(random.choices("abc XYZ019-’" + ACCENTED, k=random.randint(1, 12)))


def _written(random: Random, rows: list[list[str]]) -> bytes:
    """The table as some program writes it: a spreadsheet, or CSV in some encoding with some separator and line end."""
    if random.random() < 0.15:
        return workbook([[_NOT_XML.sub("", cell) or None for cell in row] for row in rows])
    out = io.StringIO(newline="")
    quoting = random.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    csv.writer(
        out, delimiter=random.choice(";,\t|"), quoting=quoting, lineterminator=random.choice(["\n", "\r\n"])
    ).writerows(rows)
    return out.getvalue().encode(random.choice(_ENCODINGS), errors="replace")


def _normal(cell: str) -> str:
    return cell.replace("\r\n", "\n").strip()


def test_tables() -> None:
    """A well-formed table is read as it was written, whatever wrote it."""

    def check(random: Random) -> None:
        columns = [
            f"colonne {rank} {random.choice(['', 'é', 'Œ', 'x y'])}".strip() for rank in range(random.randint(2, 7))
        ]
        rows = [[_cell(random) for _column in columns] for _row in range(random.randint(3, 30))]
        for row in rows:  # enough in every row for its separator to be told from the commas of a text
            row[0] = row[0] or "x"
        content = _written(random, [columns, *rows])
        table = read_table(content)
        read = [[_normal(cell) for cell in row.values.values()] for row in table.rows]
        assert table.columns == columns
        formulas = content.startswith(b"PK")  # a formula that no program computed has no value to read
        wanted = [[("" if formulas and cell.startswith("=") else _normal(cell)) for cell in row] for row in rows]
        assert read == [row for row in wanted if any(row)]

    each_seed("test_tables", check)


def test_broken_tables() -> None:
    """Any bytes give rows or a reason in French: never another exception, never more rows than there can be."""
    samples = [
        'nom;communes\nPays du Gier;42218\n"Ondaine\nVallée";42207 42218\n'.encode() * 20,
        "nom,communes\r\nPays,42218\r\n".encode("utf-16"),
        workbook([["nom", "communes"], ["Pays du Gier", 42218], [datetime(2026, 1, 31), 1.5]]),  # noqa: DTZ001
        archive({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": _ODS}),
    ]

    def check(random: Random) -> None:
        content = random.choice([lambda: damaged(random, random.choice(samples)), lambda: text(random, longest=400).encode(errors="replace"),
                                 lambda: random.randbytes(random.randint(0, 3000))])()  # fmt: skip
        try:
            table = read_table(content, filename=random.choice(["", "a.csv", "a.xlsx", "a.ods"]))
            width = len(table.columns)
            for row in table.rows:
                assert len(row.values) == width
                assert row.number > 0
        except Refusal as refusal:
            _explains(refusal)

    each_seed("test_broken_tables", check)


_ODS = """<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table><table:table-row><table:table-cell><text:p>nom</text:p></table:table-cell>
<table:table-cell><text:p>communes</text:p></table:table-cell></table:table-row><table:table-row table:number-rows-repeated="3">
<table:table-cell><text:p>Gier</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="42218"/>
</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"""


def _state() -> tuple[Any, ...]:
    """All that the three imports may write."""
    return (
        list(Territory.objects.filter(kind="perso").order_by("pk").values("code", "name", "source")),
        list(Territory.communes.through.objects.order_by("pk").values()),
        list(Zoning.objects.order_by("code").values("code", "label", "source", "licence", "dated_on")),
        sorted(Zoning.communes.through.objects.values_list("zoning_id", "territory_id")),
        list(Indicator.objects.order_by("pk").values()),
    )


_TYPED = {"source": "Le réseau, 2026", "year": "2021", "licence": "Licence Ouverte", "date": "31/01/2026"}
_PLACES = [
    "42218",
    "42207",
    "42001",
    "69123",
    "97411",
    "42218 42207",
    "42218,42207;42001",
    "99999",
    "",
    "2A004",
    "42219",
    "Lyon",
    "=42218",
    " 42218 ",
]
_NUMBERS = [
    "0",
    "12",
    "1 234",
    "1\u202f234",
    "12,5",
    "1.5",
    "-3",
    "",
    "n.d.",
    "1e9",
    "9" * 40,
    "=SUM(A1:A2)",
    "NaN",
    "inf",
    "٣",
    "²",
]


_NAMES = ["Pays du Gier", "Ondaine", "Rade", "PAYS DU GIER", "l'Œuvre", "é" * 250]


def _table_for(random: Random, code: str) -> list[list[str]]:
    def name() -> str:
        return random.choice([*_NAMES, text(random, longest=12)])

    def place() -> str:
        return random.choice(_PLACES)

    if code == "territories.custom":
        header, row = ["nom", "communes"], lambda: [name(), place()]
    elif code == "territories.zonings":
        header, row = (
            ["code", "libelle", "communes"],
            lambda: [random.choice(["zrr", "acv", name()]), random.choice(["", name()]), place()],
        )
    else:
        header, row = (
            ["codgeo", "population_2021", "superficie"],
            lambda: [place(), random.choice(_NUMBERS), random.choice(_NUMBERS)],
        )
    rows = [row() for _row in range(random.randint(1, 12))]
    for one in rows:  # ragged ones
        if random.random() < 0.05:
            one.append(random.choice(["", "trop"]))
        if random.random() < 0.05:
            one.pop()
    return [header, *rows]


def _tried(content: bytes, kind: Any, person: Any) -> ImportRun | None:
    try:
        run = services.receive(upload(content, "fichier.csv"), kind=kind, by=person, now=NOW)
        mapping = {
            **run.mapping,
            **{column.code: _TYPED.get(column.code, "") for column in kind.columns if column.typed},
        }
        return services.try_out(run, mapping=mapping, by=person, now=NOW)
    except Refusal as refusal:
        _explains(refusal)
        return None


def _explained(run: ImportRun) -> Report:
    report = Report.from_json(run.report)
    assert report.refused_count == len(report.refused)
    for refused in report.refused:
        assert len(refused.reason) > 10, refused
        assert refused.number >= 0
    report.report_csv()
    return report


@pytest.mark.django_db
def test_imports(settings, tmp_path) -> None:
    """A file is tried, written whole or not at all, and changes nothing when it is imported again."""
    settings.VAR_DIR = tmp_path
    small_france()
    person = MemberFactory()
    person.user_permissions.add(
        *Permission.objects.filter(codename__in=["run_import", "add_territory", "add_zoning", "add_indicator"])
    )
    ends: list[str] = []

    def check(random: Random) -> None:
        code = random.choice(["territories.custom", "territories.zonings", "territories.indicators"])
        kind = kinds.get(code)
        content = _written(random, _table_for(random, code))
        if random.random() < 0.1:
            content = damaged(random, content)
        before = _state()
        run = _tried(content, kind, person)
        assert _state() == before  # a trial writes nothing
        if run is None:
            ends.append("refused at once")
            return
        if run.state == State.FAILED:
            assert run.job.error, run.error
            assert "erreur de la plateforme" not in run.error, run.error
            ends.append("refused whole")
            return
        assert run.state == State.TRIED
        report = _explained(run)
        try:
            run = services.write(run, skip_refused=random.random() < 0.7, by=person, now=NOW)
        except Refusal:
            assert _state() == before
            ends.append("not confirmed")
            return
        written = _explained(run)
        assert (written.created, written.updated, written.refused_count) == (
            report.created,
            report.updated,
            report.refused_count,
        )
        if run.state != State.DONE:
            assert _state() == before
            ends.append("not written")
            return
        after = _state()
        again = _tried(content, kind, person)
        assert again is not None
        second = _explained(again)
        assert (second.created, second.updated) == (0, 0), second
        assert second.unchanged == written.created + written.updated + written.unchanged
        assert _state() == after
        ends.append("written")

    each_seed("test_imports", check, seconds=900)
    print(f"\ntest_imports: { {end: ends.count(end) for end in sorted(set(ends))} }", end="", flush=True)
    if len(ends) > 100:
        assert ends.count("written") > len(ends) / 5


# --- Files ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_files(settings, tmp_path) -> None:
    """A damaged or disguised file is kept as something we can open, or refused with a reason; nothing is left of a refused one."""
    settings.VAR_DIR = tmp_path
    samples: list[Callable[[], bytes]] = [
        lambda: PDF, picture, lambda: picture("JPEG"), lambda: picture("WEBP"), lambda: picture("GIF", mode="P"),
        lambda: picture(mode="RGBA"), docx, odt, lambda: workbook([["a", "b"], [1, 2]]), lambda: archive({"a.txt": "a"}),
        lambda: archive({"a.xml": "<!DOCTYPE a>"}), lambda: b"a;b\n1;2\n",
    ]  # fmt: skip
    ready = [sample() for sample in samples]
    kept: list[str] = []

    def check(random: Random) -> None:
        content = damaged(random, random.choice(ready))
        if random.random() < 0.1:  # one file inside or after another
            content = random.choice(ready) + content
        name = text(random, longest=20) + random.choice([".pdf", ".png", ".docx", ".exe", ""])
        sent = upload(content)
        sent._name = name  # even a name that Django would refuse
        try:
            stored = files.store(sent, by_id=None, purpose="test.any", now=NOW)
        except Refusal as refusal:
            _explains(refusal)
            return
        kept.append(stored.extension)
        _check_kept(stored)
        files.extract_text(stored.pk, now=NOW)
        stored.refresh_from_db()
        assert stored.text_state in TextState.values
        assert "\x00" not in stored.text
        files.discard_content(stored)
        stored.delete()

    def _check_kept(stored: StoredFile) -> None:
        assert stored.name.endswith(f".{stored.extension}")
        assert not set(stored.name) & set('/\\\x00\n\r\u202e<>"')
        if stored.kind == FileKind.IMAGE:
            with stored.file.open("rb") as content, Image.open(content) as image:
                image.load()
                assert max(image.size) <= MAX_SIDE
                assert not image.getexif()

    with purpose("test.any", extract_text=True):
        each_seed("test_files", check, seconds=900)
    assert not StoredFile.objects.exists()
    assert [path for path in (Path(settings.VAR_DIR) / "files").rglob("*") if path.is_file()] == []
    print(f"\ntest_files: kept { {kind: kept.count(kind) for kind in sorted(set(kept))} }", end="", flush=True)


def test_texts() -> None:
    """The reader of texts gives a text or says that it cannot: a hostile document never takes more than its time."""
    ready = [("pdf", PDF), ("docx", docx()), ("odt", odt())]

    def check(random: Random) -> None:
        extension, content = random.choice(ready)
        try:
            read = texts.text_of(io.BytesIO(damaged(random, content)), extension)
        except texts.TextUnreadable:
            return
        assert 0 < len(read) <= texts.MAX_CHARACTERS

    each_seed("test_texts", check)
