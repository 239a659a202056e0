"""Writes of what each says of a session once it is over: what they learnt, what they think of it without a name."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.codev.models import (
    Learning,
    Observer,
    RatingCount,
    RatingGiven,
    Session,
    SessionResource,
    Subject,
    SubjectVote,
)
from alliage.codev.services.session_subjects import plain
from alliage.codev.services.sessions import SessionRefused, locked
from alliage.codev.session_enums import Scale

LONGEST = 2000


def _ended(session: Session) -> Session:
    row = locked(session)
    if not row.is_ended:
        raise SessionRefused(_("Cela se dit une fois la séance terminée."))
    return row


@transaction.atomic
def learn(session: Session, text: str, *, by: Member, now: datetime) -> None:
    """What one learnt for oneself; said again, it is said otherwise; empty, it is taken back."""
    row = _ended(session)
    text = plain(text, LONGEST)
    if not text:
        Learning.objects.filter(session=row, member=by).delete()
        return
    Learning.objects.update_or_create(session=row, member=by, defaults={"text": text, "written_at": now})


@transaction.atomic
def rate(session: Session, values: Mapping[str, int], *, by: Member, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """Once each; what is kept is counters, that lead to nobody."""
    row = _ended(session)
    known = {scale: values[scale] for scale in Scale.values if values.get(scale) in range(1, 6)}
    if not known:
        raise SessionRefused(_("Choisissez au moins une réponse."))
    _given, is_first = RatingGiven.objects.get_or_create(session=row, member=by)
    if not is_first:
        raise SessionRefused(
            _("Vous avez déjà donné votre avis\u00a0: il est compté sans votre nom, et ne se change pas.")
        )
    for scale, value in known.items():
        found, _made = RatingCount.objects.get_or_create(session=row, scale=scale, value=value)
        RatingCount.objects.filter(pk=found.pk).update(count=F("count") + 1)


def forget_member(member: Member) -> None:
    """Their words leave; sessions stay, without them."""
    Subject.objects.filter(author=member).delete()
    SessionResource.objects.filter(by=member).delete()
    for kept in (SubjectVote, Observer, Learning, RatingGiven):
        kept.objects.filter(member=member).delete()
    Session.objects.filter(client=member).update(client=None)
    Session.objects.filter(facilitator=member).update(facilitator=None)
