"""What the writing of entries adds to the folders below: photos, notifications, personal data, the desk."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.accounts.enums import ConsentKind
from alliage.accounts.models import Member
from alliage.accounts.registry import ConsentEffect, PersonalData, consent_effects, personal_data
from alliage.directory import permissions
from alliage.directory.enums import ChangeAct, JoinKind, JoinState
from alliage.directory.models import Entry, EntryChange, JoinRequest
from alliage.directory.queries import profiles as queries
from alliage.directory.queries.held import held
from alliage.directory.services import contacts, inviting, profiles
from alliage.files.enums import Kind
from alliage.files.models import StoredFile
from alliage.files.registry import MEGABYTE, Purpose, purposes
from alliage.jobs.context import JobContext
from alliage.jobs.registry import JobKind, Periodic, schedule
from alliage.jobs.registry import kinds as job_kinds
from alliage.moderation.registry import DeskQueue, queues
from alliage.notifications.registry import Message, NotificationKind, kinds
from alliage.territories.models import Territory
from alliage.territories.registry import Panel, Section, panels
from alliage.ui.registry import DeskPanel, desk_panels

CLAIMS_URL = "/annuaire/rattachements/"
MINE_URL = "/annuaire/ma-fiche/"


def may_read_photo(user: Any, file: StoredFile) -> bool:
    """A photo is read by those to whom its entry shows it."""
    entry = Entry.objects.filter(photo=file).first()
    return entry is not None and permissions.can_read_photo(user, entry)


def about_change(change: EntryChange, _by: Any) -> Message:
    """« votre fiche a été modifiée »: who, and which act; what changed is on the page."""
    titles = {
        ChangeAct.EDITED: _("%(who)s a modifié la fiche «\u00a0%(entry)s\u00a0»"),
        ChangeAct.PUBLISHED: _("%(who)s a publié la fiche «\u00a0%(entry)s\u00a0»"),
        ChangeAct.WITHDRAWN: _("%(who)s a retiré la fiche «\u00a0%(entry)s\u00a0»"),
        ChangeAct.GIVEN: _("%(who)s a confié à quelqu’un la fiche «\u00a0%(entry)s\u00a0»"),
        ChangeAct.PEOPLE: _("%(who)s a modifié les personnes de «\u00a0%(entry)s\u00a0»"),
    }
    return Message(
        titles[ChangeAct(change.act)] % {"who": change.by or _("Quelqu’un"), "entry": change.entry.name},
        queries.edit_url(change.entry),
    )


def about_join(request: JoinRequest, _by: Any) -> Message:
    """A request, an invitation, or what was answered."""
    words = {"who": request.member, "entry": request.entry.name}
    if request.state != JoinState.OPEN:
        accepted = request.state == JoinState.ACCEPTED
        if request.kind == JoinKind.INVITE:
            said = (
                _("%(who)s rejoint «\u00a0%(entry)s\u00a0»")
                if accepted
                else _("%(who)s ne rejoint pas «\u00a0%(entry)s\u00a0»")
            )
            return Message(said % words, queries.people_url(request.entry))
        said = (
            _("Votre demande pour «\u00a0%(entry)s\u00a0» est acceptée")
            if accepted
            else _("Votre demande pour «\u00a0%(entry)s\u00a0» n’est pas acceptée")
        )
        return Message(said % words, queries.edit_url(request.entry) if accepted else request.entry.get_absolute_url())
    if request.kind == JoinKind.CLAIM:
        return Message(_("%(who)s demande à tenir la fiche «\u00a0%(entry)s\u00a0»") % words, CLAIMS_URL)
    if request.kind == JoinKind.INVITE:
        return Message(_("«\u00a0%(entry)s\u00a0» vous invite à la rejoindre") % words, MINE_URL)
    return Message(_("%(who)s demande à rejoindre «\u00a0%(entry)s\u00a0»") % words, queries.people_url(request.entry))


def panel(request: HttpRequest) -> dict[str, Any]:
    """« Ma fiche » on « mon espace »: where it stands, what is missing, what one is asked."""
    return queries.desk_panel(request.user, held(request))


def team_of(territory: Territory, request: HttpRequest) -> Section | None:
    """On a territory's page, how a member declares the team that acts for it: no query."""
    if not permissions.can_create(request.user):
        return None
    url = f"{reverse('directory:new_team')}?territoire={territory.kind}:{territory.code}"
    return Section(_("L’équipe de ce territoire"), "directory/_team_panel.html", {"url": url})


def invite(context: JobContext, payload: dict[str, Any]) -> dict[str, int]:
    return inviting.send(context, payload, clock=timezone.now)


def erase(member: Member) -> None:
    profiles.forget(member, now=timezone.now())


purposes.add(
    Purpose(
        "directory.photo",
        gettext_lazy("Photos des fiches de l’annuaire"),
        frozenset({Kind.IMAGE}),
        max_bytes=5 * MEGABYTE,
        may_read=may_read_photo,
    )
)
kinds.add(
    NotificationKind(
        "directory.join",
        gettext_lazy("Rattachements aux organisations et aux équipes"),
        gettext_lazy("Quelqu’un demande à rejoindre votre organisation, vous invite, ou vous répond."),
        describe=about_join,
    )
)
kinds.add(
    NotificationKind(
        "directory.entry_changed",
        gettext_lazy("Changements faits à mes fiches par d’autres"),
        gettext_lazy(
            "L’équipe d’animation ou une autre personne a modifié, retiré ou confié une fiche que vous tenez."
        ),
        describe=about_change,
    )
)
personal_data.add(PersonalData("directory", gettext_lazy("Ma fiche et mes organisations"), queries.export_of, erase))
consent_effects.add(ConsentEffect("directory.profile", ConsentKind.PROFILE, profiles.consent_withdrawn))
queues.add(
    DeskQueue(
        "directory.claims",
        gettext_lazy("Fiches demandées"),
        queries.open_claim_count,
        CLAIMS_URL,
        position=20,
        help=gettext_lazy(
            "«\u00a0C’est mon organisation\u00a0»\u00a0: des personnes demandent à tenir une fiche de l’annuaire."
        ),
    )
)
job_kinds.add(
    JobKind(
        inviting.JOB,
        gettext_lazy("Inviter des personnes à tenir leur fiche"),
        invite,
        retries=2,
        result_url=lambda _job: reverse("directory:to_invite"),
    )
)
desk_panels.add(DeskPanel("directory.profile", "directory/_profile_panel.html", panel, position=5))
panels.add(Panel("directory.team", 15, team_of))
schedule.add(
    Periodic(
        "directory.forget_contacts",
        every=timedelta(days=1),
        offset=timedelta(hours=3, minutes=20),
        run=contacts.forget_old,
        label=gettext_lazy("Oublier les envois par les fiches"),
    )
)
