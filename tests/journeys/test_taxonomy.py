"""The words of the network: an administrator mends a label, the animation writes a list with its members."""

import re
import uuid

from playwright.sync_api import expect

from tests.journeys.conftest import PHONE
from tests.journeys.gestures import become


def test_an_administrator_mends_a_word_and_every_page_says_it(visit):
    mark = uuid.uuid4().hex[:6]
    administrator = visit()
    page = administrator.go("/")
    become(page, "administration")
    before = rename(administrator, "Dialogue", f"Dialogue {mark}")
    try:
        page = visit().go("/reperes/metiers/")
        expect(page.get_by_role("heading", name=f"Dialogue {mark}")).to_be_visible()
    finally:
        rename(administrator, f"Dialogue {mark}", before)
    expect(administrator.go("/reperes/metiers/").get_by_role("heading", name=before, exact=True)).to_be_visible()


def rename(administrator, old: str, new: str) -> str:
    """Give another label to the first word found, and answer the one it had."""
    page = administrator.go(f"/gestion/reperes/?q={old}")
    page.locator("main").get_by_role("link", name=re.compile(f"^{old}")).first.click()
    field = page.locator("[name=label]")
    before = field.input_value()
    field.fill(new)
    page.get_by_role("button", name="Enregistrer").first.click()
    expect(page.locator("main")).to_contain_text(re.compile("mis|enregistr|modifi", re.IGNORECASE))
    return before


def test_the_animation_writes_a_list_and_members_comment_it(visit):
    mark = uuid.uuid4().hex[:6]
    first, second, third = (f"{words} ({mark})" for words in ("Partir des besoins", "Écouter d’abord", "Rendre compte"))
    animator = visit()
    page = animator.go("/")
    become(page, "animation")
    page = animator.go("/reperes/")
    page.get_by_role("link", name="Les principes d’action de la Charte").click()
    address = page.url
    for label in (first, second):
        add(animator, address, label)
    animator.check_accessible()
    page.get_by_role("button", name=f"Monter « {second} »").click()
    labels = page.locator("#elements ~ ol h3 a").all_inner_texts()
    assert labels.index(second) < labels.index(first)
    published = publish(page, f"deux principes, {mark}")
    expect(animator.go(address).locator("main")).to_contain_text(first)

    member = visit(viewport=PHONE)
    page = member.go(address)
    become(page, "membre")
    page.get_by_label("À propos de").select_option(label=second)
    page.get_by_label("Votre commentaire").fill(f"Nous l’avons vécu à la mairie. {mark}")
    page.get_by_role("button", name="Publier mon commentaire").click()
    comment = page.locator(".comments li").filter(has_text=mark)
    expect(comment).to_contain_text(f"à propos de « {second} »")
    member.check_accessible()

    page = add(animator, address, third)
    page.get_by_role("button", name=f"Retirer « {first} »").click()
    changed = publish(page, f"un principe remplacé, {mark}")
    assert changed == published + 1
    page = animator.go(f"{address}versions/{changed}/?depuis={published}")
    changes = page.get_by_role("region", name="Ce qui change depuis la version")
    expect(changes).to_contain_text(re.compile(rf"Ajouté\s:\s*{re.escape(third)}"))
    expect(changes).to_contain_text(re.compile(rf"Retiré\s:\s*{re.escape(first)}"))
    animator.check_accessible()
    animator.go(f"{address}versions/")
    expect(page.locator("main")).to_contain_text(f"un principe remplacé, {mark}")

    page = animator.go(address)
    with page.expect_navigation():
        page.locator(".comments li").filter(has_text=mark).get_by_role("button", name=re.compile("^Masquer")).click()
    expect(visit().go(address).locator("main")).not_to_contain_text(f"à la mairie. {mark}")


def add(animator, address: str, label: str):
    page = animator.go(f"{address}modifier/")
    page.get_by_label("Intitulé").fill(label)
    page.get_by_role("button", name="Ajouter au brouillon").click()
    expect(page.get_by_role("link", name=label)).to_be_visible()
    return page


def publish(page, note: str) -> int:
    """Publish the draft, and answer the number of its version."""
    page.get_by_label("Ce qui change").fill(note)
    page.get_by_role("button", name="Publier cette version").click()
    said = page.locator("main .source").filter(has_text=note)
    expect(said).to_be_visible()
    return int(re.search(r"Version (\d+)", said.inner_text())[1])
