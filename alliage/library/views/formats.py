"""One resource in other formats: data, a document to keep or to edit, a reference to import. What everyone may read."""

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from alliage.formats import documents, docx, json, odt, pdf
from alliage.library import citing, exports, sheets
from alliage.library.models import Resource, Translation
from alliage.library.queries import resources as queries
from alliage.library.queries import translations
from alliage.library.views.resources import work_of_version


@require_safe
def one(request: HttpRequest, pk: int, slug: str, extension: str) -> HttpResponse:
    """The same for everyone, whoever asks: what is not public has no file. `langue` asks for a translation."""
    found = queries.by_number(pk)
    if found is None or not found.is_shown:
        raise Http404(f"No resource {pk} for everyone.")
    answer = WRITERS[extension](found, translations.asked(found, request.GET.get("langue", "")[:3]))
    answer["Link"] = f'<{settings.ORIGIN}{found.get_absolute_url()}>; rel="canonical"'
    return answer


def _json(found: Resource, _translation: Translation | None) -> HttpResponse:
    """Whole, whatever the language: it names its translations."""
    answer = HttpResponse(json.dumps(next(exports.records([found.pk]))), content_type="application/json")
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _pdf(found: Resource, translation: Translation | None) -> HttpResponse:
    document = sheets.document(found, translation)
    return pdf.response(pdf.sheet(document, now=timezone.now()), documents.filename(document.title, "pdf"))


def _docx(found: Resource, translation: Translation | None) -> HttpResponse:
    return docx.response(sheets.document(found, translation), now=timezone.now())


def _odt(found: Resource, translation: Translation | None) -> HttpResponse:
    return odt.response(sheets.document(found, translation), now=timezone.now())


@require_safe
def version(_request: HttpRequest, pk: int, slug: str, number: str, extension: str) -> HttpResponse:
    """The reference of one version."""
    found = queries.by_number(pk)
    said = queries.version(found, int(number)) if found is not None and found.is_shown else None
    if found is None or said is None:
        raise Http404(f"No version {number} of resource {pk} for everyone.")
    return REFERENCES[extension](work_of_version(found, said))


def _bibtex(work: citing.Work) -> HttpResponse:
    return _saved(citing.bibtex(work), "application/x-bibtex; charset=utf-8", f"alliage-{work.pk}-v{work.number}.bib")


def _ris(work: citing.Work) -> HttpResponse:
    filename = f"alliage-{work.pk}-v{work.number}.ris"
    return _saved(citing.ris(work), "application/x-research-info-systems; charset=utf-8", filename)


def _saved(text: str, content_type: str, filename: str) -> HttpResponse:
    answer = HttpResponse(text, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer


REFERENCES: dict[str, Callable[[citing.Work], HttpResponse]] = {"bib": _bibtex, "ris": _ris}
WRITERS: dict[str, Callable[[Resource, Translation | None], HttpResponse]] = {
    "json": _json, "pdf": _pdf, "docx": _docx, "odt": _odt,
    "bib": lambda *found: _bibtex(exports.latest(*found)), "ris": lambda *found: _ris(exports.latest(*found)),
}  # fmt: skip
