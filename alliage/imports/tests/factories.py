"""An importer for tests, and files to give it."""

from typing import Any

from django.contrib.auth.models import Group, Permission

from alliage.files.tests.factories import upload
from alliage.imports.engine import Outcome, Row, RowRefused
from alliage.imports.registry import Column, Importing, ImportKind
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
