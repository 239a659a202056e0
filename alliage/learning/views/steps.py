"""A step of a path, and what one does of it: answered, written, done; what is typed is kept meanwhile."""

import secrets
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from alliage.events.lines import line as event_line
from alliage.events.queries import events as event_reads
from alliage.learning import quizzes, workshops
from alliage.learning.enums import StepKind
from alliage.learning.models import Follow, Path, Step, StepDone, TerritoryFile
from alliage.learning.queries import following as reads
from alliage.learning.queries import paths as path_reads
from alliage.learning.services import following as services
from alliage.learning.services.following import Typed
from alliage.learning.views.following import followed_or_404
from alliage.learning.views.paths import crumbs, found_or_404
from alliage.library.cards import card
from alliage.questionnaires import answers as answering
from alliage.questionnaires import drawing
from alliage.refusals import Refusal
from alliage.territories import grammar
from alliage.territories import queries as territories
from alliage.territories.views import facts
from alliage.ui import limits
from alliage.ui.drafts import DraftTaken, Mark
from alliage.ui.templatetags.ui import french_number

DRAFTS_PER_PERSON = "600/10m"
SHOWN_FACTS = 8


def _step_or_404(path: Path, key: str) -> tuple[list[Step], Step]:
    steps = path_reads.steps(path)
    found = next((step for step in steps if step.key == key), None)
    if found is None:
        raise Http404(f"No step {key} in this path.")
    return steps, found


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """What the step says and leads to. A visitor answers a quiz too: nothing of it is kept."""
    path = found_or_404(request, slug)
    steps, found = _step_or_404(path, key)
    follow = reads.follow_of(path, request.user)
    desk = _Desk(request, path, steps, found, follow)
    if request.method == "POST":
        answer = desk.post()
        if answer is not None:
            return answer
    return render(request, "learning/path_step.html", desk.context(), status=desk.status)


class _Desk:
    """One showing of a step: who is there, what was typed, what must be said."""

    def __init__(self, request: HttpRequest, path: Path, steps: list[Step], step: Step, follow: Follow | None) -> None:
        self.request, self.path, self.steps, self.step, self.follow = request, path, steps, step, follow
        self.now = timezone.now()
        self.status = 200
        self.error = ""
        self.typed: Typed | None = None
        self.other: StepDone | None = None
        self.answers: dict[str, Any] | None = None
        self.progress = reads.progress(follow, steps) if follow else None

    # --- What is posted

    def post(self) -> HttpResponse | None:
        """An answer, or None to show the page again."""
        asked = self.request.POST.get("act", "")
        if asked == "quiz" and self.step.quiz is not None:
            return self._quiz()
        if self.follow is None:
            return redirect(self._here)
        if asked in ("keep", "done", "todo"):
            return self._mark(asked)
        return HttpResponse(status=400)

    @property
    def _here(self) -> str:
        return reverse("learning:step", args=[self.path.slug, self.step.key])

    def _quiz(self) -> HttpResponse | None:
        """Corrected on the page that answers, without a redirection: what a visitor chose is kept nowhere."""
        assert self.step.quiz is not None
        said = answering.read(self.step.quiz.read(), self.request.POST, is_complete=False)
        self.answers = said.answers
        if self.follow is not None and said.answers:
            services.answer(self.follow, self.step, said.answers, by=self.request.user, now=self.now)
            self.progress = reads.progress(self.follow, self.steps)
        return None

    def _mark(self, asked: str) -> HttpResponse | None:
        """What was typed is kept first, whatever the button."""
        assert self.follow is not None
        mark = Mark("", "", self.request.POST.get("seen", "")[:40], force="force" in self.request.POST)
        typed = self._typed()
        if typed is not None:
            try:
                services.keep(self.follow, self.step, typed, mark=mark, by=self.request.user, now=self.now)
            except Refusal as refusal:
                self.error, self.typed, self.status = refusal.message, typed, 422
                if isinstance(refusal, DraftTaken) and self.progress:
                    self.other = self.progress.done.get(self.step.pk)
                return None
        if asked == "keep":
            messages.success(self.request, _("C’est gardé. Vous seul le lisez."))
            return redirect(self._here)
        row = services.mark(self.follow, self.step, is_done=asked == "done", by=self.request.user, now=self.now)
        return self._after(row) if asked == "done" else redirect(self._here)

    def _typed(self) -> Typed | None:
        """Without the sheet of an exercise that nobody filled."""
        typed = typed_in(self.request.POST)
        if typed is None or self.follow is None or typed.text.split() != _begun(self.step, self.follow.file).split():
            return typed
        return Typed(typed.note)

    def _after(self, row: Follow) -> HttpResponseRedirect:
        """The next step to do, or the path when it is completed."""
        progress = reads.progress(row, self.steps)
        rank = next((rank for rank, each in enumerate(progress.steps) if each.pk == self.step.pk), -1)
        following = next(
            (each for each in progress.steps[rank + 1 :] if not progress.is_done(each)), progress.next_step
        )
        if following is None:
            messages.success(self.request, _("Vous avez fait toutes les étapes de cette version."))
            return redirect(self.path)
        return redirect("learning:step", self.path.slug, following.key)

    # --- What is shown

    def context(self) -> dict[str, Any]:
        step, progress = self.step, self.progress
        among = progress.steps if progress and step in progress.steps else self.steps
        rank = among.index(step)
        kept = progress.done.get(step.pk) if progress else None
        return {
            "crumbs": crumbs((self.path.title, self.path.get_absolute_url()), (step.title, "")),
            "path": self.path,
            "step": step,
            "rank": rank + 1,
            "total": len(among),
            "before": among[rank - 1] if rank else None,
            "after": among[rank + 1] if rank + 1 < len(among) else None,
            "follow": self.follow,
            "progress": progress,
            "is_done": progress is not None and progress.is_done(step),
            "error": self.error,
            "other": self.other,
            **self._desk(kept),
            **_SHOWN.get(step.kind, lambda _desk, _kept: {})(self, kept),
        }

    def _desk(self, kept: StepDone | None) -> dict[str, Any]:
        """The form where a follower writes, filled with what was typed and refused, or what is kept."""
        if self.follow is None:
            return {}
        typed = self.typed or Typed(kept.note if kept else "", kept.answers.get("text", "") if kept else "")
        begun = self.step.kind == StepKind.EXERCISE and not typed.text and self.typed is None
        seen = self.request.POST.get("seen", "")[:40] if self.typed else kept.changed_at.isoformat() if kept else ""
        return {
            "note": typed.note,
            "text": _begun(self.step, self.follow.file) if begun else typed.text,
            "tab": secrets.token_hex(8),
            "seen": seen,
            "keep_url": reverse("learning:step_keep", args=[self.path.slug, self.step.key]),
        }

    def resource(self, _kept: StepDone | None) -> dict[str, Any]:
        resource = self.step.resource
        if resource is None or not resource.is_shown:
            return {"gone": True}
        replacement = resource.replaced_by
        return {
            "card": card(resource),
            "replacement": card(replacement) if replacement is not None and replacement.is_shown else None,
            "outdated": resource.obsolete_reason if resource.state == "obsolete" else "",
        }

    def quiz(self, kept: StepDone | None) -> dict[str, Any]:
        questions = self.step.quiz.read() if self.step.quiz else ()
        found = quizzes.corrected(questions, self.step.right, self.answers) if self.answers else []
        best = kept.answers.get("quiz") if kept else None
        return {
            "questions": drawing.asked_all(questions, self.answers or {}),
            "corrected": found,
            "score": quizzes.score(found),
            "best": reads.quiz_score(self.step, best) if best is not None else None,
            "asked": len(questions),
            "is_empty": self.answers == {},
        }

    def exercise(self, _kept: StepDone | None) -> dict[str, Any]:
        if self.follow is None or self.follow.file is None:
            return {}
        territory = self.follow.file.territory
        known = facts.facts(territory, territories.containers(territory))[:SHOWN_FACTS]
        lever = self.path.lever
        return {
            "territory": territory,
            "territory_name": grammar.title(territory),
            "facts": known,
            "level": reads.level_of(self.follow.file, lever.code) if lever else None,
        }

    def event(self, _kept: StepDone | None) -> dict[str, Any]:
        own = self.step.event if self.step.event and self.step.event.is_public else None
        coming = path_reads.next_event(self.step, self.path.lever, now=self.now)
        past = own if own is not None and own != coming and not own.is_cancelled else None
        return {
            "coming": event_line(coming) if coming else None,
            "is_own": coming is not None and coming == own,
            "past": event_line(past) if past else None,
            "replays": [item.resource for item in event_reads.items_with_resources(past)] if past else [],
        }

    def codev(self, _kept: StepDone | None) -> dict[str, Any]:
        return {"groups": path_reads.open_groups()}


