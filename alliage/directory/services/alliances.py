"""Alliances: declared by one side, confirmed by the other."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.directory.enums import ALLIANCE_STEPS, AllianceState, EntryKind
from alliage.directory.models import Alliance, Entry
from alliage.directory.searchable_alliances import CODE as SEARCHED
from alliage.directory.services.entries import rebuilt, touched
from alliage.directory.services.joining import editors_of
from alliage.imports.records import label_of
from alliage.imports.registry import Importing
from alliage.imports.services import forget_record
from alliage.notifications import services as notifications
from alliage.refusals import Refusal
from alliage.search.services import changed
from alliage.taxonomy.models import Term
from alliage.territories.models import Territory

if TYPE_CHECKING:
    from alliage.directory.importers.alliances import Plan

KIND = "directory.alliance"


class AllianceRefusal(Refusal):
    """The rules of alliances say no."""


@dataclass(frozen=True)
class Said:
    """What is said of an alliance. `since` and `until` are years."""

    subject: str
    since: int
    until: int | None = None
    partnership: Term | None = None
    goals: Iterable[Term] = field(default=())
    territory: Territory | None = None
    outcome: str = ""


@transaction.atomic
def declare_alliance(for_entry: Entry, other: Entry, said: Said, *, by: Any, now: datetime) -> Alliance:
    """Say that two organisations act together. The people of the other one are asked to confirm it."""
    if EntryKind.CATALYST in {for_entry.kind, other.kind}:
        raise AllianceRefusal(
            _("Une alliance unit des organisations ou des équipes\u00a0: choisissez-en une, pas une personne.")
        )
    if for_entry.pk == other.pk:
        raise AllianceRefusal(_("Choisissez une autre organisation\u00a0: une alliance en unit deux."))
    first, second = sorted((for_entry, other), key=lambda entry: entry.pk)
    alliance = Alliance(first=first, second=second, declared_for=for_entry, declared_by=by, created_at=now)
    try:
        _write(alliance, said, now=now)
    except AllianceRefusal:
        twin = _same(alliance)
        if twin is None:
            raise
        return twin
    _ask(alliance, other, by=by, now=now)
    return alliance


def _same(alliance: Alliance) -> Alliance | None:
    """What this member said already, word for word: a form sent twice is taken once."""
    names = {*WRITTEN, "first", "second", "declared_for", "declared_by"} - {"updated_at"}
    return Alliance.objects.filter(**{name: getattr(alliance, name) for name in names}).first()


@transaction.atomic
def edit_alliance(alliance: Alliance, said: Said, *, by: Any, now: datetime, side: Entry | None = None) -> Alliance:
    """Change what is said. Its outcome may change freely; another subject or partnership must be confirmed again.

    `side` is the one that the writer speaks for: it becomes the side that declares, and the other one confirms. None for
    an animator, who changes nothing to who answers.
    """
    alliance = Alliance.objects.select_for_update(of=("self",)).select_related("first", "second").get(pk=alliance.pk)
    before = (alliance.subject, alliance.partnership_id)
    _write(alliance, said, now=now)
    if before != (alliance.subject, alliance.partnership_id):
        alliance.state, alliance.confirmed_at = AllianceState.DECLARED, None
        alliance.declared_for = side or alliance.declared_for or alliance.first
        alliance.save(update_fields=["state", "confirmed_at", "declared_for"])
        _ask(alliance, alliance.other_side(alliance.declared_for.pk), by=by, now=now)
    return alliance


# What an alliance is about: another one is asked again.
SAYS_WHAT = {"subject", "partnership_id", "first_id", "second_id"}
WRITTEN = ("subject", "since", "until", "partnership", "territory", "outcome", "updated_at")


def _write(alliance: Alliance, said: Said, *, now: datetime) -> None:
    if said.until is not None and said.until < said.since:
        raise AllianceRefusal(_("La dernière année vient avant la première\u00a0: vérifiez les deux dates."))
    alliance.subject, alliance.since, alliance.until = said.subject, said.since, said.until
    alliance.partnership, alliance.territory, alliance.outcome = said.partnership, said.territory, said.outcome
    alliance.updated_at = now
    try:
        with transaction.atomic():
            alliance.save(update_fields=WRITTEN if alliance.pk else None)
    except IntegrityError as error:
        raise AllianceRefusal(
            _("Cette alliance est déjà dans l’annuaire\u00a0: ouvrez-la pour la compléter.")
        ) from error
    alliance.goals.set(said.goals)
    touched([alliance.first_id, alliance.second_id], now=now)


def _ask(alliance: Alliance, other: Entry, *, by: Any, now: datetime) -> None:
    for person in editors_of(other):
        notifications.notify(person, KIND, alliance, by=by, now=now, key=f"{alliance.state}-{now:%Y%m%d}")


@transaction.atomic
def confirm_alliance(alliance: Alliance, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the view checked who
    """The other side, or an animator, recognises it: everyone may see it."""
    _move(alliance, AllianceState.CONFIRMED, now=now)


@transaction.atomic
def refuse_alliance(alliance: Alliance, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """One side does not recognise it (any more): nobody else sees it."""
    _move(alliance, AllianceState.REFUSED, now=now)


def _move(alliance: Alliance, state: AllianceState, *, now: datetime) -> None:
    if state not in ALLIANCE_STEPS[AllianceState(alliance.state)]:
        raise AllianceRefusal(_("Cette alliance a déjà reçu une réponse. Rechargez la page pour la voir."))
    confirmed_at = now if state == AllianceState.CONFIRMED else None
    changed = Alliance.objects.filter(pk=alliance.pk, state=alliance.state).update(
        state=state, confirmed_at=confirmed_at, updated_at=now
    )
    if not changed:
        raise AllianceRefusal(_("Cette alliance a déjà reçu une réponse. Rechargez la page pour la voir."))
    alliance.state, alliance.confirmed_at = state, confirmed_at
    touched([alliance.first_id, alliance.second_id], now=now)


@transaction.atomic
def delete_alliance(alliance: Alliance, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """Forget an alliance: by the side that declared it, or an animator."""
    touched([alliance.first_id, alliance.second_id], now=now)
    forget_record(label_of(Alliance), [alliance.pk])
    alliance.delete()


def hide_alliance(obj: Alliance, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the moderation's log knows
    _show(obj, is_hidden=True, now=now)


def restore_alliance(obj: Alliance, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    _show(obj, is_hidden=False, now=now)


@transaction.atomic
def _show(alliance: Alliance, *, is_hidden: bool, now: datetime) -> None:
    Alliance.objects.filter(pk=alliance.pk).update(is_hidden=is_hidden, updated_at=now)
    touched([alliance.first_id, alliance.second_id], now=now)


# --- Files -----------------------------------------------------------------------------------------------------------


def url_of(pk: int) -> str:
    return Alliance(pk=pk).get_absolute_url()


def kept_because(alliance: Alliance) -> str:
    """Why a file may not change an alliance; "" when it may."""
    if alliance.is_hidden:
        return _("masquée par la modération\u00a0: elle reste telle quelle")
    if alliance.state == AllianceState.REFUSED:
        return _("une des deux organisations ne la reconnaît pas\u00a0: elle reste telle quelle")
    if alliance.declared_for is not None and editors_of(alliance.declared_for):
        return _("déclarée par «\u00a0%(name)s\u00a0»\u00a0: elle reste telle quelle") % {
            "name": alliance.declared_for.name
        }
    return ""


def state_after(alliance: Alliance, changed: Collection[str], begins: str) -> str:
    """Where an alliance stands once a row of a file has changed these columns.

    Another subject, partnership or side must be confirmed again; what waits may be confirmed by what the file says.
    """
    if alliance.state == AllianceState.DECLARED or SAYS_WHAT & set(changed):
        return begins
    return alliance.state


@transaction.atomic
def write_imported(plans: "Sequence[Plan]", *, importing: Importing) -> None:
    """Write what rows of a file ask. Whoever holds a side is told: to confirm it, or that it is shown.

    What people said of it, or decided, since the rows were read stays as it is.
    """
    by, now = Member.objects.filter(pk=importing.by_id or 0).first(), importing.now
    locked = Alliance.objects.select_for_update(of=("self",)).select_related("declared_for").order_by("pk")
    known = {alliance.pk: alliance for alliance in locked.filter(pk__in=[plan.pk for plan in plans if plan.pk])}
    free = {pk for pk, alliance in known.items() if not kept_because(alliance)}
    there = set(Entry.objects.filter(pk__in=set().union(*map(_sides_of, plans))).values_list("pk", flat=True))
    sides: set[int] = set()
    told: list[Alliance] = []
    for plan in plans:
        if (plan.pk and plan.pk not in free) or not _sides_of(plan) <= there:
            continue
        alliance = known[plan.pk] if plan.pk else Alliance(declared_by=by, created_at=now)
        before = {alliance.first_id, alliance.second_id} if plan.pk else set()
        says_other, state = bool(SAYS_WHAT & plan.values.keys()), alliance.state
        if not _write_plan(plan, alliance, importing):
            continue
        sides |= before | {alliance.first_id, alliance.second_id}
        if says_other or alliance.state != state:
            told.append(alliance)
    _tell_sides(told, by=by, now=now)
    touched(sorted(sides), now=now)


def _sides_of(plan: "Plan") -> set[int]:
    """The sides that a row gives; a known alliance may keep its own."""
    return {plan.values[name] for name in ("first_id", "second_id") if name in plan.values}


def _tell_sides(alliances: Sequence[Alliance], *, by: Member | None, now: datetime) -> None:
    pks = {pk for alliance in alliances for pk in (alliance.first_id, alliance.second_id)}
    entries = Entry.objects.select_related("owner").in_bulk(pks)
    for alliance in alliances:
        for pk in (alliance.first_id, alliance.second_id):
            _ask(alliance, entries[pk], by=by, now=now)


def _write_plan(plan: "Plan", alliance: Alliance, importing: Importing) -> bool:
    """False when somebody wrote meanwhile what the row contradicts: theirs stays."""
    before = importing.journal.before(alliance) if plan.pk else {}
    state = state_after(alliance, plan.values, plan.begins)
    if state != alliance.state:
        alliance.state = state
        alliance.confirmed_at = importing.now if state == AllianceState.CONFIRMED else None
    for name, value in plan.values.items():
        setattr(alliance, name, value)
    alliance.updated_at = importing.now
    try:
        with transaction.atomic():
            alliance.save(update_fields=[*plan.values, "state", "confirmed_at", "updated_at"] if plan.pk else None)
    except IntegrityError:
        return False
    if plan.goals is not None:
        alliance.goals.set(plan.goals)
    if plan.pk:
        importing.journal.updated(alliance, before, number=plan.number)
    else:
        importing.journal.created(alliance, number=plan.number)
    importing.journal.keep()
    return True


def after_undo(done: Sequence[tuple[str, str]], now: datetime) -> None:
    """Lists and the search read again what an undone import took away or put back."""
    pks = [int(pk) for model, pk in done if model == label_of(Alliance)]
    if pks:
        rebuilt()
        changed(SEARCHED, pks, now=now)
