"""Folders passed over by their beginnings answer the same addresses."""

import pytest
from django.urls import URLResolver, resolve
from django.urls.exceptions import Resolver404

from alliage.config import urls
from alliage.config.beginnings import Beginnings, included

RESOLVERS = [each for each in urls.urlpatterns if isinstance(each.pattern, Beginnings)]


@pytest.mark.parametrize(
    ("expression", "literal"),
    [
        ("^a/b", "a/b"),
        (r"^codev\.(?P<extension>csv|json)$", "codev"),
        ("^a-b/(?P<pk>[0-9]+)/$", "a-b/"),
        ("^ab?c", ""),
        ("^ab*", ""),
        ("^a|b", ""),
        ("^(?P<kind>a|b)/c", ""),
        ("^(a(b|c))|d", ""),
        ("anywhere", ""),
    ],
)
def test_what_a_regular_expression_surely_begins_with(expression, literal):
    from alliage.config.beginnings import _literal

    assert _literal(expression) == literal


def test_no_folder_may_be_asked_of_every_address():
    """One route that may begin with anything would have its folder tried on every page."""
    assert RESOLVERS
    assert not [each for each in RESOLVERS if "" in each.pattern.beginnings]


@pytest.mark.parametrize("path", ["territoires/commune/42218/", "territoires.csv", "territoires/", "territoires"])
def test_a_folder_answers_what_is_its_own(path):
    whole = included("alliage.territories.urls")
    assert whole.pattern.match(path) == (path, (), {})


def test_an_address_of_no_folder_is_passed_over():
    assert not [each for each in RESOLVERS if each.pattern.match("le-reseau/")]
    assert not [each for each in RESOLVERS if each.pattern.match("")]


def test_what_a_folder_does_not_know_is_still_unknown():
    with pytest.raises(Resolver404):
        RESOLVERS[0].resolve("inconnue/")
    assert resolve("/annuaire/").view_name == "directory:index"
    assert all(isinstance(each, URLResolver) for each in RESOLVERS)
