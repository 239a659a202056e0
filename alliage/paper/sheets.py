"""Printed slips, as a PDF: as many as asked, each with its own code. Nothing is written anywhere."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from alliage.formats import pdf
from alliage.paper import codes, layout
from alliage.paper.kinds import Kind

TEMPLATE = Path(__file__).resolve().parent / "templates" / "paper" / "slips.typ"


@dataclass(frozen=True)
class Printing:
    """Slips to print: what they are for, the words at their head and foot. `edition`: see codes.SlipCode."""

    kind: Kind
    about: Any
    edition: int
    title: str
    how: str
    foot: str


def new_series() -> str:
    """Of one printing."""
    return secrets.token_hex(4).upper()


def number_of(series: str, copy: int) -> str:
    """What a person reads on a slip, so that paper and screen are told to be the same."""
    return f"{series[:4]}-{copy:02d}"


def printed(printing: Printing, count: int, *, series: str, now: datetime) -> bytes:
    return pdf.document(TEMPLATE, data(printing, count, series=series), now=now)


def data(printing: Printing, count: int, *, series: str) -> dict[str, Any]:
    """The words of the template. A page is always full: no paper is lost."""
    slip = printing.kind.laid(printing.about, printing.edition)
    assert slip is not None  # one prints what is laid
    places = len(slip.format.places)
    return {
        "title": printing.title,
        "how": printing.how,
        "foot": printing.foot,
        "code_words": _("Code, lu par la plateforme"),
        "drawn": layout.drawn(slip),
        "slips": [
            {"name": number_of(series, copy), "code": _code(printing, series, copy)}
            for copy in range(1, -(-count // places) * places + 1)
        ],
    }


def _code(printing: Printing, series: str, copy: int) -> str:
    said = codes.SlipCode(printing.kind.letter, printing.about.pk, printing.edition, series, copy)
    return codes.drawn(codes.text_of(said))
