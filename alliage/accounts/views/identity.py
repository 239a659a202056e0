"""Signing in through an OpenID Connect provider, including those whose user information is a signed token."""

from typing import Any

import requests
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.socialaccount.views import connections as allauth_connections
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from alliage.accounts import queries

JWT_TYPE = "application/jwt"


class ProviderAdapter(OpenIDConnectOAuth2Adapter):
    def _fetch_user_info(self, access_token: str) -> dict[str, Any]:
        """Read the user information: plain JSON, or a token signed by the provider (ProConnect does so)."""
        headers = {"Authorization": f"Bearer {access_token}"}
        with get_adapter().get_requests_session() as session:
            response: requests.Response = session.get(self.profile_url, headers=headers)
            response.raise_for_status()
        if response.headers.get("Content-Type", "").split(";")[0].strip() != JWT_TYPE:
            return response.json()
        return self._read_signed(response.text.strip())

    def _read_signed(self, token: str) -> dict[str, Any]:
        return jwtkit.verify_and_decode(
            credential=token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=self.get_provider().app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> Any:
        """Refuse user information about someone else than the person who signed in (OpenID Connect Core § 5.3.2)."""
        login = super().complete_login(request, app, token, **kwargs)
        data = login.account.extra_data
        subjects = {part["sub"] for part in (data.get("userinfo"), data.get("id_token")) if part}
        if len(subjects) != 1:
            raise OAuth2Error("The user information is about another subject.")
        return login


@login_required
def connections(request: HttpRequest) -> HttpResponse:
    """Identities linked to the account; no such page where there is nothing to link and nothing linked."""
    if not queries.may_link_identities(request.user):  # type: ignore[arg-type]
        raise Http404
    return allauth_connections(request)


def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _answer(OAuth2LoginView, request, provider_id)


def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _answer(OAuth2CallbackView, request, provider_id)


def _answer(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        return view.adapter_view(ProviderAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
