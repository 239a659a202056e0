"""Journeys of maps: opened on a place without script, looked at closer, given back by its address; one's own position."""

from playwright.sync_api import expect

from tests.journeys.conftest import PHONE
from tests.journeys.gestures import become
from tests.journeys.test_profiles import MINE

WHOLE = "0 0 1000 970"


def view_of(page) -> str:
    return page.locator(".map__main svg").get_attribute("viewBox")


def test_the_map_of_a_territory_opens_on_it_without_script_on_a_phone(visit):
    reader = visit(viewport=PHONE, javascript=False)
    page = reader.go("/annuaire/?territoire=region:04")
    assert view_of(page) != WHOLE
    expect(page.locator(".map__note")).to_contain_text("centrée sur")
    assert view_of(reader.go("/annuaire/")) == WHOLE
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_what_one_looks_at_is_kept_in_the_address(visit):
    reader = visit()
    page = reader.go("/annuaire/?nature=catalyseurs")
    for _each in range(2):
        page.get_by_role("button", name="Agrandir").click()
    page.wait_for_url("**vue=**,2.56")  # of the second click: on a slow machine the first one was written before
    assert "nature=catalyseurs&vue=" in page.url
    looked_at = [round(float(each)) for each in view_of(page).split()]
    page.reload()
    again = [round(float(each)) for each in view_of(page).split()]
    assert all(abs(one - other) <= 2 for one, other in zip(looked_at, again, strict=True))
    reader.check_accessible()
    page.get_by_role("button", name="Vue entière").click()
    page.wait_for_url("**/annuaire/?nature=catalyseurs")
    assert view_of(page) == WHOLE


def without_draft(person):
    """The form of her entry as it is saved: other journeys are hers too."""
    page = person.go(MINE)
    drop = page.get_by_role("button", name="Effacer ce brouillon")
    if drop.count():
        drop.click()
        expect(drop).to_have_count(0)
    return person.go(MINE)


def test_the_device_writes_the_coordinates_which_may_be_corrected(visit):
    person = visit(viewport=PHONE)
    person.context.grant_permissions(["geolocation"], origin=person.site.url)
    person.context.set_geolocation({"latitude": 45.4397, "longitude": 4.3872})
    become(person.go("/"), "Teva Marama")
    page = without_draft(person)
    page.get_by_label("Précision montrée").select_option("0")
    page.get_by_role("button", name="Prendre la position de cet appareil").click()
    expect(page.get_by_label("Précision montrée")).to_have_value("1000")
    expect(page.get_by_label("Latitude")).to_have_value("45,43970")
    expect(page.get_by_label("Longitude")).to_have_value("4,38720")
    expect(page.get_by_label("à l’endroit exact indiqué ci-dessous")).to_be_checked()
    expect(page.locator("[data-locate] [role=status]")).to_contain_text("corrigez-les")
    page.get_by_label("Latitude").fill("45,4")
    person.check_accessible()
    # The choice is in her draft, the coordinates never are.
    expect(page.locator("[data-draft-said]")).to_contain_text("Brouillon gardé")
    assert person.go(MINE).get_by_label("Latitude").input_value() == ""
    without_draft(person)


def test_a_device_that_says_nothing_leaves_the_form_as_it_is(visit):
    person = visit()
    become(person.go("/"), "Teva Marama")
    page = without_draft(person)
    before = page.get_by_label("Latitude").input_value()
    page.get_by_role("button", name="Prendre la position de cet appareil").click()
    expect(page.locator("[data-locate] [role=status]")).to_contain_text("ne donne pas sa position")
    assert page.get_by_label("Latitude").input_value() == before
