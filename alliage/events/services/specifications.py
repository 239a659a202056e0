"""Writes of specifications: made from a board, written in versions, signed by two people, published, begun again elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.accounts.permissions import is_animator
from alliage.events import specification_texts as texts
from alliage.events.enums import EventKind
from alliage.events.models import Board, Signature, Specification, SpecificationVersion
from alliage.events.models.needs import LONGEST
from alliage.events.queries import needs as need_queries
from alliage.events.queries import specifications as queries
from alliage.events.queries import workshops
from alliage.events.services import specification_resources
from alliage.events.services.boards import WorkshopRefused, locked
from alliage.events.workshop_enums import Priority
from alliage.territories.models import Territory
from alliage.ui.templatetags.ui import date_fr

LONGEST_NOTE = 300


class SpecificationChanged(WorkshopRefused):
    """Somebody wrote a version since this one was shown."""


@dataclass(frozen=True)
class Written:
    """What a form says of a specification. `needs`: by number, what is changed of it: {"priority", "role", "wish", "aim"}; None: left out."""

    sections: Mapping[str, str]
    title: str = ""
    needs: Mapping[int, Mapping[str, str] | None] = field(default_factory=dict)
    note: str = ""


# --- Make ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def make(board: Board, *, by: Member, now: datetime) -> Specification:
    """From the board as it stands; once for a board."""
    row = locked(board)
    found = Specification.objects.filter(board=row).first()
    if found is not None:
        return found
    needs = _plain_needs(row)
    if not needs:
        raise WorkshopRefused(_("Ce tableau n’a encore aucun besoin\u00a0: il n’y a rien à écrire."))
    root = row.sequence
    made = Specification.objects.create(
        board=row, event=root.event, owner=by, title=root.title[:160], created_at=now, territory=root.event.territory
    )
    sections = texts.first_sections(
        needs,
        context=_context(row),
        examples=workshops.said_apart(root, "exemple"),
        open_points=workshops.said_apart(root, "ouvert"),
    )
    _keep(made, {"sections": sections, "needs": needs}, 1, by=by, now=now, note=_("Tiré du tableau des besoins."))
    return made


def _context(board: Board) -> str:
    root = board.sequence
    words = {"workshop": root.title, "event": root.event.title, "date": date_fr(localdate(root.starts_at))}
    said = _("Besoins exprimés lors de l’atelier «\u00a0%(workshop)s\u00a0», %(event)s, %(date)s.") % words
    return "\n\n".join(filter(None, (said, root.text.strip())))


def _plain_needs(board: Board) -> list[dict[str, Any]]:
    rows = need_queries.whole(need_queries.live(board))
    return [texts.plain(need) for need in texts.ranked(rows)]


def _keep(
    row: Specification,
    content: Mapping[str, Any],
    number: int,
    *,
    by: Member,
    now: datetime,
    note: str,
    act: Any = None,
) -> SpecificationVersion:
    return SpecificationVersion.objects.create(
        specification=row, number=number, content=dict(content), note=note[:LONGEST_NOTE], member=by, at=now, act=act
    )


def _locked(specification: Specification) -> Specification:
    found = Specification.objects.select_for_update(of=("self",))
    return found.select_related("board__sequence__event", "event", "territory", "resource").get(pk=specification.pk)


def _last(row: Specification) -> SpecificationVersion:
    return SpecificationVersion.objects.prefetch_related("signatures").get(specification=row, number=row.last_number)


# --- Write -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def write(
    specification: Specification, written: Written, *, seen: int, by: Member, now: datetime, act: UUID | None = None
) -> SpecificationVersion:
    """A new version, to be signed again. `seen`: the version that the form showed. Nothing changed: no version."""
    row = _locked(specification)
    already = row.versions.filter(act=act).first() if act else None
    if already is not None:
        return already
    last = _last(row)
    title = " ".join(written.title.replace("\x00", "").split())[:160] or row.title
    content = {
        "sections": texts.cleaned(written.sections),
        "needs": [each for need in last.content["needs"] if (each := _changed(need, written, row)) is not None],
    }
    if content == last.content and title == row.title:
        return last
    if seen != row.last_number:
        raise SpecificationChanged(
            _(
                "Quelqu’un a enregistré une autre version entre-temps. Votre texte est gardé\u00a0: relisez, puis renvoyez."
            )
        )
    return _next(row, content, by=by, now=now, note=written.note, act=act, title=title)


def _next(
    row: Specification, content: Any, *, by: Member, now: datetime, note: str, act: Any = None, title: str = ""
) -> SpecificationVersion:
    row.last_number += 1
    row.title = title or row.title
    row.save(update_fields=["last_number", "title"])
    return _keep(row, content, row.last_number, by=by, now=now, note=" ".join(note.split()), act=act)


def _changed(need: dict[str, Any], written: Written, row: Specification) -> dict[str, Any] | None:
    """Its rank may change, and whether it stays; its words belong to the board, or to who began from elsewhere."""
    if need["number"] not in written.needs:
        return need
    said = written.needs[need["number"]]
    if said is None:
        return None
    changed = dict(need)
    if said.get("priority") in Priority.values:
        changed["priority"] = said["priority"]
    if row.board_id is None:
        for name in ("role", "wish", "aim"):
            words = " ".join(str(said.get(name, need[name])).split())[: LONGEST[name]]
            changed[name] = words or (need[name] if name == "wish" else "")
    return changed


@transaction.atomic
def read_board_again(specification: Specification, *, by: Member, now: datetime) -> SpecificationVersion:
    """The needs as the board holds them today, the parts as they were written; no version when nothing changed."""
    row = _locked(specification)
    if row.board is None:
        raise WorkshopRefused(_("Ce cahier ne vient pas d’un tableau."))
    last = _last(row)
    needs = _plain_needs(row.board)
    if needs == last.content["needs"]:
        return last
    return _next(row, {**last.content, "needs": needs}, by=by, now=now, note=_("Besoins repris du tableau."))


# --- Sign, publish ---------------------------------------------------------------------------------------------------


@transaction.atomic
def sign(specification: Specification, role: str, *, number: int, by: Member, now: datetime) -> Signature:
    """Answer for a version, under one’s name. Whether someone may at that title: `queries.roles_of`. Twice is once."""
    row = _locked(specification)
    if number != row.last_number:
        raise SpecificationChanged(_("Une autre version a été enregistrée\u00a0: relisez-la avant de signer."))
    if role not in queries.roles_needed(row):
        raise WorkshopRefused(_("Ce cahier ne se signe pas à ce titre."))
    version = _last(row)
    lacks = [part.label for part in texts.TEXTS if part.asked and not version.content["sections"].get(part.code)]
    if lacks:
        raise WorkshopRefused(
            _("Avant de signer, écrivez\u00a0: %(parts)s.") % {"parts": ", ".join(str(label) for label in lacks)}
        )
    mine = version.signatures.filter(member=by).first()
    if mine is not None and mine.role == role:
        return mine
    if mine is not None:
        raise WorkshopRefused(_("Vous avez déjà signé\u00a0: l’autre signature est celle d’une autre personne."))
    if version.signatures.filter(role=role).exists():
        raise WorkshopRefused(_("Cette version est déjà signée à ce titre."))
    return Signature.objects.create(version=version, role=role, member=by, name=by.get_full_name()[:120], at=now)


@transaction.atomic
def publish(specification: Specification, *, by: Member, now: datetime) -> Specification:
    """Its last version is read by everyone, once it is signed, and becomes a resource of the library. Twice is once."""
    row = _locked(specification)
    version = _last(row)
    if row.published_number == version.number:
        return row
    if queries.missing_roles(row, version):
        raise WorkshopRefused(_("Il manque une signature à cette version\u00a0: rien n’est publié."))
    row.published_number, row.published_at = version.number, now
    row.resource = specification_resources.keep(row, version, at_once=_is_vouched_for(row, by), by=by, now=now)
    row.save(update_fields=["published_number", "published_at", "resource"])
    specification.refresh_from_db()
    return row


def _is_vouched_for(row: Specification, by: Member) -> bool:
    """What a Rencontre of the network signed, or an animator publishes, goes without another review; the rest waits for its own."""
    signed_at_a_rencontre = row.board_id is not None and row.event is not None and row.event.kind == EventKind.RENCONTRE
    return signed_at_a_rencontre or is_animator(by)


# --- Elsewhere -------------------------------------------------------------------------------------------------------


@transaction.atomic
def adapt(
    specification: Specification, territory: Territory, *, by: Member, now: datetime, title: str = ""
) -> Specification:
    """« Partir de celui-ci »: the published text, for another territory, held by who asks. Once for a person and a territory."""
    source = _locked(specification)
    version = source.versions.filter(number=source.published_number).first() if source.published_number else None
    if version is None:
        raise WorkshopRefused(_("Ce cahier n’est pas encore publié\u00a0: on ne peut pas en partir."))
    found = Specification.objects.filter(adapted_from=source, owner=by, territory=territory).first()
    if found is not None:
        return found
    words = {"title": source.title, "place": territory.name}
    called = " ".join(title.split()) or _("%(title)s, à %(place)s") % words
    made = Specification.objects.create(
        adapted_from=source, owner=by, territory=territory, title=called[:160], created_at=now
    )
    link = {"title": source.title, "url": settings.ORIGIN + source.get_absolute_url(), "number": version.number}
    origin = _("Parti de «\u00a0%(title)s\u00a0», version %(number)s\u00a0: %(url)s") % link
    sections = dict(version.content["sections"])
    sections["contexte"] = f"{origin}\n\n{sections.get('contexte', '')}".strip()
    sections["suites"] = ""
    _keep(made, {**version.content, "sections": sections}, 1, by=by, now=now, note=origin)
    return made


# --- Moderation, personal data ---------------------------------------------------------------------------------------


def hide(obj: Specification, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the moderation’s log knows who
    Specification.objects.filter(pk=obj.pk).update(is_hidden=True)


def restore(obj: Specification, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    Specification.objects.filter(pk=obj.pk).update(is_hidden=False)
