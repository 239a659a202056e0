"""The loop of a territory on a phone: a file, three people who do not see things alike, a result, a plan, its page for the council."""

import re
from secrets import token_hex

from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE, Visit
from tests.journeys.gestures import become

HOLDER, PLACE = "Teva Marama", "Cayenne"
# Who they are, the place that they give to the first lever, and to the six others (0 to 3).
VIEWS = (("Élue ou élu", 3, 1), ("Agent de la collectivité", 0, 1), ("Association", 0, 2))
SCREENS = 20


def check(one: Visit) -> None:
    """Nothing sticks out of the phone, and axe finds nothing."""
    assert one.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    one.check_accessible()


def open_file(page: Page) -> str:
    """The holder's file of the place, opened once: the journey may be run again on the same site."""
    page.goto("/diagnostic/")
    page.get_by_role("link", name="Ouvrir le dossier de mon territoire").click()
    page.get_by_label("Le territoire").fill(PLACE)
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(PLACE)
    return page.url


def open_diagnostic(page: Page) -> str:
    page.get_by_role("link", name="Ouvrir un diagnostic").click()
    page.get_by_role("button", name="Ouvrir ce diagnostic").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Diagnostic n°")
    return page.url


def invite(page: Page, addresses: list[str]) -> None:
    page.get_by_label("Leurs adresses électroniques").fill(", ".join(addresses))
    page.get_by_label("Autre regard").check()
    page.get_by_role("button", name="Envoyer les invitations").click()
    expect(page.locator("main")).to_contain_text(addresses[-1])


def begin(page: Page, link: str, role: str) -> None:
    page.goto(link)
    page.get_by_label(role).check()
    page.get_by_role("button", name="Commencer").click()


def answer(one: Visit, first_lever: int, others: int, *, checked: bool) -> None:
    """All screens, two affirmations at a time, until they are sent. `checked`: axe looks at the first and at the last page."""
    page = one.page
    first = page.get_by_role("heading", level=1).inner_text()
    if checked:
        check(one)
    for _screen in range(SCREENS):
        rank = first_lever if page.get_by_role("heading", level=1).inner_text() == first else others
        for name in page.eval_on_selector_all(
            "main input[type=radio]", "all => [...new Set(all.map(one => one.name))]"
        ):
            page.locator(f'main input[name="{name}"]').nth(rank).check()
        last = page.get_by_role("button", name="Envoyer mes réponses")
        if last.count():
            last.click()
            break
        page.get_by_role("button", name="Suite").click()
    expect(page.locator("main")).to_contain_text("Merci. Vos réponses sont envoyées.")
    if checked:
        check(one)


def link_to(one: Visit, address: str) -> str:
    mail = one.site.mail_sent_to(address, re.compile("regard"))
    found = re.search(r"/diagnostic/repondre/[\w-]+/", mail)
    assert found is not None
    return found[0]


def test_three_people_disagree_and_the_territory_leaves_with_a_plan(visit):
    holder = visit(viewport=PHONE)
    page = holder.go("/diagnostic/")
    become(page, HOLDER)
    file = open_file(page)
    check(holder)
    diagnostic = open_diagnostic(page)
    check(holder)
    mark = token_hex(3)
    addresses = [f"regard-{rank}-{mark}@exemple.fr" for rank in range(len(VIEWS))]
    invite(page, addresses)
    check(holder)

    # Each alone, by their own link, without an account nor a script.
    links = [link_to(holder, address) for address in addresses]
    for rank, (role, first_lever, others) in enumerate(VIEWS):
        someone = visit(viewport=PHONE, javascript=rank == 0)
        begin(someone.page, links[rank], role)
        answer(someone, first_lever, others, checked=rank == 0)

    page.goto(diagnostic)
    expect(page.locator("main")).to_contain_text("3 réponses envoyées")
    page.get_by_role("link", name="Terminer et voir le résultat").click()
    check(holder)
    page.get_by_role("button", name="Terminer le diagnostic").click()

    # Where they stand, where they differ, and why each thing is proposed.
    expect(page.get_by_role("heading", level=1)).to_have_text("Où nous en sommes")
    expect(page.locator("main")).to_contain_text("3 personnes ont répondu")
    expect(page.locator("#regards + p")).to_contain_text("Un écart n’est pas une erreur")
    expect(page.get_by_text("vos regards diffèrent beaucoup").first).to_be_visible()
    page.get_by_text("Les réponses qui le décident").click()
    page.get_by_text("Les quatre niveaux, sans note").click()
    check(holder)
    holder.picture("ou-nous-en-sommes")
    result = page.url
    for form, start in (("pdf", b"%PDF-"), ("pptx", b"PK"), ("docx", b"PK")):
        assert page.request.get(f"{result.partition('?')[0][:-1]}.{form}").body().startswith(start)
    proposed = page.get_by_role("button", name=re.compile("^Ajouter au plan")).first
    title = re.sub(r"^Ajouter au plan\s*:\s*", "", proposed.inner_text())
    proposed.click()
    expect(page.locator("body")).to_contain_text("C’est au plan")

    # The plan, the month, the page for the council.
    page.get_by_role("link", name="Ouvrir le plan").click()
    expect(page.locator("main")).to_contain_text(title)
    check(holder)
    holder.picture("le-plan")
    pdf = page.get_by_role("link", name="PDF pour le conseil").get_attribute("href")
    assert pdf is not None
    assert page.request.get(pdf).body().startswith(b"%PDF-")
    page.get_by_role("link", name="Par mois").click()
    expect(page.locator("main")).to_contain_text("Sans date encore")
    check(holder)

    # Nothing of it for someone who has the addresses and is not in the file; the link that answered says that it is closed.
    stranger = visit(viewport=PHONE)
    for private in (file, diagnostic, result):
        stranger.page.goto(private)
        expect(stranger.page.get_by_role("heading", level=1)).to_have_text("Se connecter")
    stranger.page.goto(links[0])
    expect(stranger.page.locator("main")).to_contain_text("Ce diagnostic est clos")
