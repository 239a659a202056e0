"""Writes a programme that was read (`reading/`): whole or not at all, added to what is there or in its place."""
# ruff: noqa: ARG001 every service says who acts (`by`)

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.directory.enums import Visibility
from alliage.directory.models import Entry
from alliage.directory.services.entries import folded
from alliage.events.enums import PASTILLES, ItemKind, PartnerKind, SeatState, SequenceKind
from alliage.events.models import Appearance, Event, Item, Partner, Seat, Sequence, Speaker, Temps
from alliage.events.reading.plans import ItemPlan, PartnerPlan, PersonPlan, Plan, SequencePlan, moment
from alliage.events.services.programme import ProgrammeRefused, check_hours, lock, next_rank, touched
from alliage.library.queries import resources
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.territories.folding import fold

MOST = 500


@dataclass(frozen=True)
class Done:
    """How many sequences were written, how many were there already, how many people are new."""

    written: int
    known: int
    people: int


@transaction.atomic
def write(event: Event, plan: Plan, *, by: Any, now: datetime, replaces: bool = False) -> Done:
    """The same plan twice is written once: a sequence with the same title at the same hours is left as it is."""
    row = lock(event.pk)
    if not plan.sequences:
        raise ProgrammeRefused(_("Aucune séquence n’est à ajouter."))
    if len(plan.sequences) > MOST:
        raise ProgrammeRefused(_("Au plus %(count)s séquences à la fois.") % {"count": MOST})
    if replaces:
        _clear(row)
    done = _Writing(row, plan).write()
    if replaces:
        Speaker.objects.filter(event=row, appearances=None, sheet=None).delete()
    if done.written or replaces:
        touched(row, now=now, moved=True)
    return done


def _clear(event: Event) -> None:
    """The programme goes, as long as nobody registered and nothing took place; speakers stay, to be found again by their names."""
    if Seat.objects.filter(sequence__event=event).exclude(state=SeatState.LEFT).exists():
        raise ProgrammeRefused(_("Des personnes sont inscrites\u00a0: ajoutez à ce qui est là, sans remplacer."))
    if event.sequences.filter(room__isnull=False).exists():
        raise ProgrammeRefused(_("Une salle a déjà ouvert\u00a0: ajoutez à ce qui est là, sans remplacer."))
    event.sequences.all().delete()
    event.temps.all().delete()


