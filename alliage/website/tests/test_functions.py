import json

import pytest

from alliage.ui.registry import menu
from alliage.website import functions

ANNOUNCED = functions.announced()
PROGRAMME = "Programme de la 6e Rencontre des pionniers des alliances en Territoire"


@pytest.mark.parametrize("function", ANNOUNCED, ids=lambda function: function.code)
def test_a_function_in_preparation_answers_at_its_final_address(client, db, function, django_assert_max_num_queries):
    with django_assert_max_num_queries(0):
        response = client.get(function.url)
    text = response.content.decode()
    assert response.status_code == 200
    assert "En préparation" in text
    assert PROGRAMME in text
    assert f"«\u00a0{function.words}\u00a0»" in text
    assert function.asked in text
    for act in function.acts:
        assert f'href="{act.url}"' in text


def test_every_function_of_the_menu_has_a_place_and_a_reason():
    entries = sorted(menu, key=lambda entry: entry.position)
    assert [entry.url for entry in entries][:5] == ["/annuaire/", "/ressources/", "/codev/", "/diagnostic/", "/agenda/"]
    for function in ANNOUNCED:
        assert menu.get(function.code).hint


def test_the_words_quoted_are_those_of_the_file_and_nothing_is_made_up():
    data = json.loads(functions.DATA.read_text(encoding="utf-8"))
    assert {function["code"] for function in data["functions"]} == functions.announced_codes()


def test_a_function_that_is_not_announced_has_no_page(rf):
    from django.http import Http404

    from alliage.website.views.functions import announced

    with pytest.raises(Http404):
        announced(rf.get("/"), "unknown")
