"""Writes about what may be out of date: asked, said due, doubted by readers, answered."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.library.enums import DoubtState
from alliage.library.models import Doubt, RenewalNotice, Resource
from alliage.library.queries import renewal as queries
from alliage.library.services import resources
from alliage.library.services.reviews import animators
from alliage.notifications.services import notify, notify_many
from alliage.refusals import Refusal

KIND, DOUBT_KIND, ANSWER_KIND, DESK_KIND = (
    "library.renewal",
    "library.doubt",
    "library.doubt_answered",
    "library.doubt_desk",
)
AT_ONCE = 500
LONGEST = 500


class RenewalRefused(Refusal):
    """The resource cannot be asked about, doubted or answered for."""


# --- What time does ------------------------------------------------------------------------------------------------


def tend(now: datetime) -> None:
    """Ask who holds what is due; tell readers what stayed silent; hand late doubts to animators. Each on its own."""
    to_do = queries.to_do(timezone.localdate(now))
    for resource in _these(to_do.ask[:AT_ONCE]):
        ask(resource, now=now)
    for resource in _these(to_do.say_due[:AT_ONCE]):
        say_due(resource, now=now)
    for doubt in queries.late_doubts(now).order_by("pk")[:AT_ONCE]:
        notify_many(animators(), DESK_KIND, doubt, by=None, now=now)


def _these(pks: list[int]) -> Iterable[Resource]:
    return Resource.objects.filter(pk__in=pks).select_related("owner").order_by("pk")


@transaction.atomic
def ask(resource: Resource, *, now: datetime) -> RenewalNotice | None:
    """« Est-ce toujours exact ? »; None when it was asked today already."""
    notice, is_new = RenewalNotice.objects.get_or_create(resource=resource, sent_on=timezone.localdate(now))
    if not is_new:
        return None
    if resource.owner is not None:
        notify(resource.owner, KIND, notice, by=None, now=now)
    return notice


@transaction.atomic
def say_due(resource: Resource, *, now: datetime) -> None:
    """Nobody answered: readers are told that it is to be read again."""
    resources.ask_renewal(resource, by=None, now=now)
    if resource.owner is not None:
        notify(resource.owner, KIND, resource, by=None, now=now, key=f"{resource.renew_on}")


# --- Doubts of readers ---------------------------------------------------------------------------------------------


@transaction.atomic
def say_doubt(resource: Resource, *, text: str, by: Member | None, now: datetime, sent: str = "") -> Doubt:
    """« Ce n’est plus exact », by anyone: who holds it reads it, else animators. The same sending is one doubt."""
    row = resources.lock(resource)
    text = " ".join(text.replace("\0", "").split())[:LONGEST]
    if not text:
        raise RenewalRefused(_("Dites en une phrase ce qui a changé."))
    if not row.is_shown:
        raise RenewalRefused(_("Cette ressource n’est plus publiée : il n’y a plus rien à signaler."))
    key = sha256(repr((sent, row.pk, text)).encode(errors="replace")).hexdigest() if sent else None
    if key and (same := Doubt.objects.filter(sent_key=key).first()):
        return same
    before = Doubt.objects.filter(resource=row, by=by, state=DoubtState.OPEN).first() if by else None
    if before is not None:
        before.text, before.at = text, now
        before.save(update_fields=["text", "at"])
        return before
    doubt = Doubt.objects.create(resource=row, text=text, by=by, sent_key=key, at=now)
    if row.owner is not None and row.owner.is_active:
        notify(row.owner, DOUBT_KIND, doubt, by=None, now=now)
    else:
        notify_many(animators(), DESK_KIND, doubt, by=None, now=now)
    return doubt


@transaction.atomic
def settle_doubt(doubt: Doubt, *, state: str, answer: str, by: Any, now: datetime) -> None:
    """« C’est corrigé », or « c’est toujours exact » and why. Whoever said it with an account is told."""
    row = Doubt.objects.select_for_update(of=("self",)).get(pk=doubt.pk)
    state, answer = DoubtState(state), " ".join(answer.replace("\0", "").split())[:LONGEST]
    if row.state != DoubtState.OPEN:
        raise RenewalRefused(_("Quelqu’un vient d’y répondre : relisez la page."))
    if state == DoubtState.OPEN:
        raise RenewalRefused(_("Dites si c’est corrigé, ou toujours exact."))
    if state == DoubtState.STILL_RIGHT and not answer:
        raise RenewalRefused(_("Dites pourquoi c’est toujours exact : la personne qui en doute vous lira."))
    row.state, row.answer, row.settled_at = state, answer, now
    row.save()
    if row.by is not None:
        notify_many([row.by], ANSWER_KIND, row, by=by, now=now)
    doubt.refresh_from_db()


def forget_member(member: Member) -> None:
    """What they said stays, said by nobody."""
    Doubt.objects.filter(by=member).update(by=None)
