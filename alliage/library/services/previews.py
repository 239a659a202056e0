"""Writes of preview links: made for a partner, revoked, opened."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.library import previews
from alliage.library.enums import OPEN
from alliage.library.models import PreviewLink, Proposal
from alliage.library.services import proposals
from alliage.refusals import Refusal

# Days that a link may last.
LASTS = (7, 30, 90)
MOST_OPEN = 20


class PreviewRefused(Refusal):
    """The rules of preview links say no."""


@transaction.atomic
def make(proposal: Proposal, *, label: str, days: int, sent: str, by: Any, now: datetime) -> PreviewLink:
    """A link that reads this proposal, for some days. The same display of the form makes one."""
    row = proposals.lock(proposal)
    key = sha256(repr((row.pk, by.pk, sent)).encode(errors="replace")).hexdigest()
    already = PreviewLink.objects.filter(sent_key=key).first()
    if already is not None:
        return already
    if row.state not in OPEN:
        raise PreviewRefused(_("Ce texte n’est plus un brouillon\u00a0: envoyez l’adresse de la ressource."))
    if days not in LASTS:
        raise PreviewRefused(_("Choisissez dans la liste combien de temps le lien reste ouvert."))
    if PreviewLink.objects.filter(proposal=row, revoked_at=None, expires_at__gt=now).count() >= MOST_OPEN:
        raise PreviewRefused(_("Ce texte a déjà %(count)d liens ouverts\u00a0: retirez-en un.") % {"count": MOST_OPEN})
    seed = secrets.token_urlsafe(32)
    return PreviewLink.objects.create(
        proposal=row,
        label=" ".join(label.split())[:120],
        seed=seed,
        token_digest=previews.digest(previews.token_of(seed)),
        sent_key=key,
        by=by,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )


@transaction.atomic
def revoke(link: PreviewLink, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """It opens nothing any more. Twice is once."""
    PreviewLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=now)
    link.refresh_from_db()


def opened(link: PreviewLink, *, now: datetime) -> None:
    """Its author sees that it was read, never by whom."""
    if link.opened_at is None or now - link.opened_at > timedelta(hours=1):
        PreviewLink.objects.filter(pk=link.pk).update(opened_at=now)


def forget_old(now: datetime) -> None:
    """Links that opened nothing for three months are forgotten."""
    PreviewLink.objects.filter(expires_at__lt=now - timedelta(days=90)).delete()
