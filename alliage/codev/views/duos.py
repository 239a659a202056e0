"""The monthly duo: take part, skip, stop, agree on a moment; and the link of the mail, which needs no sign-in."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.accounts import when
from alliage.codev import duo_links
from alliage.codev.forms.duos import MomentForm
from alliage.codev.models import Duo
from alliage.codev.models.duos import MINUTES
from alliage.codev.queries import availabilities
from alliage.codev.queries import duos as queries
from alliage.codev.services import duos as services
from alliage.codev.views.groups import crumbs
from alliage.refusals import Refusal
from alliage.ui import limits

PER_PERSON = "60/1h"


@never_cache
@require_safe
@login_required
def duo(request: HttpRequest) -> HttpResponse:
    """Where one stands this month, and the gestures that go with it."""
    return _page(request, queries.mine(request.user, timezone.now()))


def _page(request: HttpRequest, mine: queries.Mine, form: MomentForm | None = None) -> HttpResponse:
    now = timezone.now()
    other = mine.duo.other(request.user) if mine.duo else None
    context: dict[str, Any] = {
        "crumbs": crumbs((_("Mon duo du mois"), "")),
        "mine": mine,
        "next_month": queries.next_month(mine.month),
        "has_hours": bool(availabilities.ticked(request.user)),
        "other": other,
        "entry": queries.entry_of(other, request.user) if other else None,
        "place": availabilities.place(availabilities.zone_name(other)) if other else "",
        "minutes": MINUTES,
    }
    if mine.duo:
        to_come = _choices(mine.duo, now)
        context |= {
            "form": form or MomentForm(choices=to_come, initial={"video_url": mine.duo.video_url}),
            "moments": to_come,
            "chosen": when.said(mine.duo.starts_at, MINUTES) if mine.duo.starts_at else "",
            "is_mine": mine.duo.chosen_by_id == request.user.pk,
        }
    return render(request, "codev/duo.html", context, status=422 if form is not None else 200)


def _choices(found: Duo, now: datetime) -> list[tuple[str, str]]:
    """Moments to come, in the words of the reader's clock."""
    return [(each.isoformat(), when.said(each, MINUTES)) for each in queries.moments_of(found) if each > now]


@require_POST
@login_required
def take_part(request: HttpRequest) -> HttpResponse:
    member: Any = request.user
    try:
        services.take_part(by=member, now=timezone.now())
    except Refusal as refusal:
        messages.warning(request, refusal.message)
        return redirect(f"{reverse('codev:availability')}?suite={reverse('codev:duo')}")
    messages.success(request, _("Vous participez aux duos. Le prochain tirage a lieu le 1er du mois."))
    return redirect("codev:duo")


@require_POST
@login_required
def skip(request: HttpRequest) -> HttpResponse:
    """This month, or the next one when it is not drawn yet."""
    member: Any = request.user
    month = queries.month_of(timezone.now())
    if request.POST.get("mois") == "suivant":
        month = queries.next_month(month)
    _skipped(request, member, month)
    return redirect("codev:duo")


def _skipped(request: HttpRequest, member: Any, month: date) -> None:
    try:
        services.skip(month, by=member, now=timezone.now())
    except Refusal as refusal:
        messages.warning(request, refusal.message)
    else:
        told = _("C’est noté\u00a0: pas de duo en %s. Le mois suivant reprend de lui-même.")
        messages.success(request, told % date_format(month, "F Y"))


@require_POST
@login_required
def come_back(request: HttpRequest) -> HttpResponse:
    member: Any = request.user
    services.come_back(by=member, now=timezone.now())
    messages.success(request, _("Vous êtes de nouveau dans le prochain tirage."))
    return redirect("codev:duo")


@require_POST
@login_required
def stop(request: HttpRequest) -> HttpResponse:
    member: Any = request.user
    services.stop(by=member, now=timezone.now())
    messages.success(request, _("Vous ne participez plus aux duos. Vous pouvez revenir quand vous voulez."))
    return redirect("codev:duo")


@never_cache
@require_POST
@login_required
@limits.limit("codev.duo", per_person=PER_PERSON)
def choose(request: HttpRequest) -> HttpResponse:
    """One of the moments proposed."""
    member: Any = request.user
    mine = queries.mine(member, timezone.now())
    if mine.duo is None:
        messages.warning(request, _("Ce duo n’a plus lieu."))
        return redirect("codev:duo")
    form = MomentForm(request.POST, choices=_choices(mine.duo, timezone.now()))
    if not form.is_valid():
        return _page(request, mine, form)
    try:
        found = services.choose_moment(
            mine.duo, form.starts_at(), by=member, now=timezone.now(), video_url=form.cleaned_data["video_url"]
        )
    except Refusal as refusal:
        messages.warning(request, refusal.message)
    else:
        agreed = _("Votre rendez-vous est fixé. L’autre personne est prévenue.")
        asked = _("L’autre personne reçoit votre proposition.")
        messages.success(request, agreed if found.agreed_at else asked)
    return redirect("codev:duo")


@require_POST
@login_required
def agree(request: HttpRequest) -> HttpResponse:
    member: Any = request.user
    mine = queries.mine(member, timezone.now())
    try:
        if mine.duo is None:
            raise services.DuoRefused(_("Ce duo n’a plus lieu."))
        services.agree(mine.duo, by=member, now=timezone.now())
    except Refusal as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, _("Votre rendez-vous est fixé. L’autre personne est prévenue."))
    return redirect("codev:duo")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limits.limit("codev.duo_link", per_person=PER_PERSON)
def link(request: HttpRequest, token: str) -> HttpResponse:
    """What a mail leads to: the page for who is signed in; for anyone, leaving that month out in one gesture."""
    asked = duo_links.read(token)
    if asked is None or asked.month < queries.month_of(timezone.now()):
        context = {"crumbs": crumbs((_("Mon duo du mois"), ""))}
        return render(request, "codev/duo_gone.html", context, status=410)
    if request.method == "POST":
        _skipped(request, asked.member, asked.month)
        return redirect(f"{request.path}?fait=1")
    if request.user.is_authenticated and not request.GET:
        return redirect("codev:duo")
    here = crumbs((_("Mon duo du mois"), ""))
    return render(request, "codev/duo_link.html", {"crumbs": here, "is_done": "fait" in request.GET})
