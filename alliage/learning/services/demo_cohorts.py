"""The fictitious cohort of the demonstration: two real communes, one that is in and one that waits. Nobody is told."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.events.queries.coming import to_come
from alliage.learning.enums import CohortState, FileRole
from alliage.learning.models import (
    Cohort,
    CohortDate,
    CohortMessage,
    CohortNote,
    CohortPlace,
    FileMember,
    TerritoryFile,
)
from alliage.learning.services.demo_files import ALONE, COMMUNE, HOST
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories.enums import Kind

SLUG, FACILITATOR = "faire-alliance-sans-equipe-dediee", "alix.payet"


@transaction.atomic
def load(*, now: datetime) -> int:
    """Add it when its facilitator and its two files are there, and it is not; answers how many were added."""
    facilitator = Member.objects.filter(email=f"{FACILITATOR}{HOST}", is_demo=True).first()
    inside, waiting = _file(COMMUNE), _file(ALONE)
    if facilitator is None or inside is None or waiting is None or Cohort.objects.filter(slug=SLUG).exists():
        return 0
    today, before = timezone.localdate(now), now - timedelta(days=45)
    cohort = Cohort.objects.create(
        slug=SLUG,
        title=_("Faire alliance sans équipe dédiée"),
        summary=_("Pour des communes où personne, ou presque, n’est payé pour monter des projets."),
        lever=taxonomy.term(Vocabulary.LEVIERS, "alliance"),
        state=CohortState.OPEN,
        opens_on=today - timedelta(days=45),
        closes_on=today + timedelta(days=180),
        seats=8,
        facilitator=facilitator,
        created_at=before,
    )
    place = CohortPlace.objects.create(cohort=cohort, file=inside, asked_at=before, joined_at=before)
    CohortPlace.objects.create(cohort=cohort, file=waiting, asked_at=now - timedelta(days=2))
    _calendar(cohort, now=now)
    _words(cohort, place, facilitator, now=now)
    return 1


def _file(code: str) -> TerritoryFile | None:
    return TerritoryFile.objects.filter(territory__kind=Kind.COMMUNE, territory__code=code).first()


def _calendar(cohort: Cohort, *, now: datetime) -> None:
    today = timezone.localdate(now)
    CohortDate.objects.create(
        cohort=cohort, title=_("Atelier\u00a0: nos premières alliances"), day=today + timedelta(days=12), changed_at=now
    )
    event = to_come(now).order_by("starts_at", "pk").first()
    if event is not None:
        day = timezone.localtime(event.starts_at).date()
        CohortDate.objects.create(cohort=cohort, title=event.title[:160], day=day, event=event, changed_at=now)


def _words(cohort: Cohort, place: CohortPlace, facilitator: Member, *, now: datetime) -> None:
    """A first message of each, a note."""
    holder = FileMember.objects.select_related("member").get(file=place.file, role=FileRole.HOLDER).member
    hello = _("Bonjour à tous. À l’atelier, venez avec le nom d’une association que vous aimeriez mieux connaître.")
    answer = _("Nous viendrons à deux, avec la présidente des commerçants du marché.")
    note = _("De l’envie, un seul agent. Un binôme avec une commune voisine aiderait.")
    said = {"cohort": cohort, "at": now - timedelta(days=4)}
    CohortMessage.objects.create(author=facilitator, text=hello, **said)
    CohortMessage.objects.create(author=holder, place=place, text=answer, **said | {"at": now - timedelta(days=3)})
    CohortNote.objects.create(place=place, author=facilitator, text=note, at=now - timedelta(days=3))
