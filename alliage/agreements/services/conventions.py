"""Signing the convention: each partner signs one exact text; when all have, it is agreed and changes no more."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.agreements.enums import PartnerState, State
from alliage.agreements.models import Agreement, Partner, Signature
from alliage.agreements.queries.conventions import digest_of, document_of
from alliage.agreements.services import agreements as life
from alliage.writing import queries as texts
from alliage.writing import services as writing
from alliage.writing.services.changes import lock as lock_text

FEWEST = 2


@transaction.atomic
def sign(partner: Partner, digest: str, *, by: Member, now: datetime) -> Agreement:
    """Sign the text whose digest this is: the one that was read. Twice is once."""
    row = life.lock(partner.agreement_id)
    found = row.partners.get(pk=partner.pk)
    if found.state != PartnerState.IN:
        raise life.AgreementRefused(_("Rejoignez d’abord l’accord\u00a0: seul un partenaire signe."))
    if found.signatures.filter(digest=digest, undone_at=None).exists():
        return row
    if row.state != State.SCOPING:
        raise life.AgreementRefused(_("La convention est déjà signée\u00a0: elle ne change plus."))
    text = _locked_text(row)
    if not text.strip():
        raise life.AgreementRefused(_("La convention est vide\u00a0: écrivez-la avant de la signer."))
    current = digest_of(text)
    if digest != current:
        raise life.AgreementRefused(
            _("Le texte a changé depuis que vous l’avez ouvert\u00a0: relisez-le, puis signez.")
        )
    Signature.objects.filter(partner__agreement=row, undone_at=None).exclude(digest=current).update(undone_at=now)
    Signature.objects.create(partner=found, digest=current, by=by, at=now)
    life.note(row, _("%(name)s signe la convention.") % {"name": found.name}, by=by, now=now)
    life.tell(row, life.SIGNED, "sign", by=by, now=now)
    settle(row, by=by, now=now)
    return row


def _locked_text(row: Agreement) -> str:
    """As it stands: nobody writes until the end of this transaction."""
    document = document_of(row)
    return texts.text_of(lock_text(document.pk)) if document is not None else ""


def settle(row: Agreement, *, by: Any, now: datetime) -> None:
    """Under its lock: agreed, when every partner signed the text of now and nobody is awaited."""
    if row.state != State.SCOPING:
        return
    states = list(row.partners.values_list("state", flat=True))
    if PartnerState.INVITED in states or states.count(PartnerState.IN) < FEWEST:
        return
    text = _locked_text(row)
    digest = digest_of(text)
    # One and the same signature of this text that still counts: two conditions on a joined table could meet two of them.
    signed = Signature.objects.filter(digest=digest, undone_at=None).values("partner")
    if row.partners.filter(state=PartnerState.IN).exclude(pk__in=signed).exists():
        return
    life.move(row, State.AGREED)
    row.agreed_at, row.signed_text, row.digest = now, text, digest
    row.save(update_fields=["state", "agreed_at", "signed_text", "digest"])
    document: Any = document_of(row)
    writing.close(document, by=None, now=now)
    life.note(row, _("Tous les partenaires ont signé la convention."), by=by, now=now)
    life.tell(row, life.LIFE, "agreed", by=by, now=now)
