"""Writes of « mon agenda »: the secret link that one's own calendar follows, made, changed, withdrawn."""

import secrets
from datetime import datetime

from alliage.accounts.models import Member
from alliage.learning import agenda_feed_links as links
from alliage.learning.models import AgendaLink


def make_link(*, by: Member, now: datetime) -> str:
    """The one before opens nothing any more. Answers the token."""
    seed = secrets.token_urlsafe(32)
    token = links.token_of(seed)
    AgendaLink.objects.update_or_create(
        member=by, defaults={"seed": seed, "token_digest": links.digest(token), "created_at": now}
    )
    return token


def revoke_link(*, by: Member, now: datetime) -> None:  # noqa: ARG001 the name of every service
    AgendaLink.objects.filter(member=by).delete()


def forget_member(member: Member) -> None:
    AgendaLink.objects.filter(member=member).delete()
