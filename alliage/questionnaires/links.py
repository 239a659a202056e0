"""Secret links of openings: whoever has one answers, without an account.

The address is made from the opening's `seed` and the site's key: a copy of the database opens nothing.
"""

import hashlib
from base64 import urlsafe_b64encode

from django.urls import reverse
from django.utils.crypto import salted_hmac

from alliage.questionnaires.models import Opening

_SALT = "alliage.questionnaires.link"


def secret_from(seed: str) -> str:
    return urlsafe_b64encode(salted_hmac(_SALT, seed, algorithm="sha256").digest()).decode().rstrip("=")


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def path(opening: Opening) -> str:
    """Where one answers, or "" for an opening without a link."""
    return reverse("questionnaires:answer", args=[secret_from(opening.seed)]) if opening.seed else ""


def by_secret(secret: str) -> Opening | None:
    return Opening.objects.select_related("version__questionnaire").filter(token_digest=digest(secret)).first()
