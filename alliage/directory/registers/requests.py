"""What requests for help add to the folders below: notifications, a desk queue, what time does, personal data."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.accounts.models import Member
from alliage.accounts.registry import PersonalData, personal_data
from alliage.directory import secret_links
from alliage.directory.models import HelpRequest, RequestRecipient
from alliage.directory.queries import requests as queries
from alliage.directory.queries.held import held
from alliage.directory.services import requests as services
from alliage.jobs.registry import Periodic, schedule
from alliage.moderation.registry import DeskQueue, queues
from alliage.notifications.registry import Message, NotificationKind, Reply, kinds, replies
from alliage.territories import grammar
from alliage.ui.registry import DeskPanel, desk_panels

SHOWN = 3


def _from(row: HelpRequest) -> str:
    """Where it comes from: all that is said outside of its page."""
    return _("Demande d’aide %(of)s") % {"of": grammar.of(row.territory)} if row.territory else _("Demande d’aide")


def received(recipient: RequestRecipient, _by: Any) -> Message:
    title = _("%(request)s : on compte sur votre réponse")
    if recipient.request.reminded_at:
        title = _("%(request)s : elle attend encore votre réponse")
    text = _("Lisez-la, puis répondez, dites que vous ne pouvez pas aider cette fois, ou transmettez-la.")
    return Message(title % {"request": _from(recipient.request)}, secret_links.recipient_path(recipient), text)


def word_added(recipient: RequestRecipient, _by: Any) -> Message:
    title = _("%(request)s : un mot de plus") % {"request": _from(recipient.request)}
    return Message(title, secret_links.recipient_path(recipient))


def answer_by_mail(object_id: str, *, by: Any, text: str, now: Any, sent: str) -> str:
    """The answer of who holds the entry that received the request."""
    rows = RequestRecipient.objects.select_related("request", "entry").filter(entry__owner=by.pk)
    recipient = rows.filter(pk=object_id).first()
    if recipient is None:
        raise services.RequestRefused(_("Cette demande d’aide n’est plus là, ou ne vous est plus adressée."))
    services.answer(recipient, text=text, now=now, sent=sent)
    return secret_links.recipient_path(recipient)


def waits_for_animators(row: HelpRequest, _by: Any) -> Message:
    title = _("%(request)s : elle attend l’équipe d’animation") % {"request": _from(row)}
    return Message(title, row.get_absolute_url(), _("Répondez, ou orientez-la vers un catalyseur."))


def panel(request: HttpRequest) -> dict[str, Any] | None:
    """What waits for an answer, on « mon espace »: one query."""
    waiting = list(queries.to_answer(request.user)[: SHOWN + 1]) if held(request).has("has_requests") else []
    if not waiting:
        return None
    rows = [{"recipient": one, "url": secret_links.recipient_path(one)} for one in waiting[:SHOWN]]
    return {"rows": rows, "more": len(waiting) > SHOWN}


def erase(member: Member) -> None:
    services.forget_member(member, now=timezone.now())


kinds.add(
    NotificationKind(
        services.RECEIVED,
        gettext_lazy("Demandes d’aide reçues"),
        gettext_lazy("Quelqu’un demande votre aide pour son territoire, et attend votre réponse."),
        describe=received,
    )
)
kinds.add(
    NotificationKind(
        services.WORD,
        gettext_lazy("Suites des demandes d’aide reçues"),
        gettext_lazy("La personne qui demande votre aide ajoute un mot."),
        describe=word_added,
    )
)
kinds.add(
    NotificationKind(
        services.WAITS,
        gettext_lazy("Demandes d’aide à orienter"),
        gettext_lazy("Pour l’équipe d’animation : une demande n’a pas trouvé de réponse."),
        describe=waits_for_animators,
    )
)
for _code in (services.RECEIVED, services.WORD):
    replies.add(Reply(_code, answer_by_mail))
queues.add(
    DeskQueue(
        "directory.requests",
        gettext_lazy("Demandes d’aide à orienter"),
        queries.handed_over_count,
        "/annuaire/demandes/a-orienter/",
        position=20,
        help=gettext_lazy("Des territoires qui attendent quelqu’un : répondez, ou trouvez-leur un catalyseur."),
    )
)
schedule.add(
    Periodic(
        "directory.requests",
        every=timedelta(hours=1),
        offset=timedelta(minutes=20),
        run=services.tend,
        label=gettext_lazy("Rappeler, confier et effacer les demandes d’aide"),
    )
)
desk_panels.add(DeskPanel("directory.requests", "directory/_requests_panel.html", panel, position=10))
personal_data.add(PersonalData("directory.requests", gettext_lazy("Demandes d’aide"), queries.export_of, erase))
