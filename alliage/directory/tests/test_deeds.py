"""« Mes preuves »: gathered from every function, private until the person shows them, withdrawn in one gesture, never a date of what is confidential."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from alliage.accounts.registry import personal_data
from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.models import DeedChoice, Entry
from alliage.directory.queries import deeds as queries
from alliage.directory.registry import DeedSource, deed_rows, deeds
from alliage.directory.services import deeds as services
from alliage.directory.services.deeds import DeedRefused, Said
from alliage.directory.tests.factories import CatalystFactory, OrganisationFactory
from alliage.rooms.enums import Role
from alliage.rooms.models import Room
from alliage.rooms.services import rooms
from alliage.rooms.tests.factories import person, prepared
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
KIND, ROOMS = "test.organisations", queries.ROOMS
PAGE = "/mes-preuves/"


def metier(code: str, position: int = 1) -> Term:
    return Term.objects.create(vocabulary=Vocabulary.METIERS, code=code, label=f"Métier {code}", position=position)


@pytest.fixture
def source(monkeypatch) -> DeedSource:
    """A kind whose deeds are the organisations that the member holds: they have a title, a page, and métiers or not."""

    def rows(member: int, _now: datetime) -> Any:
        found = Entry.objects.filter(owner=member, kind="organisation")
        return deed_rows(KIND, found, at="created_at", title=F("name"), place=F("slug"), terms="terms")

    made = DeedSource(
        KIND,
        "Organisations tenues",
        5,
        rows,
        lambda row: f"/annuaire/organisations/{row.place}/",
        untitled="Sans titre",
    )
    monkeypatch.setitem(deeds._items, KIND, made)
    return made


@pytest.fixture
def member_client(member) -> MemberClient:
    client = MemberClient()
    client.force_login(member)
    return client


@pytest.fixture
def catalyst(member, source):
    """Someone who published an entry and did two things, one under a métier."""
    entry = CatalystFactory(owner=member, name="Ilona Démo")
    known = metier("dialogue")
    OrganisationFactory(owner=member, name="Une maison", slug="une-maison", terms=[known])
    OrganisationFactory(owner=member, name="Un atelier", slug="un-atelier")
    return entry


def held(member, year: int, count: int, **more: Any) -> None:
    """Rooms that this member led that year, one a month."""
    for month in range(1, count + 1):
        room = prepared(by=member, title="canari", **more)
        leader = person(room, Role.FACILITATOR, name="Aude", member=member)
        at = datetime(year, month, 12, 10, tzinfo=UTC)
        rooms.open_room(room, by=leader, now=at)
        rooms.close_room(room, by=leader, now=at + timedelta(hours=1))


def ref(name: str) -> tuple[str, str]:
    return KIND, str(Entry.objects.get(slug=name).pk)


def titles(entry) -> list[str]:
    return [deed.title for deed in queries.shown_of(entry.owner_id, now=NOW)]


# --- Gathered ------------------------------------------------------------------------------------------------------


def test_everything_is_there_for_the_person_and_nothing_for_others(catalyst, member):
    found = queries.of_member(member, now=NOW)
    assert {deed.title for deed in found} == {"Une maison", "Un atelier"}
    assert not any(deed.is_shown for deed in found)
    assert queries.shown_of(member.pk, now=NOW) == []


def test_a_deed_is_under_the_metiers_of_its_object_else_under_the_one_chosen_else_under_none(catalyst, member):
    metier("lieu", 2)
    groups = queries.grouped(queries.of_member(member, now=NOW))
    assert [(group.label, [deed.title for deed in group.deeds]) for group in groups] == [
        ("Métier dialogue", ["Une maison"]),
        ("Autres", ["Un atelier"]),
    ]
    services.change(Said({ref("un-atelier"): "lieu", ref("une-maison"): "lieu"}), by=member, now=NOW)
    groups = queries.grouped(queries.of_member(member, now=NOW))
    assert [(group.label, [deed.title for deed in group.deeds]) for group in groups] == [
        ("Métier dialogue", ["Une maison"]),
        ("Métier lieu", ["Un atelier"]),
    ]
    assert DeedChoice.objects.get().metier.code == "lieu"
    services.change(Said({ref("un-atelier"): ""}), by=member, now=NOW)
    assert DeedChoice.objects.get().metier is None


def test_what_serves_two_is_under_both_and_is_one_deed(member, source):
    OrganisationFactory(owner=member, name="Une maison", terms=[metier("dialogue"), metier("lieu", 2)])
    found = queries.of_member(member, now=NOW)
    assert [deed.metiers for deed in found] == [("dialogue", "lieu")]
    assert [len(group.deeds) for group in queries.grouped(found)] == [1, 1]


def test_what_has_no_title_for_everyone_says_so(member, source):
    nameless = deed_rows(KIND, Entry.objects.filter(owner=member.pk), at="created_at")
    OrganisationFactory(owner=member)
    object.__setattr__(source, "rows", lambda _member, _now: nameless)
    assert [deed.title for deed in queries.of_member(member, now=NOW)] == ["Sans titre"]


def test_everything_is_read_in_two_queries(catalyst, member, django_assert_num_queries):
    queries.of_member(member, now=NOW)
    with django_assert_num_queries(2):
        queries.of_member(member, now=NOW)
    with django_assert_num_queries(1):
        queries.shown_of(member.pk, now=NOW)
    services.change(Said(shows=(KIND, "")), by=member, now=NOW)
    with django_assert_num_queries(2):
        queries.shown_of(member.pk, now=NOW)


# --- Shown, withdrawn ----------------------------------------------------------------------------------------------


def test_one_line_is_shown_then_withdrawn_twice_is_once(catalyst, member):
    for _again in range(2):
        services.change(Said(shows=ref("un-atelier")), by=member, now=NOW)
    assert titles(catalyst) == ["Un atelier"]
    for _again in range(2):
        services.change(Said(withdraws=ref("un-atelier")), by=member, now=NOW)
    assert titles(catalyst) == []


def test_a_kind_is_shown_with_what_comes_later_but_what_is_withdrawn_alone(catalyst, member):
    services.change(Said(shows=(KIND, "")), by=member, now=NOW)
    OrganisationFactory(owner=member, name="Une halle")
    services.change(Said(withdraws=ref("une-maison")), by=member, now=NOW)
    assert sorted(titles(catalyst)) == ["Un atelier", "Une halle"]
    [kind] = queries.kinds_of(queries.of_member(member, now=NOW), member)
    assert (kind.count, kind.shown, kind.is_chosen) == (3, 2, True)


def test_a_kind_is_withdrawn_with_all_of_it_and_what_was_sorted_stays_so(catalyst, member):
    metier("lieu", 2)
    services.change(Said({ref("un-atelier"): "lieu"}, shows=ref("un-atelier")), by=member, now=NOW)
    services.change(Said(shows=(KIND, "")), by=member, now=NOW)
    services.change(Said(withdraws=(KIND, "")), by=member, now=NOW)
    assert titles(catalyst) == []
    assert list(DeedChoice.objects.values_list("shown", "metier__code")) == [(None, "lieu")]


def test_everything_is_withdrawn_in_one_gesture(catalyst, member):
    other = MemberFactory()
    DeedChoice.objects.create(member=other, source=KIND, shown=True)
    services.change(Said(shows=(KIND, "")), by=member, now=NOW)
    services.change(Said(shows=(ROOMS, "")), by=member, now=NOW)
    services.change(Said(withdraws_all=True), by=member, now=NOW)
    assert titles(catalyst) == []
    assert not DeedChoice.objects.filter(member=member, shown=True).exists()
    assert DeedChoice.objects.filter(member=other, shown=True).exists()


def test_what_is_not_theirs_is_refused_and_nothing_is_written(catalyst, member):
    foreign = OrganisationFactory(owner=MemberFactory())
    for said in (
        Said(shows=(KIND, str(foreign.pk))),
        Said(shows=("rien.du.tout", "")),
        Said({(KIND, str(foreign.pk)): "dialogue"}),
        Said({ref("un-atelier"): "inconnu"}, shows=ref("un-atelier")),
    ):
        with pytest.raises(DeedRefused):
            services.change(said, by=member, now=NOW)
    assert not DeedChoice.objects.exists()


def test_a_kind_of_which_there_is_nothing_may_still_be_withdrawn(member, source):
    services.change(Said(shows=(KIND, "")), by=member, now=NOW)
    [kind] = queries.kinds_of([], member)
    assert (kind.count, kind.is_chosen) == (0, True)


@pytest.mark.parametrize("row", [{"key": ""}, {"key": "", "shown": True, "metier": True}, {"source": "", "key": "1"}])
def test_the_database_refuses_a_choice_that_chooses_nothing(member, row):
    if row.pop("metier", False):
        row["metier"] = metier("dialogue")
    with pytest.raises(IntegrityError), transaction.atomic():
        DeedChoice.objects.create(**{"member": member, "source": KIND} | row)


def test_the_database_holds_one_choice_by_deed(member):
    row = DeedChoice.objects.create(member=member, source=KIND, key="1", shown=True)
    assert str(row) == f"choix sur une preuve {row.pk}"
    with pytest.raises(IntegrityError), transaction.atomic():
        DeedChoice.objects.create(member=member, source=KIND, key="1", shown=False)


# --- What is confidential ------------------------------------------------------------------------------------------


def test_rooms_are_counted_by_year_with_their_months_for_the_person_alone(member):
    held(member, 2025, 3)
    held(member, 2026, 2)
    found = queries.of_member(member, now=NOW)
    assert [(deed.key, deed.title, deed.url) for deed in found] == [
        ("2026", "2 salles animées", ""),
        ("2025", "3 salles animées", ""),
    ]
    assert [(month.month, count) for month, count in found[1].months] == [(1, 1), (2, 1), (3, 1)]


def test_others_read_a_number_of_a_year_that_is_over_from_three_on(member):
    held(member, 2024, 2)
    held(member, 2025, 3)
    held(member, 2026, 4)
    services.change(Said(shows=(ROOMS, "")), by=member, now=NOW)
    shown = queries.shown_of(member.pk, now=NOW)
    assert [(deed.key, deed.title) for deed in shown] == [("2025", "3 salles animées")]
    shown = queries.shown_of(member.pk, now=datetime(2027, 1, 2, tzinfo=UTC))
    assert [deed.key for deed in shown] == ["2026", "2025"]


def test_a_room_that_was_not_held_or_that_another_led_is_no_deed(member):
    prepared(by=member)
    rehearsed = prepared(by=member, is_rehearsal=True)
    leader = person(rehearsed, Role.FACILITATOR, member=member)
    rooms.open_room(rehearsed, by=leader, now=NOW)
    rooms.close_room(rehearsed, by=leader, now=NOW)
    held(MemberFactory(), 2025, 3)
    assert queries.of_member(member, now=NOW) == []


def test_an_erased_room_still_counts_for_who_prepared_it(member):
    held(member, 2025, 3)
    for room in Room.objects.all():
        rooms.erase(room, now=NOW)
    assert [deed.count for deed in queries.of_member(member, now=NOW)] == [3]


# --- Pages ---------------------------------------------------------------------------------------------------------


def test_the_profile_shows_what_was_chosen_under_its_metier(catalyst, member, client):
    assert "Preuves des métiers" not in client.get(catalyst.get_absolute_url()).text
    services.change(Said(shows=ref("une-maison")), by=member, now=NOW)
    page = client.get(catalyst.get_absolute_url()).text
    assert "Preuves des métiers" in page
    assert '<a href="/annuaire/organisations/une-maison/">Une maison</a>' in page
    assert "Un atelier" not in page
    assert PAGE not in page


def test_the_profile_of_an_organisation_or_of_nobody_says_nothing_of_it(catalyst, member, client):
    services.change(Said(shows=(KIND, "")), by=member, now=NOW)
    assert "Preuves des métiers" not in client.get("/annuaire/organisations/une-maison/").text
    assert "Preuves des métiers" not in client.get(CatalystFactory().get_absolute_url()).text


def test_a_closed_account_shows_nothing(catalyst, member, client):
    services.change(Said(shows=(KIND, "")), by=member, now=NOW)
    member.is_active = False
    member.save()
    assert "Preuves des métiers" not in client.get(catalyst.get_absolute_url()).text


def test_the_profile_never_says_a_month_nor_a_name_of_what_is_confidential(catalyst, member, client):
    held(member, 2025, 3)
    services.change(Said(shows=(ROOMS, "")), by=member, now=NOW)
    page = client.get(catalyst.get_absolute_url()).text
    assert "3 salles animées" in page
    assert "canari" not in page
    assert not any(month in page for month in ("janvier 2025", "février 2025", "mars 2025"))


def test_a_long_group_is_cut_on_the_profile(catalyst, member, client):
    for number in range(9):
        OrganisationFactory(owner=member, name=f"Halle {number}")
    services.change(Said(shows=(KIND, "")), by=member, now=NOW)
    assert "Et 2 de plus." in client.get(catalyst.get_absolute_url()).text


def test_a_profile_costs_one_query_more_and_two_for_who_shows_something(catalyst, member, client):
    def count() -> int:
        client.get(catalyst.get_absolute_url())
        with CaptureQueriesContext(connection) as captured:
            client.get(catalyst.get_absolute_url())
        return len(captured)

    silent = count()
    services.change(Said(shows=(KIND, "")), by=member, now=NOW)
    assert count() == silent + 1
    assert count() <= 6


def test_the_page_shows_sorts_and_withdraws(catalyst, member, member_client):
    metier("lieu", 2)
    page = member_client.get(PAGE).text
    assert "Un atelier" in page
    assert "Tout retirer de ma fiche" not in page
    assert "Enregistrer les métiers choisis" in page
    assert "Elles restent confidentielles" not in page
    name = "|".join(ref("un-atelier"))
    answer = member_client.post(f"{PAGE}?page=1", {"montrer": name, f"metier-{name}": "lieu"})
    assert answer["Location"] == f"{PAGE}?page=1#liste"
    page = member_client.get(PAGE).text
    assert "Tout retirer de ma fiche" in page
    assert '<option value="lieu" selected>' in page
    assert member_client.post(PAGE, {"tout_retirer": "1"})["Location"] == f"{PAGE}#liste"
    assert titles(catalyst) == []
    member_client.post(PAGE, {"montrer": f"{KIND}|"})
    assert len(titles(catalyst)) == 2
    assert "Choisir ce qui se montre" in member_client.get(catalyst.get_absolute_url()).text
    member_client.post(PAGE, {"retirer": f"{KIND}|"})
    assert titles(catalyst) == []


def test_a_refused_page_comes_back_with_what_was_chosen(catalyst, member, member_client):
    metier("lieu", 2)
    name = "|".join(ref("un-atelier"))
    answer = member_client.post(PAGE, {"montrer": f"{KIND}|99999999", f"metier-{name}": "lieu"})
    assert answer.status_code == 422
    assert "Cette preuve n’est plus là" in answer.text
    assert '<option value="lieu" selected>' in answer.text
    assert not DeedChoice.objects.exists()
    for sent in ({f"metier-{KIND}|{number}": "" for number in range(300)}, {f"metier-{name}": "x" * 50}):
        answer = member_client.post(PAGE, sent)
        assert answer.status_code == 422
        assert "rouvrez-la" in answer.text
    assert member_client.post(PAGE, {"montrer": "n’importe quoi", "metier-": "x"}).status_code == 302


def test_the_page_says_what_a_month_held_to_the_person_alone(member, member_client, source):
    held(member, 2025, 3)
    member_client.post(PAGE, {"montrer": f"{ROOMS}|"})
    held(member, 2024, 1)
    page = member_client.get(PAGE).text
    assert "janvier (1), février (1), mars (1)" in page
    assert "Elles restent confidentielles" in page
    assert "décembre 2025" not in page
    assert "canari" not in page
    assert "Créer ma fiche" in page
    CatalystFactory(owner=member, visibility="nobody")
    assert "Votre fiche n’est pas publiée" in member_client.get(PAGE).text


def test_an_empty_page_says_what_will_come(member_client):
    assert "Rien à montrer pour l’instant" in member_client.get(PAGE).text


def test_it_leaves_with_the_data_of_the_person(catalyst, member):
    held(member, 2025, 3)
    services.change(Said(shows=ref("une-maison")), by=member, now=NOW)
    kept = personal_data.get("directory.deeds")
    told = kept.export(member)
    assert {(row["quoi"], row["montree"]) for row in told["preuves"]} == {
        ("Une maison", True), ("Un atelier", False), ("3 salles animées", False),
    }  # fmt: skip
    assert [row["shown"] for row in told["choix"]] == [True]
    kept.erase(member)
    assert not DeedChoice.objects.exists()
