"""Answer an opening by its secret link, a few questions a screen; hold an opening, read its results, take its table away."""

import secrets
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alliage.formats import csv, qr
from alliage.questionnaires import answers as reading
from alliage.questionnaires import drawing, links, permissions, queries, respondents, services
from alliage.questionnaires.ballots import services as ballots
from alliage.questionnaires.enums import OpeningState
from alliage.questionnaires.models import Opening, Response
from alliage.questionnaires.questions import Questions
from alliage.refusals import Refusal
from alliage.ui import honeypot, limits

COOKIE = "questionnaire"
COOKIE_SECONDS = 90 * 24 * 3600
_SALT = "alliage.questionnaires.browser"
# Two questions a screen: a hall of 350 people behind one address sends many screens.
PER_PERSON, PER_ADDRESS = "600/10m", "60000/10m"


# --- Answer --------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limits.limit("questionnaires.answer", per_person=PER_PERSON, per_address=PER_ADDRESS)
def answer(request: HttpRequest, secret: str) -> HttpResponse:
    """What is asked, then its questions page by page, then thanks and results. `?page=` says which page."""
    opening = links.by_secret(secret)
    if opening is None:
        raise Http404("No opening has this link.")
    who = _known(request)
    found = queries.response_of(opening, who) if who else None
    if request.method == "POST":
        return _post(request, opening, who or f"v{secrets.token_urlsafe(24)}", found)
    number = _number(request.GET.get("page", ""))
    if number and opening.stands(timezone.now()) == OpeningState.OPEN:
        return _page(request, opening, number, _current(found))
    return _cover(request, opening, found)


def _known(request: HttpRequest) -> str:
    """The key of whoever answers: the member, or this browser by its cookie; "" for a browser that never answered."""
    if request.user.is_authenticated:
        return respondents.of_member(request.user)
    try:
        return Signer(salt=_SALT).unsign(request.COOKIES.get(COOKIE, ""))
    except BadSignature:
        return ""


def _remember(request: HttpRequest, response: HttpResponse, who: str) -> HttpResponse:
    """The cookie of a browser, on the address of this opening alone, so that its answers may be resumed and changed."""
    if not request.user.is_authenticated:
        response.set_cookie(
            COOKIE,
            Signer(salt=_SALT).sign(who),
            max_age=COOKIE_SECONDS,
            path=request.path,
            secure=bool(settings.SESSION_COOKIE_SECURE),
            httponly=True,
            samesite="Lax",
        )
    return response


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 4 else 0


def _current(found: Response | None) -> reading.Answers:
    """What somebody is answering: what waits to be sent, else what was sent."""
    if found is None:
        return {}
    said: reading.Answers = found.answers if found.draft is None else found.draft
    return said


def _post(request: HttpRequest, opening: Opening, who: str, found: Response | None) -> HttpResponse:
    now = timezone.now()
    try:
        if request.POST.get("go") == "withdraw":
            services.take_back(opening, respondent=who, now=now)
            messages.success(request, _("Votre réponse est retirée."))
            return redirect(request.path)
        return _remember(request, _keep(request, opening, who, found), who)
    except services.QuestionnaireRefused as refusal:
        return _cover(
            request, Opening.objects.select_related("version__questionnaire").get(pk=opening.pk), found, refusal
        )


def _keep(request: HttpRequest, opening: Opening, who: str, found: Response | None) -> HttpResponse:
    """Keep what a page says, then go where its button leads."""
    pages, go, now = drawing.pages(opening.version.read()), request.POST.get("go", ""), timezone.now()
    number = min(max(_number(request.POST.get("page", "")), 1), len(pages))
    asked = pages[number - 1]
    typed = reading.typed(asked, request.POST)
    said = reading.check(asked, typed, is_complete=go not in ("back", "keep"))
    codes = {question.code for question in asked}
    merged = {code: value for code, value in _current(found).items() if code not in codes} | said.answers
    services.answer(opening, merged, respondent=who, now=now, is_draft=True)
    if go == "keep":
        return HttpResponse(status=204)
    if go == "back":
        return redirect(_address(request, number - 1))
    warning = str(honeypot.ROBOT) if honeypot.is_sprung(request.POST) else ""
    if warning or said.errors:
        return _page(request, opening, number, typed, said.errors, warning=warning)
    if number < len(pages):
        return redirect(_address(request, number + 1))
    try:
        services.answer(opening, merged, respondent=who, now=now)
    except services.AnswersRefused as refusal:
        first = next(rank for rank, page in enumerate(pages, 1) if any(one.code in refusal.errors for one in page))
        return _page(request, opening, first, merged, refusal.errors)
    return redirect(request.path)


