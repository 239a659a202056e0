"""« Mon espace »: what to do next and why, for the person signed in."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from alliage.accounts.models import Member
from alliage.refusals import Refusal
from alliage.territories.models import Territory
from alliage.website import desk, queries, services


def _me(request: HttpRequest) -> Member:
    """The member signed in; `login_required` let nobody else come here."""
    return cast(Member, request.user)


@require_GET
@login_required
def space(request: HttpRequest) -> HttpResponse:
    return render(request, "website/space.html", desk.build(request))


@require_GET
@login_required
def find_territory(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    context = {
        "q": text,
        "results": queries.territories_named(text),
        "current": queries.home_territory(_me(request)),
        "crumbs": [(_("Mon espace"), reverse("website:space")), (_("Mon territoire"), "")],
    }
    return render(request, "website/find_territory.html", context)


@require_POST
@login_required
def choose_territory(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    territory = get_object_or_404(Territory, kind=kind, code=code)
    try:
        services.choose_home_territory(territory, by=_me(request), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("website:find_territory")
    messages.success(request, _("C’est noté : %(name)s est à un clic d’ici.") % {"name": territory.name})
    return redirect("website:space")


@require_POST
@login_required
def forget_territory(request: HttpRequest) -> HttpResponse:
    services.forget_home_territory(by=_me(request))
    messages.success(request, _("Votre territoire est oublié. Vous pouvez en choisir un autre à tout moment."))
    return redirect("website:space")