_SHOWN: dict[str, Callable[[_Desk, StepDone | None], dict[str, Any]]] = {
    StepKind.RESOURCE: _Desk.resource,
    StepKind.QUIZ: _Desk.quiz,
    StepKind.EXERCISE: _Desk.exercise,
    StepKind.EVENT: _Desk.event,
    StepKind.CODEV: _Desk.codev,
}


def _begun(step: Step, file: TerritoryFile | None) -> str:
    """The sheet of an exercise, ready to be filled: what is known of the territory, then each question."""
    lines = []
    if file is not None:
        place = file.territory
        people = _("%(count)s habitants") % {"count": french_number(place.population)} if place.population else ""  # fmt: skip
        lines.append(", ".join(part for part in (grammar.title(place), people) if part))
    return "\n\n".join([*lines, *(f"{prompt}\n" for prompt in workshops.prompts(step.text))])


def typed_in(posted: QueryDict) -> Typed | None:
    """What a form of a step holds; None when it holds no text at all."""
    if "note" not in posted and "text" not in posted:
        return None
    return Typed(posted.get("note", ""), posted.get("text", ""))


@never_cache
@login_required
@require_POST
def keep(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Sent by `ui/autosave.js` while one types: says when it was kept, or why not."""
    found = followed_or_404(request, slug)
    _steps, step = _step_or_404(found.path, key)
    excess = limits.count(request, "learning.step_keep", per_person=DRAFTS_PER_PERSON)
    if excess:
        return limits.too_many(JsonResponse({"message": excess.message}), excess)
    typed = typed_in(request.POST)
    if typed is None:
        return JsonResponse({"message": _("Rien à garder.")}, status=400)
    mark = Mark("", request.POST.get("tab", "")[:40], request.POST.get("seen", "")[:40], force="force" in request.POST)
    try:
        row = services.keep(found, step, typed, mark=mark, by=request.user, now=timezone.now())
    except DraftTaken as refusal:
        return JsonResponse({"message": refusal.message, "seen": refusal.at}, status=409)
    except Refusal as refusal:
        return JsonResponse({"message": refusal.message}, status=422)
    at = row.changed_at if row else timezone.now()
    hour = timezone.localtime(at).strftime("%H:%M")
    message = _("Gardé à %(hour)s. Vous seul le lisez.") % {"hour": hour}
    return JsonResponse({"seen": row.changed_at.isoformat() if row else "", "version": "", "message": message})
