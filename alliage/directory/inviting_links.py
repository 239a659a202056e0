"""The link of an invitation to hold one's entry: it shows the entry to whoever has that mailbox, until somebody holds it."""

from datetime import timedelta

from django.core import signing
from django.urls import reverse

from alliage.directory.models import Entry
from alliage.directory.queries.inviting import unheld

_SALT = "alliage.directory.inviting"
LIVES = timedelta(days=90)


def path(entry: Entry) -> str:
    token = signing.dumps([entry.pk, entry.email], salt=_SALT)
    return reverse("directory:invited", args=[token])


def read(token: str) -> Entry | None:
    """The entry of a link, or None: not ours, too old, held by somebody, of another address now, or gone."""
    try:
        pk, email = signing.loads(token, salt=_SALT, max_age=LIVES)
    except signing.BadSignature:
        return None
    return unheld().filter(pk=pk, email=email).select_related("territory").first()
