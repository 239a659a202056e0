"""Why a second proof is asked, and how to set it up."""

from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from alliage.accounts.permissions import has_proved_identity
from alliage.accounts.queries import second_factor_of

WANTED_KEY = "second_factor_next"


@never_cache
@login_required
def required(request: HttpRequest) -> HttpResponse:
    """Explain; go on at once when there is nothing to prove."""
    member: Any = request.user
    wanted = get_next_redirect_url(request, REDIRECT_FIELD_NAME)
    if has_proved_identity(request):
        return HttpResponseRedirect(wanted) if wanted else redirect("accounts:home")
    if wanted:
        request.session[WANTED_KEY] = wanted
    context = {"second_factor": second_factor_of(member), "wanted": wanted}
    return render(request, "accounts/second_factor_required.html", context)


@never_cache
@login_required
def go_on(request: HttpRequest) -> HttpResponse:
    """After the second factor is set up: back to the page that asked for it."""
    if not has_proved_identity(request):
        return redirect("accounts:second_factor_required")
    return HttpResponseRedirect(request.session.pop(WANTED_KEY, None) or "/mon-espace/")


class RemovePasskeyView(RemoveWebAuthnView):
    """Those who need a second factor keep at least one (allauth asks this for the application only)."""

    def form_valid(self, form: Any) -> HttpResponse:
        adapter = get_adapter()
        if not adapter.can_delete_authenticator(self.get_object()):
            messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
            return redirect("mfa_list_webauthn")
        return super().form_valid(form)


remove_passkey = RemovePasskeyView.as_view()
