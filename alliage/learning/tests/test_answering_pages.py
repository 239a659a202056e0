"""Answering on a phone: try without an account, answer by one's link, follow, close; the method and its words."""

import pytest
from django.urls import reverse

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.learning import respondent_links as links
from alliage.learning.enums import FileRole
from alliage.learning.models import Diagnostic, Statement, TerritoryFile
from alliage.learning.services import diagnostics, respondents, statements, tries
from alliage.learning.tests.factories import NOW, TerritoryFileFactory, enter, holder_of
from alliage.notifications.registry import kinds
from alliage.questionnaires.models import Response
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def at(name, *args):
    return reverse(f"learning:{name}", args=args)


def body(response):
    return response.content.decode()


@pytest.fixture(autouse=True)
def loaded():
    statements.load(now=NOW)


@pytest.fixture
def file():
    return TerritoryFileFactory(territory=TerritoryFactory(name="Dossierville", code="42999"))


@pytest.fixture
def one(file):
    return diagnostics.open_diagnostic(file, by=holder_of(file), now=NOW)


def typed(address, client, number, go="next", **answers):
    return client.post(
        address,
        {"screen": number, "go": go} | {f"q.{code.replace('_', '-')}": value for code, value in answers.items()},
    )


def test_anyone_tries_without_an_account_resumes_and_reads_the_result(client, file):
    assert at("try") in body(client.get(at("home")))
    begun = client.post(at("try"), {"territory": "commune:42999", "site_internet": "", "moment": _moment(client)})
    address = begun["Location"]
    page = client.get(address)
    assert page["Referrer-Policy"] == "same-origin"
    assert "14 écrans" in body(page)
    assert client.post(address, {"go": "start"}).status_code == 422
    assert client.post(address, {"go": "start", "role": "agent"})["Location"] == f"{address}?ecran=1"
    screen = body(client.get(f"{address}?ecran=1"))
    assert "de la commune" in screen
    assert "Pourquoi cette question, comment répondre" in screen
    assert typed(address, client, 1, qualifier_1="2", qualifier_2="?")["Location"] == f"{address}?ecran=2"
    assert typed(address, client, 2, "back", qualifier_3="3")["Location"] == f"{address}?ecran=1"
    assert typed(address, client, 2, "keep", qualifier_3="4").status_code == 204
    assert client.post(address, {"go": "start", "role": "agent"})["Location"] == f"{address}?ecran=2"
    assert typed(address, client, 1, qualifier_1="9").status_code == 422
    assert (
        client.post(address, {"screen": 2, "go": "next", "site_internet": "x", "q.qualifier-3": "4"}).status_code == 422
    )
    assert "Reprendre" in body(client.get(address))
    token = address.split("/")[-2]
    assert typed(address, client, 14, pertinence_4="1")["Location"] == at("try_result", token)
    assert Response.objects.get().answers == {"qualifier-3": "4", "pertinence-4": "1"}
    assert "Changer mes réponses" in body(client.get(address))
    assert client.post(address, {"go": "withdraw"})["Location"] == at("home")
    assert client.get(address).status_code == 404


def _moment(client):
    return client.get(at("try")).context["form"]["moment"].value()


def test_a_member_keeps_their_try_in_a_file(client):
    place = TerritoryFactory(name="Essaiville", code="42994")
    who = tries.begin(place, now=NOW)
    address = at("try_keep", links.token_of(who.seed))
    client.force_login(MemberFactory())
    assert "Ouvrir le dossier" in body(client.get(address))
    client.post(address)
    diagnostic = Diagnostic.objects.get()
    assert diagnostic.file == TerritoryFile.objects.get()
    assert client.get(address).status_code == 404
    anywhere = tries.begin(None, now=NOW)
    address = at("try_keep", links.token_of(anywhere.seed))
    assert "Essaiville" in body(client.get(address))
    assert client.post(address, {"file": diagnostic.file_id})["Location"] == address
    assert client.post(address)["Location"] == at("file_new")


def test_a_try_about_a_territory_that_has_a_file_leads_to_asking_to_come_in(client, file):
    who = tries.begin(file.territory, now=NOW)
    address = at("try_keep", links.token_of(who.seed))
    catalyst = enter(file, MemberFactory(), FileRole.CATALYST).member
    for member, there in ((MemberFactory(), "file_ask"), (catalyst, "file")):
        client.force_login(member)
        assert client.post(address)["Location"] == at(there, file.pk)
    assert who.diagnostic.file_id is None


