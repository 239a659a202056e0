from alliage.ui.registry import menu
from alliage.website import functions


def test_every_function_of_the_menu_is_open_has_a_place_and_a_reason(client, db):
    entries = sorted(menu, key=lambda entry: entry.position)
    assert [entry.url for entry in entries][:5] == ["/annuaire/", "/ressources/", "/codev/", "/diagnostic/", "/agenda/"]
    for entry in entries:
        assert entry.hint
        assert client.get(entry.url).status_code == 200


def test_what_one_can_do_leads_somewhere():
    assert [act.url for act in functions.acts()] == ["/territoires/", "/annuaire/", "/actualites/"]
