"""Writes of what a sequence holds: its contents, its partners, those who hold it."""
# ruff: noqa: ARG001 every service says who acts (`by`)

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.directory.models import Entry
from alliage.events.enums import PASTILLES, ItemKind, PartnerKind, StewardRole
from alliage.events.models import Event, Item, Partner, Sequence, Steward, Temps
from alliage.events.services.programme import (
    ProgrammeRefused,
    close_ranks,
    lock,
    next_rank,
    one_line,
    plain,
    refuse_stale,
    swap_ranks,
    touched,
)
from alliage.library.models import Resource

LONGEST_MINUTES = 24 * 60


@dataclass(frozen=True)
class ItemSaid:
    kind: str
    title: str = ""
    text: str = ""
    minutes: int | None = None
    resource: Resource | None = None


@dataclass(frozen=True)
class PartnerSaid:
    name: str
    kind: str = PartnerKind.PARTNER
    organisation: Entry | None = None


# --- Contents ------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_item(sequence: Sequence, said: ItemSaid, *, by: Any, now: datetime) -> Item:
    event = lock(sequence.event_id)
    item = Item(sequence=sequence, rank=next_rank(sequence.items.all()))
    _write_item(item, said)
    touched(event, now=now)
    return item


@transaction.atomic
def change_item(item: Item, said: ItemSaid, *, by: Any, now: datetime, seen: str | None = None) -> Item:
    event = lock(item.sequence.event_id)
    row = Item.objects.get(pk=item.pk)
    refuse_stale(row, seen)
    _write_item(row, said)
    touched(event, now=now)
    return row


def _write_item(item: Item, said: ItemSaid) -> None:
    item.kind = ItemKind(said.kind)
    item.title, item.text, item.resource = one_line(said.title, 300), plain(said.text), said.resource
    if item.resource is not None and item.kind not in PASTILLES:
        raise ProgrammeRefused(_("Une ressource se montre dans une pastille\u00a0: changez la nature de ce contenu."))
    if said.minutes is not None and not 0 < said.minutes <= LONGEST_MINUTES:
        raise ProgrammeRefused(_("Donnez une durée en minutes, ou laissez vide."))
    item.minutes = said.minutes
    item.save()


@transaction.atomic
def move_item(item: Item, step: int, *, by: Any, now: datetime) -> None:
    """Before (−1) or after (+1) its neighbour."""
    event = lock(item.sequence.event_id)
    swap_ranks(Item.objects.filter(sequence=item.sequence_id), Item.objects.get(pk=item.pk), step)
    touched(event, now=now)


@transaction.atomic
def remove_item(item: Item, *, by: Any, now: datetime) -> None:
    """With what its speakers do in it; they stay speakers of the day. Twice is once."""
    event = lock(item.sequence.event_id)
    Item.objects.filter(pk=item.pk).delete()
    close_ranks(Item.objects.filter(sequence=item.sequence_id))
    touched(event, now=now)


# --- Partners ------------------------------------------------------------------------------------------------------


def _beside(target: Event | Temps | Sequence) -> tuple[dict[str, Any], int]:
    if isinstance(target, Event):
        return {"event": target}, target.pk
    if isinstance(target, Temps):
        return {"temps": target}, target.event_id
    return {"sequence": target}, target.event_id


@transaction.atomic
def add_partner(target: Event | Temps | Sequence, said: PartnerSaid, *, by: Any, now: datetime) -> Partner:
    """Beside the day, a temps or a sequence. The same name in the same place is one partner."""
    where, event_pk = _beside(target)
    event = lock(event_pk)
    name = one_line(said.name, 200)
    if not name:
        raise ProgrammeRefused(_("Écrivez le nom du partenaire."))
    partners = Partner.objects.filter(**where)
    already = partners.filter(name=name, kind=said.kind).first()
    if already is not None:
        return already
    partner = Partner.objects.create(
        **where, kind=PartnerKind(said.kind), name=name, organisation=said.organisation, rank=next_rank(partners)
    )
    touched(event, now=now)
    return partner


def event_of(partner: Partner) -> int:
    """The number of the event that a partner is of, by whichever thing it stands beside."""
    if partner.event_id is not None:
        return partner.event_id
    held: Any = partner.temps or partner.sequence
    return int(held.event_id)


@transaction.atomic
def remove_partner(partner: Partner, *, by: Any, now: datetime) -> None:
    """Twice is once."""
    event = lock(event_of(partner))
    Partner.objects.filter(pk=partner.pk).delete()
    touched(event, now=now)


# --- Those who hold a sequence ---------------------------------------------------------------------------------------


@transaction.atomic
def add_steward(sequence: Sequence, member: Any, role: str, *, by: Any, now: datetime) -> Steward:
    """Twice is once."""
    event = lock(sequence.event_id)
    if not member.is_active:
        raise ProgrammeRefused(_("Ce compte est fermé\u00a0: choisissez une autre personne."))
    steward, made = Steward.objects.get_or_create(sequence=sequence, member=member, role=StewardRole(role))
    if made:
        touched(event, now=now)
    return steward


@transaction.atomic
def remove_steward(steward: Steward, *, by: Any, now: datetime) -> None:
    """Twice is once."""
    event = lock(steward.sequence.event_id)
    Steward.objects.filter(pk=steward.pk).delete()
    touched(event, now=now)
