from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from alliage.accounts.enums import Role
from alliage.accounts.models import Member, RoleChange
from alliage.accounts.services import RoleRefusal, change_role, set_up_roles
from alliage.accounts.tests.factories import MemberFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def groups_of(member):
    return set(member.groups.values_list("name", flat=True))


def test_changing_a_role_moves_the_groups_and_is_written_down(administrator, member):
    change = change_role(member, Role.ANIMATOR, by=administrator, now=NOW, reason="élection")
    member.refresh_from_db()
    assert (member.role, groups_of(member)) == (Role.ANIMATOR, {"Facilitation", "Animation"})
    assert (change.old_role, change.new_role, change.changed_by, change.changed_at, change.reason) == (
        "member", "animator", administrator, NOW, "élection",
    )  # fmt: skip
    change_role(member, Role.MEMBER, by=administrator, now=NOW)
    assert groups_of(member) == set()
    assert str(change) == f"{member}: member → animator"


def test_the_same_role_again_changes_nothing(administrator, animator):
    assert change_role(animator, Role.ANIMATOR, by=administrator, now=NOW) is None
    assert not RoleChange.objects.exists()


@pytest.mark.parametrize(("held", "given"), [("member", "administrator"), ("administrator", "member")])
def test_nobody_gives_or_takes_more_than_they_hold(animator, held, given):
    MemberFactory(role=Role.ADMINISTRATOR)
    other = MemberFactory(role=held)
    with pytest.raises(RoleRefusal):
        change_role(other, Role(given), by=animator, now=NOW)
    other.refresh_from_db()
    assert other.role == held


def test_the_last_administrator_stays_one(administrator):
    MemberFactory(role=Role.ADMINISTRATOR, is_active=False)
    MemberFactory(role=Role.ADMINISTRATOR, is_demo=True)
    with pytest.raises(RoleRefusal):
        change_role(administrator, Role.MEMBER, by=administrator, now=NOW)
    MemberFactory(role=Role.ADMINISTRATOR)
    assert change_role(administrator, Role.MEMBER, by=administrator, now=NOW)


def test_a_fictitious_administrator_is_never_the_last_one():
    persona = MemberFactory(role=Role.ADMINISTRATOR, is_demo=True)
    assert change_role(persona, Role.MEMBER, by=None, now=NOW)


def test_setting_up_roles_twice_gives_the_same_rights_and_mends_the_groups(animator):
    animator.groups.clear()
    assert set_up_roles() == set_up_roles()
    assert groups_of(animator) == {"Facilitation", "Animation"}
    held = Group.objects.get(name="Animation").permissions
    assert held.filter(codename="view_job", content_type__app_label="jobs").exists()


def test_the_command_says_what_it_did(capsys):
    call_command("set_up_roles")
    assert "Animation" in capsys.readouterr().out


def test_the_first_administrator_is_named_by_a_command(member, capsys):
    call_command("name_administrator", "nina@exemple.fr", name="Nina")
    call_command("name_administrator", member.email.upper())
    assert Member.objects.filter(role=Role.ADMINISTRATOR).count() == 2
    assert "deuxième preuve" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("name_administrator", "nina")


@pytest.mark.parametrize("wrong", [{"role": "king"}, {"email": "MEMBRE@exemple.fr"}])
def test_the_database_refuses_an_unknown_role_and_an_address_in_another_case(wrong):
    MemberFactory(email="membre@exemple.fr")
    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.create(**{"email": "x@exemple.fr", **wrong})


def test_the_database_refuses_a_change_that_changes_nothing(member):
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleChange.objects.create(member=member, old_role="member", new_role="member", changed_at=NOW)


def test_a_member_shows_a_name_never_an_address():
    member = Member.objects.create_user("Une.Personne@exemple.fr")
    assert (str(member), member.get_short_name(), member.email) == (
        "Membre du réseau", "Membre du réseau", "une.personne@exemple.fr",
    )  # fmt: skip
    assert not member.has_usable_password()
    assert Member(name="Léa").first_name == "Léa"
    assert Member(name="Léa").last_name == ""
    root = Member.objects.create_superuser("racine@exemple.fr", "une phrase de passe")
    assert root.is_superuser
    assert root.check_password("une phrase de passe")


def test_groups_that_bore_the_former_names_of_roles_keep_their_people_and_rights():
    migration = import_module("alliage.accounts.migrations.0002_neutral_role_names")
    Group.objects.all().delete()
    held = Group.objects.create(name="Animateurs")
    taken = Group.objects.create(name="Administrateurs")
    Group.objects.create(name="Administration")
    migration.forwards(apps, None)
    held.refresh_from_db()
    taken.refresh_from_db()
    assert (held.name, taken.name) == ("Animation", "Administrateurs")
    migration.backwards(apps, None)
    held.refresh_from_db()
    assert held.name == "Animateurs"
