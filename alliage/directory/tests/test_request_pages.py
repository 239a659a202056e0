"""The pages of « Trouver un catalyseur » and of requests, from the search to the last word."""

import re
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory import secret_links
from alliage.directory.enums import Outcome, RecipientState, RequestState, Visibility
from alliage.directory.models import Entry, HelpRequest, RequestMessage, RequestRecipient
from alliage.directory.queries import matching
from alliage.directory.queries.understanding import by_code
from alliage.directory.services import profiles
from alliage.directory.services import requests as services
from alliage.directory.tests.factories import CatalystFactory, MembershipFactory, OrganisationFactory
from alliage.directory.views.requests import _fitting
from alliage.notifications.models import Notification, OutgoingMail
from alliage.territories.tests.places import small_france
from tests.test_pages import check_html

pytestmark = pytest.mark.django_db
FIND, ASK = "/annuaire/trouver/", "/annuaire/demander/"


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.HONEYPOT_SECONDS = 0


@pytest.fixture
def france(db):
    call_command("load_taxonomy", verbosity=0)
    return small_france()


@pytest.fixture
def catalyst(france):
    return CatalystFactory(
        name="Ada Rey", slug="ada-rey", owner=MemberFactory(email="ada@exemple.fr"), areas=[france.etienne],
        terms=[by_code("metiers:lieu")],
    )  # fmt: skip


def page(client, path, **asked):
    response = client.get(path, asked)
    html = response.content.decode()
    check_html(html, path)
    for form in html.split('<form method="post"')[1:]:
        assert "csrfmiddlewaretoken" in form.partition("</form>")[0], path
    return html


def form_of(html):
    form = html.partition("<main")[2].partition('<form method="post"')[2].partition("</form>")[0]
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))


ANSWERS = {
    "need": "Ouvrir un tiers-lieu.",
    "name": "Jeanne Apatou",
    "contact": "jeanne@exemple.fr",
    "site_internet": "",
}


def send(client, address=f"{ASK}?a=ada-rey&lieu=commune:42218", **changes):
    html = client.get(address).content.decode()
    return client.post(address, {**form_of(html), **ANSWERS, **changes})


def test_what_one_typed_for_another_need_is_not_taken_up_again(client, catalyst):
    """The browser keeps what is typed under the name of the form, and of the address without what follows « ? »."""
    kept = {
        re.search(r'data-draft="([^"]+)"', page(client, f"{ASK}?{asked_for}"))[1]
        for asked_for in ("a=ada-rey&besoin=un+lieu", "a=ada-rey&besoin=un+jardin", "a=ada-rey&besoin=un+lieu")
    }
    assert len(kept) == 2


def test_whoever_asks_reads_their_own_hours(client, catalyst, france):
    now = timezone.now()
    asking = services.Asking("Ouvrir un tiers-lieu.", france.papeete, "Jeanne", email="jeanne@exemple.fr")
    row = services.send(asking, [catalyst], by=None, now=now)
    html = page(client, secret_links.requester_path(row))
    assert f" à {now.astimezone(ZoneInfo('Pacific/Tahiti')).hour}\u00a0h" in html.partition("Envoyée le")[2][:40]


def test_the_page_keeps_the_answer_of_someone_who_left(client, catalyst):
    row = asked(catalyst)
    services.answer(row.recipients.get(), text="Venez mardi.", now=timezone.now())
    assert "Vous avez une réponse" in page(client, secret_links.requester_path(row))
    profiles.forget(catalyst.owner, now=timezone.now())
    html = page(client, secret_links.requester_path(row))
    assert "Venez mardi." in html
    assert "Une personne qui a quitté la plateforme" in html
    assert "Ada Rey" not in html


def test_the_page_says_when_an_older_answer_is_gone_with_who_wrote_it(client, catalyst):
    row = asked(catalyst)
    services.answer(row.recipients.get(), text="Oui.", now=timezone.now())
    row.messages.all().delete()  # before answers were kept
    html = page(client, secret_links.requester_path(row))
    assert "La réponse n’est plus là" in html
    assert "Vous avez une réponse" not in html


def asked(catalyst, *others, **changes):
    values = {
        "need": "Ouvrir un tiers-lieu.",
        "territory": None,
        "name": "Jeanne Apatou",
        "email": "jeanne@exemple.fr",
        **changes,
    }
    return services.send(services.Asking(**values), [catalyst, *others], by=None, now=timezone.now())


