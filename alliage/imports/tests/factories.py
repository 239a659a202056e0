"""Importers for tests, files to give them, and a site that publishes a directory."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from django.contrib.auth.models import Group, Permission

from alliage.files.tests.factories import upload
from alliage.imports.engine import Duplicates, Outcome, Row, RowRefused
from alliage.imports.enums import Content
from alliage.imports.likeness import Lookalikes
from alliage.imports.registry import Batch, Column, Harvest, Importing, ImportKind, SourceRef, Undo
from alliage.jobs.tests.factories import someone


def make_apply(_importing: Importing) -> Any:
    def apply(row: Row) -> str:
        if row.values["name"] == "boum":
            raise ZeroDivisionError
        if row.values["name"] == "refusé":
            raise RowRefused("Ce nom n’est pas accepté.")
        _group, created = Group.objects.get_or_create(name=row.values["name"])
        return Outcome.CREATED if created else Outcome.UNCHANGED

    return apply


GROUPS = ImportKind(
    "test.groups",
    "Groupes de travail",
    (
        Column("name", "Nom du groupe", required=True, aliases=("intitulé",), help="Son nom", example="Eau"),
        Column("note", "Remarque"),
    ),
    make_apply,
    description="Un groupe par ligne.",
    result_url="/annuaire/",
)


def importer() -> Any:
    """Give someone who may import."""
    person = someone()
    person.user_permissions.add(Permission.objects.get(codename="run_import"))
    return person


def table(*names: str, header: str = "Nom du groupe;Remarque") -> Any:
    return upload("\n".join([header, *(f"{name};x" for name in names)]).encode(), "groupes.csv")


# --- An importer that can be undone, finds duplicates, follows sources ----------------------------------------------
# A group stands for a record: its name is « name », or « source/identifier/name » for what comes from a source; its
# permissions stand for a coded list.

LEVERS = {"add_group": "Ajouter des groupes", "view_group": "Voir les groupes"}


def parted(group: Group) -> list[str]:
    return group.name.split("/")


def make_rich_apply(importing: Importing) -> Any:
    twins = Lookalikes()
    for group in Group.objects.all():
        twins.add(group, name=parted(group)[-1])

    def apply(row: Row) -> str:
        values = row.values
        if values["name"] == "refusé":
            Group.objects.create(name="à moitié")
            importing.journal.created(Group.objects.get(name="à moitié"))
            raise RowRefused("Ce nom n’est pas accepté.")
        group = found(importing, values)
        if group is None and (twin := twins.find(name=values["name"])):
            choice = importing.resembles(row, twin.wording, url="/annuaire/")
            if choice == Duplicates.SKIP:
                return Outcome.SKIPPED
            group = twin.what if choice == Duplicates.MERGE else None
        return write(importing, group, values)

    return apply


def found(importing: Importing, values: dict[str, str]) -> Group | None:
    if importing.source is not None:
        return Group.objects.filter(name__startswith=f"{importing.source.id}/{values['id']}/").first()
    return Group.objects.filter(pk=values["id"]).first() if values["id"] else None


def write(importing: Importing, group: Group | None, values: dict[str, str]) -> str:
    name = values["name"]
    if importing.source is not None:
        name = f"{importing.source.id}/{values['id']}/{name}"
    wanted = list(Permission.objects.filter(codename__in=values["levers"].split("|"), content_type__app_label="auth"))
    if group is None:
        group = Group.objects.create(name=name)
        group.permissions.set(wanted)
        importing.journal.created(group)
        return Outcome.CREATED
    if group.name == name and set(group.permissions.all()) == set(wanted):
        return Outcome.UNCHANGED
    before = importing.journal.before(group)
    group.name = name
    group.save()
    group.permissions.set(wanted)
    importing.journal.updated(group, before)
    return Outcome.UPDATED


def make_rich_batch(importing: Importing, rows: Any) -> Batch:
    def write_all() -> None:
        for row in rows:
            group = Group.objects.create(name=row.values["name"])
            importing.journal.created(group, number=row.number)

    return Batch(lambda _row: Outcome.CREATED, write_all)


def make_pieces(importing: Importing, rows: Any) -> Batch:
    """Rows that are written one by one, each in its transaction; « panne » breaks the writing."""
    there = set(Group.objects.values_list("name", flat=True))

    def write_one(row: Any) -> None:
        if row.values["name"] == "panne":
            raise ZeroDivisionError
        importing.journal.created(Group.objects.create(name=row.values["name"]), number=row.number)

    def is_new(row: Any) -> bool:
        return row.values["name"] not in there

    return Batch(
        lambda row: Outcome.CREATED if is_new(row) else Outcome.UNCHANGED,
        write=lambda: [write_one(row) for row in rows if is_new(row)],
        pieces=lambda: [(1, partial(write_one, row)) for row in rows if is_new(row)],
    )


def known(source_id: int) -> list[str]:
    return [parted(group)[1] for group in Group.objects.filter(name__startswith=f"{source_id}/")]


def withdraw(importing: Importing, keys: Any) -> int:
    assert importing.source is not None
    gone = [
        group for group in Group.objects.filter(name__startswith=f"{importing.source.id}/") if parted(group)[1] in keys
    ]
    for group in gone:
        importing.journal.removed(group)
        group.delete()
    return len(gone)


def forget(source: SourceRef, _now: Any) -> int:
    return Group.objects.filter(name__startswith=f"{source.id}/").delete()[1].get("auth.Group", 0)


def keep(source: SourceRef, _now: Any) -> int:
    ours = Group.objects.filter(name__startswith=f"{source.id}/")
    for group in ours:
        group.name = parted(group)[-1]
        group.save()
    return len(ours)


RICH_COLUMNS = (
    Column("id", "Identifiant"),
    Column("name", "Nom du groupe", required=True, aliases=("nom",)),
    Column("levers", "Leviers", choices=LEVERS.items, several=True),
    Column("address", "Adresse", joins=True, parts=(("numero", "num_voie"), ("voie", "rue"), ("cp",))),
    Column("email", "Adresse e-mail", content=Content.EMAIL, aliases=("courriel",)),
    Column("latitude", "Latitude", content=Content.LATITUDE, aliases=("lat",)),
    Column("longitude", "Longitude", content=Content.LONGITUDE, aliases=("lon", "lng")),
)
HARVEST = Harvest(lambda values: values["id"], known, withdraw, forget, keep)
RICH = ImportKind(
    "test.rich", "Fiches", RICH_COLUMNS, make_rich_apply, undo=Undo(), harvest=HARVEST, finds_duplicates=True
)
PIECES = ImportKind("test.pieces", "Énormément de fiches", RICH_COLUMNS, make_batch=make_pieces, undo=Undo())
RICH_BATCH = ImportKind("test.batch", "Beaucoup de fiches", RICH_COLUMNS, make_batch=make_rich_batch, undo=Undo())


# --- A site of someone else -----------------------------------------------------------------------------------------


class Site:
    """What it answers may be changed between two readings; it counts those that got the whole content."""

    def __init__(self) -> None:
        self.content: bytes = b"[]"
        self.status = 200
        self.etag = ""
        self.last_modified = ""
        self.content_type = "application/json"
        self.whole = 0
        self.url = ""

    def publish(self, *records: Any, **changes: Any) -> None:
        self.content = json.dumps({"data": list(records)}).encode()
        self.etag = f'"{hash(self.content)}"'
        self.__dict__.update(changes)


@contextmanager
def site() -> Iterator[Site]:
    served = Site()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            pass

        def do_GET(self) -> None:
            same = served.etag and self.headers.get("If-None-Match") == served.etag
            same = same or (served.last_modified and self.headers.get("If-Modified-Since") == served.last_modified)
            content = b"" if same else served.content
            served.whole += not same
            self.send_response(304 if same else served.status)
            self.send_header("Content-Type", served.content_type)
            self.send_header("Content-Length", str(len(content)))
            for name, value in (("ETag", served.etag), ("Last-Modified", served.last_modified)):
                if value:
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.url = f"http://127.0.0.1:{server.server_address[1]}/elements.json"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
