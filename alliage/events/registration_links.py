"""Personal links of those who come, and of their calendar: made from a seed and the site's key; the database holds a digest.

A copy of the database opens nothing.
"""

import secrets

from django.conf import settings
from django.urls import reverse

from alliage.accounts import secret_links
from alliage.events.models import Attendee, ProgrammeLink

_SALT = "alliage.events.registration"
digest = secret_links.digest


def new_seed() -> str:
    return secrets.token_urlsafe(32)


def token_of(seed: str) -> str:
    return secret_links.token(_SALT, seed)


def path_of(attendee: Attendee) -> str:
    """The page of one's own registration."""
    return reverse("events:registration", args=[token_of(attendee.seed)])


def calendar_path_of(attendee: Attendee) -> str:
    return reverse("events:registration_ics", args=[token_of(attendee.seed)])


def attendee_of(token: str) -> Attendee | None:
    """Whose registration a link opens; None when there is none, or no longer."""
    found = Attendee.objects.filter(token_digest=digest(token), forgotten_at=None)
    return found.select_related("event", "member", "profile", "territory").first()


def feed_url(link: ProgrammeLink) -> str:
    """What one gives to one's calendar."""
    return settings.ORIGIN + reverse("events:my_programme_feed", args=[token_of(link.seed)])


def link_of(token: str) -> ProgrammeLink | None:
    found = ProgrammeLink.objects.filter(token_digest=digest(token), member__is_active=True)
    return found.select_related("member").first()
