"""Calendars: an encounter as an `.ics`, one's own feed behind a secret link. Titles are neutral: a calendar is often shared.

The address is made from a seed and the site's key, and only its digest is kept.
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from alliage.codev.enums import EncounterState, GroupKind
from alliage.codev.models import Encounter, Group

_SALT = "alliage.codev.calendar"


def token_of(seed: str) -> str:
    return urlsafe_b64encode(salted_hmac(_SALT, seed, algorithm="sha256").digest()).decode().rstrip("=")


def digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def neutral_title(group: Group) -> str:
    """What is said of an encounter outside its group: nothing that was typed."""
    if group.kind == GroupKind.CODEV:
        return _("Séance de codéveloppement")
    if group.kind == GroupKind.COHORT:
        return _("Rencontre de votre promotion")
    return _("Rencontre de votre groupe")


def calendar(encounters: Iterable[Encounter], zone: ZoneInfo, *, name: str = "") -> bytes:
    """RFC 5545, in the time zone of who reads it; each with `group` at hand. The join link is where one meets."""
    from icalendar import Calendar, Event  # 60 ms to import: only where a calendar is made

    made = Calendar()
    made.add("prodid", "-//Alliage//codev//FR")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    if name:
        made.add("x-wr-calname", name)
    rows = list(encounters)
    for row in rows:
        event = Event()
        page = settings.ORIGIN + row.get_absolute_url()
        join = row.video_url or row.group.video_url
        event.add("uid", f"codev-{row.pk}@{_host()}")
        event.add("summary", neutral_title(row.group))
        event.add("dtstart", row.starts_at.astimezone(zone))
        event.add("dtend", row.ends_at.astimezone(zone))
        event.add("dtstamp", row.changed_at)
        event.add("last-modified", row.changed_at)
        event.add("sequence", row.sequence)
        event.add("status", "CANCELLED" if row.state == EncounterState.CANCELLED else "CONFIRMED")
        event.add("class", "PRIVATE")
        event.add("url", page)
        if join:
            event.add("location", join)
        event.add(
            "description", (_("Rejoindre\u00a0: %s") % join + "\n" if join else "") + _("La page\u00a0: %s") % page
        )
        made.add_component(event)
    if rows:
        first = min(row.starts_at for row in rows) - timedelta(days=366)
        last = max(row.ends_at for row in rows) + timedelta(days=366)
        made.add_missing_timezones(first_date=first.date(), last_date=last.date())
    written: bytes = made.to_ical()
    return written


def _host() -> str:
    return settings.ORIGIN.partition("://")[2].partition("/")[0].partition(":")[0]
