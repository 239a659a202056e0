"""`/parcours/`: the list, its filters and formats; the page of a path, the same as data; its workshop, on a page and as a PDF."""

import json as plain_json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliage.directory.views.lists import CountedPaginator
from alliage.formats import csv, json, pdf, rss
from alliage.formats.documents import Block, Paragraph, blocks_of, filename
from alliage.learning import permissions, workshops
from alliage.learning.enums import Length, PathState
from alliage.learning.forms.paths import FollowForm
from alliage.learning.models import Follow, Path
from alliage.learning.queries import following as follow_reads
from alliage.learning.queries import paths as reads
from alliage.learning.queries.paths import Filters
from alliage.library.templatetags.library import duration
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary

FORMS = ("csv", "json", "rss")
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Parcours"), reverse("learning:paths")), *more]


def address_of(filters: Filters) -> str:
    query = filters.query()
    return f"{reverse('learning:paths')}?{query}" if query else reverse("learning:paths")


def found_or_404(request: HttpRequest, slug: str) -> Path:
    found = reads.path(slug)
    if found is None or not permissions.can_see_path(request.user, found):
        raise Http404(f"No path {slug} for this person.")
    return found


# --- The list --------------------------------------------------------------------------------------------------------


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every path that is proposed, each with the time it takes."""
    filters = reads.parse(request.GET)
    rows = reads.rows(filters)
    total = rows.count()
    page = CountedPaginator(reads.PER_PAGE, count=total).get_page(request.GET.get("page"))
    start = page.start_index() - 1 if total else 0
    query = filters.query()
    tail = f"?{query}" if query else ""
    context = {
        "crumbs": [(_("Parcours"), "")],
        "filters": filters,
        "chips": [{"label": label, "url": address_of(filters.without(name))} for name, label in filters.active()],
        "clear_url": reverse("learning:paths"),
        "leviers": [(term.code, term.label) for term in taxonomy.terms(Vocabulary.LEVIERS)],
        "levels": [(level, _("Niveau %(level)s") % {"level": level}) for level in reads.LEVELS],
        "audiences": [(term.code, term.label) for term in taxonomy.terms(Vocabulary.CATEGORIES)],
        "lengths": [(value, str(label).capitalize()) for value, label in Length.choices],
        "total": total,
        "page": page,
        "lines": [line(each) for each in rows[start : start + reads.PER_PAGE]] if total else [],
        "ways_out": [] if total else [(label, count, address_of(wider)) for label, count, wider in reads.ways_out(filters)],
        "query": query,
        "exports": [{"label": form.upper(), "url": reverse("learning:paths_data", args=[form]) + tail} for form in FORMS],
        "may_edit": permissions.can_edit_paths(request.user),
    }  # fmt: skip
    return render(request, "learning/paths.html", context)


def line(found: Path) -> dict[str, Any]:
    """One path in a list (`queries.totalled`)."""
    counted: Any = found
    times = [counted.minutes_short, counted.minutes_medium, counted.minutes_long]
    return {
        "path": found,
        "url": found.get_absolute_url(),
        "facts": [
            found.lever.label if found.lever else _("Tous les leviers"),
            # A longer version that holds nothing more is not told.
            " · ".join(duration(minutes) for minutes in dict.fromkeys(times) if minutes),
            _("Niveau %(level)s") % {"level": found.level} if found.level else "",
        ],
    }


@require_safe
def export(request: HttpRequest, extension: str) -> HttpResponseBase:
    """The whole list behind the page, with the same filters."""
    return _WRITERS[extension](request, reads.parse(request.GET))


def _as_csv(request: HttpRequest, filters: Filters) -> HttpResponseBase:
    records = (reads.record(each) for each in reads.rows(filters))
    flat = ([" ".join(row[name]) if isinstance(row[name], list) else row[name] for name in reads.COLUMNS] for row in records)  # fmt: skip
    return csv.response("parcours.csv", reads.COLUMNS, flat, excel="excel" in request.GET)


def _as_json(_request: HttpRequest, filters: Filters) -> HttpResponseBase:
    found = reads.rows(filters)
    return json.response(found.count(), (reads.record(each) for each in found))


def _as_rss(request: HttpRequest, filters: Filters) -> HttpResponseBase:
    """What was made last, first."""
    page = rss.page(request)
    found = reads.rows(filters).order_by("-created_at", "-pk")[page.rows]
    entries = [rss.Entry(each.title, each.get_absolute_url(), each.summary, each.created_at, each.changed_at) for each in found]  # fmt: skip
    lead = _("Les parcours du réseau, les derniers d’abord.")
    return rss.response(_("Parcours"), address_of(filters), lead, entries, feed_url=request.get_full_path(), page=page)


_WRITERS: dict[str, Callable[[HttpRequest, Filters], HttpResponseBase]] = {
    "csv": _as_csv,
    "json": _as_json,
    "rss": _as_rss,
}


# --- One path --------------------------------------------------------------------------------------------------------


@require_safe
def path(request: HttpRequest, slug: str) -> HttpResponse:
    """What one will know how to do, how long it takes, its steps; where one is when one follows it."""
    found = found_or_404(request, slug)
    steps = reads.steps(found)
    follow = follow_reads.follow_of(found, request.user)
    return render(request, "learning/path.html", page_of(request, found, steps, follow))


def page_of(
    request: HttpRequest, found: Path, steps: list[Any], follow: Follow | None, form: FollowForm | None = None
) -> dict[str, Any]:
    """The context of the page of a path; `form` when it was refused."""
    versions = reads.versions(steps)
    progress = follow_reads.progress(follow, steps) if follow else None
    inside = {step.pk for step in progress.steps} if progress else set()
    context: dict[str, Any] = {
        "crumbs": crumbs((found.title, "")),
        "path": found,
        "goals": list(blocks_of(found.goal)),
        "versions": versions,
        "audiences": list(found.audiences.all()),
        "holder": found.owner.get_full_name() if found.owner else _("l’équipe d’animation du réseau"),
        "lines": [
            {
                "step": step,
                "url": reverse("learning:step", args=[found.slug, step.key]),
                "is_done": progress is not None and progress.is_done(step),
                "is_beyond": progress is not None and step.pk not in inside,
            }
            for step in steps
        ],
        "follow": follow,
        "progress": progress,
        "form": form,
        "kept": follow_reads.kept_of_others(follow) if follow else [],
        "may_edit": permissions.can_edit_paths(request.user),
        "is_open": found.state == PathState.PUBLISHED,
        "linked_data": _linked_data(found, versions) if found.state == PathState.PUBLISHED else "",
    }
    if request.user.is_authenticated and (follow or context["is_open"]) and form is None:
        context["form"] = follow_form(request, versions, follow)
    return context


def follow_form(request: HttpRequest, versions: list[dict[str, Any]], follow: Follow | None) -> FollowForm:
    """The choices of whoever follows: which version, and for which of their territories."""
    said = {
        "length": follow.length if follow else versions[0]["code"],
        "file": str(follow.file_id) if follow and follow.file_id else "",
    }
    words = [(each["code"], f"{duration(each['minutes'])} ({each['label']})") for each in versions]
    return FollowForm(
        request.POST if request.method == "POST" else None,
        versions=words,
        files=follow_reads.files_of(request.user),
        initial=said,
    )


def _linked_data(found: Path, versions: list[dict[str, Any]]) -> SafeString:
    """In the words of schema.org, for search engines: what anyone may read."""
    url = settings.ORIGIN + found.get_absolute_url()
    data = {
        "@context": "https://schema.org",
        "@type": "Course",
        "name": found.title,
        "description": found.summary or found.title,
        "url": url,
        "inLanguage": "fr",
        "isAccessibleForFree": True,
        "provider": {"@type": "Organization", "name": "Alliage", "url": settings.ORIGIN},
        "hasCourseInstance": [
            {"@type": "CourseInstance", "courseMode": "online", "courseWorkload": f"PT{each['minutes']}M"}
            for each in versions
        ],
    }
    text = plain_json.dumps(data, ensure_ascii=False).translate(_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 escaped just above


@require_safe
def path_json(request: HttpRequest, slug: str) -> HttpResponse:
    """The whole path, to be taken elsewhere: texts, questions, right answers and why."""
    found = found_or_404(request, slug)
    text = json.dumps(reads.data_of(found, reads.steps(found)))
    answer = HttpResponse(text, content_type="application/json")
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


# --- Workshop --------------------------------------------------------------------------------------------------------


def _workshop(request: HttpRequest, slug: str) -> tuple[Path, list[dict[str, Any]], str, Any]:
    found = found_or_404(request, slug)
    steps = reads.steps(found)
    versions = reads.versions(steps)
    codes = [each["code"] for each in versions]
    asked = request.GET.get("version", "")
    length = asked if asked in codes else codes[0]
    return found, versions, length, workshops.document(found, reads.in_version(steps, length), length)


@require_safe
def workshop(request: HttpRequest, slug: str) -> HttpResponse:
    """To be printed: running order, what to prepare, sheets, questions, and answers at the end."""
    found, versions, length, document = _workshop(request, slug)
    address = reverse("learning:path_workshop", args=[found.slug])
    context = {
        "crumbs": crumbs((found.title, found.get_absolute_url()), (_("Atelier"), "")),
        "path": found,
        "document": document,
        "blocks": [(_kind(block), block) for block in document.blocks],
        "tabs": [
            {"label": str(each["label"]).capitalize(), "url": f"{address}?version={each['code']}", "current": each["code"] == length}
            for each in versions
        ],
        "length": length,
    }  # fmt: skip
    return render(request, "learning/path_workshop.html", context)


def _kind(block: Block) -> str:
    is_writing = isinstance(block, Paragraph) and block.text == workshops.WRITING
    return "writing" if is_writing else type(block).__name__.lower()


@require_safe
def workshop_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    _found, _versions, _length, document = _workshop(request, slug)
    made = pdf.sheet(document, now=timezone.now())
    return pdf.response(made, filename(f"atelier {document.title}", "pdf"))
