"""Answer by a link, page by page, resume, change, take back; hold an opening and take its table away."""

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alliage.accounts.tests.factories import MemberFactory
from alliage.questionnaires import links, permissions, queries, respondents, services
from alliage.questionnaires.enums import Shows
from alliage.questionnaires.models import Opening, Response
from alliage.questionnaires.registry import ScopeKind, scopes
from alliage.questionnaires.services import Scope
from alliage.questionnaires.tests.consulted import answered
from alliage.questionnaires.tests.factories import NOW, asked, made, opened

pytestmark = pytest.mark.django_db
THREE = (asked("one", required=True), asked("text"), asked("number", highest=10))


@pytest.fixture
def opening() -> Opening:
    """Three questions: two screens."""
    return opened(*THREE, has_link=True)


def said(response) -> str:
    return unescape(response.content.decode())


def post(client, opening, page, go="next", **values):
    named = {f"q.{name}": value for name, value in values.items()}
    return client.post(links.path(opening), {"page": page, "go": go, **named})


# --- Answer --------------------------------------------------------------------------------------------------------


def test_an_unknown_link_opens_nothing(client):
    assert client.get("/questionnaires/inconnu/").status_code == 404


def test_a_visitor_answers_page_by_page_is_thanked_and_comes_back(client, opening):
    path = links.path(opening)
    cover = client.get(path)
    assert "3 questions" in said(cover)
    assert "Commencer" in said(cover)
    assert "questionnaire" not in cover.cookies
    first = post(client, opening, 1, one="a", text="Bon")
    assert (first.status_code, first["Location"]) == (302, f"{path}?page=2")
    assert "Reprendre" in said(client.get(path))
    last = post(client, opening, 2, number="4,5")
    assert last["Location"] == path
    assert Response.objects.get().answers == {"one": "a", "text": "Bon", "number": 4.5}
    assert "Merci." in said(client.get(path))
    assert 'value="4,5"' in said(client.get(f"{path}?page=2"))


def test_a_robot_that_fills_every_field_sends_nothing_and_a_person_whose_browser_did_loses_nothing(client, opening):
    values = {"page": 1, "go": "next", "q.one": "a", "q.text": "Bon", "site_internet": "x"}
    answer = client.post(links.path(opening), values)
    assert answer.status_code == 422
    assert "ressemble à celui d’un robot" in said(answer)
    assert "Bon" in said(answer)
    assert Response.objects.get().answered_at is None
    assert post(client, opening, 1, one="a", text="Bon").status_code == 302


def test_another_browser_is_another_person(client, opening):
    post(client, opening, 1, one="a")
    assert "Commencer" in said(Client().get(links.path(opening)))
    post(Client(), opening, 1, one="a")
    assert Response.objects.count() == 2


def test_the_cookie_of_a_browser_cannot_be_written_by_hand(client, opening):
    post(client, opening, 1, one="a")
    client.cookies["questionnaire"] = "vautre:signature"
    assert "Commencer" in said(client.get(links.path(opening)))


def test_a_member_answers_as_herself_on_any_device(client, opening):
    member = MemberFactory()
    client.force_login(member)
    answer = post(client, opening, 1, one="a")
    assert "questionnaire" not in answer.cookies
    assert queries.response_of(opening, respondents.of_member(member)).draft == {"one": "a"}


def test_what_is_not_right_is_shown_again_and_what_is_right_is_kept(client, opening):
    response = post(client, opening, 1, text="Bon")
    assert response.status_code == 422
    assert "Cette question attend une réponse." in said(response)
    assert Response.objects.get().draft == {"text": "Bon"}
    response = post(client, opening, 2, number="onze")
    assert response.status_code == 422
    assert 'value="onze"' in said(response)


def test_sending_leads_to_the_first_page_that_is_not_right(client, opening):
    response = post(client, opening, 2, number="3")
    assert response.status_code == 422
    assert "page 1 sur 2" in said(response)
    assert Response.objects.get().answered_at is None


def test_going_back_keeps_the_page_and_asks_nothing(client, opening):
    response = post(client, opening, 2, go="back", number="3")
    assert response["Location"].endswith("?page=1")
    assert post(client, opening, 1, go="back")["Location"] == links.path(opening)
    assert Response.objects.get().draft == {"number": 3}


def test_what_is_typed_is_kept_at_once_for_those_who_have_scripts(client, opening):
    assert post(client, opening, 1, go="keep", text="Bon").status_code == 204
    assert Response.objects.get().draft == {"text": "Bon"}


def test_an_answer_is_changed_then_taken_back(client, opening):
    post(client, opening, 1, one="a")
    post(client, opening, 2)
    post(client, opening, 1, one="b")
    cover = said(client.get(links.path(opening)))
    assert "Vous avez commencé à les changer" in cover
    post(client, opening, 2)
    assert Response.objects.get().answers == {"one": "b"}
    assert client.post(links.path(opening), {"go": "withdraw"})["Location"] == links.path(opening)
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    "page",
    [
        pytest.param("", id="none"),
        pytest.param("0", id="zero"),
        pytest.param("9999", id="too-far"),
        pytest.param("99999999", id="much-too-far"),
        pytest.param("-1", id="negative"),
        pytest.param("²", id="another-digit"),
        pytest.param("deux", id="in-words"),
    ],
)
def test_any_page_is_one_of_the_questionnaire(client, opening, page):
    assert client.get(links.path(opening), {"page": page}).status_code == 200
    assert client.post(links.path(opening), {"page": page, "q.one": "\0"}).status_code in (302, 422)


