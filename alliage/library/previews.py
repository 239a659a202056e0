"""Secret links to a draft: the address is made from a seed and the site's key, and only its digest is kept."""

import hashlib
from base64 import urlsafe_b64encode
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from alliage.library.models import PreviewLink

_SALT = "alliage.library.preview"


def token_of(seed: str) -> str:
    return urlsafe_b64encode(salted_hmac(_SALT, seed, algorithm="sha256").digest()).decode().rstrip("=")


def digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def address_of(link: PreviewLink) -> str:
    """What one sends to a partner."""
    return settings.ORIGIN + reverse("library:preview", args=[token_of(link.seed)])


def is_open(link: PreviewLink, now: datetime) -> bool:
    return link.revoked_at is None and link.expires_at > now
