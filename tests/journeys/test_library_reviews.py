"""Reviews: a text is contributed, read, sent back, met, published; its next version compared; then replaced. Help is found, a doubt answered."""

import re
from secrets import token_hex

from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE
from tests.journeys.gestures import A_PERSON_TYPES, become, send
from tests.journeys.test_library_contributing import begin_by_hand

AUTHOR, REVIEWER = "Lucas Ferrand", "Aurélie Sainte-Rose"


def unfold(page: Page, words: str) -> None:
    """Open what is one gesture away, by keyboard."""
    page.locator("main summary").filter(has_text=words).first.press("Enter")


def take(reviewer, title: str) -> Page:
    page = reviewer.go("/ressources/a-relire/")
    page.get_by_role("link", name=title).first.click()
    send(page, "Je relis ce texte")
    expect(page.locator("main")).to_contain_text("Vous relisez ce texte")
    return page


def publish(page: Page) -> None:
    unfold(page, "Publier ce texte")
    send(page, re.compile("^Publier$"))
    expect(page.locator(".messages")).to_contain_text("C’est publié")


def propose(page: Page, title: str) -> str:
    """Write a practice by hand and propose it; answers the address of its form."""
    edit = begin_by_hand(page, "pratique", title)
    page.get_by_label("Résumé").fill("Douze logements lavent leur linge ensemble.")
    page.get_by_label("Contexte").first.fill("Un immeuble sans machines.")
    page.locator("[name=licence][value='cc-by-sa-4.0']").check()
    send(page, "Proposer")
    expect(page).to_have_url(re.compile("/mes-ressources/"))
    return edit


def ask(reviewer, title: str) -> str:
    """Remark about one part, send it with a word; answers the address of the review."""
    page = take(reviewer, title)
    context = page.locator("section.reviewed").filter(has=page.get_by_role("heading", name="Contexte", exact=True))
    context.locator("summary").filter(has_text="Faire une remarque").press("Enter")
    context.get_by_label("Votre remarque").fill("Dites combien d’habitants.")
    context.get_by_role("button", name="Garder cette remarque").press("Enter")
    expect(page.locator("main")).to_contain_text("Pas encore envoyée")
    reviewer.check_accessible()
    reviewer.picture("relire-un-texte")
    page.get_by_label("Un mot pour la personne qui l’a écrit").first.fill("Très utile. Une précision, et c’est prêt.")
    send(page, "Demander des changements")
    expect(page.locator(".messages")).to_contain_text("sont parties")
    return page.url


def meet(author, address: str, edit: str) -> None:
    """Say what was done of each remark, change the text, send it back."""
    page = author.go(address)
    expect(page.locator("main")).to_contain_text("Dites combien d’habitants.")
    expect(page.locator("main")).to_contain_text("0 sur 1")
    unfold(page, "Répondre")
    page.get_by_label("Votre réponse").fill("Trente habitants : c’est ajouté.")
    send(page, "C’est repris")
    expect(page.locator("main")).to_contain_text("1 sur 1")
    author.check_accessible()
    author.picture("repondre-aux-remarques")
    page.goto(edit)
    page.get_by_label("Contexte").first.fill("Un immeuble de trente habitants, sans machines.")
    send(page, re.compile("^Enregistrer$"))
    expect(page.locator(".messages")).to_contain_text("enregistré")
    page.goto(address)
    send(page, "Renvoyer à la relecture")
    expect(page.locator(".messages")).to_contain_text("C’est envoyé")


def settle_and_publish(reviewer, address: str) -> str:
    """Read what changed, settle the remark, publish; answers the address of the resource."""
    page = reviewer.go(address)
    page.get_by_role("link", name=re.compile("avec le texte proposé")).first.click()
    expect(page.locator("ins").filter(has_text="trente habitants,").first).to_be_visible()
    reviewer.check_accessible()
    reviewer.picture("ce-qui-change")
    page.goto(address)
    unfold(page, "Répondre")
    send(page, "C’est réglé")
    expect(page.locator(".messages")).to_contain_text("réglée")
    publish(page)
    return page.url


