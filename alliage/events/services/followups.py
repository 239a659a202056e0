"""What became of each need of a published specification: said on a day, by those who hold it."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.events.models import FollowUp, Specification
from alliage.events.services.boards import WorkshopRefused
from alliage.events.workshop_enums import Outcome


@dataclass(frozen=True)
class Told:
    need_number: int
    outcome: str
    on: date
    note: str = ""
    url: str = ""


@transaction.atomic
def tell(specification: Specification, told: Told, *, by: Member, now: datetime, act: UUID | None = None) -> FollowUp:
    """Say where a need stands; what was said before stays readable. The same act sent again is one."""
    row = Specification.objects.select_for_update(of=("self",)).get(pk=specification.pk)
    already = FollowUp.objects.filter(specification=row, act=act).first() if act else None
    if already is not None:
        return already
    version = row.versions.filter(number=row.published_number).first() if row.published_number else None
    if version is None:
        raise WorkshopRefused(_("Ce cahier n’est pas encore publié\u00a0: on ne peut pas en dire les suites."))
    if told.need_number not in {each["number"] for each in version.content["needs"]}:
        raise WorkshopRefused(_("Ce besoin n’est pas dans le cahier publié."))
    if told.outcome not in Outcome.values:
        raise WorkshopRefused(_("Dites où en est ce besoin."))
    if told.on > localdate(now):
        raise WorkshopRefused(_("Cette date n’est pas encore venue\u00a0: dites ce qui est fait."))
    if told.url and urlsplit(told.url).scheme not in ("http", "https"):
        raise WorkshopRefused(_("Le lien commence par https://."))
    note = " ".join(told.note.replace("\x00", "").split())[:600]
    return FollowUp.objects.create(
        specification=row,
        need_number=told.need_number,
        outcome=Outcome(told.outcome),
        on=told.on,
        note=note,
        url=told.url,
        member=by,
        act=act,
        at=now,
    )
