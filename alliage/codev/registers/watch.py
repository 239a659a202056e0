"""What the watch adds: what time does, what is told, the desk's queue."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.codev.models import Question
from alliage.codev.queries import questions
from alliage.codev.services import watch as services
from alliage.jobs.registry import Periodic, schedule
from alliage.moderation.registry import DeskQueue, queues
from alliage.notifications.enums import Frequency
from alliage.notifications.registry import Message, NotificationKind, kinds


def to_watch(question: Question, _by: Any) -> Message:
    title = _("Sans réponse depuis deux jours\u00a0: %(title)s") % {"title": question.title}
    text = _("C’est votre semaine de veille\u00a0: répondez, ou montrez-la à quelqu’un qui saurait.")
    return Message(title, question.get_absolute_url(), text)


def proposed(question: Question, _by: Any) -> Message:
    title = _("Sans réponse depuis une semaine\u00a0: %(title)s") % {"title": question.title}
    text = _("Votre question est montrée à celles et ceux qui animent des groupes de codéveloppement. Vous pouvez la retirer de cette liste sur sa page.")  # fmt: skip
    return Message(title, question.get_absolute_url(), text)


def waiting(question: Question, _by: Any) -> Message:
    return Message(
        _("Une question près de vos sujets\u00a0: %(title)s") % {"title": question.title}, question.get_absolute_url()
    )


kinds.add(
    NotificationKind(
        services.TO_WATCH,
        gettext_lazy("Ma semaine de veille"),
        gettext_lazy("Pendant la semaine que vous avez prise, une question reste sans réponse deux jours ouvrés."),
        describe=to_watch,
    )
)
kinds.add(
    NotificationKind(
        services.SUBJECT,
        gettext_lazy("Mes questions proposées comme sujets"),
        gettext_lazy("Après une semaine sans réponse, votre question est montrée à qui anime un groupe."),
        describe=proposed,
    )
)
kinds.add(
    NotificationKind(
        services.WAITING,
        gettext_lazy("Questions qui attendent, près de mes sujets"),
        gettext_lazy("Une fois par semaine, trois questions sans réponse au plus. Rien quand il n’y a rien."),
        default_frequency=Frequency.WEEKLY,
        describe=waiting,
    )
)
schedule.add(
    Periodic(
        "codev.questions",
        every=timedelta(hours=1),
        offset=timedelta(minutes=25),
        run=services.tend,
        label=gettext_lazy("Veiller aux questions sans réponse"),
    )
)
schedule.add(
    Periodic(
        "codev.questions_weekly",
        every=timedelta(days=7),
        offset=timedelta(days=3, hours=2),
        run=services.tell_waiting,
        label=gettext_lazy("Choisir pour chacun les questions qui attendent"),
    )
)
queues.add(
    DeskQueue(
        "codev.unanswered",
        gettext_lazy("Questions sans réponse"),
        None,
        "/entraide/veille/",
        position=45,
        help=gettext_lazy("Personne n’a répondu en deux jours ouvrés\u00a0: répondez, ou montrez-les à quelqu’un."),
        rows=lambda: questions.late(timezone.now()),
    )
)
