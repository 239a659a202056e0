"""Personal links of those who answer: made from a seed and the site's key; the database holds a digest.

One link opens one's own draft from any device; it opens nothing of anyone else.
"""

import secrets

from django.conf import settings
from django.urls import reverse

from alliage.accounts import secret_links
from alliage.learning.models import Diagnostic, Respondent

_SHARED = "alliage.learning.diagnostic"
_SALT = "alliage.learning.respondent"
digest = secret_links.digest


def new_seed() -> str:
    return secrets.token_urlsafe(32)


def token_of(seed: str) -> str:
    return secret_links.token(_SALT, seed)


def path_of(respondent: Respondent) -> str:
    return reverse("learning:answer", args=[token_of(respondent.seed)])


def address_of(respondent: Respondent) -> str:
    """What a mail holds."""
    return settings.ORIGIN + path_of(respondent)


def respondent_of(token: str) -> Respondent | None:
    """Whose answers a link opens, or None."""
    found = Respondent.objects.filter(token_digest=digest(token))
    return found.select_related(
        "diagnostic__opening__version__questionnaire", "diagnostic__territory", "diagnostic__file"
    ).first()


def shared_token_of(seed: str) -> str:
    """Of the link passed from hand to hand."""
    return secret_links.token(_SHARED, seed)


def shared_address_of(diagnostic: Diagnostic) -> str:
    """What one passes around or prints; empty when the team made no such link."""
    if not diagnostic.shared_seed:
        return ""
    return settings.ORIGIN + reverse("learning:join", args=[shared_token_of(diagnostic.shared_seed)])


def shared_by(token: str) -> Diagnostic | None:
    """The diagnostic that a link passed around opens, or None."""
    found = Diagnostic.objects.filter(shared_digest=digest(token), closed_at=None)
    return found.select_related("territory", "opening__version__questionnaire").first()
