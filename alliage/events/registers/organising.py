"""What preparing a Rencontre adds: files of speakers, what is told to who organises, the weekly reminder, personal data."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.accounts.registry import PersonalData, personal_data
from alliage.events.enums import EventState, Standing
from alliage.events.models import Event, Sheet
from alliage.events.permissions import can_organise
from alliage.events.queries import planning as planning_queries
from alliage.events.queries import sheets as sheet_queries
from alliage.events.services import planning, sheets
from alliage.files.enums import Kind
from alliage.files.models import StoredFile
from alliage.files.registry import MEGABYTE, Purpose, purposes
from alliage.jobs.registry import Periodic, schedule
from alliage.notifications.registry import Message, NotificationKind, kinds


def _sheet(**named: Any) -> Sheet | None:
    found = Sheet.objects.filter(**named).select_related(
        "speaker__event", "partner__event", "partner__temps__event", "partner__sequence__event"
    )
    return found.first()


def _event_of(sheet: Sheet) -> Event:
    return Event.objects.get(pk=sheets.event_of_sheet(sheet))


def may_read_photo(user: Any, stored: StoredFile) -> bool:
    """As the name beside which it is shown: everyone for a public event, its organisers before."""
    sheet = _sheet(photo=stored)
    if sheet is None:
        return False
    event = _event_of(sheet)
    return (event.is_public and sheet.answer != Standing.DECLINED) or can_organise(user, event)


def may_read_slides(user: Any, stored: StoredFile) -> bool:
    """Those who organise; everyone once the day is over, when the speaker agreed."""
    sheet = _sheet(slides=stored)
    if sheet is None:
        return False
    event = _event_of(sheet)
    is_shared = sheet.shares_slides and event.state == EventState.PUBLISHED and not event.is_hidden
    return (is_shared and event.ends_at <= timezone.now()) or can_organise(user, event)


def about_answer(sheet: Sheet, _by: Any) -> Message:
    who: Any = sheet.speaker or sheet.partner
    event = _event_of(sheet)
    words = {"who": who.name, "answer": Standing(sheet.answer).label, "event": event.title}
    return Message(_("%(who)s\u00a0: %(answer)s (%(event)s)") % words, reverse("events:speakers", args=[event.slug]))


def about_planning(event: Event, _by: Any) -> Message:
    lines = planning_queries.pressing(event, timezone.now())
    late = sum(1 for line in lines if line.is_late)
    words = {"event": event.title, "late": late, "soon": len(lines) - late}
    text = _("En retard\u00a0: %(late)s. À faire dans la semaine\u00a0: %(soon)s.") % words
    return Message(
        _("À préparer pour «\u00a0%(event)s\u00a0»") % words, reverse("events:planning", args=[event.slug]), text
    )


purposes.add(
    Purpose(
        sheets.PHOTO_PURPOSE,
        gettext_lazy("Photos des intervenants"),
        frozenset({Kind.IMAGE}),
        max_bytes=5 * MEGABYTE,
        may_read=may_read_photo,
    )
)
purposes.add(
    Purpose(
        sheets.SLIDES_PURPOSE,
        gettext_lazy("Diapositives des intervenants"),
        frozenset({Kind.DOCUMENT}),
        max_bytes=20 * MEGABYTE,
        may_read=may_read_slides,
    )
)
kinds.add(
    NotificationKind(
        code=sheets.ANSWERED,
        label=gettext_lazy("Réponses des intervenants et des partenaires"),
        help=gettext_lazy("Quelqu’un confirme, décline ou écrit un mot, pour une Rencontre que vous organisez."),
        describe=about_answer,
    )
)
kinds.add(
    NotificationKind(
        code=planning.KIND,
        label=gettext_lazy("Rétroplanning des Rencontres que vous organisez"),
        help=gettext_lazy("Chaque semaine, ce qui est en retard et ce qui vient. Rien quand tout est fait."),
        describe=about_planning,
    )
)
schedule.add(
    Periodic(
        "events.planning",
        every=timedelta(days=1),
        run=planning.remind,
        label=gettext_lazy("Rappeler chaque semaine ce qui reste à préparer"),
    )
)
personal_data.add(
    PersonalData(
        "events.speakers",
        gettext_lazy("Mes interventions aux Rencontres"),
        sheet_queries.export_of,
        sheets.forget_member,
    )
)
