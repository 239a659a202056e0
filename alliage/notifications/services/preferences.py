"""How often a person wants each kind of mail, and how to have no more of it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F

from alliage.accounts.models import Member
from alliage.notifications import queries, timing
from alliage.notifications.enums import Frequency
from alliage.notifications.links import Unsubscription
from alliage.notifications.models import Notification, Preference, RefusedAddress
from alliage.notifications.registry import kinds


@transaction.atomic
def choose(person: Member, frequencies: Mapping[str, str], *, now: datetime) -> None:
    """Keep the person's choices (kind → frequency); mails that wait follow them."""
    known = {code: Frequency(frequency) for code, frequency in frequencies.items() if code in kinds}
    Preference.objects.bulk_create(
        [Preference(person=person, kind=code, frequency=frequency) for code, frequency in known.items()],
        update_conflicts=True,
        unique_fields=["person", "kind"],
        update_fields=["frequency", "before"],
    )
    waiting = Notification.objects.select_related("person").filter(
        person=person, kind__in=list(known), due_at__isnull=False
    )
    kept = set(Preference.objects.filter(person=person, kind__contains="@").values_list("kind", flat=True))
    _follow([row for row in waiting if known[row.kind] == Frequency.NEVER or _name_of(row) not in kept], known, now=now)


def _name_of(row: Notification) -> str:
    """Of which choice it is, when it was told for a scope."""
    return queries.scoped(row.kind, row.key.rpartition(queries.scoped("|", ""))[2])


@transaction.atomic
def choose_for(person: Member, code: str, scope: str, frequency: str, *, now: datetime) -> None:
    """Keep the person's choice of one kind for one scope (`notify_many`); mails that wait follow it."""
    wanted = Frequency(frequency)
    Preference.objects.update_or_create(person=person, kind=queries.scoped(code, scope), defaults={"frequency": wanted})
    if Preference.objects.filter(person=person, kind=code, frequency=Frequency.NEVER).exists():
        return
    waiting = Notification.objects.select_related("person").filter(person=person, kind=code, due_at__isnull=False)
    _follow(list(waiting.filter(key__endswith=queries.scoped("|", scope))), {code: wanted}, now=now)


def _follow(rows: list[Notification], chosen: Mapping[str, Frequency], *, now: datetime) -> None:
    """What waits leaves when it is wanted now."""
    changed = [row for row in rows if row.frequency != chosen[row.kind]]
    for row in changed:
        row.frequency = chosen[row.kind]
        kind = kinds.get(row.kind)
        zone = row.person.time_zone
        row.due_at = timing.due_at(row.frequency, urgent=bool(kind and kind.urgent), zone=zone, now=now)
    Notification.objects.bulk_update(changed, ["frequency", "due_at"])


@transaction.atomic
def unsubscribe(unsubscription: Unsubscription, *, now: datetime) -> None:
    """Do what the link at the foot of a mail promises, without sign-in. Twice is once."""
    if unsubscription.person_id is None:
        RefusedAddress.objects.get_or_create(
            digest=unsubscription.digest, scope=unsubscription.scopes[0], defaults={"refused_at": now}
        )
        return
    person = Member.objects.filter(pk=unsubscription.person_id).first()
    if person is None:
        return
    chosen = Preference.objects.filter(person=person, kind__in=unsubscription.scopes)
    before = {row.kind: row.before or row.frequency for row in chosen if row.before or row.frequency != Frequency.NEVER}
    choose(person, dict.fromkeys(unsubscription.scopes, Frequency.NEVER), now=now)
    for code, frequency in before.items():
        Preference.objects.filter(person=person, kind=code).update(before=frequency)


@transaction.atomic
def restore(unsubscription: Unsubscription) -> None:
    """Undo `unsubscribe`: back to what the person had chosen, or to the default. What they chose since stays."""
    if unsubscription.person_id is None:
        RefusedAddress.objects.filter(digest=unsubscription.digest, scope=unsubscription.scopes[0]).delete()
        return
    stopped = Preference.objects.filter(
        person_id=unsubscription.person_id, kind__in=unsubscription.scopes, frequency=Frequency.NEVER
    )
    stopped.filter(before="").delete()
    stopped.update(frequency=F("before"), before="")
