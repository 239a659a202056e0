"""Writes of moderation: report, decide, contest, forget."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliage.accounts.enums import Role
from alliage.accounts.models import Member
from alliage.moderation import references
from alliage.moderation.enums import OUTCOMES, Act, Reason, ReportState
from alliage.moderation.models import Decision, Report
from alliage.moderation.permissions import is_author
from alliage.moderation.registry import Reportable
from alliage.notifications.services import notify, notify_many, send_mail_to_address
from alliage.refusals import Refusal

KEEP_REPORTERS = timedelta(days=365)


class ReportRefused(Refusal):
    """The report cannot be taken, or was already handled."""


class ContestationRefused(Refusal):
    """The decision cannot be contested by this person, or was already."""


def report(
    kind: Reportable,
    obj: Any,
    *,
    reason: str,
    text: str,
    by: Member | None,
    now: datetime,
    email: str = "",
    sent: str = "",
) -> Report:
    """Take a report about an object, from a member or from a visitor (who may leave an address for the answer).

    `sent` is what one display of the form has of its own: the same words sent twice from it are one report.
    """
    return _take(
        Report(
            object_kind=kind.code,
            object_id=str(obj.pk),
            title=kind.title(obj)[:200],
            url=kind.url(obj),
            reason=Reason(reason),
            text=text.strip(),
            reporter=by,
            reporter_email="" if by else email.strip(),
            sent_key=_sent_key(sent, kind.code, obj.pk, by and by.pk, email, reason, text) if sent else "",
            created_at=now,
        ),
        already=_("Vous avez déjà signalé cette page : l’équipe d’animation la regarde, vous serez prévenu."),
    )


@transaction.atomic
def decide(report: Report, *, act: str, reason: str, by: Member, now: datetime) -> Decision:
    """Decide about the object of a report, answer every open report about it, and tell those concerned."""
    act = Act(act)
    answered = _lock_open(report)
    found = references.load(report.object_kind, report.object_id)
    if found is None and act != Act.DISMISS:
        raise ReportRefused(
            _("Cet objet n’existe plus : il n’y a plus rien à masquer ni à montrer. Classez le signalement.")
        )
    kind, obj = found or (None, None)
    if kind and act in {Act.HIDE, Act.RESTORE} and (kind.hide is None or kind.restore is None):
        raise ReportRefused(_("Cette page ne peut pas être masquée."))
    author = kind.author(obj) if kind else None
    decision = Decision.objects.create(
        object_kind=report.object_kind,
        object_id=report.object_id,
        title=report.title,
        act=act,
        reason=reason.strip(),
        report_count=len(answered),
        by_id=by.pk,
        author_id=author.pk if author else None,
        decided_at=now,
    )
    _change_sight(kind, obj, act, by=by, now=now)
    for row in answered:
        _close(row, decision, now=now)
    _tell(decision, answered, author, by=by, now=now)
    return decision


def _change_sight(kind: Reportable | None, obj: Any, act: Act, *, by: Member, now: datetime) -> None:
    change = {Act.HIDE: kind.hide, Act.RESTORE: kind.restore}.get(act) if kind else None
    if change is not None:
        change(obj, by=by, now=now)


def contest(decision: Decision, *, text: str, by: Member, now: datetime) -> Report:
    """The author asks for a decision to be looked at again: it goes back to the queue, once."""
    found = references.load(decision.object_kind, decision.object_id)
    if not is_author(by, decision) or found is None:
        raise ContestationRefused(_("Seul l’auteur peut contester cette décision, tant que l’objet existe."))
    kind, obj = found
    return _take(
        Report(
            object_kind=decision.object_kind,
            object_id=decision.object_id,
            title=decision.title,
            url=kind.url(obj),
            reason=Reason.OTHER,
            text=text.strip(),
            reporter=by,
            contests=decision,
            created_at=now,
        ),
        already=_("Vous avez déjà contesté cette décision : l’équipe d’animation vous répondra."),
    )


def forget_old(now: datetime) -> None:
    """A year after the answer, forget who reported and what they wrote; the log of decisions stays."""
    old = Report.objects.filter(decided_at__lt=now - KEEP_REPORTERS)
    old.update(reporter=None, reporter_email="", text="", sent_key="")


def _sent_key(*parts: Any) -> str:
    return sha256(repr(parts).encode(errors="replace")).hexdigest()


def _take(row: Report, *, already: str) -> Report:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            animators = Member.objects.filter(role__in=[Role.ANIMATOR, Role.ADMINISTRATOR], is_active=True)
            notify_many(animators, "moderation.report_received", row, by=row.reporter, now=row.created_at)
    except IntegrityError as error:
        same = Report.objects.filter(sent_key=row.sent_key).first() if row.sent_key else None
        if same is None:
            raise ReportRefused(already) from error
        return same
    return row


def _lock_open(report: Report) -> list[Report]:
    """Every open report about the same object, under lock; a refusal when this one was handled meanwhile."""
    rows = list(
        Report.objects.select_for_update()
        .filter(object_kind=report.object_kind, object_id=report.object_id, state=ReportState.OPEN)
        .order_by("pk")
    )
    if report.pk not in {row.pk for row in rows}:
        raise ReportRefused(_("Ce signalement vient d’être traité par quelqu’un d’autre. Rien n’a été changé."))
    return rows


def _close(row: Report, decision: Decision, *, now: datetime) -> None:
    as_report, as_contestation = OUTCOMES[decision.act]
    row.state = as_contestation if row.contests_id else as_report
    row.decision, row.decided_at = decision, now
    row.save(update_fields=["state", "decision", "decided_at"])


def _tell(decision: Decision, answered: list[Report], author: Member | None, *, by: Member, now: datetime) -> None:
    """Tell those who reported what came of it, and the author what happened to their page."""
    for row in answered:
        if row.reporter and row.reporter != author:
            notify(row.reporter, "moderation.report_answered", decision, by=by, now=now)
        elif row.reporter_email:
            send_mail_to_address(
                row.reporter_email,
                "moderation/mail/answered.html",
                {"decision": decision, "upheld": row.state == ReportState.UPHELD},
                key=f"report|{row.pk}",
                scope="moderation.report_answered",
                label=_("Réponses à mes signalements"),
                now=now,
            )
    contested = any(row.contests_id for row in answered)
    if author and (decision.act != Act.DISMISS or contested):
        notify(author, "moderation.content_decided", decision, by=by, now=now)
