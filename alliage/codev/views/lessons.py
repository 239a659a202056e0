"""From a session to a shared sheet: write, mask name by name, sign, take back. Its author alone."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.codev import masking
from alliage.codev.forms.lessons import LessonForm, MaskForm, SignForm
from alliage.codev.forms.threads import without_nul
from alliage.codev.models import Lesson
from alliage.codev.queries import lessons as queries
from alliage.codev.services import lessons as services
from alliage.codev.views.groups import crumbs
from alliage.codev.views.sessions import found_or_404, saved
from alliage.library import kinds
from alliage.library.enums import ResourceKind
from alliage.refusals import Refusal


def _mine_or_404(request: HttpRequest, pk: int) -> Lesson:
    found = queries.of_author(pk, request.user)
    if found is None:
        raise Http404(f"No lesson {pk} of this person.")
    return found


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs((_("Mes retours"), reverse("codev:lessons")), *more)


def _steps(lesson: Lesson, current: int) -> list[dict[str, Any]]:
    pages = (
        (_("Écrire"), "codev:lesson"),
        (_("Masquer les noms"), "codev:lesson_mask"),
        (_("Relire et signer"), "codev:lesson_sign"),
    )
    return [
        {
            "label": label,
            "url": reverse(name, args=[lesson.pk]) if rank != current else "",
            "state": "current" if rank == current else "done" if rank < current else "later",
        }
        for rank, (label, name) in enumerate(pages)
    ]


@never_cache
@require_POST
@login_required
def begin(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """« En faire un retour d’expérience »: the client alone."""
    found, _standing = found_or_404(request, pk, number)
    try:
        return redirect(services.begin(saved(found), by=request.user, now=timezone.now()))  # type: ignore[arg-type]
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect(found)


@never_cache
@require_safe
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """One's own: being written, signed, taken back."""
    rows = [(each, queries.label_of(each)) for each in queries.mine(request.user)]
    return render(request, "codev/lessons.html", {"crumbs": crumbs((_("Mes retours"), "")), "lessons": rows})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def lesson(request: HttpRequest, pk: int) -> HttpResponse:
    """Write it; once signed, see where it is."""
    found = _mine_or_404(request, pk)
    if not found.is_draft:
        context = {"crumbs": _crumbs((_("Un retour signé"), "")), "lesson": found, "label": queries.label_of(found)}
        return render(request, "codev/lesson_signed.html", context)
    form = LessonForm(without_nul(request.POST) if request.method == "POST" else None, lesson=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.write(found, form.cleaned_data, by=request.user, now=timezone.now())  # type: ignore[arg-type]
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("codev:lesson_mask", found.pk)
    context = {"crumbs": _crumbs((_("Écrire"), "")), "lesson": found, "form": form, "steps": _steps(found, 0)}
    return render(request, "codev/lesson.html", context, status=422 if form.errors else 200)


def _draft_or_back(request: HttpRequest, pk: int) -> tuple[Lesson, HttpResponse | None]:
    found = _mine_or_404(request, pk)
    return found, None if found.is_draft else redirect(found)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def mask(request: HttpRequest, pk: int) -> HttpResponse:
    """Each name found, with the words around: masked, kept, or written otherwise on the page before."""
    found, back = _draft_or_back(request, pk)
    if back is not None:
        return back
    listed = masking.findings(found.texts.values(), queries.names_for(found))
    data = without_nul(request.POST) if request.method == "POST" else None
    forms = [
        MaskForm(data, finding=each, decisions=found.decisions, rank=rank) for rank, each in enumerate(listed, start=1)
    ]
    if request.method == "POST":
        said = {form.finding.key: form.cleaned_data for form in forms if form.is_valid()}
        services.decide(found, said, by=request.user, now=timezone.now())  # type: ignore[arg-type]
        if len(said) == len(forms):
            return redirect("codev:lesson_sign", found.pk)
    waiting = sum(bool(form.errors) for form in forms)
    context = {
        "crumbs": _crumbs((_("Masquer les noms"), "")),
        "lesson": found,
        "forms": forms,
        "waiting": waiting,
        "steps": _steps(found, 1),
    }
    return render(request, "codev/lesson_mask.html", context, status=422 if waiting else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Read what would leave, to the last word, then sign it."""
    found, back = _draft_or_back(request, pk)
    if back is not None:
        return back
    form = SignForm(request.POST if request.method == "POST" else None)
    try:
        final = services.final_texts(found)
        if request.method == "POST" and form.is_valid():
            services.sign(found, form.signature(), by=request.user, now=timezone.now())  # type: ignore[arg-type]
            messages.success(request, _("C’est signé. Votre retour attend sa relecture."))
            return redirect(found)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("codev:lesson_mask" if found.texts.get("title") else "codev:lesson", found.pk)
    sections = [
        (section.label, final[section.code])
        for section in kinds.TEMPLATES[ResourceKind.FEEDBACK]
        if final.get(section.code)
    ]
    context = {
        "crumbs": _crumbs((_("Relire et signer"), "")),
        "lesson": found,
        "title": final["title"],
        "sections": sections,
        "origin": services.origin(),
        "form": form,
        "steps": _steps(found, 2),
    }
    return render(request, "codev/lesson_sign.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
@login_required
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing leaves the group."""
    found = _mine_or_404(request, pk)
    try:
        services.give_up(found, by=request.user, now=timezone.now())  # type: ignore[arg-type]
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect(found)
    messages.success(request, _("Le brouillon est effacé. Rien n’est sorti du groupe."))
    return redirect("codev:lessons")


@never_cache
@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's agreement back."""
    found = _mine_or_404(request, pk)
    try:
        services.withdraw(found, by=request.user, now=timezone.now())  # type: ignore[arg-type]
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Votre accord est retiré\u00a0: plus personne ne lit ce texte."))
    return redirect(found)
