"""What moderation adds to the folders below it, and to its own desk."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from alliage.accounts.registry import PersonalData, personal_data
from alliage.jobs.registry import Periodic, schedule
from alliage.moderation import messages, queries, references
from alliage.moderation.personal_data import erase, export
from alliage.moderation.registry import DeskQueue, Reportable, queues, reportable
from alliage.moderation.services import forget_old
from alliage.notifications.queries import failed_mail_count
from alliage.notifications.registry import NotificationKind, kinds
from alliage.territories import grammar
from alliage.territories.models import Territory
from alliage.ui.registry import PageAct, page_acts

kinds.add(
    NotificationKind(
        "moderation.report_received",
        _("Signalements à traiter"),
        _("Pour l’équipe d’animation : quelqu’un signale une page, ou conteste une décision."),
        describe=messages.report_received,
    )
)
kinds.add(
    NotificationKind(
        "moderation.report_answered",
        _("Réponses à mes signalements"),
        _("Ce que l’équipe d’animation a décidé d’une page que vous aviez signalée."),
        describe=messages.report_answered,
    )
)
kinds.add(
    NotificationKind(
        "moderation.content_decided",
        _("Décisions sur ce que je publie"),
        _("Une page à vous est masquée ou montrée de nouveau, avec la raison."),
        describe=messages.content_decided,
    )
)
queues.add(
    DeskQueue(
        "moderation.reports",
        _("Signalements"),
        queries.open_report_count,
        "/moderation/signalements/",
        position=10,
        help=_("Ce que des personnes ont signalé, et les décisions contestées."),
    )
)
queues.add(
    DeskQueue(
        "notifications.failed_mails",
        _("Courriels en échec"),
        failed_mail_count,
        "/notifications/envois/",
        position=90,
        help=_("Courriels qui n’ont pas pu partir : les renvoyer, ou les abandonner."),
    )
)
schedule.add(
    Periodic(
        "moderation.forget_old",
        every=timedelta(days=1),
        offset=timedelta(hours=3, minutes=10),
        run=forget_old,
        label=_("Oublier qui a fait les signalements anciens"),
    )
)


def _report_link(obj: Any, _request: HttpRequest) -> str:
    url = references.report_url(obj)
    return render_to_string("moderation/report_button.html", {"url": url}) if url else ""


page_acts.add(PageAct("moderation.report", 10, _report_link))
reportable.add(
    Reportable(
        code="territories.territory",
        model=Territory,
        label=_("page de territoire"),
        can_see=lambda _user, _territory: True,
        url=Territory.get_absolute_url,
        title=grammar.title,
    )
)
personal_data.add(PersonalData("moderation", str(_("Signalements envoyés")), export, erase))
