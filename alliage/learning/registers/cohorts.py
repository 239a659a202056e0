"""What cohorts add: their part of a file's page, what is told, personal data."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.accounts.models import Member
from alliage.accounts.registry import PersonalData, personal_data
from alliage.jobs.registry import Periodic, schedule
from alliage.learning.models import Cohort, CohortLater, CohortPlace, TerritoryFile
from alliage.learning.permissions import can_write_file
from alliage.learning.queries import cohort_later as later_queries
from alliage.learning.queries import cohorts as queries
from alliage.learning.registry import FilePart, Section, file_parts
from alliage.learning.services import cohort_later, cohort_places, cohort_space
from alliage.learning.services import cohorts as services
from alliage.notifications.enums import Frequency
from alliage.notifications.registry import Message, NotificationKind, kinds


def part(file: TerritoryFile, user: Any, _now: datetime) -> Section | None:
    """Those it asked for or is in; one query."""
    places = queries.of_file(file)
    if not places:
        return None
    context = {"places": places, "writes": can_write_file(user, file)}
    return Section(_("Nos cohortes"), "learning/_cohort_part.html", context)


def about_cohort(cohort: Cohort, _by: Any) -> Message:
    """The kind's label is all that is told, and where to read."""
    return Message("–", cohort.get_absolute_url())


def about_board(cohort: Cohort, _by: Any) -> Message:
    return Message("–", reverse("learning:cohort_board", args=[cohort.slug]))


def about_place(place: CohortPlace, _by: Any) -> Message:
    return Message("–", reverse("learning:cohort_line", args=[place.cohort.slug, place.pk]))


def about_later(later: CohortLater, _by: Any) -> Message:
    return Message("–", reverse("learning:cohort_later", args=[later.place.cohort.slug, later.place_id]))


def export(member: Member) -> dict[str, Any]:
    return {**queries.export_of(member), "un_an_apres": later_queries.export_of(member)}


def forget(member: Member) -> None:
    services.forget_member(member)
    cohort_later.forget_member(member)


file_parts.add(FilePart("cohorts", 70, part))
for _kind in (
    NotificationKind(
        services.LIFE,
        gettext_lazy("Une réponse ou un changement pour votre place dans une cohorte"),
        gettext_lazy("Votre place est donnée ou non, vous avez un binôme, quelqu’un d’autre anime."),
        describe=about_cohort,
        confidential=True,
    ),
    NotificationKind(
        cohort_places.ASKED,
        gettext_lazy("Un territoire demande une place dans votre cohorte"),
        gettext_lazy("Pour répondre à qui attend."),
        describe=about_board,
        confidential=True,
    ),
    NotificationKind(
        cohort_places.REMINDED,
        gettext_lazy("Votre cohorte prend de vos nouvelles"),
        gettext_lazy(
            "La personne qui l’anime aimerait savoir où vous en êtes\u00a0: un mot dans l’espace commun suffit."
        ),
        describe=about_cohort,
        confidential=True,
    ),
    NotificationKind(
        cohort_space.NOTE,
        gettext_lazy("Une note sur votre territoire, dans une cohorte"),
        gettext_lazy("La personne qui l’anime a écrit quelque chose\u00a0: votre équipe le lit aussi."),
        describe=about_place,
        confidential=True,
    ),
    NotificationKind(
        cohort_later.ASKED,
        gettext_lazy("Un an après une cohorte, trois questions"),
        gettext_lazy("Ce que vous aviez choisi a-t-il tenu ? Demandé une seule fois, à qui tient le dossier."),
        describe=about_later,
        confidential=True,
    ),
    NotificationKind(
        cohort_space.MESSAGE,
        gettext_lazy("Un message dans l’espace de votre cohorte"),
        gettext_lazy("Écrit par une équipe de la cohorte ou par la personne qui l’anime."),
        default_frequency=Frequency.DAILY,
        describe=about_cohort,
        confidential=True,
    ),
):
    kinds.add(_kind)
schedule.add(
    Periodic(
        "learning.ask_later",
        every=timedelta(days=1),
        offset=timedelta(hours=7, minutes=40),
        run=cohort_later.ask_due,
        label=gettext_lazy("Demander des nouvelles un an après une cohorte"),
    )
)
personal_data.add(
    PersonalData(
        "learning.cohorts",
        gettext_lazy("Mes cohortes, mes messages et mes notes"),
        export,
        forget,
    )
)
