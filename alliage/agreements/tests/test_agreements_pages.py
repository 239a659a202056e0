"""Pages of agreements: who they open to, what each button does, what comes back when it is refused."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.agreements.enums import PartnerState, State
from alliage.agreements.models import Affirmation, Agreement
from alliage.agreements.queries import conventions as texts
from alliage.agreements.services import conventions, reviews
from alliage.agreements.tests import world_agreements
from alliage.agreements.tests.factories import (
    NOW,
    active,
    agreed,
    answer,
    group,
    lights,
    opened,
    owner_of,
    reviewed,
    scoped,
    sides,
    sign,
)
from alliage.directory.models import Alliance
from alliage.directory.tests.factories import AllianceFactory
from alliage.rooms.models import Room
from alliage.writing import services as writing
from alliage.writing.registry import Writer
from tests import weights
from tests.test_pages import SIGNED_IN_QUERIES, check_html

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(client):
    """`here(agreement)`: signed in as its first partner's person; the page of the agreement."""

    def come(agreement, rank=0):
        client.force_login(owner_of(sides(agreement)[rank]))
        return agreement.get_absolute_url()

    return come


def again(agreement):
    return Agreement.objects.get(pk=agreement.pk)


def press(client, url, act, **more):
    return client.post(f"{url}geste/", {"act": act, **more}, follow=True)


# --- Opening ---------------------------------------------------------------------------------------------------------


def test_one_opens_an_agreement_in_the_name_of_an_organisation(client):
    mine, _other = group("Ancrage"), group("La Boussole")
    client.force_login(mine.owner)
    said = {"mine": mine.slug, "other": "la boussole", "subject": "Un atelier"}
    answered = client.post("/accords/nouveau/", said)
    made = Agreement.objects.get()
    assert answered.url == made.get_absolute_url()
    text = client.get(answered.url).text
    assert "Réponse attendue" in text
    assert "La Boussole" in text
    assert "Un atelier" in client.get("/accords/").text
    assert "Ouvrir mes accords" in client.get("/mon-espace/").text


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"other": "inconnue"}, "Aucune organisation de l’annuaire"),
        ({"other": "Jumelle"}, "Plusieurs fiches"),
        ({"other": "Ancrage"}, "Choisissez une autre organisation"),
        ({"other": "Sans personne"}, "Personne ne tient la fiche"),
    ],
)
def test_what_is_refused_comes_back_filled(client, said, why):
    mine = group("Ancrage")
    group("Jumelle")
    group("Jumelle")
    alone = group("Sans personne")
    alone.owner = None
    alone.save()
    client.force_login(mine.owner)
    answered = client.post("/accords/nouveau/", {"mine": mine.slug, "subject": "Un atelier partagé", **said})
    assert answered.status_code == 422
    assert why in answered.text
    assert "Un atelier partagé" in answered.text
    assert Agreement.objects.count() == 0


def test_one_who_speaks_for_nobody_is_told_where_to_begin(client):
    client.force_login(MemberFactory())
    assert "Vous ne tenez encore la fiche" in client.get("/accords/nouveau/").text
    assert "Aucun accord" in client.get("/accords/").text


def test_an_alliance_of_the_directory_leads_to_an_agreement(client):
    mine, other = group("Ancrage"), group("La Boussole")
    alliance = AllianceFactory(first=mine, second=other, subject="Un verger")
    door = f"/accords/nouveau/?alliance={alliance.pk}"
    assert door not in client.get(alliance.get_absolute_url()).text
    client.force_login(MemberFactory())
    assert door not in client.get(alliance.get_absolute_url()).text
    client.force_login(mine.owner)
    assert door in client.get(alliance.get_absolute_url()).text
    text = client.get(door).text
    assert "Un verger" in text
    assert "La Boussole" in text
    client.post(door, {"mine": mine.slug, "other": "La Boussole", "subject": "Un verger"})
    assert Agreement.objects.get().links.get().alliance == alliance


