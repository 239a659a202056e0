"""A co-written document: its page, its versions, its settings, what one takes away."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alliage.refusals import Refusal
from alliage.ui import limits
from alliage.writing import exports, presenting, queries, services
from alliage.writing.comparing import compare
from alliage.writing.forms import EraseForm, TitleForm, VersionForm
from alliage.writing.models import Document, Version
from alliage.writing.presenting import Shown
from alliage.writing.registry import purposes
from alliage.writing.visits import visit_of

PER_PERSON = "120/10m"
View = Callable[..., HttpResponse]


def of_shown(view: View) -> View:
    """Give the view the document as this person may see it. Others are told nothing of it: visitors may sign in."""

    @wraps(view)
    def found(request: HttpRequest, document_id: UUID, **more: Any) -> HttpResponse:
        document = queries.by_id(document_id)
        shown = presenting.shown(document, visit_of(request)) if document is not None else None
        if shown is None:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            raise Http404("No such document for this person.")
        return view(request, shown, **more)

    return found


def _crumbs(document: Document, *more: tuple[str, str]) -> list[tuple[str, str]]:
    purpose = purposes.get(document.scope)
    place = purpose.place(document) if purpose is not None and purpose.place is not None else None
    above = [(str(place[1]), place[0])] if place is not None else []
    return [*above, (document.title, document.get_absolute_url() if more else ""), *more]


@never_cache
@require_safe
@of_shown
def document(request: HttpRequest, shown: Shown) -> HttpResponse:
    return render(request, "writing/document.html", {"shown": shown, "crumbs": _crumbs(shown.document)})


@never_cache
@require_safe
@of_shown
def export(request: HttpRequest, shown: Shown, extension: str) -> HttpResponse:
    if not shown.writer.can_take:
        raise Http404("Nobody takes it away.")
    return exports.response(shown.document.title, shown.text, shown.authors, extension, now=timezone.now())


# --- Versions ------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limits.limit("writing.version", per_person=PER_PERSON)
@of_shown
def versions(request: HttpRequest, shown: Shown) -> HttpResponse:
    """All of them, and a name for the text as it stands."""
    form = VersionForm(request.POST or None)
    if request.method == "POST" and _named(request, shown, form):
        return redirect("writing:versions", shown.document.pk)
    context = {
        "shown": shown,
        "form": form,
        "versions": queries.versions_of(shown.document),
        "crumbs": _crumbs(shown.document, (_("Versions"), "")),
    }
    return render(request, "writing/versions.html", context, status=422 if form.errors else 200)


def _named(request: HttpRequest, shown: Shown, form: forms.Form) -> bool:
    _must(shown.writer.can_write)
    if not form.is_valid():
        return False
    try:
        services.name_version(shown.document, form.cleaned_data["label"], by=shown.writer, now=timezone.now())
    except Refusal as refusal:
        form.add_error("label", refusal.message)
        return False
    messages.success(request, _("Version gardée."))
    return True


def _must(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limits.limit("writing.version", per_person=PER_PERSON)
@of_shown
def version(request: HttpRequest, shown: Shown, pk: str) -> HttpResponse:
    """A version beside the text of now; go back to it, or erase it."""
    found = queries.version_of(shown.document, int(pk))
    if found is None:
        raise Http404("No such version.")
    if request.method == "POST":
        return _act(request, shown, found)
    context = {
        "shown": shown,
        "version": found,
        "authors": queries.authors_of(shown.document, version=found),
        "pieces": compare(found.text, shown.text),
        "is_same": found.text == shown.text,
        "crumbs": _crumbs(
            shown.document,
            (_("Versions"), reverse("writing:versions", args=[shown.document.pk])),
            (_named_or_not(found), ""),
        ),
    }
    return render(request, "writing/version.html", context)


def _named_or_not(found: Version) -> str:
    return found.label or _("Version gardée d’elle-même")


def _act(request: HttpRequest, shown: Shown, found: Version) -> HttpResponse:
    now = timezone.now()
    try:
        if request.POST.get("act") == "remove":
            _must(shown.writer.can_manage)
            services.remove_version(found, by=shown.writer, now=now)
            messages.success(request, _("Version effacée."))
            return redirect("writing:versions", shown.document.pk)
        _must(shown.writer.can_write)
        services.restore_version(found, by=shown.writer, now=now)
        messages.success(
            request, _("Le texte est redevenu celui de cette version. Celui d’avant est gardé parmi les versions.")
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect(shown.document)


# --- Settings ------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limits.limit("writing.settings", per_person=PER_PERSON)
@of_shown
def settings(request: HttpRequest, shown: Shown) -> HttpResponse:
    """Rename, close or open again, erase."""
    _must(shown.writer.can_manage)
    act = request.POST.get("act", "")
    asked = {"rename": TitleForm, "erase": EraseForm}.get(act)
    form = asked(request.POST) if asked is not None else None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            return _settle(request, shown, act, form)
        except Refusal as refusal:
            messages.error(request, refusal.message)
            return redirect("writing:settings", shown.document.pk)
    context = {
        "shown": shown,
        "title_form": form if act == "rename" else TitleForm(initial={"title": shown.document.title}),
        "erase_form": form if act == "erase" else EraseForm(),
        "crumbs": _crumbs(shown.document, (_("Réglages"), "")),
    }
    return render(request, "writing/settings.html", context, status=422 if form is not None else 200)


def _settle(request: HttpRequest, shown: Shown, act: str, form: forms.Form | None) -> HttpResponse:
    now, document, by = timezone.now(), shown.document, shown.writer
    if act == "erase":
        place = _crumbs(document)
        services.erase(document, by=by, now=now)
        messages.success(request, _("L’écrit est effacé, avec ses versions."))
        return redirect(place[0][1] or "/")
    if act == "rename" and form is not None:
        services.rename(document, form.cleaned_data["title"], by=by, now=now)
        messages.success(request, _("Titre changé."))
    elif act == "close":
        services.close(document, by=by, now=now)
        messages.success(request, _("L’écrit est clos\u00a0: il se lit, et ne change plus."))
    elif act == "reopen":
        services.reopen(document, by=by, now=now)
        messages.success(request, _("L’écrit est de nouveau ouvert."))
    return redirect(document)
