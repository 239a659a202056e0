"""`/parcours/gestion/`: animators make a path, its steps, their order; they publish it, retire it."""

from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.learning import permissions
from alliage.learning.enums import PATH_MOVES, PathState, StepKind
from alliage.learning.forms.paths import PathForm, StepForm
from alliage.learning.models import Path, Step
from alliage.learning.queries import paths as reads
from alliage.learning.services import paths as services
from alliage.learning.views.paths import crumbs
from alliage.refusals import Refusal


def for_editors(view: Any) -> Any:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not permissions.can_edit_paths(request.user):
            raise PermissionDenied
        answer: HttpResponse = view(request, *args, **kwargs)
        return answer

    return login_required(guarded)


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs((_("Gestion"), reverse("learning:path_editor") if more else ""), *more)


def _path_or_404(pk: str) -> Path:
    found = reads.by_number(int(pk))
    if found is None:
        raise Http404(f"No path {pk}.")
    return found


def _step_or_404(path: Path, key: str) -> Step:
    found = next((step for step in reads.steps(path) if step.key == key), None)
    if found is None:
        raise Http404(f"No step {key}.")
    found.path = path
    return found


@require_safe
@for_editors
def index(request: HttpRequest) -> HttpResponse:
    """Every path, drafts first."""
    return render(request, "learning/path_editor.html", {"crumbs": _crumbs(), "paths": reads.managed()})


@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def new(request: HttpRequest) -> HttpResponse:
    """A draft: its steps come next."""
    form = PathForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = services.make(form.said(), by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("learning:path_edit", made.pk)
    context = {"crumbs": _crumbs((_("Nouveau parcours"), "")), "form": form, "draft": "parcours-nouveau"}
    return render(request, "learning/path_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def edit(request: HttpRequest, pk: str) -> HttpResponse:
    """What is said of it, its steps and their order, its state."""
    found = _path_or_404(pk)
    form = PathForm(request.POST if request.method == "POST" else None, path=found)
    if form.is_bound and form.is_valid():
        try:
            services.describe(found, form.said(), by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("C’est enregistré."))
            return redirect("learning:path_edit", found.pk)
    steps = reads.steps(found)
    context = {
        "crumbs": _crumbs((found.title, "")),
        "path": found,
        "form": form,
        "draft": f"parcours-{found.pk}",
        "steps": steps,
        "versions": reads.versions(steps),
        "kinds": StepKind.choices,
        "moves": PATH_MOVES[found.state],
        "is_draft": found.state == PathState.DRAFT,
    }
    return render(request, "learning/path_edit.html", context, status=422 if form.errors else 200)


@require_POST
@for_editors
def act(request: HttpRequest, pk: str) -> HttpResponse:
    """« published », « retired », « drop »; « up:key », « down:key », « remove:key »."""
    found = _path_or_404(pk)
    asked, _colon, key = request.POST.get("act", "").partition(":")
    try:
        if asked in PathState.values:
            services.move(found, asked, by=request.user, now=timezone.now())
            messages.success(request, _("Ce parcours est publié.") if asked == PathState.PUBLISHED else _("Ce parcours est retiré\u00a0: qui le suit le garde, personne d’autre ne le commence."))  # fmt: skip
        elif asked == "drop":
            services.drop(found, by=request.user, now=timezone.now())
            messages.success(request, _("Ce brouillon est effacé."))
            return redirect("learning:path_editor")
        elif asked in ("up", "down"):
            services.shift_step(
                _step_or_404(found, key), -1 if asked == "up" else 1, by=request.user, now=timezone.now()
            )
            return redirect(f"{reverse('learning:path_edit', args=[found.pk])}#etape-{key}")
        elif asked == "remove":
            services.remove_step(_step_or_404(found, key), by=request.user, now=timezone.now())
            messages.success(
                request, _("L’étape n’est plus dans le parcours. Ce que quelqu’un en avait fait lui reste.")
            )
        else:
            return HttpResponse(status=400)
    except Refusal as refusal:
        messages.warning(request, refusal.message)
    return redirect(f"{reverse('learning:path_edit', args=[found.pk])}#etapes")


@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def step_new(request: HttpRequest, pk: str) -> HttpResponse:
    """A step at the end of the path, of the kind that the address names."""
    found = _path_or_404(pk)
    kind = request.GET.get("nature", "")
    if kind not in StepKind.values:
        return redirect(f"{reverse('learning:path_edit', args=[found.pk])}#etapes")
    return _step_page(request, found, kind, None)


@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def step_edit(request: HttpRequest, pk: str, key: str) -> HttpResponse:
    found = _path_or_404(pk)
    step = _step_or_404(found, key)
    return _step_page(request, found, step.kind, step)


def _step_page(request: HttpRequest, path: Path, kind: str, step: Step | None) -> HttpResponse:
    form = StepForm(request.POST if request.method == "POST" else None, kind=kind, step=step)
    if form.is_bound and form.is_valid():
        now = timezone.now()
        try:
            if step is None:
                made = services.add_step(path, form.said(), by=request.user, now=now)
            else:
                made = services.change_step(step, form.said(), by=request.user, now=now)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect(f"{reverse('learning:path_edit', args=[path.pk])}#etape-{made.key}")
    context = {
        "crumbs": _crumbs((path.title, reverse("learning:path_edit", args=[path.pk])), (_("Étape"), "")),
        "path": path,
        "step": step,
        "kind": StepKind(kind).label,
        "is_quiz": kind == StepKind.QUIZ,
        "form": form,
        "draft": f"parcours-{path.pk}-{step.key if step else kind}",
    }
    return render(request, "learning/path_step_form.html", context, status=422 if form.errors else 200)