def act(client, path, acte, **answers):
    return client.post(path, {**form_of(client.get(path).content.decode()), "acte": acte, **answers}, follow=True)


# --- Find ----------------------------------------------------------------------------------------------------------


def test_a_need_and_a_commune_give_people_with_the_reasons(client, catalyst):
    html = page(client, FIND, besoin="un tiers-lieu dans l’école", lieu="Saint-Étienne (Loire)")
    assert "Ada Rey" in html
    assert "Exerce le métier « gestion d’un lieu »" in html
    assert "Agit à Saint-Étienne" in html
    assert "(tiers-lieu)" in html
    assert re.search(r'href="/annuaire/demander/\?[^"]*lieu=commune:42218&amp;a=ada-rey"', html)


def test_the_field_holds_a_name_that_finds_the_same_place_again(client, catalyst):
    html = page(client, FIND, lieu="commune:97411")
    (written,) = re.findall(r'id="lieu"[^>]*value="([^"]+)"', html)
    assert "commune:97411" in page(client, FIND, lieu=written)


def test_a_name_of_several_places_asks_which_one_and_nothing_else(client, catalyst):
    html = page(client, FIND, besoin="un tiers-lieu", lieu="saint")
    assert html.count('type="radio" name="lieu_code"') > 1
    assert "Ada Rey" not in html
    assert 'name="besoin" value="un tiers-lieu"' in html
    assert "Ada Rey" in page(client, FIND, besoin="un tiers-lieu", lieu="saint", lieu_code="commune:42218")


def test_an_unknown_place_is_said_and_the_subject_alone_is_answered(client, catalyst):
    html = page(client, FIND, besoin="un tiers-lieu", lieu="Xyzzyville")
    assert "Nous ne connaissons pas de territoire nommé « Xyzzyville »" in html
    assert "Ada Rey" in html
    assert "Nous ne connaissons pas" in page(client, FIND, lieu="commune:00000")


def test_the_page_is_never_empty(client, france):
    html = page(client, FIND, besoin="xyzzy", lieu="Aboën")
    assert "Aucun mot de votre demande ne nous est familier" in html
    assert "Personne ne dit encore agir à Aboën" in html
    assert "Lui confier ma demande" in html
    assert "De quoi avez-vous besoin" in page(client, FIND)


@pytest.mark.parametrize(
    ("areas", "told"),
    [("loire", "dans votre département"), ("chamond", "commune voisine"), ("region", "dans votre région"),
     ("rhone", "ailleurs dans votre région")],
)  # fmt: skip
def test_how_wide_the_search_went_is_said(client, france, areas, told):
    CatalystFactory(areas=[getattr(france, areas)])
    html = page(client, FIND, lieu="commune:42001")
    assert "Personne ne dit encore agir précisément à Aboën" in html
    assert told in html


def test_a_collectivity_is_no_departement(client, france):
    CatalystFactory(areas=[france.polynesie])
    html = page(client, FIND, lieu="commune:98735")
    assert "voici qui agit dans votre collectivité" in html
    assert "dans votre département" not in html


def test_what_was_understood_is_taken_away_and_added(client, catalyst):
    html = page(client, FIND, besoin="un tiers-lieu", lieu="commune:42218")
    (removal,) = [link for link in re.findall(r'href="(\?[^"]*)"', html) if "sans=metiers:lieu" in link]
    without = page(client, FIND + removal.replace("&amp;", "&"))
    assert "Exerce le métier" not in without
    assert "Vous avez retiré ce que nous avions compris" in without
    assert "ne nous est familier" not in without
    assert "Exerce le métier" in page(client, FIND, lieu="commune:42218", avec="metiers:lieu")


def fields_of(form):
    return set(re.findall(r'type="hidden" name="(avec|sans)" value="([^"]*)"', form))


def test_topics_added_and_removed_are_carried_by_every_link_and_form(client, catalyst):
    said = {"avec": "odd:3", "sans": "metiers:lieu"}
    html = page(client, FIND, besoin="un tiers-lieu", lieu="commune:42218", **said)
    forms = [form.partition("</form>")[0] for form in html.partition("<main")[2].split("<form")[1:]]
    assert len(forms) == 3
    assert all(fields_of(form) == set(said.items()) for form in forms)
    links = [link for link in re.findall(r'href="([^"]+)"', html) if "/annuaire/demander/" in link]
    assert len(links) == 2
    assert all("avec=odd:3&amp;sans=metiers:lieu" in link for link in links)
    choices = page(client, FIND, besoin="un tiers-lieu", lieu="saint", **said)
    assert fields_of(choices.partition('name="lieu_code" value="commune')[0].rpartition("<form")[2]) == set(
        said.items()
    )
    asking = page(client, ASK, a="ada-rey", besoin="un tiers-lieu", **said)
    assert "besoin=un+tiers-lieu&amp;avec=odd:3&amp;sans=metiers:lieu" in asking


