"""The printed diagnostic, as a PDF: as many sheets as asked, each with its own codes."""

import secrets
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from alliage.formats import pdf
from alliage.learning import paper_codes, paper_layout
from alliage.learning.models import Diagnostic
from alliage.learning.queries import papers
from alliage.paper import codes, layout
from alliage.territories import grammar

TEMPLATE = Path(__file__).resolve().parent / "templates" / "learning" / "paper.typ"


def new_series() -> str:
    """Of one printing, or of one typed sheet."""
    return secrets.token_hex(4).upper()


def name_of(series: str, copy: int) -> str:
    """What a person reads on a sheet, so that two sides meet again."""
    return _("Feuille %(series)s-%(copy)02d") % {"series": series[:4], "copy": copy}


def printed(diagnostic: Diagnostic, copies: int, *, series: str, now: datetime) -> bytes:
    """A file to print on both sides; nothing is written anywhere."""
    return pdf.document(TEMPLATE, data(diagnostic, copies, series=series), now=now)


def data(diagnostic: Diagnostic, copies: int, *, series: str) -> dict[str, Any]:
    """The words of the template."""
    pages = papers.layout_of(diagnostic)
    territory = diagnostic.territory
    place = grammar.title(territory) if territory else _("notre territoire")
    columns = [box.label for row in pages[0].rows if _is_asked(row) for box in row.boxes][: paper_layout.COLUMNS]
    return {
        "title": _("Où en est %(place)s\u00a0?") % {"place": place},
        "how": _(
            "Une croix par ligne, au stylo bleu ou noir. Si vous vous trompez, cochez aussi la bonne case et entourez-la."
        ),
        "side": _("page"),
        "code_words": _("Code de cette page, lu par la plateforme"),
        "foot": _(
            "Sans nom. Vos réponses comptent avec celles des autres. Pour rendre\u00a0: les quatre carrés noirs bien visibles sur la photo."
        ),
        "note": _(
            "Facultatif. L’équipe du dossier recopie ces mots, sans nom, puis la photo est effacée. Une écriture se reconnaît\u00a0: "
            "si cela vous gêne, laissez vide."
        ),
        "columns": columns,
        "drawn": paper_layout.drawn(),
        "pages": [paper_layout.as_data(page) for page in pages],
        "sheets": [
            {"name": name_of(series, copy), "codes": [_code(diagnostic, series, copy, page.number) for page in pages]}
            for copy in range(1, copies + 1)
        ],
    }


def _is_asked(row: layout.Row) -> bool:
    return not paper_layout.is_wish(row.code) and row.code not in (paper_layout.ROLE, paper_layout.CONSENT)


def _code(diagnostic: Diagnostic, series: str, copy: int, page: int) -> str:
    said = paper_codes.PaperCode(diagnostic.pk, diagnostic.opening.version_id, series, copy, page)
    return codes.drawn(paper_codes.text_of(said))