# --- Partners and life -----------------------------------------------------------------------------------------------


def test_who_is_asked_reads_then_joins(client, here):
    made = opened()
    url = here(made, 1)
    other = sides(made)[1]
    assert "Rejoindre l’accord" in client.get(url).text
    assert client.get(f"{url}convention/").status_code == 200
    assert client.get(f"{url}signer/").status_code == 404
    assert client.post(f"{url}geste/", {"act": "start"}).status_code == 404
    assert "Vous êtes partenaire" in press(client, url, f"accept:{other.pk}").text
    assert sides(made)[1].state == PartnerState.IN


def test_who_declines_or_leaves_reads_nothing_more(client, here):
    made = opened()
    url = here(made, 1)
    assert press(client, url, f"decline:{sides(made)[1].pk}").redirect_chain[-1][0] == "/accords/"
    assert client.get(url).status_code == 404
    lived = active(mine=group("C"), other=group("D"))
    url = here(lived)
    leave = f"leave:{sides(lived)[0].pk}"
    assert "Cochez la case" in press(client, url, leave).text
    assert "a quitté" in press(client, url, leave, sure="1").text
    assert again(lived).state == State.CLOSED


def test_acts_that_are_not_there_are_not_found(client, here):
    made = opened()
    url = here(made)
    other = sides(made)[1]
    for act in ("", "inconnu", "accept", f"accept:{other.pk}", "withdraw:0", "accept:²"):
        assert client.post(f"{url}geste/", {"act": act}).status_code == 404
    assert "retirée" in press(client, url, f"withdraw:{other.pk}").text
    assert "déjà reçu" not in press(client, url, "start").text
    assert "changé d’état" in press(client, url, "start").text


def test_one_more_is_invited(client, here):
    made = scoped()
    url = here(made)
    group("Troisième")
    assert client.post(f"{url}inviter/", {"entry": "inconnue"}).status_code == 422
    assert client.post(f"{url}inviter/", {"entry": "La Boussole"}).status_code == 422
    assert "L’invitation est partie" in client.post(f"{url}inviter/", {"entry": "troisième"}, follow=True).text
    signed = agreed(mine=group("C"), other=group("D"))
    assert "ouvrez-en un autre" in client.get(f"{here(signed)}inviter/").text


def test_it_is_said_otherwise_until_it_is_signed(client, here):
    made = scoped()
    url = here(made)
    assert "Un atelier partagé" in client.get(f"{url}modifier/").text
    assert client.post(f"{url}modifier/", {"subject": ""}).status_code == 422
    assert "C’est enregistré" in client.post(f"{url}modifier/", {"subject": "Autrement"}, follow=True).text
    signed = agreed(mine=group("C"), other=group("D"))
    url = here(signed)
    assert "Dire jusqu’à quand" in client.get(url).text
    assert "Ce que vous voulez faire ensemble" not in client.get(f"{url}modifier/").text
    assert client.post(f"{url}modifier/", {"subject": "Non", "ends_on": "hier"}).status_code == 422
    assert client.post(f"{url}modifier/", {"subject": "Non", "ends_on": "2026-01-02"}).status_code == 422
    assert client.post(f"{url}modifier/", {"subject": "Non", "ends_on": "1/3/2090"}).url == url
    assert "Fin prévue\u00a0: le 1er mars 2090" in client.get(url).text
    assert "jusqu’au 1er mars 2090" in client.get("/accords/").text
    assert again(signed).subject == "Un atelier partagé"


def test_a_whole_life(client, here):
    made = agreed()
    url = here(made)
    assert "Nous commençons" in client.get(url).text
    assert "Faire le bilan maintenant" in press(client, url, "start").text
    assert "Le bilan est ouvert" in press(client, url, "review").text
    assert "Répondre au bilan" in client.get(url).text
    review = made.reviews.get()
    for each in sides(made):
        answer(review, each)
    assert "Nous continuons" in client.get(url).text
    assert client.get(f"{url}clore/").status_code == 200
    closed = client.post(f"{url}clore/", {"outcome": "Un atelier est né."}, follow=True).text
    assert "Un atelier est né." in closed
    assert "déjà clos" in client.get(f"{url}clore/").text
    assert "C’est parti" not in press(client, url, "start").text