def test_a_topic_removed_then_added_again_is_wanted(client, catalyst):
    again = {"besoin": "un tiers-lieu", "sans": ["metiers:lieu", "odd:3"], "avec": "metiers:lieu"}
    html = page(client, FIND, **again)
    assert "Exerce le métier" in html
    assert 'name="sans" value="metiers:lieu"' not in html


def test_another_need_starts_without_the_topics_of_the_first(client, catalyst):
    html = page(client, FIND, besoin="un tiers-lieu", sans="metiers:lieu")
    (mark,) = re.findall(r'name="sujets_de" value="([^"]+)"', html)
    same = {"sans": "metiers:lieu", "sujets_de": mark}
    assert "Exerce le métier" not in page(client, FIND, besoin="un  tiers-lieu", lieu="Saint-Étienne (Loire)", **same)
    assert "Exerce le métier" in page(client, FIND, besoin="ouvrir un tiers-lieu", **same)


def test_why_you_and_the_desk_say_nothing_of_a_topic_that_was_removed(client, catalyst, france, animator):
    address = f"{ASK}?a=ada-rey&lieu=commune:42218&besoin=un+tiers-lieu"
    send(client, address)
    assert "métier" in RequestRecipient.objects.get().reason
    send(client, f"{address}&sans=metiers:lieu&avec=odd:3", name="Paul Riou")
    row = HelpRequest.objects.latest("pk")
    assert (row.chosen, row.refused) == (["odd:3"], ["metiers:lieu"])
    assert row.recipients.get().reason == "Agit à Saint-Étienne"
    CatalystFactory(
        name="Zoé Lam", owner=MemberFactory(), areas=[france.etienne], terms=[by_code("metiers:lieu"), by_code("odd:3")]
    )
    services.decline(row.recipients.get(), now=timezone.now())
    row.refresh_from_db()
    assert row.state == RequestState.HANDED_OVER
    client.force_login(animator)
    proposed = page(client, row.get_absolute_url()).partition("Zoé Lam")[2]
    assert "gestion d’un lieu" not in proposed
    assert "Agit pour l’ODD 3" in proposed
    services.erase(row, now=timezone.now())
    row.refresh_from_db()
    assert (row.chosen, row.refused) == ([], [])


def test_everyone_is_shown_on_demand(client, france):
    for number in range(9):
        CatalystFactory(areas=[france.etienne], name=f"Personne {number}")
    html = page(client, FIND, lieu="commune:42218")
    assert html.count('class="match"') == 6
    (more,) = re.findall(r'href="(\?[^"]*plus=1)"', html)
    assert page(client, FIND + more.replace("&amp;", "&")).count('class="match"') == 9


def test_fictitious_people_are_marked_and_public_phones_may_be_called(client, france):
    CatalystFactory(areas=[france.etienne], is_demo=True, phone="04 00 00 00 00", phone_visibility=Visibility.PUBLIC)
    html = page(client, FIND, lieu="commune:42218")
    assert "démonstration" in html.partition('class="match"')[2]
    assert 'href="tel:0400000000"' in html


def test_results_are_left_out_of_search_engines_but_the_page_itself_is_not(client, france):
    assert "noindex" not in page(client, FIND)
    assert "noindex" in page(client, FIND, besoin="tiers-lieu")


# --- Ask -----------------------------------------------------------------------------------------------------------


def test_a_request_is_sent_without_an_account_in_one_form(client, catalyst):
    html = page(client, f"{ASK}?a=ada-rey&lieu=commune:42218&besoin=un+tiers-lieu")
    assert "Ada Rey" in html
    assert "à Saint-Étienne" in html
    assert ">un tiers-lieu</textarea>" in html.replace("\n", "")
    response = send(client)
    row = HelpRequest.objects.get()
    assert response["Location"] == secret_links.requester_path(row)
    assert (row.territory.code, row.requester, row.email) == ("42218", None, "jeanne@exemple.fr")
    assert "Votre demande est partie" in page(client, response["Location"])


