"""Writes of help wanted: asked, answered by mail without anybody's address shown, closed in one gesture."""

from datetime import datetime, timedelta
from email.utils import formataddr
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.formats.mail import render
from alliage.library.enums import OPEN, HelpKind, ProposalState
from alliage.library.models import HelpAnswer, HelpWanted, Resource
from alliage.library.queries import help as queries
from alliage.library.services import naming, resources
from alliage.notifications.services import queue_mail, send_mail_to_address
from alliage.refusals import Refusal

LASTS = timedelta(days=90)
ANSWER_RECOGNISED = timedelta(days=30)
KEEP_COUNTS = timedelta(days=365)
MOST_ANSWERS_A_DAY = 50
LONGEST = 300
COPY = "library.help_copy"


class HelpRefused(Refusal):
    """The help cannot be asked or answered."""


@transaction.atomic
def ask_help(resource: Resource, *, kind: str, text: str, by: Member, now: datetime) -> HelpWanted:
    """Show everyone what is sought, for ninety days. The same thing asked twice is asked once."""
    row = resources.lock(resource)
    text = " ".join(text.replace("\0", "").split())[:LONGEST]
    if not text:
        raise HelpRefused(_("Dites en une phrase ce que vous cherchez."))
    if not queries.can_be_helped(row):
        raise HelpRefused(_("Cette ressource n’est ni publiée ni en cours d’écriture."))
    _refuse_named_place(row, text)
    same = row.help_wanted.filter(kind=HelpKind(kind), closed_at=None).first()
    if same is not None and same.expires_at > now:
        if same.text == text:
            return same
        raise HelpRefused(_("Vous cherchez déjà cela pour cette ressource : fermez d’abord l’annonce."))
    if same is not None:
        _close(same, now=now)
    made: HelpWanted = row.help_wanted.create(
        kind=HelpKind(kind), text=text, by=by, created_at=now, expires_at=now + LASTS
    )
    return made


def _refuse_named_place(resource: Resource, text: str) -> None:
    """What does not name its territory does not name it here either, whether that is published or on its way."""
    last = resource.proposals.filter(state=ProposalState.ACCEPTED).order_by("-pk").first()
    for proposal in (last, resource.proposals.filter(state__in=OPEN).first()):
        name = naming.place_named(proposal.content, text) if proposal is not None else ""
        if name:
            raise HelpRefused(
                _("Cette ressource ne nomme pas son territoire : retirez « %(name)s », que tout le monde lirait.")
                % {"name": name}
            )


@transaction.atomic
def close_help(wanted: HelpWanted, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the view checked who
    """Nobody sees it any more. Twice is once."""
    row = _lock(wanted)
    if row.closed_at is None:
        _close(row, now=now)
    wanted.refresh_from_db()


def _close(row: HelpWanted, *, now: datetime) -> None:
    row.closed_at = now
    row.save(update_fields=["closed_at"])


def _lock(wanted: HelpWanted) -> HelpWanted:
    return HelpWanted.objects.select_for_update(of=("self",)).select_related("resource", "by").get(pk=wanted.pk)


def hide_help(obj: HelpWanted, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the moderation's log knows who
    HelpWanted.objects.filter(pk=obj.pk).update(is_hidden=True)


def restore_help(obj: HelpWanted, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    HelpWanted.objects.filter(pk=obj.pk).update(is_hidden=False)


# --- Answer --------------------------------------------------------------------------------------------------------


@transaction.atomic
def answer_help(
    wanted: HelpWanted, *, name: str, email: str, text: str, sent: str, now: datetime, by: Member | None = None
) -> HelpAnswer:
    """Write to who asks, who answers the sender directly; nobody learns another's address before that.

    A member receives a copy at her own address; another address is only told that a message left: the form would else
    send anything to anyone.
    """
    row = _lock(wanted)
    name, email, text = " ".join(name.split()), email.strip(), text.strip()
    key = sha256(repr((sent, row.pk, name, email, text)).encode(errors="replace")).hexdigest()
    if same := HelpAnswer.objects.filter(sent_key=key).first():
        return same
    if not queries.is_shown(row, now):
        raise HelpRefused(_("Ce n’est plus cherché : rien n’a été envoyé."))
    if row.answers.filter(created_at__gt=now - timedelta(days=1)).count() >= MOST_ANSWERS_A_DAY:
        raise HelpRefused(_("Beaucoup de réponses sont arrivées aujourd’hui : envoyez la vôtre demain."))
    answer: HelpAnswer = row.answers.create(sent_key=key, created_at=now)
    _mail(row, answer, name=name, email=email, text=text, by=by, now=now)
    return answer


def _mail(
    wanted: HelpWanted, answer: HelpAnswer, *, name: str, email: str, text: str, by: Member | None, now: datetime
) -> None:
    is_theirs = by is not None and by.email.lower() == email.lower()
    context = {"wanted": wanted, "sender": name, "sender_email": email, "text": text}
    queue_mail(
        render("library/mail/help_answer.html", context),
        key=f"library.help_answer|{answer.pk}",
        label=_("Réponse à un coup de main cherché"),
        person=wanted.by,
        to=wanted.by.email,
        headers={"Reply-To": formataddr((name, email))},
        now=now,
    )
    send_mail_to_address(
        email,
        "library/mail/help_copy.html",
        {"wanted": wanted, "sender": name if is_theirs else "", "text": text if is_theirs else ""},
        key=f"help|{answer.pk}",
        scope=COPY,
        label=_("Copies de mes messages"),
        now=now,
    )


# --- What time does ------------------------------------------------------------------------------------------------


def tend_help(now: datetime) -> None:
    """Close what is past its date; forget what recognised a sending, then that it happened."""
    HelpWanted.objects.filter(closed_at=None, expires_at__lte=now).update(closed_at=now)
    HelpAnswer.objects.filter(created_at__lt=now - ANSWER_RECOGNISED).exclude(sent_key=None).update(sent_key=None)
    HelpAnswer.objects.filter(created_at__lt=now - KEEP_COUNTS).delete()


def forget_member(member: Member) -> None:
    """Nobody would receive the answers."""
    HelpWanted.objects.filter(by=member).delete()
