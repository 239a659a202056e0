"""The network's letter: subscribe, confirm, read, and for animators prepare and send."""

from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.accounts.models import Member
from alliage.accounts.permissions import is_animator
from alliage.refusals import Refusal
from alliage.ui import limits
from alliage.website import letters, queries
from alliage.website.forms import LetterForm, SubscribeForm
from alliage.website.models import Letter

PER_PERSON = "5/10m"
CRUMB = (gettext_lazy("La lettre du réseau"), "/lettre/")


def _animators_only(request: HttpRequest) -> None:
    if not is_animator(request.user):
        raise PermissionDenied


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Subscribe by an address; letters already sent."""
    form = SubscribeForm(request.POST or None)
    excess = None
    if request.method == "POST":
        excess = limits.count(request, "website.letter", per_person=PER_PERSON)
        if excess:
            form.add_error(None, excess.message)
        elif form.is_valid():
            letters.ask_for_letter(form.cleaned_data["email"], now=timezone.now())
            messages.success(
                request, _("Un courriel vient de partir. Suivez son lien pour confirmer votre abonnement.")
            )
            return redirect("website:letters")
    context = {
        "form": form,
        "sent": queries.letters_page(request.GET.get("page")),
        "can_prepare": is_animator(request.user),
        "crumbs": [(_("La lettre du réseau"), "")],
    }
    response = limits.remember_browser(request, render(request, "website/letters/index.html", context))
    return limits.too_many(response, excess) if excess else response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Programs open links by themselves: the page asks, a POST confirms."""
    context: dict[str, Any] = {"crumbs": [CRUMB, (_("Confirmer"), "")]}
    try:
        email = letters.read_confirmation(token)
    except Refusal as refusal:
        return render(request, "website/letters/confirm.html", context | {"refused": refusal.message}, status=410)
    if request.method == "POST":
        letters.confirm(email, now=timezone.now())
        messages.success(request, _("C’est fait : vous recevrez la prochaine lettre."))
        return redirect("website:letters")
    return render(request, "website/letters/confirm.html", context | {"email": email})


@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """A letter sent is public; one that is being prepared is for animators."""
    found = get_object_or_404(Letter.objects.select_related("sent_by"), pk=pk)
    if found.sent_at is None and not is_animator(request.user):
        raise Http404
    context = {
        "letter": found,
        "news": queries.news_of(found),
        "recipients": sum(1 for _email in letters.recipients()) if found.sent_at is None else None,
        "crumbs": [CRUMB, (found.title, "")],
    }
    return render(request, "website/letters/letter.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def prepare(request: HttpRequest) -> HttpResponse:
    """Choose the news of a period (`depuis`, `jusqu_au`), then see what would be sent."""
    _animators_only(request)
    since, until = _day(request, "depuis"), _day(request, "jusqu_au")
    since = since or queries.last_letter_on()
    found = queries.news_between(since, until)
    form = LetterForm(request.POST or None, news=found)
    if request.method == "POST" and form.is_valid():
        chosen = [news for news in found if str(news.pk) in form.cleaned_data["news"]]
        made = letters.prepare(
            title=form.cleaned_data["title"], intro=form.cleaned_data["intro"], news=chosen, now=timezone.now()
        )
        return redirect(made)
    context = {
        "form": form,
        "since": since,
        "until": until,
        "waiting": queries.letters_waiting(),
        "recipients": sum(1 for _email in letters.recipients()),
        "crumbs": [CRUMB, (_("Préparer une lettre"), "")],
    }
    return render(request, "website/letters/prepare.html", context)


def _day(request: HttpRequest, name: str) -> date | None:
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None


@require_POST
@login_required
def send(request: HttpRequest, pk: int) -> HttpResponse:
    _animators_only(request)
    found = get_object_or_404(Letter, pk=pk)
    try:
        letters.send(found, by=cast(Member, request.user), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("La lettre part. Chacun ne la recevra qu’une fois."))
    return redirect(reverse("website:letter", args=[pk]))
