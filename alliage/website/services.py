"""Writes of the site's own pages."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.refusals import Refusal
from alliage.territories.enums import Status
from alliage.territories.models import Territory
from alliage.website.models import HomeTerritory


class TerritoryRefused(Refusal):
    """This territory cannot be someone's own."""


@transaction.atomic
def choose_home_territory(territory: Territory, *, by: Member, now: datetime) -> HomeTerritory:
    """Remember the territory the member acts in; a later choice replaces it."""
    if territory.status == Status.FORMER:
        raise TerritoryRefused(
            _("Ce territoire n’existe plus sous ce nom. Choisissez celui qui l’a remplacé, indiqué sur sa page.")
        )
    return HomeTerritory.objects.update_or_create(member=by, defaults={"territory": territory, "chosen_at": now})[0]


@transaction.atomic
def forget_home_territory(*, by: Member) -> None:
    HomeTerritory.objects.filter(member=by).delete()
