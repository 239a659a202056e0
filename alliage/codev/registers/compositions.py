"""What composing adds: its work in the background, what is told of a call, the desk of animators, personal data."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.accounts.registry import PersonalData, personal_data
from alliage.codev import composing_tasks
from alliage.codev.models import Composition, SeatRequest
from alliage.codev.queries import compositions as queries
from alliage.codev.services import compositions as services
from alliage.jobs.models import Job
from alliage.jobs.registry import JobKind
from alliage.jobs.registry import kinds as job_kinds
from alliage.moderation.registry import DeskQueue, queues
from alliage.notifications.enums import Frequency
from alliage.notifications.registry import Message, NotificationKind, kinds


def about_call(call: Composition, _by: Any) -> Message:
    title = _("Des groupes de codéveloppement se composent\u00a0: %s") % call.title
    return Message(
        title, reverse("codev:call", args=[call.pk]), _("Dites que vous cherchez un groupe, et quand vous êtes libre.")
    )


def about_seat(request: SeatRequest, _by: Any) -> Message:
    """Nothing of who is where: the reasons are on her own page."""
    title = _("Pas encore de place dans un groupe\u00a0: %s") % request.composition.title
    text = _("Un créneau de plus peut suffire\u00a0: la page dit lequel.")
    return Message(title, reverse("codev:call", args=[request.composition_id]), text)


def page_of(job: Job) -> str:
    return reverse("codev:composition", args=[job.payload["composition"]])


job_kinds.add(
    JobKind(
        services.COMPOSE,
        gettext_lazy("Composer des groupes"),
        composing_tasks.run_compose,
        retries=1,
        result_url=page_of,
    )
)
job_kinds.add(
    JobKind(
        services.OPEN_GROUPS,
        gettext_lazy("Ouvrir les groupes composés"),
        composing_tasks.run_open_groups,
        retries=3,
        result_url=page_of,
    )
)
kinds.add(
    NotificationKind(
        services.CALLED,
        gettext_lazy("Des groupes se composent"),
        gettext_lazy("Un appel à rejoindre un groupe de codéveloppement est ouvert."),
        default_frequency=Frequency.WEEKLY,
        describe=about_call,
    )
)
kinds.add(
    NotificationKind(
        services.HINTED,
        gettext_lazy("Ma place dans un groupe qui se compose"),
        gettext_lazy("Vous cherchez un groupe et n’avez pas encore de place."),
        describe=about_seat,
    )
)
queues.add(
    DeskQueue(
        "codev.compositions",
        gettext_lazy("Groupes à composer"),
        None,
        "/codev/composer/",
        position=40,
        help=gettext_lazy("Des membres cherchent un groupe\u00a0: composez, relisez, invitez."),
        rows=queries.to_compose,
    )
)
personal_data.add(
    PersonalData(
        "codev.compositions", gettext_lazy("Groupes que je cherche"), queries.export_of, services.forget_member
    )
)
