"""The pages of workshops: who gets in, with or without an account; acts sent twice; what is typed is never lost."""

from uuid import uuid4

import pytest
from django.test import RequestFactory
from django.urls import reverse

from alliage.accounts.tests.factories import MemberFactory
from alliage.events import registration_links
from alliage.events import workshop_people as people
from alliage.events.enums import EventState
from alliage.events.models import Attendee, Need, NeedVote, Specification, Subgroup
from alliage.events.registers.workshops import can_see_need, can_see_specification, export_of
from alliage.events.services import boards, needs, subgroups
from alliage.events.tests.factories import NOW
from alliage.events.tests.test_specifications import World
from alliage.events.tests.workshops import board_of, comes, holder, published, says, workshop
from alliage.events.workshop_enums import NeedState, Outcome, Priority
from alliage.moderation.registry import reportable
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return workshop()


@pytest.fixture
def board(place):
    return board_of(place)


def at(name: str, place, *more) -> str:
    return reverse(f"events:{name}", args=[place.pk, *more])


def typed(**said) -> dict[str, str]:
    return {"wish": "une carte", "role": "maire", "aim": "voir", "act_key": str(uuid4()), **said}


# --- Who gets in -----------------------------------------------------------------------------------------------------


def test_a_member_who_is_not_registered_finds_no_board_and_a_visitor_is_asked_who_they_are(place, board, client):
    says(board, comes(place))
    for name, more in (("board", ()), ("wall", ()), ("need", (1,)), ("board_csv", ()), ("need_merge", ())):
        assert client.get(at(name, place, *more))["Location"].startswith("/compte/connexion/")
    client.force_login(MemberFactory())
    for name, more in (("board", ()), ("wall", ()), ("need", (1,)), ("board_csv", ()), ("need_merge", ())):
        assert client.get(at(name, place, *more)).status_code == 404
    assert client.post(at("board", place), typed()).status_code == 404
    assert client.post(at("need_act", place, 1), {"act": "vote"}).status_code == 404
    assert Need.objects.count() == 1


def test_the_workshop_of_a_draft_is_for_its_organisers_alone(place, client):
    place.event.state = EventState.DRAFT
    place.event.owner = MemberFactory()
    place.event.save()
    assert client.get(at("workshop", place)).status_code == 404
    client.force_login(place.event.owner)
    assert client.get(at("workshop", place)).status_code == 200


def test_names_of_those_who_come_are_for_those_who_come(place, client):
    held, anne = holder(place), comes(place, name="Anne Dupont", member=MemberFactory())
    [group] = subgroups.make(place, 1, by=held, now=NOW)
    subgroups.draw(place, seed=1, by=held, now=NOW)
    assert "Anne Dupont" not in client.get(at("workshop", place)).content.decode()
    client.force_login(anne.member)
    assert "Anne Dupont" in client.get(at("workshop", place)).content.decode()
    assert "Anne Dupont" in client.get(group.get_absolute_url()).content.decode()
    assert client.get(at("subgroup", place, 9)).status_code == 404


def test_someone_without_an_account_comes_in_by_their_personal_link_and_is_known_afterwards(place, client):
    seed = registration_links.new_seed()
    token = registration_links.token_of(seed)
    bruno = comes(place, name="Bruno", seed=seed, token_digest=registration_links.digest(token))
    response = client.get(at("board", place), {"inscription": token})
    assert response["Location"] == at("board", place)
    assert client.post(at("board", place), typed(name="Bruno")).status_code == 302
    assert Need.objects.get().authors.get().attendee == bruno.attendee
    assert client.post(at("need_act", place, 1), {"act": "vote"}).status_code == 302
    assert NeedVote.objects.get().attendee == bruno.attendee
    Attendee.objects.update(forgotten_at=NOW)
    assert client.get(at("board", place)).status_code == 302
    other = workshop(slug="autre")
    assert client.get(at("board", other), {"inscription": token}).status_code == 302
    assert client.get(at("board", other), {"inscription": "faux"}).status_code == 302


