"""What registration adds: what is told, reminders, releases, letters, personal data, what is done when someone signs in."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from alliage.accounts.models import Member
from alliage.accounts.registry import Arrival, PersonalData, arrivals, personal_data
from alliage.events import calendar_feeds
from alliage.events import registration_links as links
from alliage.events.queries import my_programme
from alliage.events.queries import registrations as queries
from alliage.events.services import attendee_mails, attendees, reminders, stars, words
from alliage.jobs.context import JobContext
from alliage.jobs.registry import Follower, JobKind, Periodic, followers, schedule
from alliage.jobs.registry import kinds as job_kinds
from alliage.notifications.registry import Message, NotificationKind, kinds


def about_registration(attendee: Any, _by: Any) -> Message:
    kind, places = attendee.told
    return Message(words.title_of(attendee, kind), links.path_of(attendee), words.text_of(places))


def files_of_registration(number: str, person: Any) -> Any:
    return calendar_feeds.files_of_member(person, pk=number, now=timezone.now())


def about_reminder(attendee: Any, _by: Any) -> Message:
    text = "\n".join(f"{title}, {when}" for title, when, _state in attendee.reminded)
    return Message(reminders.title_of(attendee), links.path_of(attendee), text)


def about_letter(attendee: Any, _by: Any) -> Message:
    return Message(attendee.letter.subject, links.path_of(attendee), attendee.letter.text)


def forget(member: Member) -> None:
    attendees.forget_member(member, now=timezone.now())
    stars.forget_member(member)


def export(member: Member) -> dict[str, Any]:
    return {"inscriptions": queries.export_of(member), "mon_programme": my_programme.export_of(member)}


def arrived(member: Member, request: HttpRequest, *, now: datetime) -> None:
    """What was registered by mail with this address, and what was starred in this browser, joins the account."""
    attendees.join(member, now=now)
    kept = stars.kept(request.COOKIES)
    if kept:
        stars.join(kept, by=member, now=now)


def send_letter(_context: JobContext, payload: dict[str, Any]) -> dict[str, int]:
    return {"people": attendee_mails.send(payload["letter"], now=timezone.now())}


kinds.add(
    NotificationKind(
        code=words.KIND,
        label=gettext_lazy("Mes inscriptions aux rendez-vous"),
        help=gettext_lazy("Vos places, celles qui se libèrent pour vous, ce qui change."),
        describe=about_registration,
        attach=files_of_registration,
        urgent=True,
    )
)
kinds.add(
    NotificationKind(
        code=reminders.KIND,
        label=gettext_lazy("Rappels des rendez-vous où j’ai une place"),
        help=gettext_lazy("Une semaine avant, puis la veille."),
        describe=about_reminder,
    )
)
kinds.add(
    NotificationKind(
        code=reminders.SOON,
        label=gettext_lazy("Rappel une heure avant un rendez-vous"),
        help=gettext_lazy("Avec la page par où l’on rejoint."),
        describe=about_reminder,
        urgent=True,
    )
)
kinds.add(
    NotificationKind(
        code=attendee_mails.KIND,
        label=gettext_lazy("Les messages des organisateurs des rendez-vous"),
        help=gettext_lazy("Ce qu’ils écrivent aux personnes inscrites."),
        describe=about_letter,
    )
)
followers.add(
    Follower("events.words", every=2.0, run=words.tell, label=gettext_lazy("Confirmer les inscriptions par courriel"))
)
schedule.add(
    Periodic(
        "events.remind",
        every=timedelta(minutes=5),
        run=reminders.remind,
        label=gettext_lazy("Rappeler les rendez-vous"),
    )
)
schedule.add(
    Periodic(
        "events.release",
        every=timedelta(minutes=10),
        run=attendees.release_unconfirmed,
        label=gettext_lazy("Rendre les places que personne n’a confirmées"),
    )
)
schedule.add(
    Periodic(
        "events.forget_attendees",
        every=timedelta(days=1),
        offset=timedelta(hours=3),
        run=attendees.forget_old,
        label=gettext_lazy("Oublier qui est venu, un an après"),
    )
)
job_kinds.add(JobKind(attendee_mails.JOB, gettext_lazy("Écrire aux personnes inscrites"), send_letter, retries=3))
personal_data.add(PersonalData("events.registrations", gettext_lazy("Mes inscriptions, mon programme"), export, forget))
arrivals.add(Arrival("events.registrations", arrived))
