"""Writes of needs: said, said otherwise with the former words kept, ranked, withdrawn. Merging is in services/merging.py."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.events import sentences
from alliage.events.models import Board, Need, NeedAuthor, NeedVersion, Sequence, Subgroup
from alliage.events.models.needs import LONGEST
from alliage.events.services.boards import WorkshopRefused, locked_open
from alliage.events.workshop_enums import NEED_MOVES, NeedState, Priority
from alliage.events.workshop_people import Person

MOST_NEEDS = 2_000
# The parts of a need, as people read them.
LABELS = {
    "role": gettext_lazy("En tant que"),
    "wish": gettext_lazy("J’ai besoin de"),
    "aim": gettext_lazy("Afin de"),
    "example": gettext_lazy("Exemple"),
    "constraint": gettext_lazy("Contrainte"),
    "needed_data": gettext_lazy("Donnée nécessaire"),
    "open_point": gettext_lazy("Point non tranché"),
    "objection": gettext_lazy("Objection"),
}
# « En tant que maire, j’ai besoin de … afin de … », as people type it on a card.
SENTENCE = re.compile(
    r"^\s*(?:en\s+tant\s+qu(?:e\s+|[’\'])(?P<role>.+?)\s*[,;:]?\s+)?j[’']ai\s+besoin\s+(?:de\s+|d[’']|que\s+)?(?P<wish>.+?)"
    r"(?:[,;]?\s+(?:afin\s+(?:de\s+|d[’']|que\s+)|pour\s+)(?P<aim>.+?))?\s*\.?\s*$",
    re.IGNORECASE | re.DOTALL,
)


class ChangedMeanwhile(WorkshopRefused):
    """Somebody changed these words since they were shown."""


@dataclass(frozen=True)
class Said:
    """The words of a need; see `Need`."""

    wish: str
    role: str = ""
    aim: str = ""
    example: str = ""
    constraint: str = ""
    needed_data: str = ""
    open_point: str = ""
    objection: str = ""

    def plain(self) -> dict[str, str]:
        return {each.name: getattr(self, each.name) for each in fields(self)}


@dataclass(frozen=True)
class Signed:
    """By which name its author is shown: empty for none. `is_public`: in what is published too."""

    name: str = ""
    is_public: bool = False


def words_of(need: Need) -> Said:
    return Said(**{each.name: getattr(need, each.name) for each in fields(Said)})


def read(text: str) -> Said:
    """What somebody typed as one sentence, put in the three blanks when it reads so; else kept whole, as what is needed."""
    found = SENTENCE.match(text)
    if found is None:
        return Said(wish=text)
    said = {name: (found[name] or "").strip() for name in ("role", "wish", "aim")}
    if any(len(words) > LONGEST[name] for name, words in said.items()):
        return Said(wish=text)
    return Said(**said)


def cleaned(said: Said) -> Said:
    """One line for the three blanks, paragraphs elsewhere; refused when it is too long or says nothing."""
    words: dict[str, str] = {}
    for name, typed in said.plain().items():
        text = typed.replace("\x00", "").replace("\r\n", "\n").strip()
        if name in ("role", "wish", "aim"):
            text = sentences.blank(name, text)
        if len(text) > LONGEST[name]:
            raise WorkshopRefused(
                _("C’est trop long\u00a0: %(most)s signes au plus pour «\u00a0%(part)s\u00a0».")
                % {"most": LONGEST[name], "part": LABELS[name]}
            )
        words[name] = text
    if not words["wish"]:
        raise WorkshopRefused(_("Dites de quoi vous avez besoin\u00a0: les deux autres parties peuvent attendre."))
    return Said(**words)


# --- Say -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_need(
    board: Board,
    said: Said,
    *,
    by: Person,
    now: datetime,
    act: UUID | None = None,
    session: Sequence | None = None,
    subgroup: Subgroup | None = None,
    signed: Signed | None = None,
) -> Need:
    """Put a need on the board. The same act sent again answers the need that it made."""
    row = locked_open(board)
    already = Need.objects.filter(board=row, act=act).first() if act else None
    if already is not None:
        return already
    need = create(row, cleaned(said), now=now, act=act, session=session, subgroup=subgroup)
    sign(need, by, signed or Signed())
    return need


def create(board: Board, said: Said, *, now: datetime, **more: Any) -> Need:
    """The next need of a locked board."""
    if board.last_number >= MOST_NEEDS:
        raise WorkshopRefused(_("Ce tableau a déjà recueilli beaucoup de besoins\u00a0: fusionnez-en d’abord."))
    board.last_number += 1
    board.save(update_fields=["last_number"])
    return Need.objects.create(
        board=board, number=board.last_number, created_at=now, changed_at=now, **said.plain(), **more
    )


def sign(need: Need, by: Person, signed: Signed) -> NeedAuthor:
    name = " ".join(signed.name.replace("\x00", "").split())[:120]
    return NeedAuthor.objects.create(
        need=need, name=name, is_public=signed.is_public and bool(name), member=by.member, attendee=by.attendee
    )


# --- Say otherwise ---------------------------------------------------------------------------------------------------


def locked(need: Need) -> Need:
    """The row of a need, after that of its board; only what is on the board changes."""
    locked_open(need.board)
    row = Need.objects.select_for_update(of=("self",)).select_related("board").get(pk=need.pk)
    if not row.is_live:
        raise WorkshopRefused(
            _("Ce besoin n’est plus au tableau\u00a0: il a été fusionné, séparé ou retiré entre-temps.")
        )
    return row


@transaction.atomic
def change_need(need: Need, said: Said, *, seen: int, by: Person, now: datetime) -> Need:
    """Other words; the former ones are kept as a version. `seen`: the version that the form showed."""
    row = locked(need)
    said = cleaned(said)
    before = words_of(row)
    if said == before:
        return row
    if seen != row.edition:
        raise ChangedMeanwhile(
            _(
                "Quelqu’un a changé ce besoin entre-temps. Votre texte est gardé ci-dessous\u00a0: relisez, puis renvoyez."
            )
        )
    NeedVersion.objects.create(
        need=row, number=row.edition, content=before.plain(), member=by.member, attendee=by.attendee, at=now
    )
    for name, text in said.plain().items():
        setattr(row, name, text)
    row.edition, row.changed_at = row.edition + 1, now
    row.save()
    need.refresh_from_db()
    return row


@transaction.atomic
def prioritise(need: Need, priority: str, *, by: Person, now: datetime) -> Need:  # noqa: ARG001 the name of every service
    """Rank it; by those who hold the workshop."""
    row = locked(need)
    if priority not in Priority.values:
        raise WorkshopRefused(_("Choisissez une colonne du tableau."))
    row.priority, row.changed_at = Priority(priority), now
    row.save(update_fields=["priority", "changed_at"])
    need.refresh_from_db()
    return row


def move(row: Need, state: NeedState, *, now: datetime) -> None:
    """One state after another, on a locked board."""
    assert state in NEED_MOVES[row.state], f"{row.state} → {state}"
    row.state, row.changed_at = state, now
    row.save(update_fields=["state", "changed_at"])


# --- Moderation ------------------------------------------------------------------------------------------------------


def hide(obj: Need, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    Need.objects.filter(pk=obj.pk).update(is_hidden=True)


def restore(obj: Need, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    Need.objects.filter(pk=obj.pk).update(is_hidden=False)


def given(data: Mapping[str, Any]) -> Said:
    """The words of a form’s cleaned data."""
    return Said(**{each.name: data.get(each.name) or "" for each in fields(Said)})