def test_a_forged_cookie_opens_nothing(place, client):
    anne = comes(place)
    client.cookies[people.COOKIE] = f"{anne.attendee.pk}:faux"
    assert client.get(at("board", place)).status_code == 302


def test_the_cookie_keeps_the_last_registrations_only(place):
    request = RequestFactory().get("/")
    from django.http import HttpResponse

    for rank in range(12):
        response = HttpResponse()
        people.keep(request, response, Attendee(pk=rank + 1))
        request.COOKIES[people.COOKIE] = response.cookies[people.COOKIE].value
    assert len(request.COOKIES[people.COOKIE].split(":")[0].split(".")) == people.MOST_KEPT


# --- The board -------------------------------------------------------------------------------------------------------


def test_a_need_is_put_on_the_board_once_and_a_refused_form_comes_back_filled(place, client):
    anne = comes(place, name="Anne", member=MemberFactory())
    client.force_login(anne.member)
    data = typed(name="Anne", is_public="on")
    for _time in range(2):
        assert client.post(at("board", place), data)["Location"].endswith("#besoin-1")
    assert Need.objects.get().authors.get().is_public
    refused = client.post(at("board", place), typed(wish="", aim="ne rien perdre de ce texte"))
    assert refused.status_code == 422
    assert "ne rien perdre de ce texte" in refused.content.decode()
    robot = client.post(at("board", place), typed(site_internet="x"))
    assert robot.status_code == 422
    boards.close(board_of(place), by=holder(place), now=NOW)
    late = client.post(at("board", place), typed(wish="trop tard"))
    assert late.status_code == 422
    assert Need.objects.count() == 1


def test_the_board_is_filtered_and_costs_the_same_with_many_needs(place, board, client, django_assert_max_num_queries):
    anne, held = comes(place, member=MemberFactory()), holder(place)
    one, two = subgroups.make(place, 2, by=held, now=NOW)
    for rank in range(40):
        says(board, anne, f"besoin {rank}", subgroup=one if rank % 2 else two)
    client.force_login(anne.member)
    client.get(at("board", place))
    with django_assert_max_num_queries(12):
        page = client.get(at("board", place)).content.decode()
    assert "Voir les 40 besoins" in page
    only = client.get(at("board", place), {"sous-groupe": one.pk, "colonne": "unsorted"}).content.decode()
    assert "20 besoins" in only
    assert client.get(at("board", place), {"sous-groupe": "x", "colonne": "y"}).status_code == 200
    table = b"".join(client.get(at("board_csv", place)).streaming_content).decode()
    assert len(table.splitlines()) == 41


def test_those_who_hold_the_workshop_tend_the_board(place, board, client):
    held, anne = holder(place), comes(place, member=MemberFactory())
    need = says(board, anne)
    client.force_login(anne.member)
    assert client.post(at("board_act", place), {"act": "close"}).status_code == 403
    client.force_login(held.member)
    client.post(at("board_act", place), {"act": "votes", "votes_each": "3"})
    client.post(at("board_act", place), {"act": "votes", "votes_each": "beaucoup"})
    client.post(at("board_act", place), {"act": "gather"})
    client.post(at("board_act", place), {"act": "inconnu"})
    client.post(at("need_act", place, 1), {"act": "rank", "priority": Priority.MUST})
    need.refresh_from_db()
    board.refresh_from_db()
    assert (need.priority, board.votes_each) == (Priority.MUST, 3)
    client.post(at("board_act", place), {"act": "close"})
    board.refresh_from_db()
    assert not board.is_open
    assert client.get(at("board", place)).status_code == 200
    client.post(at("board_act", place), {"act": "reopen"})
    board.refresh_from_db()
    assert board.is_open


# --- A need ----------------------------------------------------------------------------------------------------------


