"""« Prévenez-moi »: an alert on a list, by an address that confirms or for a member; stopped in one gesture."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alliage.directory import secret_links
from alliage.directory.forms.alerts import AlertForm
from alliage.directory.models import Alert
from alliage.directory.queries import alerts as queries
from alliage.directory.services import alerts as services
from alliage.refusals import Refusal
from alliage.ui import limits

ASKED_PER_PERSON, ACTED_PER_PERSON = "10/10m", "30/10m"


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Annuaire"), reverse("directory:index")), (_("Alertes"), "")]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Ask for an alert on the list one comes from; a member sees those they have."""
    member: Any = request.user if request.user.is_authenticated else None
    asked = request.POST if request.method == "POST" else request.GET
    function = asked.get("liste", "")
    function = function if function in Alert.Function.values else Alert.Function.NEEDS.value
    query, label = queries.understood(function, asked.get("filtres", "").replace("\x00", ""))
    form = AlertForm(request.POST or None, with_address=member is None)
    excess = None
    if request.method == "POST":
        excess = limits.count(request, "directory.alert", per_person=ASKED_PER_PERSON)
        if excess:
            form.add_error(None, excess.message)
        elif form.is_valid() and (done := _ask(request, function, query, form, member)):
            return done
    context = {
        "crumbs": _crumbs(),
        "function": function,
        "query": query,
        "label": label,
        "form": form,
        "mine": [{"alert": each, "path": secret_links.alert_path(each)} for each in queries.of_member(request.user)],
        "is_member": member is not None,
    }
    status = 422 if form.is_bound and form.errors else 200
    response = limits.remember_browser(request, render(request, "directory/alerts.html", context, status=status))
    return limits.too_many(response, excess) if excess else response


def _ask(request: HttpRequest, function: str, query: str, form: forms.Form, member: Any) -> HttpResponse | None:
    email = form.cleaned_data.get("email", "")
    try:
        made = services.ask_alert(function, query, email=email, member=member, now=timezone.now())
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return None
    if member is not None:
        messages.success(request, _("C’est noté : vous serez prévenu, une fois par jour au plus."))
        return redirect(made)
    return render(request, "directory/alert_sent.html", {"crumbs": _crumbs(), "email": email})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def alert(request: HttpRequest, token: str) -> HttpResponse:
    """The page of one alert, by its link: confirm, stop. Opening it changes nothing."""
    found = secret_links.alert_by_secret(token)
    if found is None:
        return _secret(render(request, "directory/alert_gone.html", {"crumbs": _crumbs()}, status=404))
    if request.method == "POST":
        excess = limits.count(request, "directory.alert_act", per_person=ACTED_PER_PERSON)
        if excess:
            messages.error(request, excess.message)
        elif request.POST.get("acte") == "confirmer":
            services.confirm_alert(found, now=timezone.now())
            messages.success(request, _("C’est confirmé : vous serez prévenu, une fois par jour au plus."))
        elif request.POST.get("acte") == "arreter":
            services.stop_alert(found)
            messages.success(request, _("C’est arrêté : vous ne recevrez plus rien pour cette liste."))
            return _secret(redirect("directory:alerts"))
        return _secret(limits.remember_browser(request, redirect(request.path)))
    context = {"crumbs": _crumbs(), "alert": found, "url": found.get_absolute_url()}
    return _secret(render(request, "directory/alert.html", context))


def _secret(response: HttpResponse) -> HttpResponse:
    """A page behind a secret link: no other site learns its address, no engine keeps it."""
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
