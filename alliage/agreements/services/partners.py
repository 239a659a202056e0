"""Writes of partners: asked, they come in or not, they leave. What each of these does to the signatures and to the reviews."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.agreements.enums import PartnerState, State
from alliage.agreements.models import Agreement, Partner
from alliage.agreements.queries.conventions import PURPOSE
from alliage.agreements.services import agreements as life
from alliage.agreements.services import conventions, publishing, reviews
from alliage.directory.models import Entry
from alliage.writing import services as writing


@transaction.atomic
def invite(agreement: Agreement, entry: Entry, *, by: Member, now: datetime) -> Partner:
    """One more organisation, until the convention is signed."""
    row = life.lock(agreement.pk)
    if row.state != State.SCOPING:
        raise life.AgreementRefused(
            _("L’accord est signé\u00a0: pour agir avec quelqu’un d’autre, ouvrez-en un autre.")
        )
    return life.ask(row, entry, by=by, now=now)


@transaction.atomic
def accept(partner: Partner, *, by: Member, now: datetime) -> Partner:
    """It comes in: its people write the convention with the others. Twice is once."""
    row, found = _locked(partner)
    if found.state == PartnerState.IN:
        return found
    if found.state != PartnerState.INVITED or row.state != State.SCOPING:
        raise life.AgreementRefused(_("Cette invitation n’attend plus de réponse."))
    found.state, found.answered_at = PartnerState.IN, now
    found.save(update_fields=["state", "answered_at"])
    life.note(row, _("%(name)s rejoint l’accord.") % {"name": found.name}, by=by, now=now)
    _told(row, "accept", by=by, now=now)
    return found


@transaction.atomic
def decline(partner: Partner, *, by: Member, now: datetime) -> Partner:
    """It does not come; or whoever asked takes the invitation back. Twice is once."""
    row, found = _locked(partner)
    if found.state != PartnerState.INVITED:
        return found
    found.state, found.answered_at = PartnerState.DECLINED, now
    found.save(update_fields=["state", "answered_at"])
    life.note(row, _("%(name)s ne rejoint pas l’accord.") % {"name": found.name}, by=by, now=now)
    _told(row, "decline", by=by, now=now)
    conventions.settle(row, by=by, now=now)
    return found


@transaction.atomic
def leave(partner: Partner, *, by: Member, now: datetime) -> Partner:
    """It goes, and its people read nothing more. Below two partners, a signed agreement closes."""
    row, found = _locked(partner)
    if found.state != PartnerState.IN:
        return found
    if row.state == State.CLOSED:
        raise life.AgreementRefused(_("L’accord est clos\u00a0: il n’y a plus rien à quitter."))
    publishing.take_back(row, found, by=by, now=now)
    found.state, found.answered_at, found.is_shown = PartnerState.LEFT, now, False
    found.save(update_fields=["state", "answered_at", "is_shown"])
    life.note(row, _("%(name)s quitte l’accord.") % {"name": found.name}, by=by, now=now)
    left = len(life.inside(row))
    if left == 0 or (left < conventions.FEWEST and row.state != State.SCOPING):
        life.end(row, outcome="", by=by, now=now)
    else:
        conventions.settle(row, by=by, now=now)
        reviews.settle(row, by=by, now=now)
    _told(row, "leave", by=by, now=now)
    return found


def _locked(partner: Partner) -> tuple[Agreement, Partner]:
    row = life.lock(partner.agreement_id)
    return row, row.partners.select_related("entry__owner").get(pk=partner.pk)


def _told(row: Agreement, what: str, *, by: Member, now: datetime) -> None:
    """Those who are connected to the convention are asked again what they may do."""
    writing.changed_rights_in(PURPOSE, row.pk)
    life.tell(row, life.LIFE, what, by=by, now=now)
