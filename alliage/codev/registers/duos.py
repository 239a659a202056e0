"""What duos add: the draw of each month, what it tells, personal data."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.accounts import when
from alliage.accounts.registry import PersonalData, personal_data
from alliage.codev import duo_links
from alliage.codev.models import Duo, DuoTurn
from alliage.codev.models.duos import MINUTES
from alliage.codev.queries import duos as queries
from alliage.codev.services import duos as services
from alliage.jobs.registry import Periodic, schedule
from alliage.notifications.registry import Message, NotificationKind, kinds
from alliage.notifications.timing import zone_of


def about_duo(duo: Duo, _by: Any) -> Message:
    """Both names, as both agreed; the moments at the clock of who reads."""
    other = duo.other(duo.told).get_full_name()
    title = _("Votre duo du mois\u00a0: %(you)s et %(other)s") % {"you": duo.told.get_full_name(), "other": other}
    said = [_said(each, duo.told) for each in queries.moments_of(duo)]
    text = _("Quinze minutes pour vous raconter vos métiers.")
    moments = _("Vous êtes libres en même temps\u00a0: %s.") % "\u00a0; ".join(said) if said else ""
    return Message(title, duo_links.path(duo.told, duo.month), f"{text}\n\n{moments}".strip())


def _said(moment: Any, member: Any) -> str:
    with timezone.override(zone_of(member.time_zone)):
        return when.said(moment, MINUTES)


def about_moment(duo: Duo, _by: Any) -> Message:
    other = duo.other(duo.told).get_full_name()
    title = _("Rendez-vous fixé avec %s") if duo.agreed_at else _("%s propose un moment pour votre duo")
    said = _said(duo.starts_at, duo.told) if duo.starts_at else ""
    return Message(title % other, reverse("codev:duo"), said)


def about_nobody(_obj: Duo | DuoTurn, _by: Any) -> Message:
    title = _("Pas de duo ce mois-ci")
    text = _(
        "Personne d’autre n’était libre aux mêmes heures, ou votre duo a passé son tour. Vous êtes prioritaire le mois prochain."
    )
    return Message(title, reverse("codev:duo"), text)


schedule.add(
    Periodic(
        "codev.duos",
        every=timedelta(days=1),
        offset=timedelta(hours=6, minutes=20),
        run=services.draw,
        label=gettext_lazy("Tirer les duos du mois"),
    )
)
kinds.add(
    NotificationKind(
        services.PAIRED,
        gettext_lazy("Mon duo du mois"),
        gettext_lazy("Avec qui, et quand vous êtes libres en même temps."),
        template="codev/mail/duo.html",
        describe=about_duo,
    )
)
kinds.add(
    NotificationKind(
        services.MOMENT,
        gettext_lazy("Le moment de mon duo"),
        gettext_lazy("L’autre personne propose un moment ou l’accepte."),
        describe=about_moment,
    )
)
kinds.add(
    NotificationKind(
        services.ALONE,
        gettext_lazy("Pas de duo ce mois-ci"),
        gettext_lazy("Personne n’est libre aux mêmes heures, ou votre duo a passé son tour."),
        describe=about_nobody,
    )
)
personal_data.add(
    PersonalData(
        "codev.duos",
        gettext_lazy("Mes duos"),
        queries.export_of,
        lambda member: services.forget_member(member, now=timezone.now()),
    )
)
