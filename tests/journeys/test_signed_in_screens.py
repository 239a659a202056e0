"""Screens of people who signed in: accessible in both themes, narrow, enlarged, by keyboard, without script or network."""

import io
import re
import uuid

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.gestures import become

NARROW = {"width": 320, "height": 700}
ENLARGED = {"width": DESKTOP["width"] // 2, "height": DESKTOP["height"] // 2}  # what 200 % leaves of a desktop
MEMBER = [
    "/mon-espace/",
    "/mon-espace/territoire/?q=saint-etienne",
    "/compte/",
    "/compte/adresse/",
    "/compte/mot-de-passe/choisir/",
    "/compte/appareils/",
    "/compte/deuxieme-preuve/",
    "/compte/deuxieme-preuve/application/",
    "/compte/cles/",
    "/compte/cles/ajouter/",
    "/compte/deconnexion/",
    "/notifications/",
    "/notifications/preferences/",
    "/travaux/",
    "/moderation/signaler/merci/",
    "/reperes/listes/charte/",
    "/codev/groupes/nouveau/",
    "/codev/disponibilites/",
    "/codev/duo/",
    "/entraide/",
    "/entraide/veille/",
]
ANIMATION = [
    "/mon-espace/",
    "/compte/invitations/",
    "/compte/membres/",
    "/moderation/",
    "/moderation/signalements/",
    "/moderation/signalements/?etat=traites",
    "/moderation/journal/",
    "/notifications/envois/",
    "/imports/",
    "/imports/nouveau/territories.custom/",
    "/travaux/",
    "/reperes/listes/charte/modifier/",
    "/reperes/listes/charte/versions/",
    "/codev/composer/",
    "/entraide/sujets/",
]
SCREENS = [*(("membre", path) for path in MEMBER), *(("administration", path) for path in ANIMATION)]
VIEWS = {
    "320px-light": {"viewport": NARROW},
    "1280px-dark": {"viewport": DESKTOP, "dark": True},
    "200%-light": {"viewport": ENLARGED},
}


@pytest.mark.parametrize("role", ["membre", "administration"])
@pytest.mark.parametrize("view", VIEWS)
def test_every_screen_is_accessible_and_never_scrolls_sideways(visit, role, view):
    person = visit(**VIEWS[view])
    become(person.go("/"), role)
    for path in [path for asked, path in SCREENS if asked == role]:
        page = person.go(path)
        assert "/connexion/" not in page.url, path
        if view != "200%-light":  # axe measures contrasts and names: the width changes neither
            person.check_accessible()
        width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width <= 0, f"{path} scrolls sideways ({view})"
        assert page.locator("h1").count() == 1, path


FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
SEEN = f"""() => {{
  window.left = new Set([...document.querySelectorAll({FOCUSABLE!r})].filter((element) =>
    element.tabIndex >= 0 && !element.disabled && element.checkVisibility({{ visibilityProperty: true }})
    && !(element.type === "radio" && !element.checked
      && document.querySelector(`input[type=radio][name="${{element.name}}"]:checked`))));
  window.hidden = [];
  document.addEventListener("focusin", ({{ target }}) => {{
    if (target.type === "radio") for (const one of document.getElementsByName(target.name)) window.left.delete(one);
    window.left.delete(target);
    const {{ width, height }} = target.getBoundingClientRect();
    const {{ outlineStyle, outlineWidth }} = getComputedStyle(target);
    const marked = (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || target.closest("svg, main[tabindex]");
    if (!marked || !width || !height) window.hidden.push(target.outerHTML.slice(0, 120));
  }});
  return window.left.size;
}}"""


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("membre", "/mon-espace/"),
        ("membre", "/compte/"),
        ("membre", "/notifications/preferences/"),
        ("membre", "/reperes/listes/charte/"),
        ("administration", "/compte/membres/"),
        ("administration", "/moderation/signalements/"),
        ("administration", "/imports/nouveau/territories.custom/"),
        ("administration", "/reperes/listes/charte/modifier/"),
    ],
)
def test_the_keyboard_alone_reaches_everything_and_shows_where_it_is(visit, role, path):
    person = visit()
    become(person.go("/"), role)
    page = person.go(path)
    page.evaluate("document.activeElement?.blur()")
    count = page.evaluate(SEEN)
    for _step in range(count + 10):
        page.keyboard.press("Tab")
    assert page.evaluate("[...window.left].map((element) => element.outerHTML.slice(0, 120))") == []
    assert page.evaluate("window.hidden") == []


def test_someone_sets_their_mails_and_their_name_by_keyboard_alone(visit):
    person = visit()
    become(person.go("/"), "membre")
    page = person.go("/compte/")
    page.get_by_label("Nom affiché").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Lucas Ferrand")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Votre compte est à jour.")).to_be_visible()
    page = person.go("/notifications/preferences/")
    page.locator("details.drawer > summary").first.focus()
    page.keyboard.press("Enter")
    choice = page.get_by_role("radio", checked=True).first
    choice.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".notice--success")).to_be_visible()


def test_what_was_typed_is_there_again_after_the_network_was_cut(visit):
    person = visit(viewport=PHONE)
    page = person.go("/reperes/listes/charte/")
    become(page, "membre")
    words = f"Ce principe nous a fait gagner un an ({uuid.uuid4().hex[:6]})."
    page.get_by_label("Votre commentaire").fill(words)
    person.context.set_offline(True)
    page.get_by_role("button", name="Publier mon commentaire").click()
    page.wait_for_url("chrome-error://**", wait_until="commit")
    person.context.set_offline(False)
    page = person.go("/reperes/listes/charte/")
    expect(page.get_by_label("Votre commentaire")).to_have_value(words)
    expect(page.locator("[data-draft-status]")).to_have_text(re.compile("Votre brouillon a été repris"))
    person.check_accessible()
    page.get_by_role("button", name="Publier mon commentaire").click()
    expect(page.locator(".comments li").filter(has_text=words).first).to_be_visible()
    expect(page.get_by_label("Votre commentaire")).to_have_value("")


@pytest.mark.parametrize("role", ["membre", "administration"])
def test_every_screen_says_the_same_without_javascript(visit, role):
    person = visit(javascript=False)
    become(person.go("/"), role)
    for path in [path for asked, path in SCREENS if asked == role]:
        page = person.go(path)
        expect(page.locator("h1")).to_be_visible()
        dead = page.locator("main .only-script").filter(visible=True)
        assert dead.count() == 0, f"{path} shows a button that needs a script"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (
            "/territoires/commune/42218/",
            ["Saint-Étienne", "173 136 habitants", "Natural Earth", "Territoires qui lui ressemblent"],
        ),
        ("/annuaire/", None),
    ],
    ids=["commune", "organisation"],
)
def test_a_page_is_printed_whole_in_few_sheets(visit, path, words):
    person = visit(dark=True)
    page = person.go(path)
    if words is None:
        page.locator("main a[href*='/annuaire/organisations/']").first.click()
        words = [page.locator("h1").inner_text()]
    page.emulate_media(media="print")
    sheets = PdfReader(io.BytesIO(page.pdf(format="A4", print_background=True))).pages
    text = re.sub(r"\s+", " ", "".join(sheet.extract_text() for sheet in sheets))
    for word in words:
        assert word in text
    assert "Aller au contenu" not in text
    assert "Se connecter" not in text
    assert len(sheets) <= 4
