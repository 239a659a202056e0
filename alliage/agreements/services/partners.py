"""Writes of partners: asked, they come in or not, they leave. What each of these does to the signatures and to the reviews."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.agreements.enums import READERS, PartnerState, State
from alliage.agreements.models import Agreement, Partner, Signature
from alliage.agreements.queries.conventions import PURPOSE
from alliage.agreements.services import agreements as life
from alliage.agreements.services import conventions, publishing, reviews
from alliage.directory.models import Entry
from alliage.directory.queries import profiles
from alliage.directory.services.joining import editors_of
from alliage.notifications.services import send_mail_to_address
from alliage.writing import services as writing

HOLD = "agreements.hold"


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
def ask_to_hold(agreement: Agreement, entry: Entry, address: str, *, by: Member, now: datetime) -> None:
    """Write to somebody of an organisation whose entry nobody holds: they claim it, animators answer, then it is asked to join.

    The mail says who asks, never what the agreement is about. The same address is written to once a month.
    """
    row = life.lock(agreement.pk)
    _must_be_unheld(row, entry)
    send_mail_to_address(
        address,
        "agreements/mail/hold.html",
        {"entry": entry, "by": by.get_full_name(), "path": profiles.url(entry, "claim")},
        key=f"{entry.pk}|{now:%Y-%m}",
        scope=HOLD,
        label=_("Invitations à tenir la fiche d’une organisation"),
        now=now,
    )


@transaction.atomic
def cite(agreement: Agreement, entry: Entry, *, by: Member, now: datetime) -> Partner:
    """Name an organisation whose entry nobody holds: it reads and signs nothing, and blocks nothing. Twice is once.

    One that said no, or left, is not named against its will; and what somebody signed names nobody more.
    """
    row = life.lock(agreement.pk)
    _must_be_unheld(row, entry)
    found = row.partners.filter(entry=entry).first()
    if found is not None:
        return found if found.state == PartnerState.CITED else _cite(row, _still_asked(found), by=by, now=now)
    if Signature.objects.filter(partner__agreement=row, undone_at=None).exists():
        raise life.AgreementRefused(
            _(
                "Quelqu’un a déjà signé ce texte\u00a0: changez-le d’abord, chacun signera ce qui cite une organisation de plus."
            )
        )
    return _cite(row, Partner(agreement=row, entry=entry, name=entry.name, invited_by=by), by=by, now=now)


@transaction.atomic
def cite_partner(partner: Partner, *, by: Member, now: datetime) -> Partner:
    """The same, of one that was asked or in, and for which nobody acts any more; its entry may be gone. Twice is once."""
    row, found = _locked(partner)
    if found.state == PartnerState.CITED:
        return found
    _must_be_unheld(row, _still_asked(found).entry)
    return _cite(row, found, by=by, now=now)


@transaction.atomic
def cite_no_more(partner: Partner, *, by: Member, now: datetime) -> None:
    """Named by mistake, or no longer wanted: until the convention is signed. Twice is once."""
    row = life.lock(partner.agreement_id)
    found = row.partners.filter(pk=partner.pk, state=PartnerState.CITED).first()
    if found is None:
        return
    if row.state != State.SCOPING:
        raise life.AgreementRefused(_("L’accord est signé\u00a0: ses partenaires ne changent plus."))
    if found.signatures.exists():  # it was in: what it did is kept
        found.state, found.answered_at = PartnerState.LEFT, now
        found.save(update_fields=["state", "answered_at"])
    else:
        found.delete()
    life.note(row, _("%(name)s n’est plus cité dans l’accord.") % {"name": found.name}, by=by, now=now)
    _told(row, "cite_no_more", by=by, now=now)


def _still_asked(found: Partner) -> Partner:
    if found.state not in READERS:
        raise life.AgreementRefused(_("%(name)s n’est plus dans cet accord.") % {"name": found.name})
    return found


def _must_be_unheld(row: Agreement, entry: Entry | None) -> None:
    if row.state != State.SCOPING:
        raise life.AgreementRefused(_("L’accord est signé\u00a0: ses partenaires ne changent plus."))
    if entry is None:
        return
    life.must_be_a_group(entry)
    if editors_of(entry):
        raise life.AgreementRefused(
            _("Quelqu’un tient la fiche de %(name)s : invitez-la, elle répondra.") % {"name": entry.name}
        )


def _cite(row: Agreement, found: Partner, *, by: Member, now: datetime) -> Partner:
    """Under the agreement's lock. What it had signed counts no more: it is no signatory."""
    found.state, found.answered_at, found.is_shown = PartnerState.CITED, now, False
    found.save()
    found.signatures.filter(undone_at=None).update(undone_at=now)
    life.note(row, _("%(name)s est cité dans l’accord, sans le signer.") % {"name": found.name}, by=by, now=now)
    _told(row, "cite", by=by, now=now)
    conventions.settle(row, by=by, now=now)
    return found


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
