"""Signed links at the foot of mails: they act without sign-in, and show nobody's address."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import salted_hmac

_SALT = "alliage.notifications.unsubscribe"


@dataclass(frozen=True)
class Unsubscription:
    """Who wants no more of what: a member and kinds of notifications, or the digest of an address and one scope."""

    scopes: tuple[str, ...]
    person_id: int | None = None
    digest: str = ""

    def token(self) -> str:
        return signing.dumps([self.person_id, self.digest, *self.scopes], salt=_SALT)

    def url(self) -> str:
        return settings.ORIGIN + reverse("notifications:unsubscribe", args=[self.token()])

    def headers(self) -> dict[str, str]:
        """The headers by which a mail program offers « se désinscrire » in one click (RFC 2369, RFC 8058)."""
        return {"List-Unsubscribe": f"<{self.url()}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def read_token(token: str) -> Unsubscription | None:
    """What a link asks, or None when we did not sign it."""
    try:
        person_id, digest, *scopes = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError):
        return None
    return Unsubscription(tuple(scopes), person_id, digest)


def address_digest(address: str) -> str:
    """A keyed digest: enough to recognise an address, not to read it."""
    return salted_hmac(_SALT, address.strip().lower(), algorithm="sha256").hexdigest()


def origin_host() -> str:
    """The site's host name: the domain of our Message-IDs."""
    return urlsplit(settings.ORIGIN).hostname or "localhost"
