"""Reads of a convention: its text, the digest that is signed, which signatures count."""

from collections.abc import Iterable
from hashlib import sha256

from alliage.agreements.enums import PartnerState, State
from alliage.agreements.models import Agreement, Partner, Signature
from alliage.writing import queries as writing
from alliage.writing.models import Document

PURPOSE = "agreements.convention"


def document_of(agreement: Agreement) -> Document | None:
    return writing.of_scope(PURPOSE, agreement.pk).first()


def text_of(agreement: Agreement) -> str:
    """What was signed; before, the text as it stands: two queries."""
    if agreement.state != State.SCOPING and agreement.digest:
        return agreement.signed_text
    document = document_of(agreement)
    return writing.text_of(document) if document is not None else ""


def digest_of(text: str) -> str:
    """SHA-256 of the text, in hexadecimal."""
    return sha256(text.encode()).hexdigest()


def signature_of(partner: Partner, digest: str) -> Signature | None:
    """The one that counts for this text."""
    return next((each for each in partner.standing if each.digest == digest), None)


def awaited(partners: Iterable[Partner], digest: str) -> list[Partner]:
    """Partners who are in and whose signature of this text is awaited."""
    return [each for each in partners if each.is_in and signature_of(each, digest) is None]


def undone(partners: Iterable[Partner], digest: str) -> list[Partner]:
    """Partners who signed another text: it changed since, their signature counts no more."""
    return [each for each in awaited(partners, digest) if each.standing]


def cited_of(agreement: Agreement) -> list[str]:
    """Names of those that the others name, and that sign nothing."""
    return list(agreement.partners.filter(state=PartnerState.CITED).values_list("name", flat=True))


def signed_of(agreement: Agreement) -> list[Signature]:
    """Who signed what was agreed, in order; those who left since are there."""
    found = Signature.objects.filter(partner__agreement=agreement, digest=agreement.digest, undone_at=None)
    return list(found.select_related("partner", "by"))
