"""What moderation adds to the folders below it, and to its own desk."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from alliage.accounts.registry import PersonalData, personal_data
from alliage.jobs.registry import Periodic, schedule
from alliage.moderation import messages, queries
from alliage.moderation.personal_data import erase, export
from alliage.moderation.registry import DeskQueue, queues
from alliage.moderation.services import forget_old
from alliage.notifications.queries import failed_mail_count
from alliage.notifications.registry import NotificationKind, kinds

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
personal_data.add(PersonalData("moderation", str(_("Signalements envoyés")), export, erase))
