"""The signed convention on paper: its text word for word, then who signed it and when."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from alliage.agreements.models import Agreement
from alliage.agreements.queries import conventions
from alliage.formats import documents, pdf
from alliage.ui.templatetags.ui import date_fr
from alliage.writing import rendering


def filename(agreement: Agreement) -> str:
    return documents.filename(f"convention-{agreement.subject}", "pdf")


def printed(agreement: Agreement, *, now: datetime) -> bytes:
    """A PDF of what was signed. Three queries."""
    signed = conventions.signed_of(agreement)
    rows = [
        [
            each.partner.name,
            each.by.get_full_name() if each.by is not None else _("une personne dont le compte est fermé"),
            date_fr(timezone.localtime(each.at)),
        ]
        for each in signed
    ]
    agreed: Any = agreement.agreed_at
    blocks: list[Any] = list(rendering.blocks(agreement.signed_text))
    blocks += [
        documents.Heading(_("Signatures")),
        documents.Table([_("Partenaire"), _("Signé par"), _("Le")], rows),
        *_cited(agreement),
        documents.Paragraph(_("Empreinte du texte signé (SHA-256)\u00a0: %s") % agreement.digest, note=True),
    ]
    said = documents.Document(
        title=agreement.subject,
        kicker=_("Convention d’alliance"),
        lead=_("Signée par tous ses signataires le %s.") % date_fr(timezone.localtime(agreed)),
        blocks=blocks,
        foot=f"{settings.ORIGIN}{agreement.get_absolute_url()}",
    )
    return pdf.sheet(said, now=now)


def _cited(agreement: Agreement) -> list[Any]:
    """Those that the text names and that did not sign it: said, so that nobody believes that they did."""
    names = conventions.cited_of(agreement)
    return [documents.Paragraph(_("Partenaires cités, non signataires\u00a0: %s") % ", ".join(names))] if names else []
