"""Writes of moments to rehearse: offered by the organiser, taken by one speaker or several."""
# ruff: noqa: ARG001 every service says who acts (`by`)

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.events.models import Event, Rehearsal, Sheet
from alliage.events.services.programme import ProgrammeRefused, lock

MOST = 60


@transaction.atomic
def offer(
    event: Event, *, starts_at: datetime, minutes: int, seats: int, join_url: str, by: Any, now: datetime
) -> Rehearsal:
    """The same moment twice is one."""
    row = lock(event.pk)
    if starts_at <= now:
        raise ProgrammeRefused(_("Ce moment est passé\u00a0: proposez-en un à venir."))
    if minutes < 1 or seats < 1:
        raise ProgrammeRefused(_("Donnez une durée et un nombre de places."))
    already = Rehearsal.objects.filter(event=row, starts_at=starts_at).first()
    if already is not None:
        return already
    if row.rehearsals.count() >= MOST:
        raise ProgrammeRefused(_("%(count)s créneaux sont déjà proposés\u00a0: retirez-en.") % {"count": MOST})
    return Rehearsal.objects.create(event=row, starts_at=starts_at, minutes=minutes, seats=seats, join_url=join_url)


@transaction.atomic
def withdraw(rehearsal: Rehearsal, *, by: Any, now: datetime) -> None:
    """Offered no more, when nobody took it. Twice is once."""
    lock(rehearsal.event_id)
    row = Rehearsal.objects.select_for_update().filter(pk=rehearsal.pk).first()
    if row is None:
        return
    if row.taken:
        raise ProgrammeRefused(_("Quelqu’un a choisi ce créneau\u00a0: prévenez cette personne avant de le retirer."))
    row.delete()


@transaction.atomic
def take(sheet: Sheet, wanted: Rehearsal | None) -> None:
    """This moment instead of the one before, or none. The caller holds the lock of the event."""
    before_pk, wanted_pk = sheet.rehearsal_id, wanted.pk if wanted is not None else None
    if before_pk == wanted_pk:
        return
    pks = [pk for pk in (before_pk, wanted_pk) if pk is not None]
    rows = {row.pk: row for row in Rehearsal.objects.select_for_update().filter(pk__in=pks).order_by("pk")}
    chosen = rows.get(wanted_pk) if wanted_pk is not None else None
    if wanted_pk is not None and (chosen is None or chosen.is_full):
        raise ProgrammeRefused(_("Ce créneau vient d’être pris\u00a0: choisissez-en un autre."))
    before = rows.get(before_pk) if before_pk is not None else None
    if before is not None:
        before.taken -= 1
        before.save(update_fields=["taken"])
    if chosen is not None:
        chosen.taken += 1
        chosen.save(update_fields=["taken"])
    sheet.rehearsal = chosen
    sheet.save(update_fields=["rehearsal"])
