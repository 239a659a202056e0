"""My account: who I am, how I sign in, what I agreed to, my data, the way out."""

import io
import json
import zipfile
from typing import Any

from allauth.account.internal.flows.logout import logout
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from alliage.accounts import queries, services
from alliage.accounts.enums import ConsentKind
from alliage.accounts.forms import AccountForm, CloseAccountForm
from alliage.accounts.permissions import can_change_roles, is_animator, needs_second_factor
from alliage.refusals import Refusal


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    member: Any = request.user
    form = AccountForm(request.POST or None, initial={"name": member.name, "time_zone": member.time_zone})
    if request.method == "POST" and form.is_valid():
        services.update_account(member, **form.cleaned_data, by=member)
        messages.success(request, _("Votre compte est à jour."))
        return redirect("accounts:home")
    context = {
        "form": form,
        "addresses": queries.addresses_of(member),
        "second_factor": queries.second_factor_of(member),
        "needs_second_factor": needs_second_factor(member),
        "consents": queries.consents_of(member),
        "close_form": CloseAccountForm(),
        "can_invite": is_animator(member),
        "can_change_roles": can_change_roles(member),
        "may_link_identities": queries.may_link_identities(member),
    }
    return render(request, "accounts/home.html", context)


@login_required
@require_POST
def consent(request: HttpRequest, kind: str) -> HttpResponse:
    """Give (`give=1`) or take back one consent."""
    if kind not in ConsentKind.values:
        raise Http404
    member: Any = request.user
    now = timezone.now()
    try:
        if request.POST.get("give"):
            services.give_consent(member, ConsentKind(kind), by=member, now=now, where=_("mon compte"))
            messages.success(request, _("Votre accord est enregistré."))
        else:
            services.withdraw_consent(member, ConsentKind(kind), by=member, now=now)
            messages.success(request, _("Votre accord est retiré."))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return HttpResponseRedirect(f"{_home()}#accords")


@never_cache
@login_required
def data(request: HttpRequest) -> HttpResponse:
    """Everything kept about me, as a ZIP of one readable JSON file and a short explanation."""
    member: Any = request.user
    content = services.export_personal_data(member, by=member, now=timezone.now())
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "mes-donnees.json", json.dumps(content, cls=_Encoder, ensure_ascii=False, indent=2, sort_keys=True)
        )
        archive.writestr("LISEZ-MOI.txt", _explanation())
    return HttpResponse(
        buffer.getvalue(),
        content_type="application/zip",
        headers={"Content-Disposition": 'attachment; filename="mes-donnees-alliage.zip"'},
    )


@login_required
@require_POST
def close(request: HttpRequest) -> HttpResponse:
    member: Any = request.user
    if not CloseAccountForm(request.POST).is_valid():
        messages.error(request, _("Cochez la case pour confirmer. Rien n’a été effacé."))
        return HttpResponseRedirect(f"{_home()}#fermer")
    try:
        services.close_account(member, by=member, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return HttpResponseRedirect(f"{_home()}#fermer")
    logout(request)
    messages.success(
        request, _("Votre compte est fermé et vos données sont effacées. Merci pour le chemin fait ensemble.")
    )
    return redirect("/")


class _Encoder(DjangoJSONEncoder):
    """Anything a folder exports is written, at worst as its own words."""

    def default(self, o: Any) -> Any:
        try:
            return super().default(o)
        except TypeError:
            return str(o)


def _explanation() -> str:
    return _(
        "Ce dossier contient tout ce que la plateforme garde à votre sujet, dans le fichier mes-donnees.json.\n"
        "Il s’ouvre avec un éditeur de texte. Chaque partie porte le nom de la fonction qui garde ces données.\n"
    )


def _home() -> str:
    return reverse("accounts:home")
