"""Documents for tests: a purpose that anyone reads and members write, made by the services."""

from datetime import UTC, datetime
from typing import Any

from alliage.writing import services
from alliage.writing.models import Document
from alliage.writing.registry import Purpose, Visit, Writer, member_key, purposes
from alliage.writing.tests.peers import COOKIE

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ALIX = Writer("member:1", "Alix Démo", can_write=True, can_manage=True)
BADO = Writer("guest:2", "Bado Démo", can_write=True)
CARO = Writer("guest:3", "Caro Démo")
PURPOSE = "tests.writing"


def essay_writer(visit: Visit, scope_id: str) -> Writer | None:
    """`everyone`: all read, members write, and whoever a cookie names. Anything else is of the members it names."""
    name = visit.cookies.get(COOKIE, "")
    if name:
        return Writer(f"guest:{name}", name, can_write=not name.startswith("lit"))
    if visit.member.is_authenticated and scope_id in {"everyone", str(visit.member.pk)}:
        return Writer(member_key(visit.member), visit.member.get_full_name(), can_write=True, can_manage=True)
    return Writer("visitor", "Visite") if scope_id == "everyone" else None


def essays() -> Purpose:
    """The purpose of tests, added when it is asked for: a real site does not have it."""
    return purposes.get(PURPOSE) or purposes.add(
        Purpose(PURPOSE, "Essai", essay_writer, lambda document: ("/", "Accueil"))
    )


def essay(text: str = "", *, scope_id: Any = "everyone", title: str = "Compte rendu", by: Writer = ALIX) -> Document:
    return services.create(essays(), scope_id, title, by=by, now=NOW, text=text)
