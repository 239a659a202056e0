"""Secret links: of a request for help (whoever asks, each one who received it), of a need, of an alert.

Whoever asks has no account: their page opens by a secret made from the request's `seed` and the site's key. The database
holds its digest only, so that a copy of the database opens no page. Recipients' links are signed for whoever holds the
entry, or its address: they end with the request, when the entry changes hands, and while it is hidden or withdrawn.
Those of a need in the name of an entry are signed for the people who may edit it, for a month.
"""

import hashlib
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import salted_hmac

from alliage.directory.models import Alert, Entry, HelpRequest, Membership, Need, RequestRecipient

_SALT = "alliage.directory.request"
_RECIPIENT_SALT = "alliage.directory.request.recipient"
_NEED_SALT = "alliage.directory.need"
_LONGEST_NUMBER = 18
# How long the link of a mail to the holders of an entry acts for it: from the reminder to well after the end.
_NEED_LINK = timedelta(days=30)
# Recipients who read what they received: their entry is in the directory, or was left out of it by themselves.
STILL_READS = Q(entry__is_hidden=False, entry__withdrawn_on=None)
# Needs that a link to the holders of an entry may act on: the moderation left it in the directory.
STILL_HELD = Q(entry__isnull=False, entry__is_hidden=False)


def secret_from(seed: str) -> str:
    return urlsafe_b64encode(salted_hmac(_SALT, seed, algorithm="sha256").digest()).decode().rstrip("=")


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def requester_path(request: HelpRequest) -> str:
    """The page of whoever asks."""
    return reverse("directory:request_tracking", args=[secret_from(request.seed)])


def recipient_path(recipient: RequestRecipient) -> str:
    """The page of one who received it."""
    return reverse("directory:request_received", args=[_signer_for(recipient.entry).sign(str(recipient.pk))])


def _signer_for(entry: Entry) -> signing.Signer:
    """What it signs is worth for the one who holds the entry now, or for the address of an entry held by nobody."""
    return signing.Signer(salt=f"{_RECIPIENT_SALT}|{entry.owner_id or entry.email}")


def by_secret(secret: str, *, now: datetime) -> HelpRequest | None:
    """The request of a link, or None when there is none, or no longer."""
    found = HelpRequest.objects.select_related("territory").filter(token_digest=digest(secret), purged_at=None).first()
    return found if found and found.expires_at > now else None


def by_recipient(token: str, *, now: datetime) -> RequestRecipient | None:
    """What was received by the link, or None when it opens nothing, or no longer."""
    pk = token.partition(":")[0]
    if not (pk.isascii() and pk.isdecimal() and len(pk) <= _LONGEST_NUMBER):
        return None
    everything = RequestRecipient.objects.select_related("request__territory", "entry")
    found = everything.filter(STILL_READS, pk=pk, request__purged_at=None).first()
    if found is None or found.request.expires_at <= now:
        return None
    try:
        _signer_for(found.entry).unsign(token)
    except signing.BadSignature:
        return None
    return found


# --- Needs and alerts ----------------------------------------------------------------------------------------------


def need_path(need: Need) -> str:
    """The page where a need is confirmed, renewed, ended: of whoever posted it, or of the holders of its entry."""
    token = secret_from(need.seed) if need.seed else _signer_of_holders(need).sign(str(need.pk))
    return reverse("directory:need_follow", args=[token])


def _signer_of_holders(need: Need) -> signing.TimestampSigner:
    """What it signs is worth for those who hold or may edit the entry today: it ends when one comes or goes."""
    entry: Any = need.entry
    editors = Membership.objects.filter(group=entry, is_editor=True, person__owner__is_active=True)
    people = {entry.owner_id, *editors.values_list("person__owner_id", flat=True)} - {None}
    return signing.TimestampSigner(salt=f"{_NEED_SALT}|{','.join(map(str, sorted(people)))}")


def need_by_token(token: str) -> Need | None:
    """The need of a link, or None when there is none, or no longer."""
    needs = Need.objects.select_related("entry", "territory", "author").prefetch_related("terms")
    if ":" not in token:
        return needs.filter(token_digest=digest(token)).first()
    pk = token.partition(":")[0]
    if not (pk.isascii() and pk.isdecimal() and len(pk) <= _LONGEST_NUMBER):
        return None
    found = needs.filter(STILL_HELD, pk=pk).first()
    if found is None:
        return None
    try:
        _signer_of_holders(found).unsign(token, max_age=_NEED_LINK)
    except signing.BadSignature:
        return None
    return found


def alert_path(alert: Alert) -> str:
    """The page where an alert is confirmed or stopped."""
    return reverse("directory:alert", args=[secret_from(alert.seed)])


def alert_by_secret(secret: str) -> Alert | None:
    return Alert.objects.filter(token_digest=digest(secret)).first()
