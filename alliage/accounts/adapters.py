"""How django-allauth behaves here: addresses, mails, second factor, identity providers."""

import io
from contextlib import suppress
from typing import Any, ClassVar

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.accounts.mails import MailNotSent, build_mail, refusing_when_not_sent
from alliage.accounts.permissions import has_proved_identity, needs_second_factor
from alliage.accounts.registry import arrivals
from alliage.accounts.services.account import is_known_address


class AccountAdapter(DefaultAccountAdapter):
    """Accounts of members: an address proved by a code, a displayed name, consent to the account terms."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _("Ce code n’est pas le bon. Vérifiez-le dans le dernier message reçu, puis recommencez."),
        "too_many_login_attempts": _(
            "Trop d’essais pour cette adresse. Attendez un quart d’heure, puis demandez un nouveau code."
        ),
        "rate_limited": _("Trop de demandes à la suite. Attendez une minute, puis recommencez."),
        "email_password_mismatch": _(
            "L’adresse ou le mot de passe n’est pas le bon. Vous pouvez aussi recevoir un code par courriel."
        ),
        "incorrect_password": _("Ce mot de passe n’est pas le bon."),
        "enter_current_password": _("Écrivez votre mot de passe actuel."),
        "same_as_current": _("C’est déjà votre adresse."),
    }

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        user.name = form.cleaned_data.get("name", "").strip()
        return super().save_user(request, user, form, commit=commit)

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        if user.is_demo and not settings.DEMO:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        if needs_second_factor(request.user) and not has_proved_identity(request):
            return reverse("accounts:second_factor_required")
        return super().get_login_redirect_url(request)

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        to = [email] if isinstance(email, str) else email
        return build_mail(template_prefix, to=to, context=context, headers=headers)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        with refusing_when_not_sent():
            super().send_mail(template_prefix, email, context)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """What it tells is already done: the act stands even when its mail does not leave (the log says so)."""
        with suppress(MailNotSent):
            super().send_notification_mail(*args, **kwargs)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """The address is proved: what was begun with it, without an account, joins it."""
        now = timezone.now()
        for arrival in arrivals:
            arrival.arrived(user, request, now=now)
        answer: HttpResponse = super().post_login(request, user, **kwargs)
        return answer


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Identity providers: the person is recognised by `sub`; an address counts only when the provider verified it."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultSocialAccountAdapter.error_messages,
        "email_taken": _(
            "Un compte existe déjà pour cette adresse. Connectez-vous par code, puis reliez %s depuis votre compte."
        ),
    }

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if sociallogin.is_existing or sociallogin.state.get("process") == "connect":
            return
        if not any(address.verified for address in sociallogin.email_addresses):
            messages.error(
                request,
                _("Votre fournisseur d’identité n’a pas vérifié votre adresse. Connectez-vous par code ci-dessous."),
            )
            self._refuse()
        if is_known_address(sociallogin.email_addresses[0].email):
            messages.error(
                request,
                _(
                    "Un compte existe déjà pour cette adresse. Connectez-vous par code ci-dessous, "
                    "puis reliez votre identité depuis votre compte."
                ),
            )
            self._refuse()

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list[Any]:
        """Providers come from the settings only: without one, no page asks the database."""
        if not settings.SOCIALACCOUNT_PROVIDERS:
            return []
        return super().list_apps(request, provider=provider, client_id=client_id)

    @staticmethod
    def _refuse() -> None:
        raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Any:  # noqa: ARG002
        user: Any = sociallogin.user
        names = [data.get("first_name"), data.get("last_name")]
        user.name = data.get("name") or " ".join(name for name in names if name)
        user.email = (data.get("email") or "").lower()
        return user

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:  # noqa: ARG002
        """The page that asks for a name and for consent is always shown."""
        return False

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict[str, Any]:
        user: Any = sociallogin.user
        return {"email": user.email, "name": user.name}


class MfaAdapter(DefaultMFAAdapter):
    """Second factor: French names, our own drawing of the code, and no way out for those who need one."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("Ce code n’est pas le bon. Attendez le suivant dans l’application, puis recommencez."),
        "unverified_email": _("Confirmez d’abord votre adresse électronique : une preuve de plus viendra ensuite."),
        "cannot_delete_authenticator": _(
            "Votre rôle demande une deuxième preuve. Ajoutez d’abord une clé d’accès, puis retirez celle-ci."
        ),
    }

    def get_totp_issuer(self) -> str:
        return "Alliage"

    def _get_site_name(self) -> str:
        return "Alliage"

    def build_totp_svg(self, url: str) -> str:
        drawing = io.BytesIO()
        segno.make(url, error="m").save(drawing, kind="svg", xmldecl=False, scale=5, border=4, light="#fff")
        return drawing.getvalue().decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        if not needs_second_factor(authenticator.user):
            return True
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        return others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:  # noqa: A002 allauth's name
        count = Authenticator.objects.filter(user=user, type=type).count()
        return str(_("Clé d’accès %(number)d") % {"number": count + 1})
