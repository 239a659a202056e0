"""Writes of those who answer: invited, reminded, introduced; their answers kept screen by screen, then sent."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.learning import respondent_links
from alliage.learning.enums import RespondentRole
from alliage.learning.models import Diagnostic, Respondent
from alliage.learning.services import files
from alliage.learning.services.diagnostics import DiagnosticRefused, lock
from alliage.notifications.services import notify_many, send_mail_to_address
from alliage.questionnaires import services as engine
from alliage.questionnaires.models import Response

ANSWERED = "learning.diagnostic_answered"
MAILS = "learning.respondents"
MOST_AT_ONCE = 100
MOST = 500
# One is reminded once a day at most.
BETWEEN = timedelta(days=1)
_BETWEEN_ADDRESSES = re.compile(r"[\s,;<>]+")


@dataclass(frozen=True)
class Invited:
    """What came of a list of addresses: how many were written to, how many were there already, what could not be read."""

    sent: int
    already: int
    unread: tuple[str, ...]


@transaction.atomic
def invite(diagnostic: Diagnostic, text: str, *, role: str, by: Member, now: datetime) -> Invited:
    """Write to each address of a pasted text, all of one role. An address already there keeps its role and its link."""
    row = _open(diagnostic)
    if role not in RespondentRole.values:
        raise DiagnosticRefused(_("Dites de quel point de vue ces personnes regardent le territoire."))
    good, bad = _addresses(text)
    if len(good) > MOST_AT_ONCE:
        raise DiagnosticRefused(_("Cent adresses au plus à la fois\u00a0: envoyez-les en plusieurs fois."))
    if not good and not bad:
        raise DiagnosticRefused(_("Écrivez au moins une adresse électronique."))
    known = set(row.respondents.exclude(email="").values_list("email", flat=True))
    fresh = [address for address in good if address not in known]
    for address in fresh:
        _write(create(row, role=role, email=address, now=now), "invited", by=by, now=now)
    return Invited(len(fresh), len(good) - len(fresh), tuple(bad))


def _addresses(text: str) -> tuple[list[str], list[str]]:
    """Addresses of a pasted text, « Nom <adresse> » too; then what looks like one and is none."""
    words = [word.strip(".\"'()").lower() for word in _BETWEEN_ADDRESSES.split(text) if "@" in word]
    good, bad = [], []
    for word in dict.fromkeys(words):
        try:
            validate_email(word)
        except ValidationError:
            bad.append(word[:80])
        else:
            good.append(word)
    return good, bad


def _open(diagnostic: Diagnostic) -> Diagnostic:
    row = lock(diagnostic)
    if row.is_closed:
        raise DiagnosticRefused(_("Ce diagnostic est clos\u00a0: plus personne n’y répond."))
    return row


def create(row: Diagnostic, *, now: datetime, **fields: Any) -> Respondent:
    """Someone who may answer, under the diagnostic's lock."""
    if row.respondents.count() >= MOST:
        raise DiagnosticRefused(_("Ce diagnostic a déjà cinq cents réponses ou invitations."))
    seed = respondent_links.new_seed()
    return Respondent.objects.create(
        diagnostic=row,
        seed=seed,
        token_digest=respondent_links.digest(respondent_links.token_of(seed)),
        invited_at=now,
        **fields,
    )


@transaction.atomic
def come_by_link(diagnostic: Diagnostic, *, now: datetime) -> Respondent:
    """Whoever opens the link passed around gets a link of their own."""
    row = _open(diagnostic)
    return create(row, now=now)


@transaction.atomic
def of_member(diagnostic: Diagnostic, *, by: Member, now: datetime) -> Respondent:
    """Someone of the file answers too; twice is once. An invitation of their address becomes theirs."""
    row = _open(diagnostic)
    found = row.respondents.filter(Q(member=by) | Q(email__iexact=by.email)).order_by("member").first()
    if found is None:
        return create(row, member=by, role=RespondentRole.AGENT, now=now)
    if found.member_id is None:
        found.member = by
        found.save(update_fields=["member"])
    return found


