"""Answer a diagnostic by one's personal link: who one is, two affirmations a screen, then sent. No account is needed."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alliage.accounts import secret_links
from alliage.learning import asking, respondent_links
from alliage.learning.forms.diagnostics import IntroduceForm
from alliage.learning.models import Respondent
from alliage.learning.queries import diagnostics as queries
from alliage.learning.queries.statements import lever_titles
from alliage.learning.services import respondents as services
from alliage.learning.services import tries
from alliage.questionnaires import answers as reading
from alliage.questionnaires.drawing import asked_all
from alliage.questionnaires.questions import Questions
from alliage.refusals import Refusal
from alliage.territories import grammar
from alliage.ui import honeypot, limits

# Two affirmations a screen: a hall of 350 people behind one address sends many screens.
PER_PERSON, PER_ADDRESS = "600/10m", "60000/10m"


def _respondent_or_404(token: str) -> Respondent:
    found = respondent_links.respondent_of(token)
    if found is None:
        raise Http404("Nobody answers by this link.")
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limits.limit("learning.answer", per_person=PER_PERSON, per_address=PER_ADDRESS)
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """`?ecran=` says which screen; without it, where one stands."""
    who = _respondent_or_404(token)
    if request.method == "POST":
        try:
            response = _post(request, who)
        except Refusal as refusal:
            response = _cover(request, _respondent_or_404(token), refusal=refusal)
    else:
        number = _number(request.GET.get("ecran", ""))
        may_answer = number and not who.diagnostic.is_closed
        response = _screen(request, who, number, _said(who)) if may_answer else _cover(request, who)
    return secret_links.private(response)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 4 else 0


def _said(who: Respondent) -> reading.Answers:
    return queries.current(queries.response_of(who))


def _questions(who: Respondent) -> Questions:
    return who.diagnostic.opening.version.read()


# --- Posts -----------------------------------------------------------------------------------------------------------


def _post(request: HttpRequest, who: Respondent) -> HttpResponse:
    if request.POST.get("go") == "start":
        return _introduce(request, who)
    if request.POST.get("go") == "withdraw":
        return _withdraw(request, who)
    return _keep(request, who)


def _introduce(request: HttpRequest, who: Respondent) -> HttpResponse:
    form = IntroduceForm(request.POST)
    if not form.is_valid() or honeypot.is_sprung(request.POST):
        return _cover(request, who, form=form)
    services.introduce(who, **form.cleaned_data, now=timezone.now())
    number = asking.first_unanswered(asking.screens(_questions(who)), _said(who))
    return redirect(_address(request, number))


def _withdraw(request: HttpRequest, who: Respondent) -> HttpResponse:
    """Answers are taken back; a try goes whole."""
    if who.diagnostic.file_id is None:
        tries.erase(who, now=timezone.now())
        messages.success(request, _("Votre essai est effacé."))
        return redirect("learning:home")
    services.take_back(who, now=timezone.now())
    messages.success(request, _("Vos réponses sont retirées."))
    return redirect(request.path)


def _keep(request: HttpRequest, who: Respondent) -> HttpResponse:
    """Keep what a screen says, then go where its button leads; on the last one, send."""
    screens, go, now = asking.screens(_questions(who)), request.POST.get("go", ""), timezone.now()
    number = min(max(_number(request.POST.get("screen", "")), 1), len(screens))
    asked = screens[number - 1].questions
    typed = reading.typed(asked, request.POST)
    said = reading.check(asked, typed, is_complete=False)
    codes = {question.code for question in asked}
    merged = {code: value for code, value in _said(who).items() if code not in codes} | said.answers
    services.keep(who, merged, now=now)
    if go == "keep":
        return HttpResponse(status=204)
    warning = str(honeypot.ROBOT) if honeypot.is_sprung(request.POST) else ""
    if said.errors or warning:
        return _screen(request, who, number, typed, said.errors, warning=warning)
    if go == "back":
        return redirect(_address(request, number - 1))
    if number < len(screens):
        return redirect(_address(request, number + 1))
    services.send(who, merged, now=now)
    return _after(request, who)


def _after(request: HttpRequest, who: Respondent) -> HttpResponse:
    if who.diagnostic.file is None:
        return redirect("learning:try_result", respondent_links.token_of(who.seed))
    # The page itself says thank you, and that answers were sent.
    return redirect(request.path)


def _address(request: HttpRequest, number: int) -> str:
    return f"{request.path}?ecran={number}" if number > 0 else request.path


# --- Pages -----------------------------------------------------------------------------------------------------------


def _screen(
    request: HttpRequest,
    who: Respondent,
    number: int,
    answers: reading.Answers,
    errors: dict[str, str] | None = None,
    *,
    warning: str = "",
) -> HttpResponse:
    screens = asking.screens(_questions(who))
    number = min(number, len(screens))
    screen = screens[number - 1]
    context = {
        "place": _place(who),
        "lever": lever_titles().get(screen.lever, ""),
        "asked": asked_all(screen.questions, answers, errors),
        "has_errors": bool(errors),
        "warning": warning,
        "number": number,
        "total": len(screens),
        "path": request.path,
    }
    return render(request, "learning/answer_screen.html", context, status=422 if errors or warning else 200)


def _place(who: Respondent) -> str:
    territory = who.diagnostic.territory
    return grammar.title(territory) if territory else ""


def _cover(
    request: HttpRequest, who: Respondent, *, form: IntroduceForm | None = None, refusal: Refusal | None = None
) -> HttpResponse:
    """Before and after the questions: what it is for, who one is; thanks."""
    found = queries.response_of(who)
    questions = _questions(who)
    started = bool(queries.current(found))
    initial: dict[str, Any] = {"role": who.role if started or who.email else None, "shows_role": who.shows_role}
    context = {
        "place": _place(who),
        "diagnostic": who.diagnostic,
        "is_try": who.diagnostic.file_id is None,
        "form": form or IntroduceForm(initial=initial),
        "has_answered": who.answered_at is not None,
        "has_draft": found is not None and found.draft is not None,
        "minutes": asking.minutes(questions),
        "total": len(asking.screens(questions)),
        "token": respondent_links.token_of(who.seed),
        "address": respondent_links.address_of(who),
        "refusal": refusal,
        "is_in": request.user.is_authenticated,
        # Someone of the team answers for themselves, then goes on.
        "is_mine": who.member_id is not None
        and who.member_id == request.user.pk
        and who.diagnostic.file_id is not None,
    }
    status = 422 if form is not None else 409 if refusal else 200
    return render(request, "learning/answer.html", context, status=status)
