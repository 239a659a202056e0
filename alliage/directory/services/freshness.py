"""Writes about the freshness of entries: ask, confirm, take off the map after too long a silence, bring back."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliage.accounts.enums import Role
from alliage.accounts.models import Member
from alliage.directory.enums import FreshnessDeed, FreshnessWay
from alliage.directory.models import Entry, FreshnessAct, Reminder
from alliage.directory.queries import freshness as queries
from alliage.directory.services.entries import touched
from alliage.notifications.services import notify, notify_many
from alliage.refusals import Refusal

KIND, DESK_KIND = "directory.to_confirm", "directory.to_confirm_desk"
AT_ONCE = 2000
# Days between two reminders that animators send by hand.
BY_HAND_EVERY = 7


class FreshnessRefused(Refusal):
    """The entry cannot be asked, confirmed or taken off the map."""


# --- Confirm, take off, bring back ---------------------------------------------------------------------------------


@transaction.atomic
def confirm(entry: Entry, *, way: FreshnessWay, by: Member | None, now: datetime, reason: str = "") -> bool:
    """« Toujours exact »: green again, back on the map. Twice on one day is once; answers whether something changed."""
    current, today = _locked(entry), timezone.localdate(now)
    _refuse_no_reason(way, reason)
    if current.confirmed_on is not None:
        today = max(today, current.confirmed_on)  # already tomorrow where it was confirmed last
    if current.confirmed_on == today and current.withdrawn_on is None:
        return False
    Entry.objects.filter(pk=current.pk).update(confirmed_on=today, asked_on=None, withdrawn_on=None)
    touched([current.pk], now=now)
    _write(current, FreshnessDeed.CONFIRMED, way=way, by=by, now=now, reason=reason)
    return True


@transaction.atomic
def take_off_the_map(entry: Entry, *, way: FreshnessWay, by: Member | None, now: datetime, reason: str = "") -> bool:
    """Off the map and the lists' map; still in the list, in red. Twice is once."""
    current = _locked(entry)
    _refuse_no_reason(way, reason)
    if current.withdrawn_on is not None:
        return False
    Entry.objects.filter(pk=current.pk).update(withdrawn_on=timezone.localdate(now))
    touched([current.pk], now=now)
    _write(current, FreshnessDeed.WITHDRAWN, way=way, by=by, now=now, reason=reason)
    return True


def _locked(entry: Entry) -> Entry:
    return Entry.objects.select_for_update().get(pk=entry.pk)


def _refuse_no_reason(way: FreshnessWay, reason: str) -> None:
    if way == FreshnessWay.ANIMATOR and not reason.strip():
        raise FreshnessRefused(_("Dites pourquoi : qui tient la fiche lira cette raison."))


def _write(
    entry: Entry, deed: FreshnessDeed, *, way: FreshnessWay, by: Member | None, now: datetime, reason: str
) -> None:
    """Keep who did what; tell who holds the entry when it was somebody else, or time."""
    act = FreshnessAct.objects.create(entry=entry, deed=deed, way=way, by=by, reason=reason.strip()[:300], at=now)
    owner = _owner(entry)
    if owner is not None and owner != by and way in (FreshnessWay.ANIMATOR, FreshnessWay.SILENCE):
        act.entry.refresh_from_db()
        notify(owner, KIND, act, by=by, now=now)


def _owner(entry: Entry) -> Member | None:
    return entry.owner if entry.owner is not None and entry.owner.is_active else None


# --- Ask -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def remind(entry: Entry, *, now: datetime) -> Reminder | None:
    """Ask whoever holds the entry; None when it was asked today already. Animators are told of those without owner together."""
    current, today = _locked(entry), timezone.localdate(now)
    owner = _owner(current)
    reminder, is_new = Reminder.objects.get_or_create(
        entry=current, sent_on=today, defaults={"to_owner": owner is not None}
    )
    if not is_new:
        return None
    Entry.objects.filter(pk=current.pk).update(asked_on=today)
    if owner is not None:
        notify(owner, KIND, reminder, by=None, now=now)
    return reminder


def remind_by_hand(entries: Iterable[Entry], *, by: Member, now: datetime) -> tuple[int, int]:  # noqa: ARG001 the view checked who
    """An animator asks now; answers how many were asked, and how many were not: nobody to ask, or asked this week."""
    today, asked, left = timezone.localdate(now), 0, 0
    for entry in entries:
        recent = entry.asked_on is not None and (today - entry.asked_on).days < BY_HAND_EVERY
        if recent or _owner(entry) is None or remind(entry, now=now) is None:
            left += 1
        else:
            asked += 1
    return asked, left


# --- What time does ------------------------------------------------------------------------------------------------


def tend(now: datetime) -> None:
    """Send the reminders that are due and take off the map what was silent too long; each entry on its own."""
    today = timezone.localdate(now)
    for entry in _entries(queries.silent(today)[:AT_ONCE]):
        take_off_the_map(entry, way=FreshnessWay.SILENCE, by=None, now=now)
    sent = [remind(entry, now=now) for entry in _entries(queries.to_remind(today)[:AT_ONCE])]
    ownerless = [reminder for reminder in sent if reminder is not None and not reminder.to_owner]
    if ownerless:
        animators = Member.objects.filter(role__in=[Role.ANIMATOR, Role.ADMINISTRATOR], is_active=True)
        notify_many(animators, DESK_KIND, ownerless[0], by=None, now=now)
    _forget_old(today)


def _entries(pks: list[int]) -> Iterable[Entry]:
    return Entry.objects.filter(pk__in=pks).order_by("pk").iterator(chunk_size=500)


def _forget_old(today: date) -> None:
    """Reminders that an answer followed more than a year ago are of no use to anyone."""
    Reminder.objects.filter(sent_on__lt=today.replace(year=today.year - 6, day=1)).delete()
