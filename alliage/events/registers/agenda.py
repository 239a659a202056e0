"""What the agenda adds: the menu, feeds, frames, panels of territories and organisations, « mon espace », what is told, reports, personal data."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.accounts.registry import PersonalData, personal_data
from alliage.directory.models import Entry
from alliage.directory.registry import Embeddable, embeddables
from alliage.directory.registry import Panel as EntryPanel
from alliage.directory.registry import Section as EntrySection
from alliage.directory.registry import panels as entry_panels
from alliage.events import calendar_feeds, embed_frames, permissions
from alliage.events.lines import line
from alliage.events.models import Event
from alliage.events.queries import coming, events
from alliage.events.services import event_notices
from alliage.events.services import events as services
from alliage.jobs.context import JobContext
from alliage.jobs.registry import JobKind
from alliage.jobs.registry import kinds as job_kinds
from alliage.moderation.registry import Reportable, reportable
from alliage.notifications.registry import Message, NotificationKind, kinds
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.registry import TermLink, term_links
from alliage.territories.models import Territory
from alliage.territories.registry import Panel, Section, panels
from alliage.ui.registry import DeskPanel, HeadLink, MenuEntry, desk_panels, head_links, menu

SHOWN = 3


def of_territory(territory: Territory, _request: HttpRequest) -> Section | None:
    """« Rendez-vous ici »: in it, inside it, around it; no query where there is none."""
    found = coming.of_territory(territory, now=timezone.now(), limit=SHOWN)
    if not found:
        return None
    query = f"territoire={territory.kind}:{territory.code}"
    return Section(
        _("Rendez-vous ici"), "events/_events_panel.html", {"lines": [line(each) for each in found], "query": query}
    )


def hosted(entry: Entry, _request: HttpRequest) -> EntrySection | None:
    found = coming.hosted_by(entry, now=timezone.now(), limit=SHOWN)
    if not found:
        return None
    return EntrySection(
        _("Ses prochains rendez-vous"), "events/_events_panel.html", {"lines": [line(each) for each in found]}
    )


def desk_panel(request: HttpRequest) -> dict[str, Any]:
    """Where one is expected, and what one prepares; one query."""
    found = coming.mine(request.user, now=timezone.now(), limit=SHOWN)
    return {"lines": [line(each) for each in found]}


def changed(event: Any, _by: Any) -> Message:
    """In the time zone of who is told; where one joins is on the page."""
    return Message(
        event_notices.title_of(event, event.told), event.get_absolute_url(), event_notices.text_of(event, event.told)
    )


def files_of_event(number: str, person: Any) -> Any:
    return calendar_feeds.files_of_member(person, event=number, now=timezone.now())


def tell(_context: JobContext, payload: dict[str, Any]) -> dict[str, int]:
    return {"people": event_notices.tell(payload, now=timezone.now())}


term_links.add(
    TermLink(
        "events.levier",
        Vocabulary.LEVIERS,
        gettext_lazy("Voir les rendez-vous"),  # type: ignore[arg-type]
        lambda term: f"/agenda/?levier={term.code}",
    )
)
menu.add(
    MenuEntry(
        code="events",
        label=gettext_lazy("Agenda"),  # type: ignore[arg-type]
        url="/agenda/",
        icon="calendar",
        position=5,
        hint=gettext_lazy("Les webinaires, les ateliers et la Rencontre annuelle, de l’inscription aux actes."),  # type: ignore[arg-type]
    )
)
head_links.add(
    HeadLink("agenda", "alternate", "/agenda.rss", gettext_lazy("L’agenda d’Alliage"), "application/rss+xml")  # type: ignore[arg-type]
)
embeddables.add(
    Embeddable(
        "agenda",
        gettext_lazy("L’agenda"),
        720,
        embed_frames.the_agenda,
        is_list=True,
        filters=embed_frames.filters_of,
        place="ou",
    )
)
embeddables.add(
    Embeddable("rendez-vous", gettext_lazy("Un rendez-vous"), 300, embed_frames.event, record_of=embed_frames.event_of)
)
panels.add(Panel("events.coming", 14, of_territory))
entry_panels.add(EntryPanel("events.hosted", 28, hosted))
desk_panels.add(DeskPanel("events.coming", "events/_desk_events.html", desk_panel, position=14))
job_kinds.add(JobKind(event_notices.JOB, gettext_lazy("Prévenir d’un changement d’agenda"), tell, retries=3))
kinds.add(
    NotificationKind(
        event_notices.KIND,
        event_notices.SCOPE_LABEL,
        gettext_lazy("Un rendez-vous où vous êtes inscrit change d’heure, de lieu ou de lien, ou n’aura pas lieu."),
        describe=changed,
        attach=files_of_event,
    )
)
reportable.add(
    Reportable(
        code="events.event",
        model=Event,
        label=gettext_lazy("rendez-vous de l’agenda"),
        can_see=permissions.can_see_event,
        hide=services.hide,
        restore=services.restore,
        url=Event.get_absolute_url,
        title=lambda event: str(event.title),
        author=lambda event: event.owner,
    )
)
personal_data.add(
    PersonalData(
        "events.held",
        gettext_lazy("Les rendez-vous que j’organise"),
        events.export_of,
        services.forget_member,
    )
)