def test_a_need_is_changed_by_its_author_and_nobody_else_and_no_typed_word_is_lost(place, board, client):
    anne, bruno = comes(place, member=MemberFactory()), comes(place, member=MemberFactory())
    need = says(board, anne, "une carte")
    url = at("need_change", place, 1)
    client.force_login(bruno.member)
    assert client.get(url).status_code == 403
    client.force_login(anne.member)
    assert client.get(url).status_code == 200
    assert client.post(url, typed(wish="une carte libre", edition="1")).status_code == 302
    conflict = client.post(url, typed(wish="une carte chère à mes yeux", edition="1"))
    assert conflict.status_code == 422
    said = conflict.content.decode()
    assert "une carte chère à mes yeux" in said
    assert "une carte libre" in said
    assert 'value="2"' in said
    assert client.post(url, typed(wish="x", edition="2", site_internet="x")).status_code == 422
    needs.hide(need, by=None, now=NOW)
    assert client.get(at("need", place, 1)).status_code == 404


def test_needs_are_merged_split_and_undone_from_their_pages(place, board, client):
    anne, held = comes(place, member=MemberFactory(), name="Anne"), holder(place)
    for wish in ("une carte", "un plan"):
        says(board, anne, wish, example="Lille")
    merge_url = at("need_merge", place)
    client.force_login(anne.member)
    assert client.get(f"{merge_url}?n=1&n=2").status_code == 403
    assert client.get(at("need_split", place, 1)).status_code == 403
    assert client.post(at("need_act", place, 1), {"act": "undo"}).status_code == 403
    client.force_login(held.member)
    assert client.get(merge_url)["Location"] == at("board", place)
    assert client.get(f"{merge_url}?n=1&n=x").status_code == 302
    assert "une carte" in client.get(f"{merge_url}?n=1&n=2").content.decode()
    data = typed(wish="un tout")
    assert client.post(f"{merge_url}?n=1&n=2", data)["Location"].endswith("#besoin-3")
    assert client.post(f"{merge_url}?n=1&n=2", data)["Location"].endswith("#besoin-3")
    refused = client.post(f"{merge_url}?n=1&n=2", typed(wish="encore"))
    assert refused.status_code == 422
    page = client.get(at("need", place, 3)).content.decode()
    assert "D’où vient-il" in page
    assert "fusionné" in client.get(at("need", place, 1)).content.decode()
    split_url = at("need_split", place, 3)
    assert client.get(f"{split_url}?parties=3").content.decode().count("<fieldset") == 3
    assert client.post(split_url, {"wish-0": "seul", "count": "2"}).status_code == 422
    assert client.post(split_url, {"wish-0": "a", "wish-1": "b", "count": "2"}).status_code == 302
    client.post(at("need_act", place, 4), {"act": "undo", "from": "need"})
    assert Need.objects.get(number=3).state == NeedState.LIVE
    client.post(at("need_act", place, 4), {"act": "undo"})
    client.post(at("need_act", place, 3), {"act": "inconnu"})


def test_an_author_withdraws_a_need_and_puts_it_back(place, board, client):
    anne, bruno = comes(place, member=MemberFactory()), comes(place, member=MemberFactory())
    need = says(board, anne)
    client.force_login(bruno.member)
    assert client.post(at("need_act", place, 1), {"act": "withdraw"}).status_code == 403
    client.force_login(anne.member)
    client.post(at("need_act", place, 1), {"act": "withdraw"})
    need.refresh_from_db()
    assert need.state == NeedState.WITHDRAWN
    assert "Remettre au tableau" in client.get(at("need", place, 1)).content.decode()
    client.post(at("need_act", place, 1), {"act": "put_back"})
    for act in ("vote", "vote", "unvote"):
        client.post(at("need_act", place, 1), {"act": act})
    assert not NeedVote.objects.exists()
    assert client.get(at("need", place, 99)).status_code == 404


# --- Preparing -------------------------------------------------------------------------------------------------------