def test_who_receives_it_reads_why_them_in_words_that_hold_for_them(client, catalyst, france):
    other = CatalystFactory(slug="bo-lin", email="bo@exemple.fr", areas=[france.loire])
    send(client, f"{ASK}?a=ada-rey&a=bo-lin&lieu=commune:42218")
    recipients = HelpRequest.objects.get().recipients
    first = recipients.get(entry=catalyst)
    assert first.reason.startswith("Exerce le métier «\u00a0")
    assert first.reason.endswith(", agit à Saint-Étienne")
    html = page(client, secret_links.recipient_path(first))
    assert "Pourquoi vous" in html
    assert "agit à Saint-Étienne" in html
    assert recipients.get(entry=other).reason == "Agit dans la Loire"  # « dans votre département » is whoever asks's


def test_reasons_are_kept_whole_and_say_nothing_of_what_is_not_public(client, catalyst, france):
    reasons = ["a" * 150, "b" * 148, "c"]
    assert _fitting(reasons) == f"A{'a' * 149}, {'b' * 148}"
    assert _fitting(["a" * 150, "b" * 149, "c"]) == f"A{'a' * 149}"
    assert _fitting([]) == ""
    hidden = CatalystFactory(areas=[france.etienne], visibility=Visibility.MEMBERS)
    found = matching.why([catalyst, hidden], [], france.etienne)
    assert found == {catalyst.pk: ["agit à Saint-Étienne"]}


def test_a_member_s_name_and_address_are_filled_in(client, catalyst, member):
    client.force_login(member)
    html = page(client, f"{ASK}?a=ada-rey")
    assert f'value="{member.email}"' in html
    send(client, contact=member.email)
    assert HelpRequest.objects.get().requester == member


@pytest.mark.parametrize(
    ("contact", "email", "phone"),
    [("jeanne@exemple.fr", "jeanne@exemple.fr", ""), ("0694 12 34 56", "", "0694 12 34 56"),
     ("jeanne@exemple.fr, +594 694 12.34.56", "jeanne@exemple.fr", "+594 694 12.34.56"),
     ("(0694) 12-34-56 jeanne@exemple.fr.", "jeanne@exemple.fr", "(0694) 12-34-56")],
)  # fmt: skip
def test_an_address_a_number_or_both_are_understood(client, catalyst, contact, email, phone):
    assert send(client, contact=contact).status_code == 302
    row = HelpRequest.objects.get()
    assert (row.email, row.phone) == (email, phone)


@pytest.mark.parametrize("contact", ["", "jeanne", "12", "jeanne@", "jeanne@exemple", "mon numéro : 0694 12 34 56"])
def test_a_contact_that_is_not_understood_is_said_and_nothing_is_lost(client, catalyst, contact):
    response = send(client, contact=contact)
    html = response.content.decode()
    check_html(html, ASK)
    assert response.status_code == 200
    assert "Ouvrir un tiers-lieu." in html
    assert "Jeanne Apatou" in html
    assert not HelpRequest.objects.exists()


def test_two_slots_are_kept_in_the_zone_of_the_territory_and_in_that_of_paris(client, france):
    CatalystFactory(slug="ada-rey", email="ada@exemple.fr")
    address = f"{ASK}?a=ada-rey&lieu=commune:97411"
    html = page(client, address)
    assert "chez vous (à Paris" in html
    slots = re.findall(r'name="slots" value="([^"]+)"', html)
    assert len(slots) == 10
    response = send(client, address, slots=slots[:2], contact="0262 12 34 56")
    row = HelpRequest.objects.get()
    assert (row.time_zone, row.slots) == ("Indian/Reunion", slots[:2])
    assert "chez vous (à Paris" in page(client, response["Location"])
    received = page(client, secret_links.recipient_path(row.recipients.get()))
    assert "à Saint-Denis (à Paris" in received
    assert 'href="tel:0262123456"' in received


def test_slots_without_a_number_too_many_or_past_are_refused_with_words(client, catalyst):
    slots = re.findall(r'name="slots" value="([^"]+)"', client.get(f"{ASK}?a=ada-rey").content.decode())
    assert "indiquez aussi un numéro" in send(client, slots=slots[:1]).content.decode()
    three = send(client, slots=slots[:3], contact="0694 12 34 56").content.decode()
    assert "deux créneaux au plus" in three
    assert 'class="drawer" open' in three
    past = send(client, slots=["2020-01-01T09:00Z"], contact="0694 12 34 56").content.decode()
    assert "est passé" in past
    assert not HelpRequest.objects.exists()


