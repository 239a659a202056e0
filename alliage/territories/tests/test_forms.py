"""The field that names a territory."""

import pytest
from django import forms

from alliage.territories.enums import Change, Kind, Status
from alliage.territories.forms import TerritoryField
from alliage.territories.models import TerritoryChange
from alliage.territories.tests.factories import TerritoryFactory
from alliage.territories.tests.places import small_france

pytestmark = pytest.mark.django_db


class PlaceForm(forms.Form):
    place = TerritoryField(label="Territoire", required=False)
    team = TerritoryField(label="Équipe", required=False, kinds=[Kind.EPCI])


@pytest.fixture
def places():
    return small_france()


def cleaned(**data):
    form = PlaceForm(data)
    assert form.is_valid(), form.errors
    return form.cleaned_data["place"] or form.cleaned_data["team"]


def refused(**data):
    form = PlaceForm(data)
    assert not form.is_valid()
    return next(iter(form.errors.values()))[0]


@pytest.mark.parametrize(
    "text", ["commune:42218", "42218", "saint-etienne", "ST ETIENNE", "Saint-Étienne (Loire)", "42000"]
)
def test_a_territory_is_understood_as_people_write_it(places, text):
    TerritoryFactory(code="42220", name="Saint-Étienne-le-Molard", population=900, departement=places.loire)
    assert cleaned(place=text).pk == places.etienne.pk


def test_the_choice_kept_by_the_picker_wins_over_the_typed_text(places):
    assert cleaned(place="Saint-Étienne (Loire)", place_code="epci:244200770").pk == places.metropole.pk


def test_nothing_gives_none(places):
    assert cleaned(place="", team="  ") is None


def test_homonyms_are_refused_with_their_list(places):
    TerritoryFactory(code="93066", name="Saint-Denis", population=110_000, departement=places.rhone)
    message = refused(place="Saint-Denis")
    assert "Saint-Denis (La Réunion)" in message
    assert "Saint-Denis (Rhône)" in message
    assert cleaned(place="Saint-Denis (Rhône)").code == "93066"


@pytest.mark.parametrize("text", ["zzzzqqqq", "commune:00000", "epci:", "commune:2A004"])
def test_what_means_nothing_is_refused_in_words(places, text):
    assert "Aucun territoire ne correspond" in refused(place=text)


def test_a_field_may_want_some_kinds_only(places):
    assert cleaned(team="saint etienne metropole").pk == places.metropole.pk
    assert "Aucun territoire" in refused(team="commune:42218")


def test_a_code_of_the_past_gives_the_present(places):
    TerritoryFactory(code="42999", name="Terrenoire", status=Status.FORMER, part_of=places.etienne)
    TerritoryFactory(code="42997", name="Ys", status=Status.FORMER)
    TerritoryChange.objects.create(territory=places.etienne, change=Change.RECODED, old_code="42998", version="1")
    assert cleaned(place="commune:42999").pk == places.etienne.pk
    assert cleaned(place="commune:42998").pk == places.etienne.pk
    assert cleaned(place="commune:42997").name == "Ys"
    assert cleaned(place="commune:42191").pk == places.rochetaillee.pk


def test_the_widget_shows_the_name_and_keeps_the_code(places):
    written = str(PlaceForm(initial={"place": places.etienne})["place"])
    assert 'value="Saint-Étienne"' in written
    assert 'name="place_code" value="commune:42218"' in written
    by_number = str(PlaceForm(initial={"place": places.etienne.pk})["place"])
    assert 'value="Saint-Étienne"' in by_number
    assert 'value="Saint' not in str(PlaceForm(initial={"place": 0})["place"])


def test_a_refused_form_comes_back_filled(places):
    written = str(PlaceForm({"place": "<zzz>"})["place"])
    assert "&lt;zzz&gt;" in written
    assert "<zzz>" not in written
    assert 'data-types="epci"' in str(PlaceForm()["team"])


def test_a_field_knows_whether_it_changed(places):
    form = PlaceForm({"place": "commune:42218"}, initial={"place": places.etienne})
    assert not form.fields["place"].has_changed(places.etienne, "commune:42218")
    assert form.fields["place"].has_changed(places.etienne, "commune:42207")
