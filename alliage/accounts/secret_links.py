"""Links that open without signing in: made from a seed and the site's key, known by a digest alone; and pages behind them.

A copy of the database opens nothing. Each function has its own salt: a link of one opens nothing of another.
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _


def token(salt: str, seed: str) -> str:
    """What the address bears."""
    return urlsafe_b64encode(salted_hmac(salt, seed, algorithm="sha256").digest()).decode().rstrip("=")


def digest(token: str) -> str:
    """What the database keeps of it; whatever was typed in the address has one."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def private(response: Any) -> Any:
    """Out of search engines, and the address goes to no other site.

    Not « no-referrer »: browsers would hide where our own forms come from, and they would be refused.
    """
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "same-origin"
    return response


def change(request: HttpRequest, *, make: Callable[[], Any], revoke: Callable[[], Any]) -> None:
    """The gesture of a page that shows one's own secret link: obtained, changed (the one before opens nothing any more) or withdrawn."""
    if request.POST.get("act") == "revoke":
        revoke()
        messages.success(request, _("L’ancien lien n’ouvre plus rien."))
    else:
        make()
        messages.success(request, _("Voici votre lien. Celui d’avant, s’il y en avait un, n’ouvre plus rien."))
