"""Recommendations: send one, read what one received, know whether what one sent was read."""

import secrets
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alliage.accounts.secret_links import private
from alliage.directory.models import Entry
from alliage.library import permissions
from alliage.library.cards import card
from alliage.library.forms.recommendations import RecommendForm
from alliage.library.models import Receipt, Recommendation, Resource
from alliage.library.queries import collections
from alliage.library.queries import recommendations as queries
from alliage.library.queries.resources import shown
from alliage.library.services import recommendations as services
from alliage.library.views.resources import crumbs
from alliage.refusals import Refusal
from alliage.ui import limits

PER_PERSON = "30/1h"
PER_PAGE = 20


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs((_("Recommandations"), reverse("library:recommendations")), *more)


# --- Send ----------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("library.recommend", per_person=PER_PERSON)
def recommend(request: HttpRequest) -> HttpResponse:
    """The address says what is offered (a resource, a collection) and to whom; the person unticks, adds, writes a word."""
    offered = _offered(request)
    posted = request.POST if request.method == "POST" else None
    known = {"resources": [str(each.pk) for each in offered], "entry": _entry_named(request)}
    form = RecommendForm(posted, member=request.user, offered=offered, initial=known)
    sent = request.POST.get("sent", "")[:64].replace("\0", "")
    if posted is not None and form.is_valid():
        try:
            services.recommend(
                form.chosen(),
                to=form.to(),
                note=form.cleaned_data["note"],
                sent=sent,
                by=request.user,
                now=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("C’est envoyé. Vous verrez ici quand ce sera lu."))
            return redirect(f"{reverse('library:recommendations')}?vue=envoyees")
    context = {
        "crumbs": _crumbs((_("Recommander"), "")),
        "form": form,
        "sent": sent or secrets.token_hex(16),
    }
    return render(request, "library/recommendation_send.html", context, status=422 if form.errors else 200)


def _numbers(text: str) -> list[int]:
    found = (each for each in text.split(",") if each.isascii() and each.isdecimal() and len(each) <= 18)
    return [int(each) for each in found][: services.MOST_RESOURCES]


def _offered(request: HttpRequest) -> list[Resource]:
    """What the address names, that everyone reads: « ?ressource=12,14 » or « ?collection=3 », one's own or a public one."""
    numbers = _numbers(request.GET.get("ressource", ""))
    for pk in _numbers(request.GET.get("collection", ""))[:1]:
        named = collections.by_number(pk)
        if named is not None and permissions.can_see_collection(request.user, named):
            numbers += collections.items(named).values_list("resource_id", flat=True)[: services.MOST_RESOURCES]
    known = shown().in_bulk(numbers)
    return [known[pk] for pk in dict.fromkeys(numbers) if pk in known][: services.MOST_RESOURCES]


def _entry_named(request: HttpRequest) -> str:
    """« ?fiche=une-equipe », as the field writes it; the field itself checks who may see it."""
    slug = request.GET.get("fiche", "")[:120].replace("\0", "")
    found = Entry.objects.filter(slug=slug).first() if slug else None
    return f"{found.kind}:{found.pk}" if found is not None else ""


# --- Lists ---------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """What I received, what I sent, whom I refuse."""
    if request.method == "POST":
        return _refuse_or_not(request)
    view = "envoyees" if request.GET.get("vue") == "envoyees" else "recues"
    url = reverse("library:recommendations")
    context: dict[str, Any] = {
        "crumbs": crumbs((_("Recommandations"), "")),
        "view": view,
        "tabs": [
            {"label": _("Reçues"), "url": url, "current": view == "recues"},
            {"label": _("Envoyées"), "url": f"{url}?vue=envoyees", "current": view == "envoyees"},
        ],
    }
    if view == "envoyees":
        context["page"] = page = Paginator(queries.sent_by(request.user), PER_PAGE).get_page(request.GET.get("page"))
        context["sent"] = [_sent(each) for each in page]
    else:
        muted = queries.muted_by(request.user)
        context["page"] = received = Paginator(queries.received_by(request.user), PER_PAGE).get_page(
            request.GET.get("page")
        )
        context["received"] = list(received)
        context["muted"] = [each for each in muted if each.sender is not None]
        context["mutes_all"] = any(each.sender is None for each in muted)
    return render(request, "library/recommendations.html", context)


def _sent(recommendation: Recommendation) -> dict[str, Any]:
    """A line of what I sent. Who refuses me looks like who did not open it yet."""
    receipts = list(recommendation.receipts.all())
    return {
        "recommendation": recommendation,
        "to": recommendation.entry.name if recommendation.entry is not None else recommendation.address_hint,
        "resources": [line.resource for line in recommendation.lines.all()],
        "opened": [each for each in receipts if each.opened_at is not None],
    }


def _refuse_or_not(request: HttpRequest) -> HttpResponse:
    now, act = timezone.now(), request.POST.get("act", "")
    if act == "mute_all":
        services.mute(None, by=request.user, now=now)
        messages.success(request, _("Vous ne recevrez plus aucune recommandation."))
    elif act == "unmute_all":
        services.unmute(None, by=request.user, now=now)
        messages.success(request, _("Vous recevez de nouveau des recommandations."))
    else:
        for pk in _numbers(act.removeprefix("unmute:"))[:1]:
            services.unmute(pk, by=request.user, now=now)
            messages.success(request, _("Vous recevez de nouveau ses recommandations."))
    return redirect("library:recommendations")


# --- Read ----------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def recommendation(request: HttpRequest, pk: int) -> HttpResponse:
    """What one received, signed in. Opening it tells its sender, and the page says so."""
    found = queries.receipt_of(request.user, pk)
    if found is None:
        raise Http404(f"No recommendation {pk} for this person.")
    if request.method == "POST":
        return _answered(request, found)
    _open(request, found, by_link=False)
    return render(request, "library/recommendation.html", _page(found))


def _answered(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    now, sender = timezone.now(), receipt.recommendation.sender
    services.put_away(receipt, by=request.user, now=now)
    if request.POST.get("act") == "mute":
        services.mute(sender, by=request.user, now=now)
        messages.success(
            request,
            _("Vous ne recevrez plus rien de %(name)s, qui n’en saura rien.") % {"name": sender.get_full_name()},
        )
    else:
        messages.success(request, _("Retirée de votre liste."))
    return redirect("library:recommendations")


@never_cache
@require_safe
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The same by the link of a mail, without an account."""
    found = queries.receipt_by_token(token)
    if found is None:
        return private(render(request, "library/recommendation_gone.html", status=404))
    _open(request, found, by_link=True)
    return private(render(request, "library/recommendation.html", _page(found)))


def _open(request: HttpRequest, receipt: Receipt, *, by_link: bool) -> None:
    """A browser that fetches ahead, or asks for the head alone, read nothing."""
    if request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        services.opened(receipt, by_link=by_link, now=timezone.now())


def _page(receipt: Receipt) -> dict[str, Any]:
    said = receipt.recommendation
    return {
        "crumbs": _crumbs((said.sender.get_full_name(), "")) if receipt.person_id else [],
        "receipt": receipt,
        "recommendation": said,
        "sender": said.sender.get_full_name(),
        "sender_entry": queries.entry_of_sender(said),
        "cards": [card(each) for each in queries.resources_of(said)],
    }
