"""Calendars: an encounter as an `.ics`, one's own feed behind a secret link. Titles are neutral: a calendar is often shared.

The address is made from a seed and the site's key, and only its digest is kept.
"""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from alliage.accounts import secret_links
from alliage.codev.enums import EncounterState, GroupKind
from alliage.codev.models import Encounter, Group
from alliage.formats import ics

_SALT = "alliage.codev.calendar"
digest = secret_links.digest


def token_of(seed: str) -> str:
    return secret_links.token(_SALT, seed)


def neutral_title(group: Group) -> str:
    """What is said of an encounter outside its group: nothing that was typed."""
    if group.kind == GroupKind.CODEV:
        return _("Séance de codéveloppement")
    if group.kind == GroupKind.COHORT:
        return _("Rencontre de votre promotion")
    return _("Rencontre de votre groupe")


def calendar(encounters: Iterable[Encounter], zone: ZoneInfo, *, name: str = "") -> bytes:
    """In the time zone of who reads it; each with `group` at hand. The join link is where one meets."""
    return ics.calendar(map(entry_of, encounters), zone=zone, name=name)


def entry_of(row: Encounter) -> ics.Entry:
    """`group` at hand."""
    page = settings.ORIGIN + row.get_absolute_url()
    join = row.video_url or row.group.video_url
    return ics.Entry(
        uid=f"codev-{row.pk}",
        title=neutral_title(row.group),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        changed_at=row.changed_at,
        url=page,
        location=join,
        description=(_("Rejoindre\u00a0: %s") % join + "\n" if join else "") + _("La page\u00a0: %s") % page,
        sequence=row.sequence,
        cancelled=row.state == EncounterState.CANCELLED,
        private=True,
    )
