"""Writes of places in a cohort: asked for, given, refused, left; binômes; « donnez des nouvelles »."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.learning.models import Cohort, CohortPlace, TerritoryFile
from alliage.learning.services import files
from alliage.learning.services.cohorts import LIFE, CohortRefused, lock
from alliage.notifications.services import notify, notify_many

ASKED, REMINDED = "learning.cohort_asked", "learning.cohort_reminder"
# Once a week is a hand held out; more is a reproach.
WEEK = timedelta(days=7)


@transaction.atomic
def ask(cohort: Cohort, file: TerritoryFile, *, is_shown: bool, by: Member, now: datetime) -> CohortPlace:
    """A territory asks to come in, or to come back. Twice is once; the second time says whether its name may be told."""
    row = _open(cohort)
    place, is_new = CohortPlace.objects.get_or_create(
        cohort=row, file=file, defaults={"asked_by": by, "asked_at": now, "is_shown": is_shown}
    )
    if place.left_at is not None:
        place.asked_by, place.asked_at, place.joined_at, place.left_at, is_new = by, now, None, None, True
    place.is_shown = is_shown
    place.save()
    if is_new and row.facilitator is not None:
        notify(row.facilitator, ASKED, row, by=by, now=now, key=f"{place.pk}|{now.isoformat()}")
    return place


def _open(cohort: Cohort) -> Cohort:
    row = lock(cohort)
    if not row.is_open:
        raise CohortRefused(_("Cette cohorte n’est pas ouverte."))
    return row


def _of(cohort: Cohort, pk: int, **named: Any) -> CohortPlace:
    found = CohortPlace.objects.filter(cohort=cohort, pk=pk, **named).select_related("file__territory", "buddy").first()
    if found is None:
        raise CohortRefused(_("Ce territoire n’est plus là\u00a0: la page a changé depuis."))
    return found


@transaction.atomic
def accept(cohort: Cohort, pk: int, *, by: Any, now: datetime) -> CohortPlace:
    """They come in, as long as there is a seat. Twice is once."""
    row = _open(cohort)
    place = _of(row, pk, left_at=None)
    if place.joined_at is not None:
        return place
    if row.places.filter(joined_at__isnull=False, left_at=None).count() >= row.seats:
        raise CohortRefused(_("Toutes les places sont prises\u00a0: ajoutez-en une, ou attendez qu’une se libère."))
    place.joined_at = now
    place.save(update_fields=["joined_at"])
    files.note(place.file, _("Le territoire entre dans la cohorte «\u00a0%s\u00a0».") % row.title, by=None, now=now)
    _tell(place, by=by, now=now)
    return place


@transaction.atomic
def refuse(cohort: Cohort, pk: int, *, by: Any, now: datetime) -> None:
    """The request goes; the team is told, without a reason."""
    place = _of(lock(cohort), pk, joined_at=None)
    _tell(place, by=by, now=now)
    place.delete()


@transaction.atomic
def withdraw(cohort: Cohort, pk: int, *, by: Any, now: datetime) -> None:
    """The team takes its request back, or leaves. Twice is once. What was written in the space stays."""
    place = CohortPlace.objects.filter(cohort=lock(cohort), pk=pk).select_related("file__territory").first()
    if place is not None and place.joined_at is None:
        place.delete()
    elif place is not None and place.left_at is None:
        _leave(place, by=by, now=now)


@transaction.atomic
def put_out(cohort: Cohort, pk: int, *, by: Any, now: datetime) -> None:
    """The facilitator closes a place; the team is told."""
    place = _of(_open(cohort), pk, joined_at__isnull=False, left_at=None)
    _leave(place, by=by, now=now)
    _tell(place, by=by, now=now)


def _leave(place: CohortPlace, *, by: Any, now: datetime) -> None:
    _part(place)
    CohortPlace.objects.filter(pk=place.pk).update(left_at=now)
    words = _("Le territoire quitte la cohorte «\u00a0%s\u00a0».") % place.cohort.title
    files.note(place.file, words, by=by if place.file.people.filter(member=by).exists() else None, now=now)


def _tell(place: CohortPlace, *, by: Any, now: datetime) -> None:
    notify_many(files.writers(place.file), LIFE, place.cohort, by=by, now=now, key=f"{place.pk}|{now.isoformat()}")


# --- Binômes ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def pair(cohort: Cohort, first: int, second: int, *, by: Any, now: datetime) -> None:
    """Two territories together; each leaves the one it was with. Both teams are told."""
    row = _open(cohort)
    if first == second:
        raise CohortRefused(_("Un binôme, c’est deux territoires."))
    one, other = (_of(row, pk, joined_at__isnull=False, left_at=None) for pk in (first, second))
    if one.buddy_id == other.pk:
        return
    _part(one)
    _part(other)
    for place, buddy in ((one, other), (other, one)):
        CohortPlace.objects.filter(pk=place.pk).update(buddy=buddy)
        _tell(place, by=by, now=now)


@transaction.atomic
def unpair(cohort: Cohort, pk: int, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the name of every service
    _part(_of(lock(cohort), pk))


def _part(place: CohortPlace) -> None:
    """Both ways."""
    CohortPlace.objects.filter(buddy=place.pk).update(buddy=None)
    CohortPlace.objects.filter(pk=place.pk).update(buddy=None)


# --- News ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def remind(cohort: Cohort, pk: int, *, by: Any, now: datetime) -> CohortPlace:
    """« Donnez-nous des nouvelles »: one mail to the team, once a week at most."""
    row = _open(cohort)
    place = _of(row, pk, joined_at__isnull=False, left_at=None)
    if place.reminded_at is not None and place.reminded_at > now - WEEK:
        raise CohortRefused(_("Ce territoire a déjà reçu un mot cette semaine\u00a0: laissez-lui le temps."))
    place.reminded_at = now
    place.save(update_fields=["reminded_at"])
    notify_many(files.writers(place.file), REMINDED, row, by=by, now=now, key=now.isoformat())
    return place