class _Writing:
    """One plan being written, with what it names at hand."""

    def __init__(self, event: Event, plan: Plan) -> None:
        self.event, self.plan = event, plan
        people = [each for one in plan.sequences for item in one.items for each in item.people]
        whole: list[Any] = [*plan.sequences, *plan.temps]
        partners = [each for one in whole for each in one.partners]
        self.entries = _entries(
            {each.slug for each in (*people, *partners) if each.slug},
            {each.organisation for each in people if each.organisation} | {each.name for each in partners},
        )
        self.speakers = {(fold(each.name), each.is_organisation): each for each in event.speakers.all()}
        numbers = {item.resource for one in plan.sequences for item in one.items if item.resource}
        self.resources = set(resources.shown().filter(pk__in=numbers).values_list("pk", flat=True))
        codes = {code for one in plan.sequences for code in one.levers}
        self.levers = {term.code: term for term in Term.objects.filter(vocabulary=Vocabulary.LEVIERS, code__in=codes)}
        self.people = 0

    def at(self, words: str) -> datetime:
        return moment(words).replace(tzinfo=self.event.clock)

    def write(self) -> Done:
        temps = [self._temps(rank) for rank in range(len(self.plan.temps))]
        there = {(each.title, each.starts_at, each.ends_at): each for each in self.event.sequences.all()}
        made: dict[int, Sequence] = {}
        known = 0
        for one in sorted(self.plan.sequences, key=lambda each: each.rank):
            twin = there.get((one.title, self.at(one.starts), self.at(one.ends)))
            if twin is not None:
                made[one.rank], known = twin, known + 1
                continue
            made[one.rank] = self._sequence(one, temps[one.temps] if one.temps is not None else None)
        self._tie(made)
        return Done(len(made) - known, known, self.people)

    def _temps(self, rank: int) -> Temps:
        said = self.plan.temps[rank]
        starts_at, ends_at = self.at(said.starts), self.at(said.ends)
        twin = self.event.temps.filter(title=said.title, starts_at=starts_at).first()
        if twin is not None:
            return twin
        check_hours(starts_at, ends_at)
        temps = Temps.objects.create(
            event=self.event, rank=next_rank(self.event.temps.all()), title=said.title, announced=said.announced,
            text=said.text, note=said.note, starts_at=starts_at, ends_at=ends_at,
        )  # fmt: skip
        self._partners(said.partners, temps=temps)
        return temps

    def _sequence(self, said: SequencePlan, temps: Temps | None) -> Sequence:
        starts_at, ends_at = self.at(said.starts), self.at(said.ends)
        check_hours(starts_at, ends_at)
        names = ("title", "number", "track", "capacity", "takes_registrations", "text", "note")
        sequence = Sequence.objects.create(
            event=self.event, temps=temps, rank=next_rank(self.event.sequences.all()), kind=SequenceKind(said.kind),
            starts_at=starts_at, ends_at=ends_at, **{name: getattr(said, name) for name in names},
        )  # fmt: skip
        unknown = [code for code in said.levers if code not in self.levers]
        if unknown:
            raise ProgrammeRefused(_("Aucun levier n’a le code «\u00a0%(code)s\u00a0».") % {"code": unknown[0][:40]})
        sequence.levers.set([self.levers[code] for code in said.levers])
        self._partners(said.partners, sequence=sequence)
        for rank, item in enumerate(said.items, start=1):
            self._item(sequence, item, rank)
        return sequence

    def _item(self, sequence: Sequence, said: ItemPlan, rank: int) -> None:
        kind = ItemKind(said.kind)
        shown = said.resource if kind in PASTILLES and said.resource in self.resources else None
        item = Item.objects.create(
            sequence=sequence, rank=rank, kind=kind, title=said.title, text=said.text, minutes=said.minutes,
            resource_id=shown,
        )  # fmt: skip
        seen = set()
        for place, person in enumerate(said.people, start=1):
            speaker = self._speaker(person)
            if (speaker.pk, person.part) not in seen:
                seen.add((speaker.pk, person.part))
                Appearance.objects.create(
                    item=item, speaker=speaker, part=person.part, standing=person.standing, rank=place
                )

    def _speaker(self, said: PersonPlan) -> Speaker:
        key = (fold(said.shown), not said.name)
        known = self.speakers.get(key)
        if known is None:
            entry = self._entry(said.slug, said.organisation) if said.organisation else None
            role = said.role
            if said.name and said.organisation and entry is None:
                role = ", ".join(each for each in (said.role, said.organisation) if each)[:200]
            known = self.speakers[key] = Speaker.objects.create(
                event=self.event, name=said.shown, role=role, organisation=entry, is_organisation=not said.name
            )
            self.people += 1
        return known

    def _partners(self, partners: list[PartnerPlan], **where: Any) -> None:
        for rank, said in enumerate(partners):
            Partner.objects.create(
                **where, kind=PartnerKind(said.kind), name=said.name, rank=rank,
                organisation=self._entry(said.slug, said.name),
            )  # fmt: skip

    def _entry(self, slug: str, name: str) -> Entry | None:
        return self.entries.get(slug or folded(name)["sort_name"])

    def _tie(self, made: dict[int, Sequence]) -> None:
        """What each is part of, or mirrors: among those of the plan."""
        inside = {one.rank for one in self.plan.sequences if one.parent}
        for one in self.plan.sequences:
            parent, mirrored = made.get(one.parent or 0), made.get(one.mirror_of or 0)
            if parent is not None and one.parent in inside:
                raise ProgrammeRefused(
                    _("«\u00a0%(title)s\u00a0» fait partie d’une séquence qui fait déjà partie d’une autre.")
                    % {"title": one.title}
                )
            if parent is not None or mirrored is not None:
                Sequence.objects.filter(pk=made[one.rank].pk).update(parent=parent, mirror_of=mirrored)


def _entries(slugs: set[str], names: set[str]) -> dict[str, Entry]:
    """By slug and by folded name: what everyone may read in the directory."""
    public = Entry.objects.filter(visibility=Visibility.PUBLIC, is_hidden=False)
    found = {each.slug: each for each in public.filter(slug__in=slugs)}
    named = public.exclude(kind="catalyst").filter(sort_name__in={folded(name)["sort_name"] for name in names})
    for each in named.order_by("-pk"):
        found[each.sort_name] = each
    return found