def test_what_is_not_open_yet_says_when_and_refuses_answers(client):
    opens_at = timezone.now() + timedelta(days=3)
    version = made(*THREE).versions.get()
    planned = services.prepare(version, services.Terms(opens_at=opens_at, has_link=True), by=None, now=NOW)
    unplanned = services.prepare(version, services.Terms(has_link=True), by=None, now=NOW)
    assert "ouvrira le" in said(client.get(links.path(planned) + "?page=1"))
    assert "pas encore ouverte" in said(client.get(links.path(unplanned)))
    response = post(client, unplanned, 1, one="a")
    assert response.status_code == 409
    assert not Response.objects.exists()


def test_what_time_opened_or_closed_is_open_or_closed_at_once(client):
    now = timezone.now()
    version = made(*THREE).versions.get()
    due = services.prepare(version, services.Terms(opens_at=now - timedelta(1), has_link=True), by=None, now=NOW)
    assert "page 1 sur 2" in said(client.get(links.path(due) + "?page=1"))
    over = opened(*THREE, has_link=True)
    services.plan(over, opens_at=None, closes_at=now - timedelta(minutes=1), by=None, now=NOW)
    assert "dans quelques minutes" in said(client.get(links.path(over)))
    assert post(client, over, 1, one="a").status_code == 409
    over.refresh_from_db()
    assert over.is_closed


def test_results_are_shown_to_whom_the_opening_says(client):
    at_once = opened(asked("one"), has_link=True, shows=Shows.AT_ONCE)
    assert "Résultats</h2>" not in said(client.get(links.path(at_once)))
    post(client, at_once, 1, one="a")
    assert "Résultats</h2>" in said(client.get(links.path(at_once)))
    assert "1 personne a répondu." in said(client.get(links.path(at_once)))
    for shows, is_shown in ((Shows.AT_END, True), (Shows.HOLDERS, False)):
        closed = answered(is_closed=True, shows=shows)
        assert ("Résultats</h2>" in said(client.get(links.path(closed)))) is is_shown


# --- Hold ----------------------------------------------------------------------------------------------------------


def test_who_made_a_questionnaire_opens_and_closes_it(client, member):
    prepared = services.prepare(made(*THREE, by=member).versions.get(), services.Terms(has_link=True), by=None, now=NOW)
    client.force_login(member)
    path = prepared.get_absolute_url()
    assert "Ouvrir la consultation" in said(client.get(path))
    client.post(path, {"act": "open"})
    page = said(client.get(path))
    assert links.path(prepared) in page
    assert "<svg" in page
    client.post(path, {"act": "close"})
    prepared.refresh_from_db()
    assert prepared.is_closed
    assert client.post(path, {"act": "open"}).status_code == 302
    assert "ne se rouvre pas" in said(client.get(path))
    assert client.post(path, {"act": "other"}).status_code == 302


def test_others_do_not_find_it(client, opening):
    path = opening.get_absolute_url()
    assert client.get(path).status_code == 404
    client.force_login(MemberFactory())
    assert client.get(path).status_code == 404
    assert client.get(reverse("questionnaires:table", args=[opening.pk])).status_code == 404
    assert client.get(reverse("questionnaires:opening", args=[10**17])).status_code == 404


def test_the_table_of_a_named_opening_says_names(client, member):
    named = opened(*THREE, is_anonymous=False, by=member)
    other = MemberFactory(name="Alix Démo")
    services.answer(named, {"one": "a"}, respondent=respondents.of_member(other), now=NOW)
    services.answer(named, {"one": "b"}, respondent="vxyz", now=NOW)
    client.force_login(member)
    response = client.get(reverse("questionnaires:table", args=[named.pk]), {"excel": "1"})
    text = response.getvalue().decode()
    assert "Alix Démo;" in text
    assert "personne sans compte;" in text
    assert queries.names_of(answered()) == {}


# --- Who -----------------------------------------------------------------------------------------------------------


def test_who_holds_an_opening(member, animator, monkeypatch):
    other, gone = MemberFactory(), MemberFactory(is_active=False)
    survey = opened(by=member)
    assert permissions.can_hold(member, survey)
    assert permissions.can_hold(animator, survey)
    assert not permissions.can_hold(other, survey)
    assert not permissions.can_hold(gone, opened(by=gone))
    of_a_room = opened(by=member, scope=Scope("test.room", "12"))
    assert permissions.can_hold(member, of_a_room)
    assert not permissions.can_hold(animator, of_a_room)
    monkeypatch.setattr(scopes, "_items", dict(scopes._items))
    scopes.add(ScopeKind("test.room", lambda user, scope_id: user == other and scope_id == "12"))
    assert permissions.can_hold(other, of_a_room)
    assert not permissions.can_hold(member, of_a_room)


@pytest.mark.parametrize(
    ("shows", "is_closed", "has_answered", "may"),
    [
        pytest.param(Shows.AT_ONCE, False, False, False, id="at-once-not-answered"),
        pytest.param(Shows.AT_ONCE, False, True, True, id="at-once-answered"),
        pytest.param(Shows.AT_ONCE, True, False, True, id="at-once-closed"),
        pytest.param(Shows.AT_END, False, True, False, id="at-end-open"),
        pytest.param(Shows.AT_END, True, False, True, id="at-end-closed"),
        pytest.param(Shows.HOLDERS, True, True, False, id="holders"),
    ],
)
def test_who_sees_results(shows, is_closed, has_answered, may):
    opening = Opening(shows=shows, state="closed" if is_closed else "open")
    assert permissions.can_see_results(opening, is_holder=False, has_answered=has_answered) is may
    assert permissions.can_see_results(opening, is_holder=True, has_answered=False)
