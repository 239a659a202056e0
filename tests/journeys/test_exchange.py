"""An animator brings a file of organisations in, then takes it back, by keyboard alone."""

import re
import uuid

from playwright.sync_api import TimeoutError as NothingCame
from playwright.sync_api import expect

from tests.journeys.gestures import become, press, reach


def choose(page, file: dict) -> None:
    """Open the file chooser with the keyboard; a busy browser may let a key pass before it is ready."""
    for key in ("Enter", "Space", "Enter"):
        try:
            with page.expect_file_chooser(timeout=5_000) as chooser:
                page.keyboard.press(key)
        except NothingCame:
            continue
        chooser.value.set_files(file)
        return
    raise AssertionError("The file chooser does not open with the keyboard.")


def shown(page, text: str) -> None:
    expect(page.locator("main")).to_contain_text(text)


def read_line_by_line(animator, page, *, refused: str) -> None:
    press(page, page.get_by_role("link", name="Voir toutes les lignes"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Ligne par ligne")
    animator.check_accessible()
    press(page, page.get_by_role("link", name=re.compile("^Refusées")))
    expect(page.locator("tbody tr")).to_have_count(1)
    shown(page, refused)


def test_an_animator_imports_a_file_then_undoes_it_by_keyboard(visit):
    mark = uuid.uuid4().hex[:6]
    rows = [
        "Nom du lieu;CP;Commune;Geo Point;Type",
        f"Fabrique du Gier {mark};42400;SAINT CHAMOND;45.476, 4.516;Asso 1901 {mark}",
        f"FABRIQUE DU GIER {mark};42400;Saint-Chamond;;",
        f"Lieu perdu {mark};42400;Saint-Chamond;43.48, -1.55;",
    ]
    file = {"name": f"lieux-{mark}.csv", "mimeType": "text/csv", "buffer": "\r\n".join(rows).encode("cp1252")}
    animator = visit()
    become(animator.go("/"), "animation")
    page = animator.go("/imports/nouveau/directory.organisation/")
    animator.check_accessible()
    reach(page, page.get_by_label("Fichier à importer"))
    choose(page, file)
    press(page, page.get_by_role("button", name="Continuer"))
    expect(page.get_by_label("Latitude")).to_have_value("Geo Point")
    animator.check_accessible()
    reach(page, page.get_by_label("Source", exact=True))
    page.keyboard.type("Un essai")
    press(page, page.get_by_role("button", name="Essayer l’import"))
    shown(page, "Essai terminé")
    animator.check_accessible()
    press(page, page.get_by_role("link", name="Dire ce qu’ils veulent dire"))
    word = page.get_by_label(re.compile(f"Asso 1901 {mark}"))
    reach(page, word)
    page.keyboard.type("Association")
    animator.check_accessible()
    press(page, page.get_by_role("button", name="Refaire l’essai"))
    shown(page, "Essai terminé")
    shown(page, "km de Saint-Chamond")
    shown(page, "même nom, même lieu")
    tried = page.url
    read_line_by_line(animator, page, refused=f"Lieu perdu {mark}")
    page = animator.go(tried)
    press(page, page.get_by_label("Importer sans les lignes refusées"), "Space")
    press(page, page.get_by_role("button", name=re.compile("^Enregistrer")))
    shown(page, "L’import est terminé")
    animator.check_accessible()
    done = page.url

    page = animator.go(f"/annuaire/?q={mark}")
    expect(page.locator("main")).to_contain_text(f"Fabrique du Gier {mark}")
    page = animator.go(done)
    press(page, page.get_by_role("link", name="Annuler cet import"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Annuler cet import")
    animator.check_accessible()
    press(page, page.get_by_role("button", name="Annuler l’import"))
    shown(page, "Cet import a été annulé")
    animator.check_accessible()
    animator.picture("annuaire-import-annule")
    page = animator.go(f"/annuaire/?q={mark}")
    expect(page.locator("main")).not_to_contain_text(f"Fabrique du Gier {mark}")
