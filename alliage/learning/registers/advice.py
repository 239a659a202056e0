"""What advice adds: its part of a file's page, what is told to the team and to who sent it, what comes back, personal data."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.accounts.registry import PersonalData, personal_data
from alliage.jobs.registry import Periodic, schedule
from alliage.learning.models import Advice, TerritoryFile
from alliage.learning.permissions import can_advise, can_write_file
from alliage.learning.queries import advice as queries
from alliage.learning.registry import FilePart, Section, file_parts
from alliage.learning.services import advice as services
from alliage.notifications.enums import Frequency
from alliage.notifications.registry import Message, NotificationKind, kinds

FEW = 3


def part(file: TerritoryFile, user: Any, _now: datetime) -> Section | None:
    """What waits, then the latest. One query; nothing to say of a file that nobody accompanies yet."""
    lines, may_advise = queries.of_file(file), can_advise(user, file)
    if not lines and not may_advise:
        return None
    context = {
        "lines": lines[:FEW],
        "waiting": sum(line.is_waiting for line in lines),
        "more": max(0, len(lines) - FEW),
        "file": file,
        "can_write": can_write_file(user, file),
        "can_advise": may_advise,
    }
    return Section(_("Conseils reçus"), "learning/_advice_part.html", context)


def _url(advice: Advice) -> str:
    return reverse("learning:advice_one", args=[advice.file_id, advice.pk])


def about_advice(advice: Advice, _by: Any) -> Message:
    """Who, and that opening tells them. Never the word, nor what is proposed."""
    name = advice.sender.get_full_name()
    text = _("%(name)s verra la date à laquelle quelqu’un de l’équipe ouvre cette page.") % {"name": name}
    return Message(_("%(name)s propose quelque chose à votre territoire") % {"name": name}, _url(advice), text)


def about_news(advice: Advice, _by: Any) -> Message:
    if advice.answered_at is None:
        text = _(
            "Personne de l’équipe ne l’a ouvert en deux semaines. Peut-être un mot de vive voix, ou autre chose\u00a0?"
        )
        return Message(_("Un de vos conseils vous revient"), _url(advice), text)
    return Message(_("Un de vos conseils\u00a0: %s") % advice.get_state_display(), _url(advice))


file_parts.add(FilePart("advice", 50, part))
kinds.add(
    NotificationKind(
        services.RECEIVED,
        gettext_lazy("Ce que l’on propose à mon territoire"),
        gettext_lazy("Une personne qui l’accompagne pense qu’une ressource, quelqu’un ou un rendez-vous l’aidera."),
        describe=about_advice,
    )
)
kinds.add(
    NotificationKind(
        services.NEWS,
        gettext_lazy("Ce que deviennent mes conseils à un territoire"),
        gettext_lazy("L’équipe a répondu, ou ne l’a pas ouvert en deux semaines."),
        default_frequency=Frequency.DAILY,
        describe=about_news,
    )
)
schedule.add(
    Periodic(
        "learning.give_back_advice",
        every=timedelta(days=1),
        offset=timedelta(hours=7, minutes=40),
        run=services.give_back,
        label=gettext_lazy("Rendre les conseils que personne n’a ouverts"),
    )
)
personal_data.add(
    PersonalData(
        "learning.advice",
        gettext_lazy("Conseils que j’ai proposés à des territoires"),
        queries.export_of,
        services.forget_member,
    )
)