def test_a_robot_is_stopped_and_a_person_who_fell_in_the_trap_loses_nothing(client, catalyst):
    response = send(client, site_internet="http://spam.exemple")
    assert "Ouvrir un tiers-lieu." in response.content.decode()
    assert not HelpRequest.objects.exists()


def test_the_same_form_sent_twice_leads_to_the_same_page(client, catalyst):
    address = f"{ASK}?a=ada-rey"
    answers = {**form_of(client.get(address).content.decode()), **ANSWERS}
    first, second = client.post(address, answers), client.post(address, answers)
    assert first["Location"] == second["Location"]
    assert HelpRequest.objects.count() == 1
    assert OutgoingMail.objects.filter(to="jeanne@exemple.fr").count() == 1


def test_one_person_is_slowed_down_while_a_hall_gets_in(catalyst):
    one = Client()
    answers = [send(one, need=f"Besoin {number}").status_code for number in range(11)]
    assert answers == [302] * 10 + [429]
    kept = send(one, need="Le besoin de trop").content.decode()
    assert "Le besoin de trop" in kept
    for _person in range(40):
        assert send(Client()).status_code == 302


def test_a_request_goes_to_three_people_at_most_and_only_to_those_who_may_be_asked(client, france):
    people = [CatalystFactory(email=f"p{number}@exemple.fr") for number in range(4)]
    hidden = CatalystFactory(email="cachee@exemple.fr", is_hidden=True)
    address = f"{ASK}?a={hidden.slug}&" + "&".join(f"a={one.slug}" for one in people)
    assert "Trois personnes au plus" in page(client, address)
    send(client, address)
    assert [one.entry for one in HelpRequest.objects.get().recipients.all()] == people[:3]


def test_a_request_for_nobody_goes_to_the_animators(client, france, animator):
    html = page(client, f"{ASK}?lieu=commune:42218")
    assert "équipe d’animation" in html
    response = send(client, f"{ASK}?lieu=commune:42218")
    assert "L’équipe d’animation cherche pour vous" in page(client, response["Location"])
    assert Notification.objects.filter(person=animator).exists()


# --- Follow --------------------------------------------------------------------------------------------------------


def test_the_page_of_a_request_says_nothing_to_others_of_its_address(client, catalyst):
    path = secret_links.requester_path(asked(catalyst))
    response = client.get(path)
    assert response["Referrer-Policy"] == "same-origin"
    assert "noindex" in response["X-Robots-Tag"]
    assert "no-store" in response["Cache-Control"]
    html = response.content.decode()
    assert 'rel="canonical"' not in html
    assert "og:" not in html
    assert "noindex" in html


def test_whoever_asks_reads_the_answer_adds_a_word_closes_and_erases(client, catalyst):
    row = asked(catalyst)
    path = secret_links.requester_path(row)
    services.answer(row.recipients.get(), text="Je viens mardi.", now=timezone.now())
    html = page(client, path)
    assert "Vous avez une réponse" in html
    assert "Je viens mardi." in html
    assert "Votre mot est transmis" in act(client, path, "ajouter", text="Merci, à mardi.").content.decode()
    assert "Merci, à mardi." in page(client, path)
    act(client, path, "ajouter", text="Merci, à mardi.")
    assert page(client, path).count("Merci, à mardi.") == 2  # said again on purpose
    assert "est close" in act(client, path, "clore", outcome="helped").content.decode()
    closed = page(client, path)
    assert "j’ai été aidé" in closed
    assert 'name="acte" value="ajouter"' not in closed
    assert "effacés" in act(client, path, "effacer").content.decode()
    assert client.get(path).status_code == 404
    row.refresh_from_db()
    assert (row.outcome, row.need) == (Outcome.HELPED, "")


def test_an_incomplete_act_shows_the_page_again_and_a_late_one_says_why(client, catalyst):
    row = asked(catalyst)
    path = secret_links.requester_path(row)
    assert act(client, path, "ajouter", text="").status_code == 200
    assert act(client, path, "clore", outcome="peut-être").status_code == 200
    assert act(client, path, "inconnu").status_code == 200
    services.close(row, outcome=Outcome.HELPED, now=timezone.now())
    assert "est close" in act(client, path, "ajouter", text="Encore").content.decode()