def _address(request: HttpRequest, number: int) -> str:
    return f"{request.path}?page={number}" if number > 0 else request.path


def _page(
    request: HttpRequest,
    opening: Opening,
    number: int,
    answers: reading.Answers,
    errors: dict[str, str] | None = None,
    *,
    warning: str = "",
) -> HttpResponse:
    pages = drawing.pages(opening.version.read())
    number = min(number, len(pages))
    context = {
        "opening": opening,
        "title": opening.version.questionnaire.title,
        "questions": drawing.asked_all(pages[number - 1], answers, errors),
        "has_errors": bool(errors),
        "number": number,
        "total": len(pages),
        "path": request.path,
        "warning": warning,
    }
    return render(request, "questionnaires/answer_page.html", context, status=422 if errors or warning else 200)


def _cover(
    request: HttpRequest, opening: Opening, found: Response | None, refusal: Refusal | None = None
) -> HttpResponse:
    """Before and after the questions: what it is for, what becomes of answers; thanks, and results when one may see them."""
    has_answered = found is not None and found.answered_at is not None
    questions: Questions = opening.version.read()
    context: dict[str, Any] = {
        "opening": opening,
        "questionnaire": opening.version.questionnaire,
        "stands": opening.stands(timezone.now()),
        "count": len(questions),
        "minutes": drawing.minutes(questions),
        "has_answered": has_answered,
        "has_draft": found is not None and found.draft is not None,
        "refusal": refusal,
    }
    if permissions.can_see_results(opening, is_holder=False, has_answered=has_answered):
        results = queries.results(opening)
        context |= {"results": results, "shown": drawing.shown_all(results.questions)}
    return render(request, "questionnaires/answer.html", context, status=409 if refusal else 200)


# --- Hold ----------------------------------------------------------------------------------------------------------


def _held_or_404(request: HttpRequest, pk: str) -> Opening:
    """An opening for those who hold it; for others it does not exist."""
    found = queries.opening_by_number(int(pk))
    if found is None or not permissions.can_hold(request.user, found):
        raise Http404(f"No opening {pk} for this person.")
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def opening(request: HttpRequest, pk: str) -> HttpResponse:
    """Where it stands, its link, its results; open it, close it."""
    found = _held_or_404(request, pk)
    if request.method == "POST":
        return _act(request, found)
    results = queries.results(found, is_holder=True)
    link = f"{request.scheme}://{request.get_host()}{links.path(found)}" if found.seed else ""
    context = {
        "opening": found,
        "questionnaire": found.version.questionnaire,
        "results": results,
        "shown": drawing.shown_all(results.questions),
        "link": link,
        "code": qr.svg(link, title=_("Répondre à cette consultation")) if link else "",
        "on_paper": not ballots.why_not(found),
    }
    return render(request, "questionnaires/opening.html", context)


def _act(request: HttpRequest, found: Opening) -> HttpResponse:
    acts = {"open": services.open_now, "close": services.close}
    act = acts.get(request.POST.get("act", ""))
    try:
        if act is not None:
            act(found, by=request.user, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect(found)


@never_cache
@require_safe
def table(request: HttpRequest, pk: str) -> HttpResponseBase:
    """Every answer, for those who hold the opening; `?excel=1` for a spreadsheet."""
    found = _held_or_404(request, pk)
    made = queries.table(found, queries.names_of(found))
    return csv.response(f"consultation-{found.pk}.csv", made.header, made.rows, excel="excel" in request.GET)
