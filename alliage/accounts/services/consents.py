"""Consents: which text, which version, when, where, and when it was taken back."""

import json
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.enums import REQUIRED_CONSENTS, ConsentKind
from alliage.accounts.models import Consent, ConsentText, Member
from alliage.accounts.registry import consent_effects
from alliage.refusals import Refusal

TEXTS = Path(__file__).resolve().parent.parent / "data" / "consents.json"


class ConsentRefusal(Refusal):
    """The consent cannot be given or taken back that way."""


@transaction.atomic
def load_consent_texts() -> int:
    """Publish the texts of the data file that are not published yet; answers how many. Published texts never change."""
    added = 0
    for row in json.loads(TEXTS.read_text(encoding="utf-8"))["texts"]:
        _text, created = ConsentText.objects.get_or_create(
            kind=row["kind"],
            version=row["version"],
            defaults={"text": row["text"], "published_at": datetime.fromisoformat(row["published_at"])},
        )
        added += created
    return added


def current_text(kind: ConsentKind) -> ConsentText:
    """Return the newest published text, publishing those of the data file when there is none."""
    text = ConsentText.objects.filter(kind=kind).order_by("-version").first()
    if text is None:
        load_consent_texts()
        text = ConsentText.objects.filter(kind=kind).order_by("-version")[0]
    return text


@transaction.atomic
def give_consent(member: Member, kind: ConsentKind, *, by: Member, now: datetime, where: str) -> Consent:
    """Record that `member` agrees to the current text; the same consent given twice is one consent.

    An older version still in force is taken back at the same moment: a person agrees to one text of a kind.
    """
    if by != member:
        raise ConsentRefusal(_("Seule la personne concernée peut donner son accord."))
    text = current_text(kind)
    Consent.objects.filter(member=member, text__kind=kind, withdrawn_at=None).exclude(text=text).update(
        withdrawn_at=now
    )
    consent, _created = Consent.objects.get_or_create(
        member=member, text=text, withdrawn_at=None, defaults={"given_at": now, "where": where}
    )
    return consent


@transaction.atomic
def withdraw_consent(member: Member, kind: ConsentKind, *, by: Member, now: datetime) -> int:
    """Take back a consent; answers how many were in force (0 or 1)."""
    if by != member:
        raise ConsentRefusal(_("Seule la personne concernée peut retirer son accord."))
    if kind in REQUIRED_CONSENTS:
        raise ConsentRefusal(
            _("Un compte ne peut pas exister sans cet accord. Pour le retirer, fermez votre compte : c’est plus bas.")
        )
    withdrawn = Consent.objects.filter(member=member, text__kind=kind, withdrawn_at=None).update(withdrawn_at=now)
    for effect in consent_effects:
        if withdrawn and effect.kind == kind:
            effect.withdrawn(member, now=now)
    return withdrawn
