"""What proceedings add: what closes a day, the survey, where a sequence leads, moderation, personal data."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.accounts.models import Member
from alliage.accounts.registry import PersonalData, personal_data
from alliage.events import permissions
from alliage.events.models import Event, Minutes
from alliage.events.queries import after, minutes_of_members
from alliage.events.registry import Offer, proceedings_offers
from alliage.events.services import minutes, proceedings, surveys
from alliage.jobs.context import JobContext
from alliage.jobs.registry import JobKind, Periodic, schedule
from alliage.jobs.registry import kinds as job_kinds
from alliage.moderation.registry import Reportable, reportable
from alliage.questionnaires.registry import ScopeKind, scopes


def close(_context: JobContext, payload: dict[str, Any]) -> dict[str, int]:
    """The day of one event is over. Run again from the start, it is closed once."""
    event = Event.objects.filter(pk=payload["event"]).first()
    if event is None:
        return {"version": 0}
    return {"version": proceedings.close(event, now=timezone.now()).last_number}


def holds_survey(user: Any, scope_id: str) -> bool:
    event = Event.objects.filter(pk=int(scope_id)).first() if scope_id.isdecimal() else None
    return event is not None and permissions.can_organise(user, event)


def can_see(user: Any, account: Minutes) -> bool:
    return account.is_public and permissions.can_see_event(user, account.sequence.event)


def forget(member: Member) -> None:
    proceedings.forget_member(member, now=timezone.now())


proceedings_offers.add(Offer("library.resources", 10, after.of_library))
proceedings_offers.add(Offer("directory.people", 20, after.of_directory))
scopes.add(ScopeKind(surveys.SCOPE, holds_survey))
job_kinds.add(JobKind(proceedings.JOB, _("Ouvrir les actes d’une rencontre"), close, retries=3))
schedule.add(
    Periodic(
        "events.close_days",
        every=timedelta(minutes=10),
        run=proceedings.close_due,
        label=_("Ouvrir les actes des rencontres qui viennent de finir"),
    )
)
schedule.add(
    Periodic(
        "events.gather_proceedings",
        every=timedelta(days=1),
        offset=timedelta(hours=3, minutes=20),
        run=proceedings.tidy,
        label=_("Rassembler de nouveau les actes de l’année"),
    )
)
reportable.add(
    Reportable(
        code="events.minutes",
        model=Minutes,
        label=_("compte rendu de séquence"),
        can_see=can_see,
        hide=minutes.hide,
        restore=minutes.restore,
        url=Minutes.get_absolute_url,
        title=lambda account: str(account.sequence.title),
        author=lambda account: account.signed_by,
    )
)
personal_data.add(
    PersonalData(
        "events.minutes", _("Comptes rendus que j’écris et que je signe"), minutes_of_members.export_of, forget
    )
)
