"""Forms of accounts. Labels say what the field is for; help says why it is asked."""

from collections.abc import Mapping
from typing import Any

from allauth.account.forms import (
    AddEmailForm,
    ChangePasswordForm,
    ConfirmLoginCodeForm,
    LoginForm,
    RequestLoginCodeForm,
    SetPasswordForm,
    SignupForm,
)
from allauth.account.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
    SignupWebAuthnForm,
)
from allauth.socialaccount.forms import DisconnectForm
from allauth.socialaccount.forms import SignupForm as AllauthSocialSignupForm
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliage.accounts.enums import RANK, ConsentKind, Role
from alliage.accounts.models import Member
from alliage.accounts.services import give_consent
from alliage.accounts.time_zones import FRENCH
from alliage.ui.honeypot import HoneypotMixin

CODE_ATTRIBUTES = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "maxlength": 12}


class _PlainMixin(forms.Form):
    """One name for each thing: the label says it, no grey text inside the field says it otherwise."""

    labels: Mapping[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)


class EnterForm(HoneypotMixin, RequestLoginCodeForm):
    """The one first step: an address, known or not."""

    honeypot_seconds = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        email = self.fields["email"]
        email.label = _("Votre adresse électronique")
        email.widget = forms.EmailInput(attrs={"autocomplete": "email webauthn", "autofocus": True})

    def _seconds(self) -> float:
        return self.honeypot_seconds

    def clean_email(self) -> str:
        email = super().clean_email()
        if self._user and self._user.is_demo and not settings.DEMO:
            self._user: Any = None
        return email


class PasswordForm(_PlainMixin, LoginForm):
    """For those who chose a password; new accounts are never asked for one, so allauth would take the field away."""

    labels = {"login": _("Votre adresse électronique"), "password": _("Mot de passe")}

    def _setup_password_field(self) -> None:
        self.fields["password"].help_text = ""


class AddressForm(_PlainMixin, AddEmailForm):
    labels = {"email": _("Nouvelle adresse électronique")}


_TWICE = {"password1": _("Nouveau mot de passe"), "password2": _("Le même mot de passe, une deuxième fois")}


class ChoosePasswordForm(_PlainMixin, SetPasswordForm):
    labels = _TWICE


class OtherPasswordForm(_PlainMixin, ChangePasswordForm):
    labels = {"oldpassword": _("Mot de passe actuel"), **_TWICE}


class PasswordAgainForm(_PlainMixin, AllauthReauthenticateForm):
    labels = {"password": _("Mot de passe")}


class CodeForm(ConfirmLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code reçu par courriel")
        self.fields["code"].widget = forms.TextInput(attrs=CODE_ATTRIBUTES)


class _OpeningMixin(forms.Form):
    """What opening an account asks, whatever proved the address."""

    where: str | Promise = ""

    def add_opening_fields(self) -> None:
        self.fields["email"].disabled = True
        self.fields["email"].label = _("Votre adresse électronique")
        self.fields["email"].help_text = _("Elle vient d’être vérifiée. Elle n’est montrée à aucun autre membre.")
        self.fields["name"] = forms.CharField(
            label=_("Votre nom affiché"),
            help_text=_("Celui que les autres membres verront, par exemple votre prénom et votre nom."),
            max_length=120,
            initial=self.initial.get("name", ""),
            widget=forms.TextInput(attrs={"autocomplete": "name"}),
        )
        self.fields["terms"] = forms.BooleanField(label=_("J’accepte les règles du compte"))

    def signup(self, request: HttpRequest, user: Any) -> None:  # noqa: ARG002 asked by allauth
        give_consent(user, ConsentKind.TERMS, by=user, now=timezone.now(), where=str(self.where))


class OpenAccountForm(HoneypotMixin, _OpeningMixin, SignupForm):
    where = _("ouverture du compte")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_opening_fields()

    def custom_signup(self, request: HttpRequest, user: Any) -> None:
        self.signup(request, user)


class SocialOpenAccountForm(_OpeningMixin, AllauthSocialSignupForm):
    where = _("ouverture du compte par un fournisseur d’identité")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_opening_fields()

    def custom_signup(self, request: HttpRequest, user: Any) -> None:
        self.signup(request, user)


class UnlinkForm(DisconnectForm):
    """An identity can always be taken off: the code by mail remains (allauth would ask for a password first)."""

    def clean(self) -> dict[str, Any]:
        return self.cleaned_data


class _ForgedMixin:
    """A credential that no device would send is a wrong one, not an error of ours (fido2 reads it as if well formed)."""

    def full_clean(self) -> None:
        try:
            super().full_clean()  # type: ignore[misc]
        except (KeyError, TypeError, AttributeError, ValueError):
            self.add_error("credential", get_adapter().validation_error("incorrect_code"))  # type: ignore[attr-defined]


class PasskeyEnterForm(_ForgedMixin, LoginWebAuthnForm):
    pass


class PasskeyProofForm(_ForgedMixin, AuthenticateWebAuthnForm):
    pass


class PasskeyAgainForm(_ForgedMixin, ReauthenticateWebAuthnForm):
    pass


class PasskeyForm(_ForgedMixin, SignupWebAuthnForm):
    """A passkey always signs in by itself: there is nothing to choose but its name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Nom de cette clé")
        self.fields["name"].help_text = _(
            "Pour la reconnaître plus tard, par exemple « Téléphone » ou « Ordinateur du bureau »."
        )
        self.fields["name"].widget.attrs["maxlength"] = 60


def _ask_for_application_code(form: forms.Form, *, or_rescue: bool) -> None:
    label = _("Code de l’application, ou code de secours") if or_rescue else _("Code affiché par l’application")
    form.fields["code"].label = label
    form.fields["code"].widget = forms.TextInput(attrs=CODE_ATTRIBUTES)


class ActivateApplicationForm(ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_application_code(self, or_rescue=False)


class SecondProofForm(AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_application_code(self, or_rescue=True)


class SecondProofAgainForm(ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_application_code(self, or_rescue=True)


class AccountForm(forms.Form):
    name = forms.CharField(
        label=_("Nom affiché"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    time_zone = forms.ChoiceField(
        label=_("Fuseau horaire"),
        choices=FRENCH,
        help_text=_("Les heures vous sont données dans ce fuseau et à l’heure de Paris."),
    )


class InvitationForm(forms.Form):
    email = forms.EmailField(label=_("Adresse électronique"))
    role = forms.ChoiceField(
        label=_("Rôle"), help_text=_("L’administration du réseau pourra changer ce rôle plus tard.")
    )

    def __init__(self, *args: Any, inviter: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(role.value, role.label) for role in Role if RANK[role] <= RANK[inviter.role]]
        self.fields["role"].choices = choices  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class AcceptInvitationForm(HoneypotMixin, forms.Form):
    name = forms.CharField(
        label=_("Votre nom affiché"),
        help_text=_("Celui que les autres membres verront, par exemple votre prénom et votre nom."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    terms = forms.BooleanField(label=_("J’accepte les règles du compte"))


class CloseAccountForm(forms.Form):
    confirmation = forms.BooleanField(label=_("Je veux fermer mon compte. Je sais que c’est définitif."))


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Rôle"), choices=Role.choices)
    reason = forms.CharField(label=_("Pourquoi"), max_length=200, required=False)