def test_it_is_shown_in_the_directory_by_the_choice_of_both(client, here):
    made = agreed(subject="Un verger")
    for rank, each in enumerate(sides(made)):
        press(client, here(made, rank), f"show:{each.pk}")
    alliance = Alliance.objects.get()
    url = here(made)
    assert alliance.get_absolute_url() in client.get(url).text
    client.post(f"{url}clore/", {"outcome": "Des pommes.", "publish": "on"})
    client.logout()
    assert "Des pommes." in client.get(alliance.get_absolute_url()).text
    press(client, here(made), f"hide:{sides(made)[0].pk}")
    assert Alliance.objects.count() == 0


# --- Convention ------------------------------------------------------------------------------------------------------


def test_each_signs_the_text_that_they_read(client, here):
    made = scoped()
    url = here(made)
    digest = texts.digest_of(texts.text_of(made))
    mine = sides(made)[0]
    assert digest in client.get(f"{url}signer/").text
    assert client.post(f"{url}signer/", {"partner": mine.pk, "digest": digest}).status_code == 422
    refused = client.post(f"{url}signer/", {"partner": mine.pk, "digest": "0" * 64, "agrees": "on"})
    assert (refused.status_code, "a changé" in refused.text, digest in refused.text) == (422, True, True)
    said = client.post(f"{url}signer/", {"partner": mine.pk, "digest": digest, "agrees": "on"}, follow=True)
    assert "Votre signature est gardée" in said.text
    assert "Signature attendue" in said.text
    assert "Vous avez signé ce texte" in client.get(f"{url}signer/").text
    assert "sera à refaire" in client.get(f"{url}convention/").text
    url = here(made, 1)
    other = {"partner": sides(made)[1].pk, "digest": digest, "agrees": "on"}
    assert "ne change plus" in client.post(f"{url}signer/", other, follow=True).text
    assert "Signée par tous" in client.get(f"{url}convention/").text
    assert "ne se signe plus" in client.get(f"{url}signer/").text
    pdf = client.get(f"{url}convention.pdf")
    assert (pdf["Content-Type"], pdf.content[:4]) == ("application/pdf", b"%PDF")


def test_the_page_says_whose_signature_the_change_undid(client, here):
    made = scoped()
    sign(sides(made)[1])
    writing.write(texts.document_of(made), "Autre chose.", by=Writer("member:0", "", can_write=True), now=NOW)
    assert "sa signature ne compte plus" in client.get(here(made)).text
    assert client.get(f"{here(made)}convention.pdf").status_code == 404


def test_one_who_acts_for_two_partners_says_for_which(client):
    both = MemberFactory()
    made = scoped(mine=group("A", owner=both), other=group("B", owner=both))
    client.force_login(both)
    digest = texts.digest_of(texts.text_of(made))
    url = made.get_absolute_url()
    assert "Au nom de" in client.get(f"{url}signer/").text
    for each in sides(made):
        client.post(f"{url}signer/", {"partner": each.pk, "digest": digest, "agrees": "on"})
    assert again(made).state == State.AGREED
    assert conventions.FEWEST == 2


# --- Reviews ---------------------------------------------------------------------------------------------------------


def _typed(partner, **more):
    return {"partner": partner.pk} | {f"ligne-{code}": light for code, light in lights().items()} | more


