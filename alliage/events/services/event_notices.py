"""Who is told that an event changed, is cancelled or takes place after all: in a job, once for each change."""

from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.accounts.models import Member
from alliage.accounts.time_zones import KNOWN
from alliage.events import calendar_feeds, moments, registration_links
from alliage.events.models import Attendee, Event
from alliage.events.queries.registrations import places_of
from alliage.events.services import moves
from alliage.events.services.seats import HELD
from alliage.jobs.services import enqueue
from alliage.notifications.services import notify_many, send_mail_to_address
from alliage.notifications.timing import zone_of

KIND, JOB = "events.changed", "events.tell"
SCOPE = "events.registered"
SCOPE_LABEL = gettext_lazy("Les rendez-vous où je suis inscrit")


class Told(StrEnum):
    CHANGED = "changed"
    CANCELLED = "cancelled"
    REOPENED = "reopened"


TITLES = {
    Told.CHANGED: gettext_lazy("Changement\u00a0: %(title)s"),
    Told.CANCELLED: gettext_lazy("Annulé\u00a0: %(title)s"),
    Told.REOPENED: gettext_lazy("Maintenu\u00a0: %(title)s"),
}


def ask(event: Event, what: Told, *, by: Any, now: datetime) -> None:
    """In the transaction of the change, whose number the event bears."""
    payload = {"event": event.pk, "change": event.change, "what": what.value}
    enqueue(JOB, payload=payload, by=by, now=now, key=f"{event.pk}-{event.change}")


def title_of(event: Event, what: str) -> str:
    return str(TITLES[Told(what)]) % {"title": event.title}


def text_of(event: Event, what: str) -> str:
    """When, in the current time zone; where one joins is on the page."""
    when = moments.said(event.starts_at, event.ends_at, event.zone)
    if what == Told.CANCELLED:
        return _("Ce rendez-vous n’aura pas lieu (%(when)s).") % {"when": when}
    if what == Told.REOPENED:
        return _("Ce rendez-vous a bien lieu\u00a0: %(when)s.") % {"when": when}
    return _("Le moment, le lieu ou le lien ont changé. Désormais\u00a0: %(when)s.") % {"when": when}


def tell(payload: dict[str, Any], *, now: datetime) -> int:
    """Tell who has a seat and who waits for one; a later change tells them itself. Bears being run again: each is told a change once."""
    event = Event.objects.filter(pk=payload["event"], change=payload["change"]).first()
    if event is None:
        return 0
    event.told = payload["what"]  # type: ignore[attr-defined]
    key = f"{event.change}|{payload['what']}"
    expected = Attendee.objects.filter(event=event, seats__state__in=HELD).distinct()
    people = list(Member.objects.filter(pk__in=expected.values("member"), is_active=True).order_by("time_zone", "pk"))
    for zone, some in groupby(people, key=lambda person: person.time_zone):
        with timezone.override(zone_of(zone)):
            notify_many(list(some), KIND, event, by=None, now=now, key=key)
    alone = list(expected.filter(member=None).order_by("pk"))
    for attendee in alone:
        _write_to(attendee, event, payload["what"], key=key, now=now)
    # Their calendars came with it.
    moves.told_otherwise(expected.values_list("pk", flat=True))
    return len(people) + len(alone)


def _write_to(attendee: Attendee, event: Event, what: str, *, key: str, now: datetime) -> None:
    attendee.event = event
    zone = attendee.time_zone if attendee.time_zone in KNOWN else settings.TIME_ZONE
    with timezone.override(ZoneInfo(zone)):
        context = {
            "title": title_of(event, what),
            "text": text_of(event, what),
            "url": settings.ORIGIN + registration_links.path_of(attendee),
        }
        send_mail_to_address(
            attendee.email, "events/mail/event_changed.html", context,
            key=f"event-{event.pk}|{key}", scope=SCOPE, label=str(SCOPE_LABEL), now=now,
            attachments=calendar_feeds.files_of(attendee, places_of(attendee), now=now),
        )  # fmt: skip