def test_respondents_are_invited_followed_and_the_diagnostic_is_closed(client, file, one):
    client.force_login(holder_of(file))
    page = one.get_absolute_url()
    assert client.post(page, {"addresses": "awa@exemple.fr", "role": "x"}).status_code == 422
    assert client.post(page, {"addresses": "personne", "role": "elected"}).status_code == 422
    client.post(page, {"addresses": "awa@exemple.fr pas@une", "role": "elected"})
    client.post(page, {"addresses": "awa@exemple.fr", "role": "elected"})
    who = one.respondents.get()
    assert "awa@exemple.fr" in body(client.get(page))
    for act in ("share", "remind", "stop", "unknown"):
        client.post(at("diagnostic_act", file.pk, 1), {"act": act})
    client.post(at("diagnostic_close", file.pk, 1))
    address = links.path_of(who)
    assert typed(address, client, 14).status_code == 409
    assert typed(address, client, 14, pertinence_1="2", preuve_pertinence="Une preuve.")["Location"] == address
    assert "Merci" in body(client.get(address))
    assert client.post(address, {"go": "withdraw"})["Location"] == address
    assert not Response.objects.exists()
    typed(address, client, 14, pertinence_1="2", preuve_pertinence="Une preuve.")
    text = body(client.get(page))
    assert "awa@exemple.fr" not in text
    assert "Une preuve." not in text
    assert "1 personne a répondu" in body(client.get(at("diagnostic_close", file.pk, 1)))
    assert client.post(at("diagnostic_close", file.pk, 1))["Location"] == at("result", file.pk, 1)
    assert client.get(at("diagnostic_close", file.pk, 1))["Location"] == page
    assert "Voir le résultat" in body(client.get(page))
    assert "clos" in body(client.get(address))
    assert typed(address, client, 1, qualifier_1="1").status_code == 409
    client.post(at("diagnostic_act", file.pk, 1), {"act": "share"})
    assert client.post(at("answer_mine", file.pk, 1))["Location"] == page


def test_an_invitation_not_answered_is_taken_back(client, file, one):
    respondents.invite(one, "awa@exemple.fr", role="elected", by=holder_of(file), now=NOW)
    client.force_login(holder_of(file))
    for number in ("x", "9" * 30, "99", str(one.respondents.get().pk)):
        client.post(at("diagnostic_act", file.pk, 1), {"act": "withdraw", "who": number})
    assert not one.respondents.exists()


def test_the_link_passed_around_makes_a_link_for_each(client, one):
    row = diagnostics.share(one, by=None, now=NOW)
    address = at("join", links.shared_token_of(row.shared_seed))
    assert "Dossierville" in body(client.get(address))
    assert client.post(address, {"site_internet": "http://robot"}).status_code == 200
    mine = [client.post(address)["Location"] for _two in range(2)]
    assert mine[0] != mine[1]
    assert "J’accepte" in body(client.get(mine[0]))
    diagnostics.stop_sharing(row, by=None, now=NOW)
    late = client.post(address)
    assert late.status_code == 404
    assert "n’ouvre plus rien" in body(late)


def test_someone_of_the_file_answers_for_their_part(client, file, one):
    mate = MemberFactory()
    enter(file, mate, "catalyst")
    client.force_login(mate)
    mine = client.post(at("answer_mine", file.pk, 1))["Location"]
    assert mine == links.path_of(one.respondents.get())
    typed(mine, client, 14, pertinence_4="1")
    assert "Revenir au diagnostic" in body(client.get(mine))
    assert client.post(one.get_absolute_url(), {}).status_code == 404
    assert client.get(at("diagnostic", file.pk, 7)).status_code == 404


def test_a_deep_one_is_opened_on_a_lever_that_has_questions(client, file):
    client.force_login(holder_of(file))
    assert "Approfondi" in body(client.get(at("diagnostic_new", file.pk)))
    assert client.post(at("diagnostic_new", file.pk), {"lever": "inconnu"}).status_code == 422
    assert client.post(at("diagnostic_new", file.pk), {"lever": "alliance"})["Location"] == at("diagnostic", file.pk, 1)


def test_the_method_says_every_affirmation_the_rule_and_what_changed(client):
    row = Statement.objects.get(lever="alliance", rank=2)
    page = body(client.get(at("method")))
    assert page.count("<li id=") == 63
    assert "c’est la première version" in page
    client.force_login(MemberFactory(role=Role.ANIMATOR))
    address = at("statement", "alliance", 2)
    diagnostics.ask(None, "", now=NOW)
    assert client.post(address, {"text": " ", "help": "Aide."}).status_code == 422
    client.post(address, {"text": "Des mots revus.", "help": "Aide.", "for_epci": "Dits ici."})
    client.logout()
    page = body(client.get(at("method")))
    assert "<ins>Des mots revus.</ins>" in page
    assert row.text in page
    assert "Dits ici." in page


def test_what_is_told_of_a_diagnostic_says_nothing_of_it(one):
    for code in (respondents.ANSWERED, diagnostics.CLOSED):
        assert kinds.get(code).confidential
        assert kinds.get(code).describe(one, None).title == "–"