def test_a_request_with_a_number_only_says_to_keep_its_address(client, catalyst):
    row = asked(catalyst, email="", phone="0694 12 34 56")
    assert "Gardez l’adresse de cette page" in page(client, secret_links.requester_path(row))
    assert "appelez-la" in page(client, secret_links.recipient_path(row.recipients.get()))


def test_words_that_follow_too_fast_are_slowed_down(client, catalyst):
    row = asked(catalyst)
    for path in (secret_links.requester_path(row), secret_links.recipient_path(row.recipients.get())):
        client.get(path)
        codes = {client.post(path, {"acte": "inconnu"}).status_code for _number in range(31)}
        assert 429 in codes


# --- Answer --------------------------------------------------------------------------------------------------------


def test_a_catalyst_reads_and_answers_by_the_link_without_an_account(client, catalyst):
    row = asked(catalyst)
    recipient = row.recipients.get()
    path = secret_links.recipient_path(recipient)
    assert client.head(path).status_code == 200
    recipient.refresh_from_db()
    assert recipient.state == RecipientState.SENT
    html = page(client, path)
    assert "Ouvrir un tiers-lieu." in html
    assert "Jeanne Apatou" in html
    assert "jeanne@exemple.fr" not in html
    assert "Votre réponse est partie" in act(client, path, "repondre", text="Je viens mardi.").content.decode()
    row.refresh_from_db()
    assert row.state == RequestState.ANSWERED
    assert OutgoingMail.objects.filter(to="jeanne@exemple.fr").count() == 2
    assert act(client, path, "repondre", text="").status_code == 200
    assert act(client, path, "inconnu").status_code == 200


def test_one_recipient_does_not_read_what_another_answers(client, catalyst):
    other = CatalystFactory(email="autre@exemple.fr")
    row = asked(catalyst, other)
    services.answer(row.recipients.get(entry=catalyst), text="Entre nous.", now=timezone.now())
    html = page(client, secret_links.recipient_path(row.recipients.get(entry=other)))
    assert "Entre nous." not in html
    assert "Une autre personne l’a reçue aussi" in html


def test_a_catalyst_declines_or_passes_it_to_a_colleague(client, catalyst):
    group = OrganisationFactory()
    colleague = CatalystFactory(name="Bo Lin", slug="bo-lin", email="bo@exemple.fr")
    MembershipFactory(person=catalyst, group=group)
    MembershipFactory(person=colleague, group=group)
    row = asked(catalyst)
    path = secret_links.recipient_path(row.recipients.get())
    assert "Bo Lin" in page(client, path)
    assert "Choisissez à qui" in act(client, path, "transmettre", a="personne").content.decode()
    assert "transmise à Bo Lin" in act(client, path, "transmettre", a="bo-lin").content.decode()
    assert "Vous avez transmis cette demande" in page(client, path)
    theirs = secret_links.recipient_path(row.recipients.get(entry=colleague))
    assert "prendra le relais" in act(client, theirs, "decliner", text="Pas cette fois.").content.decode()
    row.refresh_from_db()
    assert row.state == RequestState.HANDED_OVER
    tracking = page(client, secret_links.requester_path(row))
    assert "transmise par Ada Rey" in tracking
    assert "Pas cette fois." in tracking
    assert "déjà répondu" in act(client, theirs, "decliner").content.decode()
    services.close(row, outcome=Outcome.HELPED, now=timezone.now())
    assert "est close" in page(client, path)


def test_a_broken_link_opens_nothing(client, catalyst):
    row = asked(catalyst)
    path = secret_links.recipient_path(row.recipients.get())
    number, _colon, signature = path.split("/")[-2].partition(":")
    forged = [f"{other}:{signature}" for other in (int(number) + 1, "²", "9" * 30)]
    for broken in (
        path[:-2] + "/",
        *(path.replace(f"{number}:{signature}", other) for other in forged),
        "/annuaire/demandes/recues/1/",
        f"/annuaire/demandes/{row.pk}/",
    ):
        response = client.get(broken)
        assert response.status_code == 404
        assert "Ce lien n’ouvre plus rien" in response.content.decode()


