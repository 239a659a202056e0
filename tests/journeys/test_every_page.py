"""Every public page: accessible, light, without any outside request, in both themes, on a phone and on a desktop."""

import pytest

from tests.journeys.conftest import DESKTOP

PAGES = [
    "/",
    "/annuaire/",
    "/recherche/",
    "/recherche/?q=fondation",
    "/recherche/?q=reseau+xylophone",
    "/recherche/?q=saint+etienne",
    "/territoires/",
    "/territoires/?q=saint",
    "/territoires/commune/42218/",
    "/territoires/epci/244200770/",
    "/territoires/ept/200057941/",
    "/territoires/departement/974/",
    "/territoires/region/84/",
    "/territoires/com/988/",
    "/territoires/commune/00000/",
    "/actualites/",
    "/le-reseau/",
    "/mentions-legales/",
    "/donnees-personnelles/",
    "/accessibilite/",
    "/ecoconception/",
    "/ressources/",
    "/ressources/relecture/",
    "/ressources/coups-de-main/",
    "/codev/",
    "/diagnostic/",
    "/agenda/",
    "/reperes/",
    "/reperes/metiers/",
    "/reperes/leviers/",
    "/compte/connexion/",
    "/charte-graphique/",
    "/demo/courriers/",
]
WITH_A_MAP = {"/annuaire/", "/"}
GALLERY = {"/charte-graphique/"}


def check_narrow_enough(page, path: str) -> None:
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0, f"{path} scrolls sideways"


@pytest.mark.parametrize("path", PAGES)
def test_a_public_page_is_accessible_on_a_desktop_in_the_dark(visit, path):
    person = visit(viewport=DESKTOP, dark=True)
    page = person.go(path)
    person.check_accessible()
    check_narrow_enough(page, path)


@pytest.mark.parametrize("path", PAGES)
def test_a_public_page_is_accessible_and_light_on_a_phone(visit, path):
    """≤ 100 kB sent, ≤ 15 requests, ≤ 40 kB of script (a map page: ≤ 400 kB, ≤ 120 kB), ≤ 800 nodes outside the map."""
    person = visit(viewport={"width": 320, "height": 700})
    sizes: dict[str, int] = {}
    person.page.on("requestfinished", lambda request: sizes.__setitem__(request.url, _sent(request)))
    page = person.go(path)
    page.wait_for_load_state("networkidle")
    scripts = sum(size for url, size in sizes.items() if url.split("?")[0].endswith(".js"))
    is_map = path in WITH_A_MAP or path.startswith("/territoires/")
    nodes = page.evaluate("document.querySelectorAll('*').length - document.querySelectorAll('svg *').length")
    assert sum(sizes.values()) <= (400_000 if is_map else 100_000), sizes
    assert len(sizes) <= 15, sizes
    assert scripts <= (120_000 if is_map else 40_000), sizes
    if path not in GALLERY:
        assert nodes <= 800
    person.check_accessible()
    check_narrow_enough(page, path)


def _sent(request) -> int:
    counted = request.sizes()
    return counted["responseBodySize"] + counted["responseHeadersSize"]


def test_the_keyboard_reaches_the_content_first(visit):
    person = visit()
    page = person.go("/")
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.getAttribute('href')")
    assert focused == "#contenu"
