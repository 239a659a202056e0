"""A document taken away: Markdown, plain text, a page, a document of words."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from alliage.formats import documents, docx
from alliage.writing import rendering
from alliage.writing.queries import Written

# Before a heading of the first two levels, which goes down by one below the title of its document.
_LOWER = re.compile(r"^(?=#{1,2}\s+\S)", re.MULTILINE)


def _markdown(title: str, text: str, authors: list[str], _now: datetime) -> HttpResponse:
    return _plain(f"# {title}\n\n{text.strip()}\n\n{_signed(authors)}".strip(), "text/markdown")


def _text(title: str, text: str, authors: list[str], _now: datetime) -> HttpResponse:
    return _plain(f"{title}\n\n{text.strip()}\n\n{_signed(authors)}".strip(), "text/plain")


def _plain(content: str, kind: str) -> HttpResponse:
    return HttpResponse(f"{content}\n", content_type=f"{kind}; charset=utf-8")


def _html(title: str, text: str, authors: list[str], _now: datetime) -> HttpResponse:
    context = {"title": title, "content": rendering.html(text), "signed": _signed(authors)}
    return HttpResponse(render_to_string("writing/export.html", context))


def _docx(title: str, text: str, authors: list[str], now: datetime) -> HttpResponse:
    said = documents.Document(title=title, blocks=list(rendering.blocks(text)), lead=_signed(authors), authors=authors)
    return docx.response(said, now=now)


def _signed(authors: list[str]) -> str:
    return _("Écrit par %(names)s.") % {"names": ", ".join(authors)} if authors else ""


WRITERS: dict[str, Callable[[str, str, list[str], datetime], HttpResponse]] = {
    "md": _markdown,
    "html": _html,
    "docx": _docx,
    "txt": _text,
}
LABELS = {"docx": "DOCX", "html": "HTML", "md": "Markdown", "txt": "Texte"}


def response(title: str, text: str, authors: list[str], extension: str, *, now: datetime) -> HttpResponse:
    """Saved by the browser under the title, kept by no cache."""
    answer = WRITERS[extension](title, text, authors, now)
    name = documents.filename(title, extension)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def together(title: str, written: Iterable[Written], extension: str, *, now: datetime) -> HttpResponse:
    """Several documents as one, each under its title."""
    found = list(written)
    text = "\n\n".join(f"# {each.document.title}\n\n{_LOWER.sub('#', each.text).strip()}" for each in found)
    authors = list(dict.fromkeys(name for each in found for name in each.authors))
    return response(title, text, authors, extension, now=now)