@transaction.atomic
def remind(diagnostic: Diagnostic, *, by: Member, now: datetime) -> int:
    """Write again to those of the invited who did not answer, once a day at most; answers how many."""
    row = _open(diagnostic)
    waiting = row.respondents.filter(answered_at=None).exclude(email="")
    late = waiting.filter(Q(reminded_at=None) | Q(reminded_at__lte=now - BETWEEN), invited_at__lte=now - BETWEEN)
    count = 0
    for each in late:
        _write(each, f"reminded|{localdate(now)}", by=by, now=now)
        count += 1
    late.update(reminded_at=now)
    return count


def _write(respondent: Respondent, key: str, *, by: Member, now: datetime) -> None:
    send_mail_to_address(
        respondent.email,
        "learning/mail/respondent.html",
        {
            "diagnostic": respondent.diagnostic,
            "sender": by.get_full_name(),
            "path": respondent_links.address_of(respondent),
            "is_again": key != "invited",
        },
        key=f"respondent|{respondent.pk}|{key}",
        scope=MAILS,
        label=_("Invitations à répondre à un diagnostic"),
        now=now,
    )


@transaction.atomic
def withdraw(respondent: Respondent, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """Someone who did not answer is no longer invited: their link and draft go. What was sent stays."""
    row = _open(respondent.diagnostic)
    gone = row.respondents.filter(pk=respondent.pk, answered_at=None).first()
    if gone is None:
        raise DiagnosticRefused(_("Cette personne a répondu\u00a0: sa réponse reste."))
    Response.objects.filter(opening=row.opening, respondent=gone.key).delete()
    gone.delete()


# --- Answers ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def introduce(respondent: Respondent, *, role: str, shows_role: bool, now: datetime) -> Respondent:  # noqa: ARG001 as above
    """From where they look at the territory, and whether it may be said."""
    _open(respondent.diagnostic)
    row = Respondent.objects.select_for_update().get(pk=respondent.pk)
    if role not in RespondentRole.values:
        raise DiagnosticRefused(_("Choisissez le point de vue qui est le vôtre."))
    row.role, row.shows_role = role, shows_role
    row.save(update_fields=["role", "shows_role"])
    return row


def keep(respondent: Respondent, given: Mapping[str, Any], *, now: datetime) -> None:
    """What is answered so far; counted nowhere until it is sent."""
    engine.answer(respondent.diagnostic.opening, given, respondent=respondent.key, now=now, is_draft=True)


@transaction.atomic
def send(respondent: Respondent, given: Mapping[str, Any], *, now: datetime) -> Respondent:
    """Their answers count. Sent again before the end, they replace the first."""
    diagnostic = _open(respondent.diagnostic)
    row = Respondent.objects.select_for_update().get(pk=respondent.pk)
    if not given:
        raise DiagnosticRefused(_("Vous n’avez encore répondu à rien\u00a0: une seule réponse suffit."))
    engine.answer(diagnostic.opening, given, respondent=row.key, now=now)
    if row.answered_at is None and diagnostic.file is not None:
        # How many answered, never who.
        notify_many(files.writers(diagnostic.file), ANSWERED, diagnostic, by=row.member, now=now, key=f"{row.pk}")
    row.answered_at = now
    row.save(update_fields=["answered_at"])
    return row


@transaction.atomic
def take_back(respondent: Respondent, *, now: datetime) -> None:
    """Their answers go, until the end; their link stays, and they may answer again. Twice is once."""
    diagnostic = _open(respondent.diagnostic)
    engine.take_back(diagnostic.opening, respondent=respondent.key, now=now)
    Respondent.objects.filter(pk=respondent.pk).update(answered_at=None)


@transaction.atomic
def forget_member(member: Member) -> None:
    """The account closes: what was answered stays counted in the territory's result, without a name or an address."""
    mine = Respondent.objects.filter(Q(member=member) | Q(email__iexact=member.email))
    unsent: Iterable[Respondent] = mine.filter(answered_at=None).select_related("diagnostic")
    for each in unsent:
        Response.objects.filter(opening=each.diagnostic.opening_id, respondent=each.key).delete()
        each.delete()
    mine.update(member=None, name="", email="")
