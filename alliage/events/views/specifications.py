"""Macro-cahiers des charges: made from a board, read, written, signed, published, taken away, begun again elsewhere."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.accounts.models import Member
from alliage.accounts.permissions import is_animator
from alliage.events import specification_documents as documents
from alliage.events import workshop_people as people
from alliage.events.forms.specifications import ElsewhereForm, SpecificationForm
from alliage.events.models import Specification, SpecificationVersion
from alliage.events.queries import specifications as queries
from alliage.events.services import specifications as services
from alliage.events.views.workshop_doors import at_workshop, board_of
from alliage.events.workshop_enums import SignatureRole
from alliage.events.workshop_people import Place
from alliage.formats import csv, docx, odt, pdf
from alliage.formats.documents import filename
from alliage.refusals import Refusal
from alliage.ui import limits


@dataclass(frozen=True)
class Opened:
    """A specification and what this person may do with it. `writes`: those who hold the workshop, or the one who began it elsewhere."""

    specification: Specification
    reads_drafts: bool
    writes: bool


def opened_or_404(request: HttpRequest, pk: str) -> Opened:
    """Everyone reads what is published; before, the people of the event; what moderation hid, those who write it."""
    found = queries.by_number(int(pk))
    if found is None:
        raise Http404(f"No specification {pk}.")
    reads, writes = _rights(request, found)
    if not (found.is_public or (reads and (writes or not found.is_hidden))):
        raise Http404(f"Specification {pk} is not read by this person.")
    return Opened(found, reads, writes)


def _rights(request: HttpRequest, found: Specification) -> tuple[bool, bool]:
    """(reads what is not published, writes)."""
    user = request.user
    if not user.is_authenticated and people.COOKIE not in request.COOKIES:
        return False, False
    if found.board is not None:
        place = people.place(user, request.COOKIES, found.board.sequence_id)
        return (place.standing.reads, place.standing.holds) if place is not None else (False, False)
    holds = user.is_authenticated and (found.owner_id == user.pk or is_animator(user))
    return holds, holds


def written_or_403(request: HttpRequest, pk: str) -> Opened:
    opened = opened_or_404(request, pk)
    if not opened.writes:
        raise PermissionDenied
    return opened


def member_of(request: HttpRequest) -> Member:
    assert isinstance(request.user, Member)
    return request.user


def crumbs(specification: Specification, *more: tuple[str, str]) -> list[tuple[str, str]]:
    event = specification.event
    first = [(event.title, event.get_absolute_url())] if event is not None and event.is_public else []
    here = (specification.title, specification.get_absolute_url() if more else "")
    return [*(first or [(_("Agenda"), reverse("events:agenda"))]), here, *more]


def _version_or_404(opened: Opened, number: int | None = None) -> SpecificationVersion:
    """The one asked for; else the published one, or the last for those who read drafts and when nothing is published."""
    found = opened.specification
    wanted = number or found.published_number or found.last_number
    if not opened.reads_drafts and wanted != found.published_number:
        raise Http404(f"Version {wanted} is not read by this person.")
    version = queries.version_of(found, wanted)
    if version is None:
        raise Http404(f"No version {wanted}.")
    return version


def shown_with_followups(specification: Specification, version: SpecificationVersion) -> list[queries.ShownNeed]:
    needs = queries.shown_needs(version.content)
    told = queries.followups(specification) if specification.published_number else {}
    for need in needs:
        need.followups = told.get(need.plain["number"], [])
    return needs


# --- Read ------------------------------------------------------------------------------------------------------------


@never_cache
@require_safe
def specification(request: HttpRequest, pk: str) -> HttpResponse:
    opened = _for_reader(request, pk)
    if isinstance(opened, HttpResponse):
        return opened
    return _page(request, opened, _version_or_404(opened))


def _for_reader(request: HttpRequest, pk: str) -> Opened | HttpResponse:
    """A visitor who may be one of the event’s people is asked who they are."""
    try:
        return opened_or_404(request, pk)
    except Http404:
        found = queries.by_number(int(pk))
        if request.user.is_authenticated or found is None or found.is_hidden:
            raise
        return redirect_to_login(request.get_full_path())


@never_cache
@require_safe
def version(request: HttpRequest, pk: str, number: str) -> HttpResponse:
    """One version, as it was."""
    opened = _for_reader(request, pk)
    if isinstance(opened, HttpResponse):
        return opened
    return _page(request, opened, _version_or_404(opened, int(number)))


def _page(request: HttpRequest, opened: Opened, shown: SpecificationVersion) -> HttpResponse:
    found = opened.specification
    needs = shown_with_followups(found, shown)
    is_last = shown.number == found.last_number
    missing = queries.missing_roles(found, shown)
    may_sign = opened.writes and is_last
    roles = queries.roles_of(found, member_of(request)) if may_sign and missing else set()
    signed = {signature.member_id for signature in shown.signatures.all()}
    context = {
        "crumbs": crumbs(found),
        "specification": found,
        "version": shown,
        "parts": queries.parts(shown.content, needs),
        "signatures": list(shown.signatures.all()),
        "missing": [SignatureRole(role) for role in missing],
        "may_sign": [SignatureRole(role) for role in missing if role in roles] if request.user.pk not in signed else [],
        "writes": opened.writes,
        "reads_drafts": opened.reads_drafts,
        "is_last": is_last,
        "is_published": shown.number == found.published_number,
        "may_publish": may_sign and not missing and shown.number != found.published_number,
        "versions": list(found.versions.defer("content")) if opened.reads_drafts else [],
        "told": queries.told(needs) if found.published_number else None,
        "adaptations": list(queries.public().filter(adapted_from=found)) if found.published_number else [],
        "exports": [
            {"label": label, "url": reverse("events:specification_data", args=[found.pk, extension])}
            for label, extension in (("PDF", "pdf"), ("DOCX", "docx"), ("ODT", "odt"), (_("besoins en CSV"), "csv"))
        ],
    }
    return render(request, "events/specification.html", context)


@require_safe
def export(request: HttpRequest, pk: str, extension: str) -> HttpResponseBase:
    """The version that this person reads first, in another format."""
    opened = opened_or_404(request, pk)
    found = opened.specification
    shown = _version_or_404(opened)
    needs = shown_with_followups(found, shown)
    name = filename(found.title, extension)
    if extension == "csv":
        return csv.response(name, documents.HEADER, documents.rows(needs), excel=request.GET.get("excel") == "1")
    said = documents.document(found, shown, queries.parts(shown.content, needs))
    if extension == "pdf":
        return pdf.response(pdf.sheet(said, now=timezone.now()), name)
    writer: Any = docx if extension == "docx" else odt
    answer: HttpResponse = writer.response(said, now=timezone.now())
    return answer


# --- Write -----------------------------------------------------------------------------------------------------------


@require_POST
@at_workshop(holds=True)
def make(request: HttpRequest, place: Place) -> HttpResponse:
    """« Écrire le cahier des charges »: from the board as it stands."""
    try:
        return redirect(services.make(board_of(place), by=member_of(request), now=timezone.now()))
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("events:board", place.session.pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, pk: str) -> HttpResponse:
    """Every part of the template; saving makes a version, which is to be signed again."""
    opened = written_or_403(request, pk)
    found = opened.specification
    last = _version_or_404(opened, found.last_number)
    form = SpecificationForm(
        request.POST if request.method == "POST" else None,
        content=last.content,
        title=found.title,
        number=last.number,
        rewords=found.board_id is None,
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.write(
                found,
                form.written(),
                seen=given["seen"],
                by=member_of(request),
                now=timezone.now(),
                act=given["act_key"],
            )
        except services.SpecificationChanged as refusal:
            form.add_error(None, refusal.message)
            form.data = {**request.POST.dict(), "seen": str(last.number)}
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Version enregistrée."))
            return redirect("events:specification_version", found.pk, _last_number(found))
    needs = {need.plain["number"]: need for need in queries.shown_needs(last.content, is_public=False)}
    context = {
        "crumbs": crumbs(found, (_("Écrire"), "")),
        "specification": found,
        "form": form,
        "rows": [(needs[each["number"]], rank, words) for each, rank, words in form.rows],
    }
    return render(request, "events/specification_edit.html", context, status=422 if form.errors else 200)


def _last_number(found: Specification) -> int:
    found.refresh_from_db(fields=["last_number"])
    return found.last_number


@require_POST
@login_required
def act(request: HttpRequest, pk: str) -> HttpResponse:
    """Sign, publish, take the board again."""
    opened = written_or_403(request, pk)
    found, by, now = opened.specification, member_of(request), timezone.now()
    deed = request.POST.get("act", "")
    try:
        if deed.startswith("sign:"):
            role = deed.removeprefix("sign:")
            if role not in queries.roles_of(found, by):
                raise PermissionDenied
            number = request.POST.get("number", "")
            services.sign(
                found, role, number=int(number) if number.isdigit() and len(number) < 9 else 0, by=by, now=now
            )
            messages.success(request, _("C’est signé."))
        elif deed == "publish":
            services.publish(found, by=by, now=now)
            messages.success(request, _("Le cahier des charges est publié, et il est dans la bibliothèque."))
        elif deed == "again":
            services.read_board_again(found, by=by, now=now)
            messages.success(request, _("Les besoins sont ceux du tableau d’aujourd’hui."))
        else:
            messages.error(request, _("Ce geste n’existe pas ici."))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("events:specification_version", found.pk, _last_number(found))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("events.specification_adapt", per_person="20/1h")
def adapt(request: HttpRequest, pk: str) -> HttpResponse:
    """« Partir de celui-ci », for another territory."""
    found = opened_or_404(request, pk).specification
    if not found.is_public:
        raise Http404("Only what is published is begun from.")
    form = ElsewhereForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = services.adapt(
                found, given["territory"], by=member_of(request), now=timezone.now(), title=given["title"]
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("events:specification_edit", made.pk)
    context = {"crumbs": crumbs(found, (_("Partir de celui-ci"), "")), "specification": found, "form": form}
    return render(request, "events/specification_adapt.html", context, status=422 if form.errors else 200)
