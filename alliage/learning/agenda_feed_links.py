"""The secret link of one's own agenda: made from a seed and the site's key; the database holds a digest."""

from django.conf import settings
from django.urls import reverse

from alliage.accounts import secret_links

_SALT = "alliage.learning.agenda"
digest = secret_links.digest


def token_of(seed: str) -> str:
    return secret_links.token(_SALT, seed)


def url_of(seed: str) -> str:
    """What one gives to one's calendar."""
    return settings.ORIGIN + reverse("learning:agenda_feed", args=[token_of(seed)])
