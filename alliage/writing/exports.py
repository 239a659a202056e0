"""A document taken away: Markdown, plain text, a page, a document of words."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from alliage.formats import documents, docx
from alliage.writing import rendering
from alliage.writing.models import Document


def _markdown(document: Document, text: str, authors: list[str], _now: datetime) -> HttpResponse:
    return _plain(f"# {document.title}\n\n{text.strip()}\n\n{_signed(authors)}".strip(), "text/markdown")


def _text(document: Document, text: str, authors: list[str], _now: datetime) -> HttpResponse:
    return _plain(f"{document.title}\n\n{text.strip()}\n\n{_signed(authors)}".strip(), "text/plain")


def _plain(content: str, kind: str) -> HttpResponse:
    return HttpResponse(f"{content}\n", content_type=f"{kind}; charset=utf-8")


def _html(document: Document, text: str, authors: list[str], _now: datetime) -> HttpResponse:
    context = {"document": document, "content": rendering.html(text), "signed": _signed(authors)}
    return HttpResponse(render_to_string("writing/export.html", context))


def _docx(document: Document, text: str, authors: list[str], now: datetime) -> HttpResponse:
    said = documents.Document(
        title=document.title, blocks=list(rendering.blocks(text)), lead=_signed(authors), authors=authors
    )
    return docx.response(said, now=now)


def _signed(authors: list[str]) -> str:
    return _("Écrit par %(names)s.") % {"names": ", ".join(authors)} if authors else ""


WRITERS: dict[str, Callable[[Document, str, list[str], datetime], HttpResponse]] = {
    "md": _markdown,
    "html": _html,
    "docx": _docx,
    "txt": _text,
}
LABELS = {"docx": "DOCX", "html": "HTML", "md": "Markdown", "txt": "Texte"}


def response(document: Document, text: str, authors: list[str], extension: str, *, now: datetime) -> HttpResponse:
    """Saved by the browser under the title, kept by no cache."""
    answer = WRITERS[extension](document, text, authors, now)
    name = documents.filename(document.title, extension)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
