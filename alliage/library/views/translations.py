"""Translations: choose a language, write beside the original, publish or send back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alliage.library import permissions
from alliage.library.enums import Language, TranslationState
from alliage.library.forms import translations as forms
from alliage.library.models import Resource, Translation
from alliage.library.queries import translations as queries
from alliage.library.services import translations as services
from alliage.library.views.resources import crumbs
from alliage.library.views.reuse import shown_or_404
from alliage.refusals import Refusal
from alliage.ui import limits

PER_PERSON = "60/1h"
MOST = 200


def _crumbs(resource: Resource, *more: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs(
        (resource.title, resource.get_absolute_url()),
        (_("Traductions"), reverse("library:translate", args=[resource.pk]) if more else ""),
        *more,
    )


def _one_or_404(pk: int, language: str) -> Translation:
    found = queries.one(shown_or_404(pk), language)
    if found is None:
        raise Http404(f"Nobody translates {pk} into {language}.")
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("library.translate", per_person=PER_PERSON)
def translate(request: HttpRequest, pk: int) -> HttpResponse:
    """The translations of a resource, and the language of a new one."""
    resource = shown_or_404(pk)
    languages = queries.languages_left(resource)
    form = forms.LanguageForm(request.POST if request.method == "POST" else None, languages=languages)
    if request.method == "POST" and form.is_valid():
        language = form.cleaned_data["language"]
        try:
            services.begin(resource, language, by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error("language", refusal.message)
        else:
            return redirect("library:translation_edit", resource.pk, language)
    lines = [
        {
            "translation": each,
            "language": Language(each.language).label,
            "is_late": queries.is_late(each),
            "compare_url": queries.compare_url(each) if queries.is_late(each) else "",
            "may_write": queries.can_write(request.user, each),
            "may_read": queries.can_read(request.user, each),
        }
        for each in queries.of_resource(resource)
    ]
    context = {"crumbs": _crumbs(resource), "resource": resource, "lines": lines, "form": form if languages else None}
    return render(request, "library/translations.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """Translations that wait for a reviewer."""
    if not permissions.is_reviewer(request.user):
        raise PermissionDenied
    context = {"crumbs": crumbs((_("Traductions à relire"), "")), "found": list(queries.waiting()[:MOST])}
    return render(request, "library/translation_queue.html", context)


# --- Write ---------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """The original and the translation side by side; kept whenever one asks, proposed when it is ready."""
    found = _one_or_404(pk, language)
    if not queries.can_write(request.user, found):
        raise PermissionDenied
    _begin_with_published(found)
    form = forms.TranslationForm(request.POST if request.method == "POST" else None, translation=found)
    token = found.token
    if request.method == "POST" and form.is_valid():
        try:
            return _kept(request, found, form)
        except services.TranslationChanged as refusal:
            form.add_error(None, refusal.message)
            token = refusal.token
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            token = found.token
    resource = found.resource
    context = {
        "crumbs": _crumbs(resource, (str(Language(language).label).capitalize(), "")),
        "resource": resource,
        "translation": found,
        "language": Language(language).label,
        "form": form,
        "beside": form.beside(),
        "token": token,
        "is_late": queries.is_late(found),
        "compare_url": queries.compare_url(found) if queries.is_late(found) else "",
    }
    return render(request, "library/translation_edit.html", context, status=422 if form.errors else 200)


def _begin_with_published(found: Translation) -> None:
    """One that is brought up to date begins with what readers see."""
    if found.state == TranslationState.PUBLISHED and found.text is not None:
        found.written = found.text


def _kept(request: HttpRequest, found: Translation, form: forms.TranslationForm) -> HttpResponse:
    now, version = timezone.now(), request.POST.get("version", "")
    services.write(
        found,
        form.raw(),
        credit=form.cleaned_data["credit"],
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 7 else found.written_version,
        token=request.POST.get("token", "").replace("\0", "")[:40],
        by=request.user,
        now=now,
    )
    if request.POST.get("act") == "submit":
        services.submit(found, by=request.user, now=now)
        messages.success(request, _("Merci. Votre traduction est proposée ; vous serez prévenu."))
        return redirect("library:translate", found.resource_id)
    messages.success(request, _("C’est enregistré. Vous seul voyez cette traduction pour l’instant."))
    return redirect(request.path)


# --- Read and publish ------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def review(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """Read beside the original, published or sent back."""
    found = _one_or_404(pk, language)
    if not queries.can_read(request.user, found):
        raise PermissionDenied
    may_publish = queries.can_publish(request.user, found) and found.state == TranslationState.SUBMITTED
    form = forms.WordForm()
    if request.method == "POST":
        if not may_publish:
            raise PermissionDenied
        form = forms.WordForm(request.POST if request.POST.get("act") == "back" else {"word": "-"})
        if form.is_valid():
            try:
                return _settled(request, found, form)
            except Refusal as refusal:
                form.add_error(None, refusal.message)
    resource = found.resource
    context: dict[str, Any] = {
        "crumbs": _crumbs(resource, (str(Language(language).label).capitalize(), "")),
        "resource": resource,
        "translation": found,
        "language": Language(language).label,
        "pairs": queries.pairs(resource.content, found.written),
        "may_publish": may_publish,
        "form": form,
    }
    return render(request, "library/translation_review.html", context, status=422 if form.errors else 200)


def _settled(request: HttpRequest, found: Translation, form: forms.WordForm) -> HttpResponse:
    if request.POST.get("act") == "back":
        services.send_back(found, word=form.cleaned_data["word"], by=request.user, now=timezone.now())
        messages.success(request, _("C’est rendu à la personne qui traduit, avec votre mot."))
        return redirect("library:translate", found.resource_id)
    services.publish(found, by=request.user, now=timezone.now())
    messages.success(request, _("C’est publié : tout le monde peut la lire dans cette langue."))
    return redirect(found)
