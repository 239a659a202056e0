"""One path for everyone: an address, a code, and in. An unknown address opens an account after its code.

The answers to a known and to an unknown address are the same until the code of the mailbox has been given: nobody learns
here who has an account.
"""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import RequestLoginCodeForm
from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.account.views import ConfirmLoginCodeView, LoginView, RequestLoginCodeView, SignupView
from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from alliage.accounts.enums import ConsentKind
from alliage.accounts.forms import CodeForm, EnterForm, OpenAccountForm, PasswordForm
from alliage.accounts.mails import MailNotSent
from alliage.accounts.services.account import is_known_address
from alliage.accounts.services.consents import current_text
from alliage.accounts.views.limits import too_many_requests
from alliage.accounts.views.twice import second_goes_where_first_went

VERIFIED_ADDRESS = "account_verified_email"


class EntryProcess(LoginCodeVerificationProcess):
    """allauth's sign-in by code, where an unknown address receives a code too."""

    @classmethod
    def start(cls, request: HttpRequest, *, email: str, member: Any) -> None:
        login = Login(user=member, email=email)
        login.state["stages"] = {"current": LoginByCodeStage.key}
        stage = LoginByCodeStage(LoginStageController(request, login), request, login)
        stage.state.update({**cls.initial_state(user=member, email=email), "initiated_by_user": True})
        process = cls(stage)
        process.send()
        process.persist()

    def send_by_email(self, email: str, skip_enumeration_mails: bool = False) -> None:  # noqa: ARG002
        template = "login_code" if self.user else "signup_code"
        context = {"request": self.request, "code": self.generate_code()}
        get_adapter().send_mail(f"account/email/{template}", email, context)
        self.add_sent_message({"email": email, "recipient": email})

    def finish(self, redirect_url: str | None) -> HttpResponse:
        if self.user:
            return super().finish(redirect_url)
        email = self.state["email"]
        self.abort()
        if is_known_address(email):  # a closed account, or a demonstration one
            return HttpResponseRedirect(reverse("account_inactive"))
        get_adapter().stash_verified_email(self.request, email)
        self.request.session["opening_next"] = redirect_url or ""
        return HttpResponseRedirect(reverse("account_signup"))


class EnterView(RequestLoginCodeView):
    form_class = EnterForm
    template_name = "account/login.html"

    def get_form_class(self) -> type[RequestLoginCodeForm]:
        return self.form_class

    def get_initial(self) -> dict[str, Any]:
        return {"email": self.request.GET.get("adresse", "")[:254]}

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            EntryProcess.start(self.request, email=form.cleaned_data["email"], member=form._user)  # noqa: SLF001 allauth's
        except MailNotSent as refusal:
            form.add_error(None, refusal.message)
            response = self.form_invalid(form)
            response.status_code = 503
            return response
        return HttpResponseRedirect(str(self.get_success_url()))

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)
        if form.has_error("email", "too_many_login_attempts"):
            response.status_code, response["Retry-After"] = 429, "60"
        return response


@method_decorator(login_stage_required(stage=LoginByCodeStage.key, redirect_urlname="account_login"), name="dispatch")
@method_decorator(never_cache, name="dispatch")
class ConfirmCodeView(ConfirmLoginCodeView):
    """The code. Wrong ones count for the address, not only for the browser that types them."""

    template_name = "account/confirm_login_code.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.stage = request._login_stage  # type: ignore[attr-defined]  # noqa: SLF001 set by allauth
        self._process = EntryProcess(self.stage)
        if not self._process.abort_if_invalid():
            messages.error(request, _("Ce code n’est plus valable. Demandez-en un nouveau."))
            return HttpResponseRedirect(reverse("account_login"))
        if request.method == "POST" and not self._may_try(dry_run=True):
            return too_many_requests(request)
        return super(ConfirmLoginCodeView, self).dispatch(request, *args, **kwargs)

    def _may_try(self, *, dry_run: bool) -> bool:
        key = f"code:{self._process.state['email'].lower()}"
        return ratelimit.consume(self.request, action="login_failed", key=key, dry_run=dry_run)

    def get_form_class(self) -> Any:
        form_class = super().get_form_class()
        return form_class if self._action == "resend" else CodeForm

    def form_invalid(self, form: Any) -> HttpResponse:
        self._may_try(dry_run=False)
        return super().form_invalid(form)


class OpenAccountView(SignupView):
    """Name and consent, once the address is proved. Anyone else starts by proving an address."""

    form_class = OpenAccountForm
    template_name = "account/signup.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        email = request.session.get(VERIFIED_ADDRESS)
        if not request.user.is_authenticated and (not email or is_known_address(email)):
            return HttpResponseRedirect(reverse("account_login"))
        return super().dispatch(request, *args, **kwargs)

    def get_form_class(self) -> type[OpenAccountForm]:
        return self.form_class

    def get_initial(self) -> dict[str, Any]:
        return {"email": self.request.session.get(VERIFIED_ADDRESS)}

    def get_default_success_url(self) -> str | None:
        return self.request.session.get("opening_next") or None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "terms": current_text(ConsentKind.TERMS)}


class PasswordView(LoginView):
    """For those who chose a password: a second door, not the first."""

    form_class = PasswordForm
    template_name = "account/login_password.html"

    def get_form_class(self) -> type[PasswordForm]:
        return self.form_class


enter = EnterView.as_view()
confirm_code = second_goes_where_first_went(ConfirmCodeView.as_view())
open_account = second_goes_where_first_went(OpenAccountView.as_view())
password = PasswordView.as_view()
