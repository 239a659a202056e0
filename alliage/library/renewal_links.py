"""The link of a reminder, « Toujours exact »: it confirms one resource, for whoever held it when it was sent, without sign-in."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core import signing
from django.urls import reverse

from alliage.library.enums import State
from alliage.library.models import Resource

_SALT = "alliage.library.renewal"
LIVES = timedelta(days=180)
CONFIRMABLE = (State.PUBLISHED, State.TO_RENEW)


@dataclass(frozen=True)
class Asked:
    """What a link asks. `since` is the last confirmation that was known when it was sent."""

    resource: Resource
    since: date | None

    @property
    def is_done(self) -> bool:
        """Somebody confirmed since, or published a new version."""
        confirmed = self.resource.confirmed_on
        return confirmed is not None and (self.since is None or confirmed > self.since)


def path(resource: Resource) -> str:
    since = resource.confirmed_on.isoformat() if resource.confirmed_on else ""
    token = signing.dumps([resource.pk, resource.owner_id, since], salt=_SALT)
    return reverse("library:still_right", args=[token])


def read(token: str) -> Asked | None:
    """What a link asks, or None: not ours, too old, or the resource changed hands, is hidden, obsolete or withdrawn."""
    try:
        pk, owner_id, since = signing.loads(token, salt=_SALT, max_age=LIVES)
    except signing.BadSignature:
        return None
    held = Resource.objects.filter(pk=pk, owner_id=owner_id, owner__is_active=True, is_hidden=False)
    resource = held.filter(state__in=CONFIRMABLE).select_related("owner").first()
    return Asked(resource, date.fromisoformat(since) if since else None) if resource else None