@pytest.mark.parametrize("change", [{"is_hidden": True}, {"withdrawn_on": date(2026, 11, 26)}])
def test_the_link_of_an_entry_that_was_hidden_or_withdrawn_opens_nothing(client, catalyst, change):
    path = secret_links.recipient_path(asked(catalyst).recipients.get())
    form = form_of(page(client, path))
    Entry.objects.filter(pk=catalyst.pk).update(**change)
    assert client.get(path).status_code == 404
    assert client.post(path, {**form, "acte": "repondre", "text": "Oui."}).status_code == 404
    assert not RequestMessage.objects.exists()
    client.force_login(catalyst.owner)
    assert path not in page(client, "/annuaire/demandes/recues/")
    Entry.objects.filter(pk=catalyst.pk).update(is_hidden=False, withdrawn_on=None)
    assert "Jeanne Apatou" in page(client, path)


def test_the_link_ends_with_the_entry_given_away_and_who_holds_it_now_has_their_own(client, catalyst, member, animator):
    recipient = asked(catalyst).recipients.get()
    before = secret_links.recipient_path(recipient)
    profiles.give(catalyst, member, by=animator, now=timezone.now())
    assert client.get(before).status_code == 404
    client.force_login(member)
    after = secret_links.recipient_path(RequestRecipient.objects.get())
    assert after != before
    assert after in page(client, "/annuaire/demandes/recues/")
    assert "Jeanne Apatou" in page(client, after)


def test_the_link_sent_to_an_address_ends_when_the_address_changes(client, france):
    held_by_nobody = CatalystFactory(email="bo@exemple.fr")
    path = secret_links.recipient_path(asked(held_by_nobody).recipients.get())
    assert "Jeanne Apatou" in page(client, path)
    Entry.objects.filter(pk=held_by_nobody.pk).update(email="autre@exemple.fr")
    assert client.get(path).status_code == 404


def test_a_member_finds_what_they_received_on_their_space(client, catalyst, member):
    row = asked(catalyst)
    client.force_login(catalyst.owner)
    path = secret_links.recipient_path(row.recipients.get())
    assert path in page(client, "/annuaire/demandes/recues/")
    assert path in page(client, "/mon-espace/")
    assert "Aucune demande ne vous attend" not in page(client, "/annuaire/demandes/recues/")
    client.force_login(member)
    assert "Aucune demande ne vous attend" in page(client, "/annuaire/demandes/recues/")
    assert path not in page(client, "/mon-espace/")


# --- Animators -----------------------------------------------------------------------------------------------------


def test_animators_see_what_waits_with_its_age_and_nothing_before(client, catalyst, animator):
    row = asked(catalyst)
    client.force_login(animator)
    path = row.get_absolute_url()
    assert client.get(path).status_code == 404
    assert "Aucune demande n’attend" in page(client, "/annuaire/demandes/a-orienter/")
    HelpRequest.objects.update(created_at=timezone.now() - timedelta(days=9), due_at=timezone.now())
    services.tend(timezone.now())
    html = page(client, "/annuaire/demandes/a-orienter/")
    assert "depuis 9 jours" in html
    assert "Ouvrir un tiers-lieu." in html
    assert "jeanne@exemple.fr" not in page(client, path)
    assert "Demandes d’aide à orienter" in page(client, "/moderation/")


def test_an_animator_answers_or_finds_someone(client, catalyst, animator, france):
    row = services.send(
        services.Asking("Un tiers-lieu.", france.etienne, "Jeanne", "jeanne@exemple.fr"),
        [],
        by=None,
        now=timezone.now(),
    )
    client.force_login(animator)
    path = row.get_absolute_url()
    html = page(client, path)
    assert "Ada Rey" in html
    assert "arrivée directement ici" in html
    assert "Choisissez à qui" in act(client, path, "orienter", a="personne").content.decode()
    assert "envoyée à Ada Rey" in act(client, path, "orienter", a="ada-rey").content.decode()
    assert "déjà reçu" in act(client, path, "orienter", a="ada-rey").content.decode()
    assert act(client, path, "repondre", text="").status_code == 200
    assert act(client, path, "inconnu").status_code == 200
    assert "Votre réponse est partie" in act(client, path, "repondre", text="Ada vous répond.").content.decode()
    row.refresh_from_db()
    assert row.state == RequestState.ANSWERED


def test_others_see_nothing_of_the_desk(client, catalyst, member):
    row = asked(catalyst)
    for user in (None, member, catalyst.owner):
        if user:
            client.force_login(user)
        for path in ("/annuaire/demandes/a-orienter/", row.get_absolute_url()):
            assert client.get(path).status_code in {302, 403}
