"""Secret links to a draft: the address is made from a seed and the site's key, and only its digest is kept."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from alliage.accounts import secret_links
from alliage.library.models import PreviewLink

_SALT = "alliage.library.preview"
digest = secret_links.digest


def token_of(seed: str) -> str:
    return secret_links.token(_SALT, seed)


def address_of(link: PreviewLink) -> str:
    """What one sends to a partner."""
    return settings.ORIGIN + reverse("library:preview", args=[token_of(link.seed)])


def is_open(link: PreviewLink, now: datetime) -> bool:
    return link.revoked_at is None and link.expires_at > now
