"""Writes about frames on other sites: a site asks, animators decide, displays are counted, by site and day only."""

import re
from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.directory.enums import HostState
from alliage.directory.models import EmbedCount, EmbedHost
from alliage.refusals import Refusal

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
MOST_WAITING = 200
KEPT_YEARS = 3


class EmbedRefused(Refusal):
    """The site cannot be asked for or decided that way."""


def read_host(text: str) -> str:
    """« https://www.Mairie-Exemple.fr/page » → « www.mairie-exemple.fr ». A name of site, never a number nor a rule."""
    bare = text.strip().lower().partition("://")[2] or text.strip().lower()
    name = bare.partition("/")[0].partition(":")[0].rstrip(".")
    try:
        name = name.encode("idna").decode() if name else ""
    except UnicodeError:
        name = ""
    labels = name.split(".")
    is_site = len(labels) > 1 and all(map(_LABEL.fullmatch, labels)) and not labels[-1].isdigit()
    if not is_site or len(name) > 253:
        raise EmbedRefused(_("Donnez l’adresse du site, par exemple « www.mairie-exemple.fr »."))
    return name


@transaction.atomic
def ask(text: str, *, note: str, now: datetime) -> EmbedHost:
    """A site asks to show our frames. Asked again, it waits once; a site already decided stays as it is."""
    host = read_host(text)
    known = EmbedHost.objects.filter(host=host).first()
    if known is not None:
        return known
    if EmbedHost.objects.filter(state=HostState.ASKED).count() >= MOST_WAITING:
        raise EmbedRefused(_("Beaucoup de demandes attendent déjà : revenez dans quelques jours."))
    return EmbedHost.objects.get_or_create(host=host, defaults={"note": note.strip()[:300], "asked_at": now})[0]


@transaction.atomic
def decide(row: EmbedHost, *, state: str, with_subdomains: bool = False, by: Member, now: datetime) -> EmbedHost:
    """Allow a site, refuse it, or stop it. What it said of itself is forgotten once decided."""
    current = EmbedHost.objects.select_for_update().get(pk=row.pk)
    if state not in (HostState.ALLOWED, HostState.REFUSED):
        raise EmbedRefused(_("Dites si ce site est autorisé ou refusé."))
    current.state, current.with_subdomains = HostState(state), with_subdomains and state == HostState.ALLOWED
    current.decided_at, current.decided_by, current.note = now, by, ""
    current.save()
    return current


@transaction.atomic
def allow(text: str, *, with_subdomains: bool, by: Member, now: datetime) -> EmbedHost:
    """An animator allows a site that did not ask."""
    row, _new = EmbedHost.objects.get_or_create(host=read_host(text), defaults={"asked_at": now})
    return decide(row, state=HostState.ALLOWED, with_subdomains=with_subdomains, by=by, now=now)


def count(host: str, kind: str, *, on: date) -> None:
    """One more display of a frame by the pages of a site: no person, no address, no browser."""
    row = {"host": host, "day": on, "kind": kind}
    if not EmbedCount.objects.filter(**row).update(count=F("count") + 1):
        with transaction.atomic():
            EmbedCount.objects.bulk_create([EmbedCount(**row, count=0)], ignore_conflicts=True)
            EmbedCount.objects.filter(**row).update(count=F("count") + 1)


def forget_old(now: datetime) -> None:
    EmbedCount.objects.filter(day__lt=localdate(now).replace(year=now.year - KEPT_YEARS, day=1)).delete()