def test_a_workshop_is_prepared_step_by_step(place, client):
    held, anne = holder(place), comes(place, member=MemberFactory(name="Anne"))
    url = at("workshop_prepare", place)
    client.force_login(anne.member)
    assert client.get(url).status_code == 403
    client.force_login(held.member)
    assert client.post(url, {"act": "make", "count": "2"}).status_code == 302
    assert client.post(url, {"act": "make", "count": "0"}).status_code == 422
    assert client.post(url, {"act": "draw", "seed": "4"}).status_code == 302
    assert client.post(url, {"act": "draw", "seed": "x"}).status_code == 422
    one, two = Subgroup.objects.order_by("rank")
    wanted = {f"p-{anne.attendee.pk}": str(two.pk), "p-x": "1", "act": "seat"}
    assert client.post(url, wanted).status_code == 302
    assert two.seats.get().attendee == anne.attendee
    named = {"act": "name", "g1-title": "Cartes", "g1-facilitator": str(anne.member.pk), "g2-title": "Listes"}
    assert client.post(url, named).status_code == 302
    assert client.post(url, {**named, "g2-title": ""}).status_code == 422
    one.refresh_from_db()
    assert (one.title, one.facilitator) == ("Cartes", anne.member)
    assert client.post(url, {"act": "rooms"}).status_code == 302
    assert client.post(url, {"act": "make", "count": "1"}).status_code == 422
    assert client.post(url, {"act": "?"}).status_code == 200
    assert client.get(url).status_code == 200
    assert client.get(one.get_absolute_url()).status_code == 200
    assert client.get(at("workshop_prepare", place.parent)).status_code in (403, 404)


def test_the_wall_shows_the_workshop_or_all_those_that_a_sequence_gathers(place, board, client):
    held = holder(place)
    says(board, comes(place), "une carte")
    client.force_login(held.member)
    for each in (place, place.parent):
        assert "une carte" in client.get(at("wall", each)).content.decode()
    other = workshop(slug="vide")
    client.force_login(holder(other).member)
    assert "dès qu’ils seront dits" in client.get(at("wall", other)).content.decode()


# --- Specifications --------------------------------------------------------------------------------------------------


def test_a_specification_goes_from_the_board_to_everyone(client):
    w = World()
    client.force_login(w.rapporteur)
    url = client.post(at("specification_make", w.place))["Location"]
    made = Specification.objects.get()
    assert url == made.get_absolute_url()
    edit, act = (reverse(f"events:specification_{name}", args=[made.pk]) for name in ("edit", "act"))
    form = client.get(edit)
    data = {
        "title": "Une carte", "seen": "1", "act_key": str(uuid4()), "note": "",
        "contexte": "Ici", "publics": "Tous", "criteres": "On s’en sert", f"p-{w.merged.number}": "should", f"p-{w.other.number}": "out",
    }  # fmt: skip
    assert form.status_code == 200
    assert client.post(edit, data).status_code == 302
    conflict = client.post(edit, {**data, "act_key": str(uuid4()), "contexte": "Ailleurs, longuement"})
    assert conflict.status_code == 422
    assert "Ailleurs, longuement" in conflict.content.decode()
    assert client.post(edit, {**data, "title": ""}).status_code == 422
    assert client.post(act, {"act": "sign:facilitator", "number": "2"}).status_code == 403
    client.post(act, {"act": "sign:rapporteur", "number": "x"})
    client.post(act, {"act": "sign:rapporteur", "number": "2"})
    client.post(act, {"act": "publish"})
    client.post(act, {"act": "inconnu"})
    made.refresh_from_db()
    assert not made.is_public
    client.force_login(w.facilitator)
    client.post(act, {"act": "sign:facilitator", "number": "2"})
    assert "Publier" in client.get(f"{url}versions/2/").content.decode()
    client.post(act, {"act": "publish"})
    client.post(act, {"act": "again"})
    client.logout()
    page = client.get(url).content.decode()
    assert "une carte commune" in page
    assert "Anne" in page
    client.force_login(MemberFactory())
    assert client.get(edit).status_code == 403
    assert client.get(f"{url}versions/3/").status_code == 404


