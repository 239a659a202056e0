"""Import territoires de projet from a file, try first, then write once, even with two tabs."""

import re
import uuid

from playwright.sync_api import expect

from tests.journeys.gestures import become


def send(animator, name: str, table: str):
    """Send a table and accept the columns that are proposed; the page of the import once it was tried."""
    page = animator.go("/imports/")
    page.get_by_role("link", name="Territoires de projet").first.click()
    animator.check_accessible()
    file = {"name": name, "mimeType": "text/csv", "buffer": table.encode()}
    page.get_by_label("Fichier à importer").set_input_files(file)
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_label("Communes", exact=False).first).to_be_visible()
    animator.check_accessible()
    if (source := page.get_by_label("Source", exact=False)).count():
        source.first.fill("Syndicat du pays, 2026")
    page.get_by_role("button", name="Essayer l’import").click()
    expect(page.get_by_role("button", name=re.compile("^Enregistrer"))).to_be_visible()
    animator.check_accessible()
    return page


def test_an_animator_imports_a_territory_tried_first_and_written_once_by_two_tabs(visit):
    mark = uuid.uuid4().hex[:6]
    name, code = f"Pays du Gier {mark}", f"pays-du-gier-{mark}"
    table = f"Nom;Communes;Code\n{name};42218 42095 42207;{code}\nPays perdu {mark};99999;\n"
    animator = visit()
    become(animator.go("/"), "animation")
    page = send(animator, f"pays-{mark}.csv", table)
    expect(page.locator("main")).to_contain_text("rien n’est enregistré pour l’instant")
    expect(page.get_by_role("row").filter(has_text="99999")).to_be_visible()
    assert page.request.get(f"/territoires/perso/{code}/").status == 404
    animator.picture("import-essai")

    other = animator.context.new_page()
    other.goto(page.url)
    for tab in (page, other):
        tab.get_by_label("Importer sans les lignes refusées").check()
    page.get_by_role("button", name=re.compile("^Enregistrer")).click()
    other.get_by_role("button", name=re.compile("^Enregistrer")).click()
    for tab in (page, other):
        expect(tab.locator("main")).to_contain_text("L’import est terminé")
    animator.check_accessible()
    assert page.request.get(f"/territoires.json?q={name}").json()["results"][0]["name"] == name

    page = animator.go(f"/territoires/perso/{code}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    expect(page.locator("main")).to_contain_text("Saint-Étienne")
    animator.check_accessible()
    become(page, "visite")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    expect(page.get_by_role("link", name="Se connecter").first).to_be_visible()
