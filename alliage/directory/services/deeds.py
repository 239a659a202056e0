"""Writes of what a member shows of what they did: by kind or one by one, withdrawn in one gesture; the métier that it serves."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.directory.models import DeedChoice
from alliage.directory.queries import deeds as queries
from alliage.directory.queries.deeds import Ref
from alliage.directory.registry import deeds
from alliage.refusals import Refusal
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary


class DeedRefused(Refusal):
    """That deed is no longer theirs to show, or serves what nobody knows."""


@dataclass(frozen=True)
class Said:
    """What the page sends: codes of métiers (or "") by deed, and one gesture at most, on a deed or a kind (key empty)."""

    metiers: dict[Ref, str] = field(default_factory=dict)
    shows: Ref | None = None
    withdraws: Ref | None = None
    withdraws_all: bool = False


@transaction.atomic
def change(said: Said, *, by: Member, now: datetime) -> None:
    """Everything at once, or nothing; twice is once."""
    mine = {deed.ref: deed for deed in queries.of_member(by, now=now)}
    for ref, code in said.metiers.items():
        if ref not in mine:
            raise DeedRefused(_("Cette preuve n’est plus là\u00a0: rouvrez la page."))
        if mine[ref].is_sorted_by_hand and code != "".join(mine[ref].metiers):
            _sort(ref, code, by)
    if said.shows is not None:
        source, key = said.shows
        if said.shows not in mine and (key or source not in deeds):
            raise DeedRefused(_("Cette preuve n’est plus là\u00a0: rouvrez la page."))
        _set(said.shows, by, shown=True)
    if said.withdraws is not None:
        _withdraw(said.withdraws, by)
    if said.withdraws_all:
        _forget_shown(by)


def _sort(ref: Ref, code: str, by: Member) -> None:
    term = taxonomy.term(Vocabulary.METIERS, code) if code else None
    if code and term is None:
        raise DeedRefused(_("Ce métier n’est pas dans la liste\u00a0: choisissez-en un autre."))
    _set(ref, by, metier=term)


def _withdraw(ref: Ref, by: Member) -> None:
    """A deed alone, whatever its kind; or a kind with everything of it."""
    if ref[1]:
        _set(ref, by, shown=False)
    else:
        _forget_shown(by, source=ref[0])


def _forget_shown(by: Member, **only: str) -> None:
    rows = DeedChoice.objects.filter(member=by, **only)
    rows.filter(key="").delete()
    rows.exclude(shown=None).update(shown=None)


def _set(ref: Ref, by: Member, **said: Any) -> None:
    DeedChoice.objects.update_or_create(member=by, source=ref[0], key=ref[1], defaults=said)


def forget_member(member: Member) -> None:
    """Nothing of it outlives the account."""
    DeedChoice.objects.filter(member=member).delete()
