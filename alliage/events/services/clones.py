"""Last year's Rencontre becomes next year's draft."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.events.enums import EventState, Standing
from alliage.events.models import Appearance, Event, Item, Partner, Sequence, Speaker, Temps
from alliage.events.services import planning
from alliage.events.services.events import free_slug
from alliage.events.services.programme import ProgrammeRefused, one_line
from alliage.events.services.rencontres import Clock

# What the new day takes from the old one; the rest begins anew.
EVENT = ("kind", "theme", "summary", "text", "zone", "venue", "place", "territory", "host", "is_open", "questions")
TEMPS = ("rank", "title", "announced", "text")
SEQUENCE = ("kind", "number", "title", "text", "track", "takes_registrations", "capacity")
ITEM = ("rank", "kind", "title", "text", "minutes", "resource_id")
SPEAKER = ("name", "role", "organisation_id", "is_organisation", "member_id", "email")
PARTNER = ("kind", "name", "organisation_id", "rank")
SAME_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class CloneSaid:
    title: str
    day: date
    theme: str = ""
    keeps_speakers: bool = True


@transaction.atomic
def clone(source: Event, said: CloneSaid, *, by: Any, now: datetime) -> Event:
    """A draft at a new date: same temps, sequences, contents and partners; people expected again; nobody registered; nothing recorded.

    The same form sent twice makes one.
    """
    Member.objects.select_for_update().get(pk=by.pk)
    title, moved = one_line(said.title, 200), Clock(source, said.day)
    if not title:
        raise ProgrammeRefused(_("Donnez un titre à la nouvelle Rencontre."))
    if moved(source.starts_at) <= now:
        raise ProgrammeRefused(_("Cette date est passée\u00a0: choisissez un jour à venir."))
    twins = Event.objects.filter(cloned_from=source, owner=by, title=title, starts_at=moved(source.starts_at))
    twin = twins.filter(created_at__gt=now - SAME_FOR).first()
    if twin is not None:
        return twin
    event = _event(source, said, title, moved, by=by, now=now)
    _programme(source, event, moved, said.keeps_speakers)
    planning.copy(source, event, by=by, now=now)
    return event


def _event(source: Event, said: CloneSaid, title: str, moved: Clock, *, by: Any, now: datetime) -> Event:
    event = Event(
        **{name: getattr(source, name) for name in EVENT},
        title=title, state=EventState.DRAFT, owner=by, cloned_from=source, is_demo=by.is_demo, created_at=now,
        changed_at=now, starts_at=moved(source.starts_at), ends_at=moved(source.ends_at),
        edition=source.edition + 1 if source.edition else None,
    )  # fmt: skip
    event.theme = one_line(said.theme, 200) or source.theme
    event.slug = free_slug(event)
    event.save()
    event.levers.set(source.levers.all())
    return event


def _programme(source: Event, event: Event, moved: Clock, keeps_speakers: bool) -> None:
    temps = {old.pk: _temps(old, event, moved) for old in source.temps.all()}
    speakers = {old.pk: _copied(old, SPEAKER, event=event) for old in source.speakers.all()} if keeps_speakers else {}
    made: dict[int, Sequence] = {}
    kept = source.sequences.filter(is_cancelled=False)
    olds = list(kept.prefetch_related("levers", "items__appearances", "partners").order_by("rank"))
    for rank, old in enumerate(olds, start=1):
        made[old.pk] = _sequence(old, event, temps, moved, rank)
    for old in olds:
        parent, mirrored = made.get(old.parent_id or 0), made.get(old.mirror_of_id or 0)
        if parent or mirrored:
            Sequence.objects.filter(pk=made[old.pk].pk).update(parent=parent, mirror_of=mirrored)
        for item in old.items.all():
            _item(item, made[old.pk], speakers)
        for partner in old.partners.all():
            _copied(partner, PARTNER, sequence=made[old.pk])
    for partner in source.partners.all():
        _copied(partner, PARTNER, event=event)
    for partner in Partner.objects.filter(temps__event=source):
        _copied(partner, PARTNER, temps=temps[partner.temps_id or 0])


def _copied(old: Any, names: tuple[str, ...], **said: Any) -> Any:
    row = type(old)(**{name: getattr(old, name) for name in names}, **said)
    row.save()
    return row


def _temps(old: Temps, event: Event, moved: Clock) -> Temps:
    row: Temps = _copied(old, TEMPS, event=event, starts_at=moved(old.starts_at), ends_at=moved(old.ends_at))
    return row


def _sequence(old: Sequence, event: Event, temps: dict[int, Temps], moved: Clock, rank: int) -> Sequence:
    row: Sequence = _copied(
        old, SEQUENCE, event=event, rank=rank, temps=temps.get(old.temps_id or 0),
        starts_at=moved(old.starts_at), ends_at=moved(old.ends_at),
    )  # fmt: skip
    row.levers.set(old.levers.all())
    return row


def _item(old: Item, sequence: Sequence, speakers: dict[int, Speaker]) -> None:
    row: Item = _copied(old, ITEM, sequence=sequence)
    Appearance.objects.bulk_create(
        Appearance(
            item=row, speaker=speakers[each.speaker_id], part=each.part, standing=Standing.EXPECTED, rank=each.rank
        )
        for each in old.appearances.all()
        if each.speaker_id in speakers
    )
