"""What moderation tells people, and how."""

from typing import Any

from django.utils.translation import gettext as _

from alliage.moderation.enums import Act
from alliage.moderation.models import Decision, Report
from alliage.notifications.registry import Message


def report_received(report: Report, _by: Any) -> Message:
    """To animators: never who reported."""
    if report.contests_id:
        return Message(
            _("Décision contestée : %(title)s") % {"title": report.title}, report.get_absolute_url(), report.text
        )
    return Message(
        _("Signalement : %(title)s") % {"title": report.title},
        report.get_absolute_url(),
        f"{report.get_reason_display()}\n{report.text}",
    )


def report_answered(decision: Decision, _by: Any) -> Message:
    said = {
        Act.HIDE: _("« %(title)s », que vous aviez signalé, est masqué"),
        Act.RESTORE: _("« %(title)s », que vous aviez signalé, est montré de nouveau"),
        Act.CORRECT: _("« %(title)s », que vous aviez signalé, est corrigé"),
        Act.DISMISS: _("« %(title)s », que vous aviez signalé, reste en ligne"),
    }[Act(decision.act)]
    return Message(said % {"title": decision.title}, decision.get_absolute_url(), decision.reason)


def content_decided(decision: Decision, _by: Any) -> Message:
    said = {
        Act.HIDE: _("« %(title)s » est masqué : voyez pourquoi, et contestez si besoin"),
        Act.RESTORE: _("« %(title)s » est montré de nouveau"),
        Act.CORRECT: _("« %(title)s » est corrigé après un signalement"),
        Act.DISMISS: _("La décision sur « %(title)s » est maintenue"),
    }[Act(decision.act)]
    return Message(said % {"title": decision.title}, decision.get_absolute_url(), decision.reason)
