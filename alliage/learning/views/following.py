"""« Mes parcours »; following a path; a step, and what one does of it; what a completed path gives."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from alliage.learning.models import Follow
from alliage.learning.queries import following as reads
from alliage.learning.queries import paths as path_reads
from alliage.learning.services import following as services
from alliage.learning.views.paths import follow_form, found_or_404, page_of
from alliage.refusals import Refusal

DRAFTS_PER_PERSON = "600/10m"
SHOWN_FACTS = 8


# --- « Mes parcours » ------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Under way, to come, completed, set aside."""
    followed = list(reads.mine(request.user))
    tabs = reads.sorted_out(followed)
    labels = {
        reads.CURRENT: _("En cours"),
        reads.PROPOSALS: _("À venir"),
        reads.DONE: _("Terminés"),
        reads.ASIDE: _("Mis de côté"),
    }
    shown = request.GET.get("quand", "")
    shown = shown if shown in labels else reads.CURRENT if tabs[reads.CURRENT] or followed else reads.PROPOSALS
    address = reverse("learning:my_paths")
    context = {
        "crumbs": [(_("Mon espace"), "/mon-espace/"), (_("Mes parcours"), "")],
        "tabs": [
            {
                "label": label,
                "url": f"{address}?quand={code}",
                "current": code == shown,
                "count": len(tabs[code]) if code in tabs else None,
            }
            for code, label in labels.items()
        ],
        "shown": shown,
        "follows": tabs.get(shown, []),
        "proposals": reads.proposals(request.user, followed) if shown == reads.PROPOSALS else [],
    }
    return render(request, "learning/my_paths.html", context)


# --- Following -------------------------------------------------------------------------------------------------------


def followed_or_404(request: HttpRequest, slug: str) -> Follow:
    path = found_or_404(request, slug)
    found = reads.follow_of(path, request.user)
    if found is None:
        raise Http404("This person does not follow it.")
    found.path = path
    return found


@login_required
@require_POST
def follow(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin, or change one's version and territory."""
    path = found_or_404(request, slug)
    steps = path_reads.steps(path)
    there = reads.follow_of(path, request.user)
    form = follow_form(request, path_reads.versions(steps), there)
    if form.is_valid():
        try:
            made = services.follow(
                path, length=form.cleaned_data["length"], file=form.chosen_file(), by=request.user, now=timezone.now()
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            following = reads.progress(made, steps).next_step
            if there is None and following is not None:
                return redirect("learning:step", path.slug, following.key)
            messages.success(request, _("C’est enregistré. Ce que vous aviez fait reste."))
            return redirect(path)
    return render(request, "learning/path.html", page_of(request, path, steps, there, form), status=422)


_ACTS: dict[str, tuple[Callable[..., None], Any]] = {
    "aside": (services.set_aside, lambda: _("Ce parcours est mis de côté. Rien n’est perdu\u00a0: vous le reprenez quand vous voulez.")),
    "take_up": (services.take_up, lambda: _("Vous reprenez là où vous en étiez.")),
    "stop": (services.stop, lambda: _("Ce parcours n’est plus dans les vôtres. Vos notes sont effacées.")),
}  # fmt: skip


@login_required
@require_POST
def act(request: HttpRequest, slug: str) -> HttpResponse:
    """Set aside, take up again, forget."""
    found = followed_or_404(request, slug)
    asked = request.POST.get("act", "")
    if asked not in _ACTS:
        return HttpResponse(status=400)
    done, said = _ACTS[asked]
    if asked == "stop" and "sure" not in request.POST:
        messages.warning(request, _("Cochez la case pour confirmer\u00a0: rien n’est effacé."))
        return redirect(found.path)
    done(found, by=request.user, now=timezone.now())
    messages.success(request, said())
    return redirect("learning:my_paths") if asked == "stop" else redirect(found.path)
