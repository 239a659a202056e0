"""The link of a reminder, « Toujours exact »: it confirms one entry, for whoever held it when it was sent, without sign-in."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core import signing
from django.urls import reverse

from alliage.directory.models import Entry

_SALT = "alliage.directory.freshness"
LIVES = timedelta(days=120)


@dataclass(frozen=True)
class Asked:
    """What a link asks. `since` is the last confirmation that was known when it was sent."""

    entry: Entry
    since: date | None

    @property
    def is_done(self) -> bool:
        """Somebody confirmed since."""
        confirmed, shown = self.entry.confirmed_on, self.entry.withdrawn_on is None
        return shown and confirmed is not None and (self.since is None or confirmed > self.since)


def path(entry: Entry) -> str:
    since = entry.confirmed_on.isoformat() if entry.confirmed_on else ""
    token = signing.dumps([entry.pk, entry.owner_id, since], salt=_SALT)
    return reverse("directory:still_right", args=[token])


def read(token: str) -> Asked | None:
    """What a link asks, or None: not ours, too old, or the entry changed hands or is gone."""
    try:
        pk, owner_id, since = signing.loads(token, salt=_SALT, max_age=LIVES)
    except signing.BadSignature:
        return None
    entry = Entry.objects.filter(pk=pk, owner_id=owner_id, owner__is_active=True).select_related("owner").first()
    return Asked(entry, date.fromisoformat(since) if since else None) if entry else None
