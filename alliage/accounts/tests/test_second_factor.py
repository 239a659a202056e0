import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from alliage.accounts.adapters import MfaAdapter
from alliage.accounts.enums import Role
from alliage.accounts.middleware import SecondFactorMiddleware
from alliage.accounts.queries import second_factor_of
from alliage.accounts.tests.doors import ask_for_code, code_in, give_code
from alliage.accounts.tests.factories import MemberFactory

pytestmark = pytest.mark.django_db
REQUIRED = "/compte/deuxieme-preuve/demandee/"


@pytest.fixture
def unproved(client, animator):
    client.force_login(animator, proved=False)
    return client


def application_code(secret):
    counters = list(totp.yield_hotp_counters_from_time())
    return totp.format_hotp_value(totp.hotp_value(secret, counters[len(counters) // 2]))


@pytest.mark.parametrize(
    "path",
    ["/gestion/", "/gestion/pages/", "/moderation/", "/imports/", "/travaux/", "/exploitation/",
     "/compte/invitations/", "/compte/membres/"],
)  # fmt: skip
def test_pages_of_a_role_lead_to_the_explanation_whatever_the_method(unproved, path):
    assert unproved.get(path)["Location"].startswith(REQUIRED)
    assert unproved.post(path)["Location"] == REQUIRED
    assert unproved.head(path).status_code == 302


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["/", "/compte/", "/compte/fermer/", "/mon-espace/", "/annuaire/"])
def test_nothing_is_written_before_identity_is_proved(unproved, animator, method, path):
    response = getattr(unproved, method)(path, {"name": "Pirate", "confirmation": "on", "time_zone": "Europe/Paris"})
    assert (response.status_code, response["Location"]) == (302, REQUIRED)
    animator.refresh_from_db()
    assert animator.is_active
    assert animator.name != "Pirate"


def test_a_partial_update_is_sent_to_the_explanation_as_a_whole_page(unproved):
    response = unproved.post("/mon-espace/", headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == REQUIRED


def test_an_address_that_does_not_exist_stays_a_404(unproved):
    assert unproved.post("/nulle.part").status_code == 404


def test_reading_goes_on_with_the_rights_of_a_member(unproved):
    response = unproved.get("/compte/")
    assert response.status_code == 200
    assert "/compte/invitations/" not in response.content.decode().split("<main")[1].split("</main")[0]


def run(member, view, method="get", path="/annuaire/", proved=False):
    request = getattr(RequestFactory(), method)(path)
    request.COOKIES["sessionid"] = "x"
    request.user, request.session = member, {}
    return SecondFactorMiddleware(view)(request)


def test_the_powers_of_the_role_are_gone_for_the_request_even_where_reading_is_allowed(animator):
    def view(request):
        assert not request.user.has_perm("jobs.view_job")
        return HttpResponse("lu")

    assert run(animator, view).content == b"lu"
    animator.lacks_second_factor = False
    assert animator.has_perm("jobs.view_job")


def test_a_refusal_leads_to_the_explanation_because_proving_identity_may_be_all_that_is_missing(animator):
    response = run(animator, lambda request: HttpResponse(status=403))
    assert response["Location"] == f"{REQUIRED}?next=%2Fannuaire%2F"


def test_a_refusal_stays_a_refusal_for_others(client, member):
    client.force_login(member)
    assert client.get("/compte/membres/").status_code == 403
    assert run(member, lambda request: HttpResponse(status=403)).status_code == 403


def test_a_visitor_without_a_session_costs_nothing(client, django_assert_num_queries):
    request = RequestFactory().get("/")
    assert SecondFactorMiddleware(lambda request: HttpResponse("x"))(request).status_code == 200
    client.cookies["sessionid"] = "inconnu"
    assert client.get(reverse("account_login")).status_code == 200


def test_hours_are_in_the_zone_of_the_member(member):
    from django.utils import timezone

    member.time_zone = "Indian/Reunion"
    zone = run(member, lambda request: HttpResponse(timezone.get_current_timezone_name()))
    assert zone.content == b"Indian/Reunion"
    member.time_zone = "Mars/Base"
    zone = run(member, lambda request: HttpResponse(timezone.get_current_timezone_name()))
    assert zone.content == b"Europe/Paris"


def test_an_animator_enters_by_code_then_is_led_to_the_second_factor(client, animator, mailoutbox):
    ask_for_code(client, animator.email)
    assert give_code(client, code_in(mailoutbox[0]))["Location"] == REQUIRED
    page = client.get(f"{REQUIRED}?next=/gestion/").content.decode()
    assert "Ajouter une clé d’accès" in page
    assert "Mettre en place l’application" in page


@pytest.mark.django_db(transaction=True)
def test_setting_up_the_application_proves_identity_at_once_and_leads_back(client, mailoutbox):
    animator = MemberFactory(role=Role.ANIMATOR)
    client.force_login(animator, proved=False)
    client.get(f"{REQUIRED}?next=/compte/invitations/")
    assert client.get("/compte/deuxieme-preuve/continuer/")["Location"] == REQUIRED
    page = reverse("mfa_activate_totp")
    secret = client.get(page).context["form"].secret
    assert client.post(page, {"code": "000000"}).status_code == 200
    response = client.post(page, {"code": application_code(secret)})
    assert response["Location"] == reverse("mfa_view_recovery_codes")
    codes = client.get(response["Location"])
    assert codes.status_code == 200
    assert codes.context["unused_codes"][0] in codes.content.decode()
    assert client.get("/compte/deuxieme-preuve/continuer/")["Location"] == "/compte/invitations/"
    assert client.get("/compte/invitations/").status_code == 200
    assert client.get(f"{REQUIRED}?next=/gestion/")["Location"] == "/gestion/"
    assert client.get(REQUIRED)["Location"] == "/compte/"
    assert "application de codes" in mailoutbox[-1].body
    assert second_factor_of(animator).is_set


def test_once_set_up_the_second_factor_is_asked_at_every_entrance(client, animator, mailoutbox):
    totp.TOTP.activate(animator, secret := totp.generate_totp_secret())
    RecoveryCodes.activate(animator)
    ask_for_code(client, animator.email, next="/compte/invitations/")
    response = give_code(client, code_in(mailoutbox[0]), next="/compte/invitations/")
    assert response["Location"] == reverse("mfa_authenticate")
    assert client.get("/compte/").status_code == 302
    assert client.get(response["Location"]).status_code == 200
    assert client.post(response["Location"], {"code": "000000"}).status_code == 200
    response = client.post(response["Location"], {"code": application_code(secret)})
    assert response["Location"] == "/compte/invitations/"
    assert client.get("/compte/invitations/").status_code == 200


def test_a_rescue_code_proves_identity_once(client, animator, mailoutbox):
    totp.TOTP.activate(animator, totp.generate_totp_secret())
    code = RecoveryCodes.activate(animator).get_unused_codes()[0]
    for expected in (302, 200):
        client.logout()
        ask_for_code(client, animator.email)
        give_code(client, code_in(mailoutbox[-1]))
        assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == expected


def test_who_has_one_but_has_not_used_it_is_asked_to_use_it(unproved, animator):
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(animator, secret)
    page = unproved.get(REQUIRED).content.decode()
    assert "Donner un code de l’application" in page
    again = reverse("mfa_reauthenticate")
    assert unproved.get(again).status_code == 200
    response = unproved.post(f"{again}?next=/compte/invitations/", {"code": application_code(secret)})
    assert response["Location"] == "/compte/invitations/"
    assert unproved.get("/compte/invitations/").status_code == 200


def test_those_who_need_one_keep_one(animator, member):
    for person, allowed in ((animator, False), (member, True)):
        proof = totp.TOTP.activate(person, totp.generate_totp_secret()).instance
        RecoveryCodes.activate(person)
        assert MfaAdapter().can_delete_authenticator(proof) is allowed
    key = Authenticator.objects.create(user=animator, type=Authenticator.Type.WEBAUTHN, data={"name": "Téléphone"})
    assert MfaAdapter().can_delete_authenticator(key)
    assert MfaAdapter().generate_authenticator_name(animator, Authenticator.Type.WEBAUTHN) == "Clé d’accès 2"


def prove_again(client):
    session = client.session
    records = session["account_authentication_methods"]
    from time import time

    records[-1] |= {"reauthenticated": True, "at": time()}
    session["account_authentication_methods"] = records
    session.save()


def test_the_last_key_of_an_animator_is_not_taken_away(client, animator, member):
    for person, left in ((animator, 1), (member, 0)):
        key = Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "Téléphone"})
        client.force_login(person)
        page = reverse("mfa_remove_webauthn", args=[key.pk])
        assert client.get(page).status_code == 302
        prove_again(client)
        assert "Téléphone" in client.get(page).content.decode()
        client.post(page)
        assert Authenticator.objects.filter(user=person).count() == left


def test_the_keys_are_listed_and_renamed(client, member):
    key = Authenticator.objects.create(
        user=member,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": "Téléphone", "credential": {"clientExtensionResults": {}}},
    )
    client.force_login(member)
    assert "Téléphone" in client.get(reverse("mfa_list_webauthn")).content.decode()
    prove_again(client)
    page = reverse("mfa_edit_webauthn", args=[key.pk])
    assert client.get(page).status_code == 200
    client.post(page, {"name": "Ordinateur"})
    assert "Ordinateur" in client.get(reverse("mfa_list_webauthn")).content.decode()


def test_the_server_offers_and_checks_a_passkey(client, member):
    page = reverse("mfa_login_webauthn")
    options = client.get(page, headers={"Accept": "application/json"}).json()["request_options"]
    assert options["publicKey"]["userVerification"] == "required"
    assert client.get(page)["Location"] == reverse("account_login")
    forged = {"credential": '{"id": "x", "response": {"userHandle": "MQ"}}'}
    assert client.post(page, forged)["Location"] == reverse("account_login")
    client.force_login(member)
    text = client.get(reverse("mfa_add_webauthn")).content.decode()
    assert "data-options=" in text
    assert "<script>" not in text


def test_the_drawing_of_the_key_is_an_image_of_its_own(client, member):
    client.force_login(member)
    assert 'src="data:image/svg+xml' in client.get(reverse("mfa_activate_totp")).content.decode()
    drawing = MfaAdapter().build_totp_svg("otpauth://totp/x?secret=ABC")
    assert 'xmlns="http://www.w3.org/2000/svg"' in drawing
    assert MfaAdapter().get_totp_issuer() == "Alliage"


@pytest.mark.parametrize("path", ["/gestion/login/", "/_util/login/", "/gestion/password_reset/"])
def test_the_doors_of_the_cms_take_no_password(client, member, path):
    member.set_password("une phrase assez longue")
    member.save()
    response = client.post(path, {"username": member.email, "password": "une phrase assez longue"})
    assert "_auth_user_id" not in client.session
    assert response.status_code in {302, 404}
    assert response.headers.get("Location", "/compte/connexion/") == "/compte/connexion/"
