"""The link of the mail of a duo: it opens the page, and leaves the month out in one gesture, without sign-in."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core import signing
from django.urls import reverse

from alliage.accounts.models import Member

_SALT = "alliage.codev.duos"
LIVES = timedelta(days=62)


@dataclass(frozen=True)
class Asked:
    member: Member
    month: date


def path(member: Member, month: date) -> str:
    return reverse("codev:duo_link", args=[signing.dumps([member.pk, month.isoformat()], salt=_SALT)])


def read(token: str) -> Asked | None:
    """What a link is for, or None: not ours, too old, or the account is closed."""
    try:
        pk, month = signing.loads(token, salt=_SALT, max_age=LIVES)
    except signing.BadSignature:
        return None
    member = Member.objects.filter(pk=pk, is_active=True).first()
    return Asked(member, date.fromisoformat(month)) if member else None
