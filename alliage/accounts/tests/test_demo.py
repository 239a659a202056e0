import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from alliage.accounts.enums import Role
from alliage.accounts.models import Member
from alliage.accounts.services.demo import load_personas, personas
from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.doors import ask_for_code, code_in, give_code
from alliage.accounts.tests.factories import MemberFactory
from alliage.accounts.time_zones import KNOWN

pytestmark = pytest.mark.django_db
BECOME = "/demo/devenir/"


@pytest.fixture
def loaded():
    load_personas(now=timezone.now())


def who(client):
    return client.session.get("_auth_user_id")


def test_the_personas_hold_every_role_live_overseas_too_and_are_marked_fictitious(loaded):
    people = Member.objects.filter(is_demo=True)
    assert {person.role for person in people} == set(Role.values)
    zones = {person.time_zone for person in people}
    assert len(zones) > 2
    assert zones <= KNOWN
    assert all(person.email.endswith("@demonstration.exemple.fr") for person in people)


def test_loading_again_brings_them_back_to_what_the_file_says(loaded, capsys):
    Member.objects.filter(role=Role.ANIMATOR).update(name="Autre", role=Role.MEMBER)
    call_command("load_personas")
    assert f"{len(personas())}, dont 0" in capsys.readouterr().out
    assert Member.objects.filter(is_demo=True).count() == len(personas())
    assert Member.objects.filter(role=Role.ANIMATOR, is_demo=True).exists()
    assert not Member.objects.filter(name="Autre").exists()


def test_nothing_is_loaded_outside_demonstration_mode(settings):
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("load_personas")


def test_the_bar_makes_anyone_a_persona_with_the_powers_of_the_role_then_a_visitor(client, loaded):
    page = client.get(reverse("account_login")).content.decode()
    assert "Démonstration" in page
    assert "fictives" in page
    animator = next(persona for persona in personas() if persona.role == Role.ANIMATOR)
    response = client.post(BECOME, {"persona": animator.code, "next": "/compte/invitations/"})
    assert response["Location"] == "/compte/invitations/"
    assert client.get("/compte/invitations/").status_code == 200
    client.post(BECOME, {"persona": "", "next": "https://pirate.exemple/"})
    assert who(client) is None
    assert client.get(BECOME).status_code == 405
    assert client.post(BECOME, {"persona": "inconnu"}).status_code == 404


def test_the_bar_does_not_make_anyone_a_real_member(client, member):
    assert client.post(BECOME, {"persona": member.email.partition("@")[0]}).status_code == 404


def test_the_bar_asks_for_the_token_of_its_form(loaded):
    client = MemberClient(enforce_csrf_checks=True)
    assert client.post(BECOME, {"persona": personas()[0].code}).status_code == 403


@pytest.mark.parametrize(
    "origin",
    [{"REMOTE_ADDR": "192.0.2.7"}, {"REMOTE_ADDR": ""}, {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, {"HTTP_FORWARDED": "x"}],
)
def test_unless_opened_on_purpose_the_demonstration_is_for_this_machine(client, loaded, settings, origin):
    settings.DEMO_FORCED = False
    code = personas()[0].code
    assert client.post(BECOME, {"persona": code}, **origin).status_code == 403
    assert "demo-bar" not in client.get(reverse("account_login"), **origin).content.decode()
    assert who(client) is None
    assert client.post(BECOME, {"persona": code}, REMOTE_ADDR="::1").status_code == 302
    assert who(client)


def test_opened_on_purpose_others_may_come(client, loaded, settings):
    settings.DEMO_FORCED = True
    assert client.post(BECOME, {"persona": personas()[0].code}, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_outside_demonstration_mode_nothing_of_it_remains(client, loaded, settings, mailoutbox):
    persona = Member.objects.get(email=personas()[-1].email)
    client.force_login(persona)
    settings.DEMO = False
    assert client.get("/compte/").status_code == 302, "a session opened before ends"
    assert client.post(BECOME, {"persona": personas()[0].code}).status_code == 404
    fresh = MemberClient()
    page = fresh.get(reverse("account_login")).content.decode()
    assert "demo-bar" not in page
    ask_for_code(fresh, persona.email)
    assert give_code(fresh, code_in(mailoutbox[0]))["Location"] == reverse("account_inactive")
    assert who(fresh) is None


def test_outside_demonstration_mode_the_address_is_not_even_declared():
    import subprocess
    import sys

    script = (
        "import django; django.setup(); from django.urls import get_resolver;"
        "print(any(str(p.pattern).startswith('demo/') for p in get_resolver().url_patterns))"
    )
    for value, expected in (("0", "False"), ("1", "True")):
        import os

        environment = {**os.environ, "ALLIAGE_DEMO": value, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        answer = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
        )
        assert answer.stdout.strip().splitlines()[-1] == expected


def test_a_password_does_not_open_a_demonstration_account_outside_the_demonstration(client):
    persona = MemberFactory(is_demo=True)
    persona.set_password("une phrase bien longue")
    persona.save()
    data = {"login": persona.email, "password": "une phrase bien longue"}
    with override_settings(DEMO=False):
        client.post(reverse("accounts:password_login"), data)
        assert who(client) is None
    client.post(reverse("accounts:password_login"), data)
    assert who(client) == str(persona.pk)
