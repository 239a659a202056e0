"""What encounters and cycles add: what is told of them, reminders, personal data."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.accounts import when
from alliage.accounts.registry import PersonalData, personal_data
from alliage.codev import calendars
from alliage.codev.models import DatePoll, Encounter
from alliage.codev.queries import cycles as cycle_queries
from alliage.codev.queries import encounters as queries
from alliage.codev.services import cycles, encounter_notices, encounters
from alliage.jobs.registry import Periodic, schedule
from alliage.notifications.registry import Message, NotificationKind, kinds


def about_encounter(row: Encounter, _by: Any) -> Message:
    """A neutral title and the moment, in the time zone of who is told: nothing that was typed."""
    words = {"what": calendars.neutral_title(row.group), "when": when.said(row.starts_at, row.minutes)}
    if not row.is_planned:
        return Message(_("Annulée\u00a0: %(what)s, %(when)s") % words, row.get_absolute_url())
    if row.sequence:
        return Message(_("Nouvelle date\u00a0: %(what)s, %(when)s") % words, row.get_absolute_url())
    return Message(_("%(what)s, %(when)s") % words, row.get_absolute_url())


def about_reminder(row: Encounter, _by: Any) -> Message:
    words = {"what": calendars.neutral_title(row.group), "when": when.said(row.starts_at, row.minutes)}
    return Message(_("Rappel\u00a0: %(what)s, %(when)s") % words, row.get_absolute_url())


def about_poll(row: DatePoll, _by: Any) -> Message:
    return Message("–", reverse("codev:poll", args=[row.group_id, row.pk]))


kinds.add(
    NotificationKind(
        code=cycles.POLL,
        label=gettext_lazy("Une date à choisir avec votre groupe"),
        help=gettext_lazy("Pour dire ce qui vous convient."),
        describe=about_poll,
        confidential=True,
    )
)
kinds.add(
    NotificationKind(
        code=encounter_notices.FIXED,
        label=gettext_lazy("Les dates des rencontres de vos groupes"),
        help=gettext_lazy("Une rencontre est fixée, déplacée ou annulée."),
        describe=about_encounter,
    )
)
kinds.add(
    NotificationKind(
        code=encounters.REMINDER,
        label=gettext_lazy("Rappels des rencontres de vos groupes"),
        help=gettext_lazy("Une semaine avant, puis la veille. Rien pour celles où vous ne venez pas."),
        describe=about_reminder,
    )
)
kinds.add(
    NotificationKind(
        code=encounters.SOON,
        label=gettext_lazy("Rappel une heure avant une rencontre"),
        help=gettext_lazy(
            "Avec l’adresse de sa page, où l’on trouve comment la rejoindre. Rien pour celles où vous ne venez pas."
        ),
        describe=about_reminder,
        urgent=True,
    )
)
schedule.add(
    Periodic(
        "codev.remind",
        every=timedelta(minutes=5),
        run=encounters.remind,
        label=gettext_lazy("Rappeler les rencontres des groupes"),
    )
)
personal_data.add(
    PersonalData(
        "codev.encounters",
        gettext_lazy("Mes réponses aux rencontres des groupes"),
        queries.export_of,
        encounters.forget_member,
    )
)
personal_data.add(
    PersonalData(
        "codev.cycles",
        gettext_lazy("Mes réponses aux dates proposées, mes séances"),
        cycle_queries.export_of,
        cycles.forget_member,
    )
)