def test_an_answer_is_read_by_nobody_else_before_the_end(client, here):
    made = active()
    url = here(made)
    review = reviews.open_review(made, by=None, now=NOW)
    base = f"{url}bilans/{review.number}/"
    mine, other = sides(made)
    refused = client.post(f"{base}repondre/", {"partner": mine.pk, "word": "Un mot à garder"})
    assert (refused.status_code, "Un mot à garder" in refused.text) == (422, True)
    client.post(f"{base}repondre/", _typed(mine, word="Un mot secret"))
    assert "Changer ma réponse" in client.get(base).text
    assert "Un mot secret" in client.get(f"{base}repondre/").text
    here(made, 1)
    for page in (url, base, f"{base}repondre/"):
        assert "Un mot secret" not in client.get(page).text
    client.post(f"{base}repondre/", _typed(other))
    assert "Un mot secret" in client.get(base).text
    assert client.get(f"{base}repondre/").status_code == 302


def test_a_review_is_read_without_waiting(client, here):
    made = active()
    url = here(made)
    review = reviews.open_review(made, by=None, now=NOW)
    act = f"{url}bilans/{review.number}/geste/"
    assert client.post(act, {"act": "inconnu"}).status_code == 404
    assert "Personne n’a encore répondu" in client.post(act, {"act": "close"}, follow=True).text
    answer(review, sides(made)[0])
    assert "N’a pas répondu" in client.post(act, {"act": "close"}, follow=True).text


def test_one_talks_of_it_in_a_room(client, here):
    review = reviewed()
    base = f"{here(review.agreement)}bilans/{review.number}/"
    assert "Vous ne voyez pas la même chose" in client.get(base).text
    entered = client.post(f"{base}geste/", {"act": "talk"}, follow=True)
    assert entered.status_code == 200
    assert Room.objects.get().is_confidential


def test_those_who_animate_change_the_words(client):
    client.force_login(MemberFactory(role=Role.ANIMATOR))
    url = reverse("agreements:affirmations")
    assert "Nous pouvons nous dire" in client.get(url).text
    said = client.post(url, {"code": "confiance", "confiance-text": "Nous parlons vrai.", "confiance-is_asked": "on"})
    assert said.status_code == 302
    assert Affirmation.objects.get().text == "Nous parlons vrai."
    assert client.post(url, {"code": "confiance", "confiance-text": ""}).status_code == 422
    assert client.post(url, {"code": "autre", "autre-text": "x"}).status_code == 422
    client.force_login(MemberFactory())
    assert client.get(url).status_code == 403


# --- What the page table asks of every page, for those who read these ------------------------------------------------

PAGES = {
    "agreement": ("", "modifier/", "inviter/", "convention/", "signer/"),
    "agreed": ("", "modifier/", "inviter/", "convention/", "signer/"),
    "active": ("", "clore/", "bilans/{active_review}/", "bilans/{active_review}/repondre/"),
    "reviewed": ("", "convention/", "bilans/{review_done}/"),
}


def test_pages_are_valid_light_and_cost_a_bounded_number_of_queries(client):
    holder = MemberFactory()
    made = world_agreements.ids(holder, now=NOW)
    client.force_login(holder)
    paths = [f"/accords/{made[one]}/{page.format(**made)}" for one, pages in PAGES.items() for page in pages]
    for path in ("/accords/", "/accords/nouveau/", *paths):
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            answered = client.get(path)
        assert answered.status_code == 200, path
        check_html(answered.text, path)
        assert weights.of(answered.text).excesses() == [], path
        assert "no-store" in answered["Cache-Control"], path
        assert len(captured) <= SIGNED_IN_QUERIES, f"{path}: " + "\n".join(query["sql"][:160] for query in captured)


def test_a_longer_list_costs_no_more(client):
    holder = MemberFactory()
    mine = group("A", owner=holder)
    client.force_login(holder)
    counts = []
    for number in range(3):
        scoped(mine=mine, other=group(f"B{number}"), subject=f"Accord {number}")
        with CaptureQueriesContext(connection) as captured:
            client.get("/accords/")
        counts.append(len(captured))
    assert counts[1] == counts[2]
