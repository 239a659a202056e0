import pytest
from django.db import IntegrityError
from django.utils import timezone

from alliage.accounts.registry import personal_data
from alliage.registry import Registry
from alliage.territories.enums import Kind, Status
from alliage.territories.tests.factories import TerritoryFactory
from alliage.ui.registry import DeskPanel
from alliage.website import desk, queries, services
from alliage.website.models import HomeTerritory


@pytest.fixture
def town(db):
    departement = TerritoryFactory(kind=Kind.DEPARTEMENT, code="42", name="Loire")
    return TerritoryFactory(code="42218", name="Saint-Étienne", sort_name="saint etienne", departement=departement)


def test_a_visitor_is_asked_to_sign_in(client, db):
    for path in ("/mon-espace/", "/mon-espace/territoire/"):
        response = client.get(path)
        assert response.status_code == 302
        assert f"next={path}" in response["Location"]


def test_one_leaves_from_one_s_own_space(client, member):
    client.force_login(member)
    assert 'action="/compte/deconnexion/"' in client.get("/mon-espace/").content.decode()


def test_the_space_of_someone_new_proposes_where_to_start(client, member, django_assert_max_num_queries):
    client.force_login(member)
    with django_assert_max_num_queries(12):
        text = client.get("/mon-espace/").content.decode()
    assert f"Bonjour {member.name}" in text
    assert "Choisissez votre territoire" in text
    assert "/mon-espace/territoire/" in text
    assert "/annuaire/" in text
    assert "/gestion/" not in text


def test_someone_without_a_name_is_greeted_all_the_same(client, member):
    member.name = ""
    member.save()
    client.force_login(member)
    assert "<h1>Bonjour</h1>" in client.get("/mon-espace/").content.decode()


def test_a_territory_is_found_then_chosen_then_one_click_away(client, member, town):
    client.force_login(member)
    found = client.get("/mon-espace/territoire/", {"q": "st etienne"}).content.decode()
    address = f"/mon-espace/territoire/commune/{town.code}/"
    assert address in found
    response = client.post(address, follow=True)
    text = response.content.decode()
    assert f'href="{town.get_absolute_url()}"' in text
    assert "Loire" in text
    assert queries.home_territory(member) == town
    assert town.name in client.get("/mon-espace/territoire/").content.decode()


def test_a_name_that_nothing_bears_says_what_to_try(client, member):
    client.force_login(member)
    assert "Aucun territoire" in client.get("/mon-espace/territoire/", {"q": "zzzzqqqq"}).content.decode()


def test_a_territory_that_is_not_known_cannot_be_chosen(client, member):
    client.force_login(member)
    assert client.post("/mon-espace/territoire/commune/00000/").status_code == 404


def test_choosing_is_never_done_by_a_link(client, member, town):
    client.force_login(member)
    assert client.get(f"/mon-espace/territoire/commune/{town.code}/").status_code == 405
    assert client.get("/mon-espace/territoire/oublier/").status_code == 405


def test_a_former_territory_is_refused_and_says_what_to_do(client, member, town):
    town.status = Status.FORMER
    town.save()
    client.force_login(member)
    text = client.post(f"/mon-espace/territoire/commune/{town.code}/", follow=True).content.decode()
    assert "n’existe plus sous ce nom" in text
    assert not HomeTerritory.objects.exists()


def test_a_later_choice_replaces_the_first(member, town):
    other = TerritoryFactory()
    services.choose_home_territory(town, by=member, now=timezone.now())
    services.choose_home_territory(other, by=member, now=timezone.now())
    assert HomeTerritory.objects.get(member=member).territory == other


def test_a_member_has_one_territory(member, town):
    HomeTerritory.objects.create(member=member, territory=town)
    with pytest.raises(IntegrityError):
        HomeTerritory.objects.create(member=member, territory=town)


def test_a_territory_can_be_forgotten(client, member, town):
    services.choose_home_territory(town, by=member, now=timezone.now())
    client.force_login(member)
    client.post("/mon-espace/territoire/oublier/")
    assert queries.home_territory(member) is None


def test_the_choice_leaves_with_the_member_and_can_be_taken_away(member, town):
    kept = personal_data.get("website")
    assert kept.export(member)["territoire"] is None
    services.choose_home_territory(town, by=member, now=timezone.now())
    assert kept.export(member)["territoire"] == "Saint-Étienne"
    kept.erase(member)
    assert kept.export(member)["territoire"] is None
    assert str(HomeTerritory(member=member, territory=town)) == f"{member} – Saint-Étienne"


def test_an_animator_is_led_to_what_the_site_still_needs(site, signed_in, animator):
    text = signed_in(animator).get("/mon-espace/").content.decode()
    assert "Complétez «\u00a0Mentions légales\u00a0»" in text
    assert 'href="/gestion/"' in text
    assert 'href="/moderation/"' in text
    assert 'href="/imports/"' in text


def test_an_administrator_has_every_tool(site, signed_in, administrator):
    assert 'href="/imports/"' in signed_in(administrator).get("/mon-espace/").content.decode()


def test_a_role_not_proved_yet_is_led_to_prove_it(client, animator):
    client.force_login(animator, proved=False)
    text = client.get("/mon-espace/").content.decode()
    assert "Protégez votre compte" in text
    assert 'href="/gestion/"' not in text


def test_other_functions_add_their_part_in_order(rf, member, monkeypatch):
    panels = Registry("website.test_panels", "for this test")
    template = "ui/components/page_header.html"
    panels.add(DeskPanel("second", template, lambda request: {"title": "Deuxième"}, 20))
    panels.add(DeskPanel("silent", template, lambda request: None, 15))
    panels.add(DeskPanel("first", template, lambda request: {"title": "Première"}, 10))
    monkeypatch.setattr(desk, "desk_panels", panels)
    Registry.known.pop("website.test_panels")
    request = rf.get("/mon-espace/")
    request.user = member
    shown = desk.panels(request)
    assert ["Première" in shown[0], "Deuxième" in shown[1], len(shown)] == [True, True, 2]


def test_each_finds_the_doors_of_their_role_among_their_tools(client, member, animator, administrator):
    doors = ("/imports/", "/travaux/", "/compte/invitations/", "/compte/membres/")
    opened = {}
    for person in (member, animator, administrator):
        client.force_login(person)
        text = client.get("/mon-espace/").content.decode()
        opened[person.role] = [door for door in doors if f'href="{door}"' in text]
    assert opened == {"member": [], "animator": list(doors[:3]), "administrator": list(doors)}
