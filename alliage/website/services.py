"""Writes of the site's own pages."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page

from alliage.accounts.models import Member
from alliage.refusals import Refusal
from alliage.territories.enums import Status
from alliage.territories.models import Territory
from alliage.website.models import HomeTerritory
from alliage.website.models.base import HOME_DEPTH


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


class PageRefused(Refusal):
    """This page cannot be hidden."""


def hide_page(obj: Page, *, by: Member, now: datetime) -> None:  # noqa: ARG001 the CMS keeps its own time
    """Withdraw an editorial page from the public; its text stays, and its log says who did it."""
    if obj.depth <= HOME_DEPTH:
        raise PageRefused(_("La page d’accueil ne se masque pas : corrigez-la."))
    if obj.live:
        obj.specific.unpublish(user=by, log_action=True)


def restore_page(obj: Page, *, by: Member, now: datetime) -> None:  # noqa: ARG001 the CMS keeps its own time
    """Publish it again, as it was last written."""
    if obj.live:
        return
    revision = obj.specific.get_latest_revision()
    if revision is None:
        revision = obj.specific.save_revision(user=by)
    revision.publish(user=by, skip_permission_checks=True)
