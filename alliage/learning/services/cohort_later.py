"""« Ce qu’elles en disent un an après »: the holder of each place is asked once, answers, takes it back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.learning.enums import CohortState, FileRole, Held
from alliage.learning.models import CohortLater, CohortPlace, FileMember
from alliage.learning.services.actions import plain
from alliage.learning.services.cohorts import CohortRefused
from alliage.notifications.services import notify
from alliage.territories.folding import search_key

ASKED = "learning.cohort_later"
YEAR = timedelta(days=365)
# Asked late rather than never, when nobody held the file or no worker ran; years later, nobody remembers.
LATEST = timedelta(days=90)
LONGEST = 1_000
# What an answer taken back leaves: that it was asked.
_EMPTY: dict[str, Any] = {
    "answered_at": None, "author": None, "held": "", "helped": "", "otherwise": "", "is_shared": False,
}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """Whether what was chosen held, what helped, what they would do otherwise; `is_shared`: the words may be read by other cohorts."""

    held: str
    helped: str = ""
    otherwise: str = ""
    is_shared: bool = False


def ask_due(now: datetime) -> int:
    """Whoever holds the file of each place of a cohort closed a year ago, once; answers for how many were asked."""
    due = CohortPlace.objects.filter(
        cohort__state=CohortState.CLOSED,
        cohort__closed_at__range=(now - YEAR - LATEST, now - YEAR),
        joined_at__isnull=False,
        left_at=None,
        later=None,
    )
    held = FileMember.objects.filter(role=FileRole.HOLDER, member__is_active=True)
    found = due.filter(file__in=held.values("file")).order_by("pk").values_list("pk", flat=True)
    return sum(_ask(pk, now=now) for pk in list(found))


@transaction.atomic
def _ask(pk: int, *, now: datetime) -> bool:
    place = CohortPlace.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=pk)
    later, is_new = CohortLater.objects.get_or_create(place=place, defaults={"asked_at": now})
    if is_new:
        holder = FileMember.objects.select_related("member").get(file=place.file_id, role=FileRole.HOLDER).member
        notify(holder, ASKED, later, by=None, now=now, key="once")
    return is_new


@transaction.atomic
def answer(later: CohortLater, said: Answer, *, by: Member, now: datetime) -> CohortLater:
    """The whole answer, as last sent; by whoever answered first. Twice is once."""
    row = CohortLater.objects.select_for_update(of=("self",)).select_related("place__file__territory").get(pk=later.pk)
    if row.author_id not in (None, by.pk):
        raise CohortRefused(_("Une autre personne a répondu pour ce territoire\u00a0: elle seule change sa réponse."))
    if said.held not in Held.values:
        raise CohortRefused(_("Choisissez parmi les réponses proposées."))
    helped, otherwise = plain(said.helped, LONGEST), plain(said.otherwise, LONGEST)
    name = row.place.file.territory.name
    if said.is_shared and _says(name, f"{helped} {otherwise}"):
        raise CohortRefused(
            _("Vos mots nomment votre territoire\u00a0: enlevez «\u00a0%s\u00a0», ou décochez la case du partage.")
            % name
        )
    row.held, row.helped, row.otherwise, row.author = said.held, helped, otherwise, by
    row.is_shared = said.is_shared and bool(helped or otherwise)
    row.answered_at = row.answered_at or now
    row.save()
    return row


def _says(name: str, text: str) -> bool:
    return f" {search_key(name)} " in f" {search_key(text)} "


@transaction.atomic
def take_back(later: CohortLater, *, by: Member, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """What they answered goes, words and count. Twice is once."""
    _forget(Q(pk=later.pk, author=by))


@transaction.atomic
def forget_member(member: Member) -> None:
    _forget(Q(author=member))


def _forget(whose: Q) -> None:
    CohortLater.objects.filter(whose).update(**_EMPTY)
