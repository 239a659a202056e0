"""Addresses of accounts. Names without a prefix are those that django-allauth looks for."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as social
from allauth.usersessions import views as sessions
from django.urls import include, path
from django.views.generic import RedirectView

from alliage.accounts.views import entrance, home, identity, invitations, members, second_factor

ours = [
    path("", home.home, name="home"),
    path("accords/<str:kind>/", home.consent, name="consent"),
    path("mes-donnees.zip", home.data, name="data"),
    path("fermer/", home.close, name="close"),
    path("connexion/mot-de-passe/", entrance.password, name="password_login"),
    path("deuxieme-preuve/demandee/", second_factor.required, name="second_factor_required"),
    path("deuxieme-preuve/continuer/", second_factor.go_on, name="second_factor_go_on"),
    path("invitations/", invitations.index, name="invitations"),
    path("invitations/<int:pk>/annuler/", invitations.revoke, name="revoke_invitation"),
    path("invitation/<str:token>/", invitations.accept, name="invitation"),
    path("membres/", members.index, name="members"),
    path("membres/<int:pk>/", members.detail, name="member"),
]

entering = [
    path("connexion/", entrance.enter, name="account_login"),
    path("connexion/", entrance.enter, name="account_request_login_code"),
    path("connexion/code/", entrance.confirm_code, name="account_confirm_login_code"),
    path("connexion/cle/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("connexion/deuxieme-preuve/", mfa.authenticate, name="mfa_authenticate"),
    path("ouvrir/", entrance.open_account, name="account_signup"),
    path("deconnexion/", account.logout, name="account_logout"),
    path("indisponible/", account.account_inactive, name="account_inactive"),
]

confirming = [
    path("confirmer/", account.reauthenticate, name="account_reauthenticate"),
    path("confirmer/application/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("confirmer/cle/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
]

managing = [
    path("adresse/", account.email, name="account_email"),
    path("adresse/code/", account.email_verification_sent, name="account_email_verification_sent"),
    path("mot-de-passe/", account.password_change, name="account_change_password"),
    path("mot-de-passe/choisir/", account.password_set, name="account_set_password"),
    path(
        "mot-de-passe/oublie/",
        RedirectView.as_view(pattern_name="account_login"),
        name="account_reset_password",
    ),
    path("appareils/", sessions.list_usersessions, name="usersessions_list"),
    path("deuxieme-preuve/", mfa.index, name="mfa_index"),
    path("deuxieme-preuve/application/", totp.activate_totp, name="mfa_activate_totp"),
    path("deuxieme-preuve/application/retirer/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("deuxieme-preuve/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("deuxieme-preuve/codes/nouveaux/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("deuxieme-preuve/codes.txt", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("cles/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("cles/ajouter/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("cles/<int:pk>/nom/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("cles/<int:pk>/retirer/", second_factor.remove_passkey, name="mfa_remove_webauthn"),
]

identity_provider = [
    path("identite/", identity.connections, name="socialaccount_connections"),
    path("identite/annulee/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("identite/erreur/", social.login_error, name="socialaccount_login_error"),
    path("identite/ouvrir/", social.signup, name="socialaccount_signup"),
    path("identite/<str:provider_id>/", identity.login, name="openid_connect_login"),
    path("identite/<str:provider_id>/retour/", identity.callback, name="openid_connect_callback"),
]

urlpatterns = [
    path("", include((ours, "accounts"))),
    *entering,
    *confirming,
    *managing,
    *identity_provider,
]
