from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.urls import reverse

from alliage.accounts.models import Member
from alliage.accounts.tests.factories import MemberFactory
from alliage.accounts.tests.identity_provider import CLIENT, running

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings):
    with running() as provider:
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {
                "OAUTH_PKCE_ENABLED": True,
                "APPS": [
                    {
                        "provider_id": "oidc",
                        "name": "Identité d’essai",
                        "client_id": CLIENT,
                        "secret": "secret",
                        "settings": {"server_url": provider.issuer},
                    }
                ],
            }
        }
        yield provider


def come_back(client, process="login"):
    """Go to the provider, and come back with the code it gives."""
    sent = client.post(reverse("openid_connect_login", args=["oidc"]), query_params={"process": process})
    query = parse_qs(urlsplit(sent["Location"]).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["redirect_uri"][0].endswith("/compte/identite/oidc/retour/")
    answer = {"code": "x", "state": query["state"][0]}
    return client.get(reverse("openid_connect_callback", args=["oidc"]), answer)


def open_account(client):
    response = come_back(client)
    assert response["Location"] == reverse("socialaccount_signup")
    page = client.get(response["Location"]).content.decode()
    assert "Règles du compte" in page
    return client.post(response["Location"], {"email": "pirate@exemple.fr", "name": "Nina", "terms": "on"})


def who(client):
    return client.session.get("_auth_user_id")


def test_the_button_appears_only_when_a_provider_is_configured(client, request):
    page = reverse("account_login")
    assert "Continuer avec" not in client.get(page).content.decode()
    request.getfixturevalue("provider")
    assert "Continuer avec Identité d’essai" in client.get(page).content.decode()
    client.force_login(MemberFactory())
    assert "fermez-la aussi chez lui" in client.get(reverse("account_logout")).content.decode()


def test_without_a_provider_its_address_does_not_exist(client):
    assert client.post(reverse("openid_connect_login", args=["oidc"])).status_code == 404


@pytest.mark.parametrize("signed", [False, True])
def test_a_new_person_opens_an_account_with_the_address_that_the_provider_verified(client, provider, signed):
    provider.signs_userinfo = signed
    assert open_account(client)["Location"] == "/mon-espace/"
    nina = Member.objects.get()
    assert (nina.email, nina.name, who(client)) == ("nina@exemple.fr", "Nina", str(nina.pk))
    assert nina.consents.get().text.kind == "terms"
    assert SocialAccount.objects.get().uid == "personne-1"


def test_the_person_is_recognised_by_their_identifier_even_with_another_address(client, provider):
    open_account(client)
    client.post(reverse("account_logout"))
    provider.claims["email"] = "autre@exemple.fr"
    assert come_back(client)["Location"] == "/mon-espace/"
    assert Member.objects.get().email == "nina@exemple.fr"
    provider.claims["sub"] = "personne-2"
    client.post(reverse("account_logout"))
    assert come_back(client)["Location"] == reverse("socialaccount_signup")


@pytest.mark.parametrize("verified", [False, None])
def test_an_address_that_is_not_verified_opens_nothing(client, provider, verified):
    provider.claims["email_verified"] = verified
    response = come_back(client)
    assert response["Location"] == reverse("account_login")
    assert "pas vérifié" in client.get(response["Location"]).content.decode()
    assert not Member.objects.exists()


def test_an_account_is_never_taken_over_by_its_address(client, provider):
    MemberFactory(email="nina@exemple.fr")
    response = come_back(client)
    assert response["Location"] == reverse("account_login")
    assert "existe déjà" in client.get(response["Location"]).content.decode()
    assert who(client) is None
    assert not SocialAccount.objects.exists()


def test_a_member_links_and_unlinks_an_identity(client, provider, member, mailoutbox):
    client.force_login(member)
    page = reverse("socialaccount_connections")
    assert "Relier Identité d’essai" in client.get(page).content.decode()
    come_back(client, process="connect")
    account = SocialAccount.objects.get()
    assert account.user == member
    assert "Délier" in client.get(page).content.decode()
    client.post(page, {"account": account.pk})
    assert not SocialAccount.objects.exists()
    assert [mail.subject for mail in mailoutbox] == ["Votre compte Alliage a changé"] * 2


def test_there_is_no_page_to_link_identities_where_no_provider_is_configured(client, member):
    client.force_login(member)
    page = reverse("socialaccount_connections")
    assert client.get(page).status_code == 404
    assert page not in client.get(reverse("accounts:home")).content.decode()


def test_what_was_linked_can_be_taken_off_after_the_provider_is_gone(client, member):
    SocialAccount.objects.create(user=member, provider="oidc", uid="1")
    client.force_login(member)
    page = reverse("socialaccount_connections")
    assert page in client.get(reverse("accounts:home")).content.decode()
    assert "Délier" in client.get(page).content.decode()


def refused(client):
    response = come_back(client)
    assert "n’a pas abouti" in response.content.decode()
    assert who(client) is None
    assert not Member.objects.exists()


def test_user_information_signed_by_another_key_is_refused(client, provider):
    provider.signs_userinfo = True
    provider.signing_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    refused(client)


def test_user_information_about_someone_else_is_refused(client, provider):
    provider.userinfo_claims = {**provider.claims, "sub": "personne-2"}
    refused(client)


def test_an_animator_who_comes_by_a_provider_still_needs_the_second_factor(client, provider):
    open_account(client)
    Member.objects.update(role="animator")
    client.post(reverse("account_logout"))
    assert come_back(client)["Location"] == reverse("accounts:second_factor_required")
    assert client.post("/gestion/")["Location"] == reverse("accounts:second_factor_required")


def test_giving_up_at_the_provider_leads_back_with_a_word(client, provider):
    sent = client.post(reverse("openid_connect_login", args=["oidc"]))
    state = parse_qs(urlsplit(sent["Location"]).query)["state"][0]
    page = reverse("openid_connect_callback", args=["oidc"])
    response = client.get(page, {"error": "access_denied", "state": state}, follow=True)
    assert "arrêté l’identification" in response.content.decode()


def test_the_page_before_the_provider_asks_for_a_click(client, provider):
    assert "Continuer" in client.get(reverse("openid_connect_login", args=["oidc"])).content.decode()