def compare(reader, resource: str) -> None:
    """Anyone compares two versions, on a phone."""
    page = reader.go(resource.rstrip("/") + "/versions/")
    expect(page.locator("main")).to_contain_text("Version 2")
    expect(page.locator("main")).not_to_contain_text("Sainte-Rose")
    reader.check_accessible()
    page.get_by_role("link", name=re.compile("ce qui change")).first.click()
    expect(page.locator("del").filter(has_text="trente").first).to_be_visible()
    expect(page.locator("ins").filter(has_text="quarante").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    reader.check_accessible()
    reader.picture("comparer-deux-versions")


def begin_again(author, resource: str) -> None:
    """Her author starts the next version from the first one, then gives it up."""
    page = author.go(resource.rstrip("/") + "/versions/")
    send(page, re.compile("Repartir de cette version"))
    expect(page.locator(".messages")).to_contain_text("Voici le texte de la version 1")
    expect(page.get_by_label("Contexte").first).to_have_value(re.compile("trente"))
    author.check_accessible()
    page.get_by_role("link", name="Abandonner").click()
    send(page, "Abandonner")


def replace(author, resource: str) -> str:
    """Say that it is obsolete, why, and by what it is replaced; answers the title of that."""
    page = author.go(resource)
    other = str(page.request.get("/ressources.json?sorte=guide").json()["results"][0]["title"])
    page.get_by_role("link", name="Tenir à jour").click()
    author.check_accessible()
    unfold(page, "Dire qu’elle est dépassée")
    page.get_by_label("Pourquoi elle est dépassée").fill("Un guide dit mieux comment faire.")
    page.get_by_label("Ce qui la remplace").press_sequentially(other)
    expect(page.get_by_role("option").first).to_contain_text(other[:30])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    author.picture("tenir-a-jour")
    send(page, "Le dire à ses lecteurs")
    expect(page.locator(".messages")).to_contain_text("C’est dit")
    return other


def test_a_text_is_reviewed_in_the_open_then_published_compared_and_replaced(visit):
    title = f"Une buanderie partagée {token_hex(3)}"
    author, reviewer, reader = visit(), visit(), visit(viewport=PHONE)
    become(author.go("/"), AUTHOR)
    become(reviewer.go("/"), REVIEWER)
    edit = propose(author.page, title)
    public = reader.go("/ressources/relecture/")
    expect(public.locator("main")).to_contain_text("nouvelle ressource")
    expect(public.locator("main")).not_to_contain_text(title)
    assert public.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    reader.check_accessible()
    reader.picture("file-de-relecture")
    address = ask(reviewer, title)
    meet(author, address, edit)
    resource = settle_and_publish(reviewer, address)
    page = author.go(edit)
    page.get_by_label("Contexte").first.fill("Un immeuble de quarante habitants, sans machines.")
    send(page, "Proposer")
    expect(page).to_have_url(re.compile("/mes-ressources/"))
    publish(take(reviewer, title))
    compare(reader, resource)
    begin_again(author, resource)
    other = replace(author, resource)
    public.goto(resource)
    expect(public.locator("main")).to_contain_text("Un guide dit mieux comment faire.")
    expect(public.locator("main").get_by_role("link", name=other).first).to_be_visible()
    reader.check_accessible()


def test_help_is_found_and_a_doubt_answered_on_a_phone_without_a_script(visit):
    mark = token_hex(3)
    sought = f"Quelqu’un pour dessiner le plan {mark}"
    author, reader = visit(viewport=PHONE, javascript=False), visit(viewport=PHONE, javascript=False)
    page = author.go("/")
    become(page, AUTHOR)
    edit = begin_by_hand(page, "pratique", f"Une serre de quartier {mark}")
    page.goto(re.sub(r"modifier/$", "coups-de-main/", edit))
    page.get_by_label("Une illustration").check()
    page.get_by_label("En une phrase").fill(sought)
    send(page, "Demander")
    expect(page.locator("main")).to_contain_text(sought)

    public = reader.go("/ressources/coups-de-main/")
    expect(public.locator("main")).not_to_contain_text(f"Une serre de quartier {mark}")
    public.get_by_role("link", name=sought).click()
    public.get_by_label("Votre nom").fill("Jeanne Apatou")
    public.get_by_label("Votre adresse électronique").fill("jeanne.apatou@exemple.fr")
    public.get_by_label("Votre message").fill("Je dessine volontiers.")
    public.wait_for_timeout(A_PERSON_TYPES)
    send(public, "Envoyer")
    expect(public.locator(".messages")).to_contain_text("Votre message est parti")
    assert public.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    page.reload()
    expect(page.locator("main")).to_contain_text("1 réponse")
    send(page, re.compile("C’est trouvé, clore"))
    public.goto("/ressources/coups-de-main/")
    expect(public.locator("main")).not_to_contain_text(sought)

    guide = public.request.get("/ressources.json?sorte=guide").json()["results"][0]
    public.goto(f"/ressources/{guide['id']}/plus-exact/")
    public.get_by_label("Ce qui n’est plus exact").fill(f"Le texte de loi a changé {mark}")
    public.wait_for_timeout(A_PERSON_TYPES)
    send(public, "Le dire")
    expect(public.locator(".messages")).to_contain_text("Merci")
    animator = visit()
    page = animator.go("/")
    become(page, "Mathilde Carpentier")
    page = animator.go("/ressources/a-actualiser/?vue=doutes")
    animator.check_accessible()
    page.get_by_role("link", name=guide["title"]).first.click()
    expect(page.locator("main")).to_contain_text(mark)
    page.get_by_label("C’est corrigé").check()
    send(page, "Répondre")
    expect(page.locator(".messages")).to_contain_text("C’est noté")
