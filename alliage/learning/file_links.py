"""Links of invitations into a file: made from a seed and the site's key; the database holds a digest."""

import secrets

from django.conf import settings
from django.urls import reverse

from alliage.accounts import secret_links
from alliage.learning.models import FileInvitation

_SALT = "alliage.learning.file"
digest = secret_links.digest


def new_seed() -> str:
    return secrets.token_urlsafe(32)


def token_of(seed: str) -> str:
    return secret_links.token(_SALT, seed)


def address_of(invitation: FileInvitation) -> str:
    """What the mail holds."""
    return settings.ORIGIN + reverse("learning:file_invitation", args=[token_of(invitation.seed)])


def invitation_of(token: str) -> FileInvitation | None:
    found = FileInvitation.objects.filter(token_digest=digest(token))
    return found.select_related("file__territory", "by").first()
