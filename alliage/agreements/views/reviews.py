"""Reviews: one of them and its result, a partner's answer, the room where it is talked over; the affirmations."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.agreements import permissions
from alliage.agreements.forms.reviews import AffirmationForm, AnswerForm
from alliage.agreements.models import Agreement, Review
from alliage.agreements.queries import agreements, reviews
from alliage.agreements.services import reviews as services
from alliage.agreements.views.finding import acted_or_404, agreement_crumbs, crumbs, member_of, review_or_404
from alliage.refusals import Refusal
from alliage.ui import limits


def _title(review: Review) -> str:
    return _("Bilan de santé n°\u00a0%(number)d") % {"number": review.number}


@never_cache
@require_safe
@login_required
def review(request: HttpRequest, pk: str, number: str) -> HttpResponse:
    """Who is awaited while it is open; the spread once it is closed."""
    found = acted_or_404(request, pk)
    one = review_or_404(found, number)
    awaited = reviews.awaited(one, agreements.partners(found, request.user))
    acting = permissions.acts_for(request.user, found)
    is_closed = one.closed_at is not None
    context = {
        "crumbs": agreement_crumbs(found, (_title(one), "")),
        "title": _title(one),
        "agreement": found,
        "review": one,
        "awaited": awaited,
        "to_answer": [each for each in awaited if each in acting],
        "answered": [each for each in acting if each not in awaited],
        "answers": len(one.answers.all()),
        "spread": reviews.spread(one) if is_closed else [],
        "words": reviews.words(one) if is_closed else [],
    }
    return render(request, "agreements/review.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("agreements.answer", per_person="60/1h")
def answer(request: HttpRequest, pk: str, number: str) -> HttpResponse:
    """Alone: nothing of the others is on this page."""
    found = acted_or_404(request, pk)
    one = review_or_404(found, number)
    if one.closed_at is not None:
        return redirect("agreements:review", found.pk, one.number)
    form = _answer_form(request, found, one)
    if request.method == "POST" and form.is_valid():
        try:
            by, now = member_of(request), timezone.now()
            services.answer(one, form.chosen(), form.lights(), word=form.cleaned_data["word"], by=by, now=now)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Votre réponse est gardée. Les autres ne la lisent pas avant la fin du bilan."))
            return redirect("agreements:review", found.pk, one.number)
    url = redirect("agreements:review", found.pk, one.number).url
    context = {
        "crumbs": agreement_crumbs(found, (_title(one), url), (_("Répondre"), "")),
        "agreement": found,
        "review": one,
        "form": form,
    }
    return render(request, "agreements/answer.html", context, status=422 if form.errors else 200)


def _answer_form(request: HttpRequest, agreement: Agreement, one: Review) -> AnswerForm:
    mine = permissions.acts_for(request.user, agreement)
    said = reviews.answer_of(one, mine[0]) if len(mine) == 1 else None
    posted = request.POST if request.method == "POST" else None
    return AnswerForm(posted, partners=mine, asked=one.asked, said=said)


@never_cache
@require_POST
@login_required
@limits.limit("agreements.review_act", per_person="60/1h")
def act(request: HttpRequest, pk: str, number: str) -> HttpResponse:
    """« close »: without those who did not answer; « talk »: the room."""
    found = acted_or_404(request, pk)
    one = review_or_404(found, number)
    asked, by, now = request.POST.get("act", ""), member_of(request), timezone.now()
    try:
        if asked == "talk":
            return redirect(services.talk(one, by=by, now=now))
        if asked != "close":
            raise Http404(f"No act {asked} here.")
        services.close_review(one, by=by, now=now)
        messages.success(request, _("Le bilan est clos\u00a0: vous lisez ce que chacun a dit."))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("agreements:review", found.pk, one.number)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("agreements.affirmations", per_person="60/1h")
def affirmations(request: HttpRequest) -> HttpResponse:
    """The words of the reviews to come, one form for each."""
    if not permissions.can_reword(request.user):
        raise PermissionDenied
    code = request.POST.get("code", "")
    refused: AffirmationForm | None = None
    if request.method == "POST":
        form = AffirmationForm(request.POST, prefix=code)
        if form.is_valid() and _reworded(request, code, form):
            return redirect("agreements:affirmations")
        refused = form
    context = {
        "crumbs": crumbs((_("Les affirmations du bilan de santé"), "")),
        "lines": [_line(each, code, refused) for each in reviews.affirmations()],
    }
    return render(request, "agreements/affirmations.html", context, status=422 if refused is not None else 200)


def _line(asked: reviews.Asked, code: str, refused: AffirmationForm | None) -> dict[str, Any]:
    if refused is not None and asked.code == code:
        return {"asked": asked, "form": refused}
    said = {"text": asked.text, "is_asked": asked.is_asked}
    return {"asked": asked, "form": AffirmationForm(prefix=asked.code, initial=said)}


def _reworded(request: HttpRequest, code: str, form: AffirmationForm) -> bool:
    given = form.cleaned_data
    by, now = member_of(request), timezone.now()
    try:
        services.reword(code, given["text"], is_asked=given["is_asked"], by=by, now=now)
    except Refusal as refusal:
        form.add_error("text", refusal.message)
        return False
    messages.success(request, _("C’est noté pour les prochains bilans. Ceux qui sont ouverts gardent leurs mots."))
    return True
