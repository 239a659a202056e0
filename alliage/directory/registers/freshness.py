"""What freshness and members' knowledge add: notifications, desk queues, what time does, personal data, pages of entries."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alliage.accounts.registry import PersonalData, personal_data
from alliage.directory import freshness, freshness_links
from alliage.directory.enums import FreshnessDeed, FreshnessWay, OutdatedState
from alliage.directory.models import Entry, FreshnessAct, Knowledge, Reminder
from alliage.directory.queries import freshness as queries
from alliage.directory.queries import knowledge as known
from alliage.directory.queries.held import held
from alliage.directory.queries.profiles import url
from alliage.directory.registry import Panel, Section, panels
from alliage.directory.services import freshness as services
from alliage.directory.services import knowledge as saying
from alliage.jobs.registry import Periodic, schedule
from alliage.moderation.registry import DeskQueue, queues
from alliage.notifications.registry import Message, NotificationKind, kinds
from alliage.ui.registry import DeskPanel, desk_panels

DESK_URL, OUTDATED_URL = "/annuaire/a-confirmer/", "/annuaire/inexactes/"
SHOWN = 4


# --- What is told --------------------------------------------------------------------------------------------------


def about_freshness(obj: Reminder | FreshnessAct, _by: Any) -> Message:
    """« Est-ce toujours exact ? », or what was done about it; the link confirms without sign-in."""
    entry, path = obj.entry, freshness_links.path(obj.entry)
    name = {"name": entry.name}
    today = timezone.localdate()
    if isinstance(obj, Reminder):
        title = _("Votre fiche « %(name)s » est-elle toujours exacte ?") % name
        text = _("Elle est %(since)s. Un clic suffit pour dire qu’elle est toujours exacte, sans vous connecter.")
        return Message(title, path, text % {"since": freshness.words(entry.confirmed_on, today)})
    if obj.deed == FreshnessDeed.CONFIRMED:
        title = _("Votre fiche « %(name)s » a été confirmée pour vous") % name
        return Message(title, entry.get_absolute_url(), _("Raison donnée : %(reason)s") % {"reason": obj.reason})
    title = _("Votre fiche « %(name)s » n’est plus sur la carte") % name
    if obj.way == FreshnessWay.SILENCE:
        text = _(
            "Elle est restée longtemps sans confirmation. Elle reste dans la liste ; un clic la remet sur la carte."
        )
    else:
        text = _("Raison donnée : %(reason)s Un clic la remet sur la carte.") % {"reason": obj.reason}
    return Message(title, path, text)


def about_ownerless(_reminder: Reminder, _by: Any) -> Message:
    count = queries.waiting_for_animators(timezone.localdate()).count()
    title = ngettext(
        "%(count)d fiche que personne ne tient est à confirmer",
        "%(count)d fiches que personne ne tient sont à confirmer",
        count,
    )
    return Message(title % {"count": count}, f"{DESK_URL}?sans_titulaire=on")


def _outdated_url(row: Knowledge) -> str:
    return reverse("directory:outdated", args=[row.pk])


def about_outdated(row: Knowledge, _by: Any) -> Message:
    title = _("Quelque chose aurait changé dans votre fiche « %(name)s » : %(part)s") % {
        "name": row.entry.name,
        "part": row.get_part_display(),
    }
    return Message(
        title, _outdated_url(row), _("Lisez ce qui est dit, puis corrigez, ou dites que c’est toujours exact.")
    )


def about_handed(row: Knowledge, _by: Any) -> Message:
    return Message(_("À vérifier : la fiche « %(name)s »") % {"name": row.entry.name}, _outdated_url(row))


def about_settled(row: Knowledge, _by: Any) -> Message:
    name = {"name": row.entry.name}
    if row.state == OutdatedState.CORRECTED:
        return Message(_("La fiche « %(name)s » est corrigée") % name, row.entry.get_absolute_url(), row.answer)
    return Message(_("La fiche « %(name)s » a été vérifiée") % name, row.entry.get_absolute_url(), row.answer)


# --- What is shown -------------------------------------------------------------------------------------------------


def knowledge_of(entry: Entry, request: HttpRequest) -> Section | None:
    """« Qui connaît cet acteur »: a count for everyone; for members, names and what they may say."""
    found = known.of_entry(entry, request.user)
    can_say = bool(request.user.is_authenticated) and entry.owner_id != request.user.pk
    if not (found.count or can_say):
        return None
    context = {
        "known": found,
        "can_say": can_say,
        "is_member": request.user.is_authenticated,
        "known_url": url(entry, "say_known"),
        "outdated_url": url(entry, "say_outdated"),
        "back_url": url(entry, "take_back"),
    }
    return Section(_("Qui connaît cet acteur"), "directory/_knowledge.html", context)


def panel(request: HttpRequest) -> dict[str, Any] | None:
    """What waits for its holder on « mon espace »: entries to confirm, what is said to be outdated. One query."""
    today = timezone.localdate()
    mine = held(request)
    entries = queries.among(mine.owned, today)[:SHOWN]
    outdated = list(known.to_answer(request.user)[:SHOWN]) if mine.has("has_outdated") else []
    if not (entries or outdated):
        return None
    rows = [
        {"entry": entry, "freshness": freshness.tag(entry.confirmed_on, today), "url": url(entry, "confirm")}
        for entry in entries
    ]
    return {"entries": rows, "outdated": [{"row": row, "url": _outdated_url(row)} for row in outdated]}


def waiting_count() -> int:
    return queries.waiting_for_animators(timezone.localdate()).count()


kinds.add(
    NotificationKind(
        services.KIND,
        gettext_lazy("Mes fiches à confirmer"),
        gettext_lazy("Une fois par an, nous vous demandons si votre fiche est toujours exacte. Un clic suffit."),
        template="directory/mail/to_confirm.html",
        describe=about_freshness,
    )
)
kinds.add(
    NotificationKind(
        services.DESK_KIND,
        gettext_lazy("Fiches à confirmer que personne ne tient"),
        gettext_lazy("Pour l’équipe d’animation : personne d’autre ne peut dire si elles sont encore exactes."),
        describe=about_ownerless,
    )
)
kinds.add(
    NotificationKind(
        saying.OWNER_KIND,
        gettext_lazy("Ce qui ne serait plus exact dans mes fiches"),
        gettext_lazy("Un membre du réseau dit que quelque chose a changé."),
        describe=about_outdated,
    )
)
kinds.add(
    NotificationKind(
        saying.ANSWER_KIND,
        gettext_lazy("Suites de « ce n’est plus exact »"),
        gettext_lazy("Une fiche que vous avez signalée, ou que vous tenez, a été corrigée ou vérifiée."),
        describe=about_settled,
    )
)
kinds.add(
    NotificationKind(
        saying.DESK_KIND,
        gettext_lazy("Fiches dites inexactes"),
        gettext_lazy("Pour l’équipe d’animation : les deux versions ne s’accordent pas, ou personne n’a répondu."),
        describe=about_handed,
    )
)
queues.add(
    DeskQueue(
        "directory.to_confirm",
        gettext_lazy("Fiches à confirmer"),
        waiting_count,
        DESK_URL,
        position=22,
        help=gettext_lazy("Celles que personne ne tient et qui ont plus d’un an ; et qui d’autre est à relancer."),
    )
)
queues.add(
    DeskQueue(
        "directory.outdated",
        gettext_lazy("Fiches dites inexactes"),
        known.handed_count,
        OUTDATED_URL,
        position=23,
        help=gettext_lazy("Un membre dit que ce n’est plus exact : vérifiez, puis dites ce qu’il en est."),
    )
)
schedule.add(
    Periodic(
        "directory.freshness",
        every=timedelta(days=1),
        offset=timedelta(hours=7, minutes=10),
        run=services.tend,
        label=gettext_lazy("Demander si les fiches sont toujours exactes"),
    )
)
schedule.add(
    Periodic(
        "directory.outdated",
        every=timedelta(hours=1),
        offset=timedelta(minutes=40),
        run=saying.tend,
        label=gettext_lazy("Confier à l’équipe d’animation ce qui est resté sans réponse"),
    )
)
panels.add(Panel("directory.knowledge", 60, knowledge_of))
desk_panels.add(DeskPanel("directory.freshness", "directory/_freshness_panel.html", panel, position=8))
personal_data.add(
    PersonalData(
        "directory.knowledge", gettext_lazy("Ce que je sais des fiches"), known.export_of, saying.forget_member
    )
)