def test_a_draft_is_read_by_those_who_come_and_nobody_else(client):
    w = World()
    made = w.made()
    url = made.get_absolute_url()
    assert client.get(url)["Location"].startswith("/compte/connexion/")
    assert client.get(f"{url}versions/1/")["Location"].startswith("/compte/connexion/")
    assert client.get("/cahiers/999999/").status_code == 404
    assert client.get(f"{url}suites/").status_code == 404
    client.force_login(MemberFactory())
    assert client.get(url).status_code == 404
    assert client.get(f"{url}partir/").status_code == 404
    client.force_login(w.anne.member)
    assert client.get(url).status_code == 200
    assert client.get(f"{url}partir/").status_code == 404
    assert client.get(f"{url}modifier/").status_code == 403
    assert client.get(f"{url}versions/9/").status_code == 404


def test_an_empty_board_makes_no_specification(place, client):
    client.force_login(holder(place).member)
    assert client.post(at("specification_make", place))["Location"] == at("board", place)


def test_someone_begins_from_a_published_one_for_their_territory(client):
    w = World()
    source = w.published()
    lea, commune = MemberFactory(), TerritoryFactory(name="Mana", code="97306")
    client.force_login(lea)
    url = f"{source.get_absolute_url()}partir/"
    assert client.get(url).status_code == 200
    assert client.post(url, {"territory": "Nulle part du tout"}).status_code == 422
    response = client.post(url, {"territory": f"{commune.kind}:{commune.code}"})
    copy = Specification.objects.get(adapted_from=source)
    assert response["Location"] == f"/cahiers/{copy.pk}/modifier/"
    assert client.get(response["Location"]).status_code == 200
    assert client.get(copy.get_absolute_url()).status_code == 200
    client.force_login(w.rapporteur)
    assert client.get(copy.get_absolute_url()).status_code == 404


def test_what_became_of_needs_is_said_by_those_who_hold_it_and_read_by_everyone(client):
    w = World()
    row = w.published()
    url = f"{row.get_absolute_url()}suites/"
    data = {"need": w.merged.number, "outcome": Outcome.ONGOING, "on": "2026-11-20", "note": "En cours", "act_key": str(uuid4())}  # fmt: skip
    assert client.post(url, data).status_code == 403
    client.force_login(w.rapporteur)
    for _time in range(2):
        assert client.post(url, data)["Location"].endswith(f"#besoin-{w.merged.number}")
    assert row.followups.count() == 1
    late = client.post(url, {**data, "on": "2099-01-01", "act_key": str(uuid4())})
    assert late.status_code == 422
    assert client.post(url, {**data, "on": ""}).status_code == 422
    client.logout()
    assert "En cours" in client.get(url).content.decode()
    assert "en cours" in client.get(row.get_absolute_url()).content.decode()
    table = b"".join(client.get(f"/cahiers/{row.pk}/suites.csv").streaming_content).decode()
    assert "En cours" in table


# --- Registers -------------------------------------------------------------------------------------------------------


def test_needs_and_specifications_are_reported_by_those_who_read_them():
    w = World()
    stranger = MemberFactory()
    assert can_see_need(w.anne.member, w.merged)
    assert not can_see_need(stranger, w.merged)
    made = w.made()
    assert can_see_specification(w.anne.member, made)
    assert not can_see_specification(stranger, made)
    assert can_see_specification(w.rapporteur, made)
    row = published(w.board, rapporteur=w.rapporteur, facilitator=w.facilitator)
    assert can_see_specification(stranger, row)
    row.board = row.published_number = None
    assert not can_see_specification(stranger, row)
    kind = next(each for each in reportable if each.code == "events.need")
    assert kind.author(w.merged) == w.anne.member
    kind = next(each for each in reportable if each.code == "events.specification")
    assert (kind.url(made), kind.title(made), kind.author(made)) == (made.get_absolute_url(), made.title, w.rapporteur)


def test_a_need_of_nobody_known_is_reported_without_an_author(place, board):
    need = says(board, comes(place))
    kind = next(each for each in reportable if each.code == "events.need")
    assert kind.author(need) is None


def test_a_member_takes_away_what_they_said():
    w = World()
    found = export_of(w.anne.member)
    assert len(found["besoins"]) == 3
    assert found["cahiers"]["versions"] == []
