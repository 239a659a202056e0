"""What an agreement shows in the directory: nothing, unless two partners chose it, each for itself."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.agreements.enums import PartnerState
from alliage.agreements.models import Agreement, LinkedAlliance, Partner
from alliage.agreements.services import agreements as life
from alliage.directory.models import Alliance, Entry
from alliage.directory.queries import alliances as queries
from alliage.directory.services import alliances
from alliage.taxonomy.enums import Vocabulary


@transaction.atomic
def show(partner: Partner, *, by: Member, now: datetime) -> None:
    """This partner agrees. With each other one that did, an alliance of the directory says so. Twice is once."""
    row = life.lock(partner.agreement_id)
    found = row.partners.select_related("entry__owner").get(pk=partner.pk)
    if row.agreed_at is None:
        raise life.AgreementRefused(_("Signez d’abord la convention\u00a0: on ne montre que ce qui est convenu."))
    if found.state != PartnerState.IN:
        raise life.AgreementRefused(_("Seul un partenaire de l’accord choisit de le montrer."))
    if found.is_shown:
        return
    found.is_shown = True
    found.save(update_fields=["is_shown"])
    life.note(row, _("%(name)s accepte de montrer l’alliance dans l’annuaire.") % {"name": found.name}, by=by, now=now)
    others = row.partners.filter(is_shown=True).exclude(pk=found.pk).select_related("entry__owner")
    for other in others:
        if found.entry is not None and other.entry is not None:
            _pair(row, found.entry, other.entry, by=by, now=now)


def _pair(row: Agreement, mine: Entry, other: Entry, *, by: Member, now: datetime) -> None:
    """The alliance of these two: the one that is there, or a new one, which both chose."""
    first, second = sorted((mine, other), key=lambda entry: entry.pk)
    if row.links.filter(alliance__first=first, alliance__second=second).exists():
        return
    found = Alliance.objects.filter(first=first, second=second, subject=row.subject).first()
    if found is not None:
        LinkedAlliance.objects.create(agreement=row, alliance=found)
        return
    agreed: Any = row.agreed_at
    goals = [term for term in row.terms.all() if term.vocabulary == Vocabulary.ODD]
    said = alliances.Said(row.subject, timezone.localdate(agreed).year, goals=goals, territory=row.territory)
    made = alliances.declare_alliance(mine, other, said, by=by, now=now)
    alliances.confirm_alliance(made, by=by, now=now)
    LinkedAlliance.objects.create(agreement=row, alliance=made, is_published=True)


@transaction.atomic
def hide(partner: Partner, *, by: Member, now: datetime) -> None:
    """This partner does not want it shown any more. Twice is once."""
    row = life.lock(partner.agreement_id)
    found = row.partners.get(pk=partner.pk)
    if not found.is_shown:
        return
    take_back(row, found, by=by, now=now)
    found.is_shown = False
    found.save(update_fields=["is_shown"])
    life.note(row, _("%(name)s ne montre plus l’alliance dans l’annuaire.") % {"name": found.name}, by=by, now=now)


def take_back(row: Agreement, partner: Partner, *, by: Member, now: datetime) -> None:
    """What was shown from the agreement goes from the directory; what was there before stays."""
    if partner.entry_id is None:
        return
    for link in row.links.filter(is_published=True).select_related("alliance"):
        if partner.entry_id in {link.alliance.first_id, link.alliance.second_id}:
            alliances.delete_alliance(link.alliance, by=by, now=now)


@transaction.atomic
def tell_outcome(agreement: Agreement, *, by: Member, now: datetime) -> int:
    """Write what came of it on its alliances of the directory whose side this person speaks for; answers how many."""
    told = 0
    for link in agreement.links.select_related("alliance__first", "alliance__second").prefetch_related(
        "alliance__goals"
    ):
        one = link.alliance
        sides = queries.sides_of(one, by)
        if sides and agreement.outcome:
            said = alliances.Said(
                one.subject,
                one.since,
                one.until,
                one.partnership,
                list(one.goals.all()),
                one.territory,
                agreement.outcome,
            )
            alliances.edit_alliance(one, said, by=by, now=now, side=sides[0])
            told += 1
    return told
