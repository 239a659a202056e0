"""What members know of entries: said once, taken back, answered, disputed, handed over, settled; shown to whom it may be."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from alliage.accounts.enums import Role
from alliage.accounts.registry import personal_data
from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.enums import OutdatedState, Says, Visibility
from alliage.directory.models import Knowledge
from alliage.directory.queries import knowledge as reads
from alliage.directory.services import knowledge as services
from alliage.directory.tests.factories import CatalystFactory, MembershipFactory, OrganisationFactory
from alliage.notifications.models import Notification

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=services.ANSWER_DAYS)
pytestmark = pytest.mark.django_db


def held(**columns):
    return CatalystFactory(owner=MemberFactory(name="Titulaire"), **columns)


def outdated(entry, member, note="Elle a changé de poste.", part="function", now=NOW) -> Knowledge:
    return services.say_outdated(entry, part=part, note=note, by=member, now=now)


def told(person) -> list[str]:
    return list(Notification.objects.filter(person=person).order_by("pk").values_list("title", flat=True))


# --- Said ----------------------------------------------------------------------------------------------------------


def test_one_knows_an_entry_once_whatever_the_number_of_times(member):
    entry = held()
    services.say_known(entry, by=member, now=NOW)
    services.say_known(entry, by=member, now=LATER)
    assert Knowledge.objects.get().at == NOW
    assert not Notification.objects.exists()


def test_knowing_replaces_what_one_said_was_outdated_and_the_other_way_round(member):
    entry = held()
    outdated(entry, member)
    row = services.say_known(entry, by=member, now=LATER)
    assert (row.says, row.part, row.note, row.state, row.due_at) == (Says.KNOWN, "", "", "", None)
    again = outdated(entry, member)
    assert (again.pk, again.says, again.state) == (row.pk, Says.OUTDATED, OutdatedState.OPEN)


def test_whoever_holds_it_is_told_once_of_what_is_outdated(member):
    entry = held()
    outdated(entry, member)
    outdated(entry, member, now=LATER)
    assert told(entry.owner) == [
        f"Quelque chose aurait changé dans votre fiche « {entry.name} » : la fonction ou la catégorie"
    ]
    outdated(entry, member, note="Autre chose.", now=LATER)
    assert len(told(entry.owner)) == 2


@pytest.mark.parametrize("active", [None, False])
def test_without_owner_animators_are_told_at_once(member, animator, administrator, active):
    entry = CatalystFactory(owner=None if active is None else MemberFactory(is_active=False))
    row = outdated(entry, member)
    assert (row.state, row.due_at) == (OutdatedState.HANDED, None)
    assert told(animator) == told(administrator) == [f"À vérifier : la fiche « {entry.name} »"]


def test_what_is_outdated_is_said_in_words(member):
    entry = held()
    for part, note in (("score", "x"), ("", "x"), ("name", "  ")):
        with pytest.raises(services.KnowledgeRefused):
            outdated(entry, member, note, part)
    assert not Knowledge.objects.exists()


def test_nobody_says_anything_of_what_they_hold_or_cannot_see(member):
    mine, group, unseen = CatalystFactory(owner=member), OrganisationFactory(), held(visibility=Visibility.NOBODY)
    MembershipFactory(person=mine, group=group, is_editor=True)
    for entry in (mine, group, unseen, held(is_hidden=True)):
        with pytest.raises(services.KnowledgeRefused):
            services.say_known(entry, by=member, now=NOW)
        with pytest.raises(services.KnowledgeRefused):
            outdated(entry, member)


def test_what_was_said_is_taken_back_and_nothing_of_it_is_left(member):
    entry = held()
    outdated(entry, member)
    assert services.take_back(entry, by=member)
    assert not services.take_back(entry, by=member)
    assert not Knowledge.objects.exists()


def test_the_database_refuses_what_makes_no_sense(member):
    entry = held()
    for columns in (
        {"says": "liked"},
        {"says": "known", "part": "name"},
        {"says": "known", "state": "open"},
        {"says": "outdated", "state": "open"},
        {"says": "outdated", "part": "name", "state": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Knowledge.objects.create(entry=entry, member=member, at=NOW, **columns)
    Knowledge.objects.create(entry=entry, member=member, at=NOW, says="known")
    with pytest.raises(IntegrityError), transaction.atomic():
        Knowledge.objects.create(entry=entry, member=member, at=NOW, says="known")


# --- Answered ------------------------------------------------------------------------------------------------------


def test_the_owner_corrects_and_whoever_said_it_is_told(member):
    row = outdated(held(), member)
    services.corrected(row, answer="Merci.", now=LATER)
    row.refresh_from_db()
    assert (row.state, row.answer, row.settled_at) == (OutdatedState.CORRECTED, "Merci.", LATER)
    assert told(member) == [f"La fiche « {row.entry.name} » est corrigée"]
    for again in (services.corrected, services.dispute):
        with pytest.raises(services.KnowledgeRefused):
            again(row, answer="Encore.", now=LATER)


def test_a_dispute_goes_to_the_animators_with_both_versions(member, animator):
    row = outdated(held(), member)
    with pytest.raises(services.KnowledgeRefused):
        services.dispute(row, answer=" ", now=NOW)
    services.dispute(row, answer="Je suis toujours là.", now=NOW)
    assert list(reads.handed()) == [row]
    assert reads.handed_count() == 1
    assert reads.handed()[0].answer == "Je suis toujours là."
    assert len(told(animator)) == 1


@pytest.mark.parametrize("state", [OutdatedState.CORRECTED, OutdatedState.RIGHT])
def test_an_animator_settles_and_both_sides_are_told(member, animator, state):
    row = outdated(held(), member)
    with pytest.raises(services.KnowledgeRefused):
        services.settle(row, state=OutdatedState.RIGHT, answer="Vu.", by=animator, now=NOW)
    services.dispute(row, answer="Non.", now=NOW)
    with pytest.raises(services.KnowledgeRefused):
        services.settle(row, state=state, answer=" ", by=animator, now=NOW)
    services.settle(row, state=state, answer="Vérifié au téléphone.", by=animator, now=LATER)
    row.refresh_from_db()
    assert row.state == state
    assert len(told(member)) == 1
    assert len(told(row.entry.owner)) == 2
    with pytest.raises(services.KnowledgeRefused):
        services.settle(row, state=state, answer="Encore.", by=animator, now=LATER)


def test_an_entry_that_nobody_holds_is_settled_with_one_side_told(member, animator):
    row = outdated(CatalystFactory(), member)
    services.settle(row, state=OutdatedState.RIGHT, answer="Vu.", by=animator, now=NOW)
    assert Notification.objects.filter(kind=services.ANSWER_KIND).count() == 1


def test_what_is_left_without_an_answer_goes_to_the_animators(member, animator):
    late, recent = outdated(held(), member), outdated(held(), member, now=NOW + timedelta(days=1))
    services.tend(LATER - timedelta(minutes=1))
    assert not reads.handed_count()
    services.tend(LATER)
    services.tend(LATER)
    assert list(reads.handed()) == [late]
    recent.refresh_from_db()
    assert recent.state == OutdatedState.OPEN
    assert len(told(animator)) == 1


def test_what_was_answered_meanwhile_is_not_handed_over(member, monkeypatch):
    row = outdated(held(), member)
    services.corrected(row, now=NOW)
    monkeypatch.setattr(services.queries, "late", lambda _now: [row])
    services.tend(LATER)
    row.refresh_from_db()
    assert row.state == OutdatedState.CORRECTED


def test_what_was_taken_back_meanwhile_cannot_be_answered(member):
    row = outdated(held(), member)
    services.take_back(row.entry, by=member)
    with pytest.raises(services.KnowledgeRefused):
        services.corrected(row, now=NOW)


# --- Read ----------------------------------------------------------------------------------------------------------


def test_visitors_read_a_number_members_read_names(client, member):
    entry = held()
    for name in ("Awa Diop", "Léa Martin"):
        services.say_known(entry, by=MemberFactory(name=name), now=NOW)
    outdated(entry, MemberFactory(name="Zoé Discrète"), note="secret-de-zoe")
    page = client.get(entry.get_absolute_url()).text
    assert "2 membres" in page
    assert "Awa Diop" not in page
    client.force_login(member)
    page = client.get(entry.get_absolute_url()).text
    assert "Awa Diop" in page
    assert "Léa Martin" in page
    for said in ("Zoé Discrète", "secret-de-zoe"):
        assert said not in page


def test_many_names_are_cut_and_counted_in_one_query(member, django_assert_num_queries):
    entry = held()
    for each in range(reads.MOST_NAMES + 3):
        services.say_known(entry, by=MemberFactory(name=f"Membre {each:02}"), now=NOW + timedelta(minutes=each))
    services.say_known(entry, by=MemberFactory(is_active=True), now=NOW)
    closed = MemberFactory()
    services.say_known(entry, by=closed, now=NOW)
    type(closed).objects.filter(pk=closed.pk).update(is_active=False)
    outdated(entry, member)
    with django_assert_num_queries(1):
        found = reads.of_entry(entry, member)
    assert found.count == reads.MOST_NAMES + 4
    assert len(found.names) == reads.MOST_NAMES
    assert found.others == 4
    assert found.names[0] == "Membre 14"
    assert found.mine.says == Says.OUTDATED
    assert reads.of_entry(held(), member).count == 0


def test_nothing_is_shown_to_visitors_where_nobody_knows(client, member):
    entry = CatalystFactory(owner=member)
    assert "Qui connaît cet acteur" not in client.get(entry.get_absolute_url()).text
    client.force_login(member)
    assert "Qui connaît cet acteur" not in client.get(entry.get_absolute_url()).text
    client.force_login(MemberFactory())
    assert "Je connais cet acteur" in client.get(entry.get_absolute_url()).text


def test_it_is_exported_with_my_data_and_erased_with_my_account(member):
    entry = held()
    row = outdated(entry, member)
    services.say_known(held(), by=member, now=NOW)
    kept = personal_data.get("directory.knowledge")
    exported = kept.export(member)
    assert [each["precision"] for each in exported] == [row.note, ""]
    kept.erase(member)
    assert not Knowledge.objects.exists()


def test_editors_of_a_group_answer_too(member):
    group = OrganisationFactory(owner=MemberFactory())
    MembershipFactory(person=CatalystFactory(owner=member), group=group, is_editor=True)
    MembershipFactory(person=CatalystFactory(owner=member.__class__.objects.create(email="x@exemple.fr")), group=group)
    row = outdated(group, MemberFactory())
    assert list(reads.to_answer(member)) == [row]
    assert list(reads.to_answer(group.owner)) == [row]


# --- Pages ---------------------------------------------------------------------------------------------------------


def test_a_member_says_so_and_takes_it_back_from_the_page(client, member):
    entry = held()
    url = entry.get_absolute_url()
    client.force_login(member)
    assert client.post(f"{url}connaitre/")["Location"] == f"{url}#connaissance"
    assert "Un membre" in client.get(url).text
    assert client.post(f"{url}reprendre/").status_code == 302
    assert client.post(f"{url}reprendre/").status_code == 302
    assert not Knowledge.objects.exists()
    answer = client.post(f"{url}inexacte/", {"part": "gone"})
    assert answer.status_code == 422
    answer = client.post(f"{url}inexacte/", {"part": "gone", "note": "  \u00a0x "})
    assert answer.status_code == 302
    assert "chez qui tient la fiche" in client.get(url).text
    assert 'value="gone"' in client.get(f"{url}inexacte/").text


def test_visitors_and_holders_say_nothing(client, member):
    entry, hidden = CatalystFactory(owner=member), held(visibility=Visibility.NOBODY)
    url = entry.get_absolute_url()
    assert client.post(f"{url}connaitre/").status_code == 302
    client.force_login(member)
    assert client.post(f"{url}connaitre/").status_code == 403
    assert client.get(f"{url}inexacte/").status_code == 403
    for act in ("connaitre", "inexacte", "reprendre"):
        assert client.post(f"{hidden.get_absolute_url()}{act}/").status_code == 404
    assert not Knowledge.objects.exists()


def test_what_i_said_of_an_entry_gone_from_my_sight_can_be_taken_back(client, member):
    entry = held()
    services.say_known(entry, by=member, now=NOW)
    type(entry).objects.filter(pk=entry.pk).update(visibility=Visibility.NOBODY)
    client.force_login(member)
    assert client.post(f"{entry.get_absolute_url()}reprendre/")["Location"] == "/annuaire/"
    assert not Knowledge.objects.exists()


def test_a_robot_with_an_account_is_stopped(client, member):
    entry = held()
    client.force_login(member)
    answers = {client.post(f"{entry.get_absolute_url()}connaitre/").status_code for _each in range(31)}
    assert answers == {302, 429}


def test_the_owner_answers_on_a_page_that_nobody_else_opens(client, member):
    entry = held()
    row, other = outdated(entry, member), outdated(held(), member)
    url = f"/annuaire/inexactes/{row.pk}/"
    client.force_login(member)
    assert client.get(url).status_code == 404
    client.force_login(entry.owner)
    assert "Elle a changé de poste." in client.get(url).text
    assert url in client.get("/mon-espace/").text
    assert client.get(f"/annuaire/inexactes/{other.pk}/").status_code == 404
    assert client.post(f"/annuaire/inexactes/{other.pk}/", {"acte": "corrige"}).status_code == 404
    assert client.post(url, {"acte": "exact", "answer": ""}).status_code == 422
    assert client.post(url, {"acte": "corrige", "answer": "x" * 501}).status_code == 422
    assert client.post(url, {"acte": "exact", "answer": "Toujours en poste."}).status_code == 302
    assert client.post(url, {"acte": "corrige"}).status_code == 403
    assert client.get("/annuaire/inexactes/").status_code == 403
    assert client.get("/annuaire/inexactes/999999/").status_code == 404


def test_the_owner_says_it_is_corrected(client, member):
    entry = held()
    row = outdated(entry, member)
    client.force_login(entry.owner)
    assert client.post(f"/annuaire/inexactes/{row.pk}/", {"acte": "corrige"})["Location"] == entry.get_absolute_url()
    row.refresh_from_db()
    assert row.state == OutdatedState.CORRECTED
    client.force_login(member)
    assert "Vous avez dit" in client.get(entry.get_absolute_url()).text


@pytest.mark.parametrize("role", [Role.MEMBER, Role.FACILITATOR])
def test_the_desk_of_what_is_outdated_is_for_animators(client, role):
    row = outdated(CatalystFactory(), MemberFactory())
    client.force_login(MemberFactory(role=role))
    assert client.get("/annuaire/inexactes/").status_code == 403
    assert client.get(f"/annuaire/inexactes/{row.pk}/").status_code == 404


def test_animators_settle_from_their_desk(client, animator, member):
    row = outdated(CatalystFactory(), member)
    waiting = outdated(held(), member)
    client.force_login(animator)
    desk = client.get("/annuaire/inexactes/").text
    assert row.note in desk
    assert "Fiches dites inexactes" in client.get("/moderation/").text
    url = f"/annuaire/inexactes/{row.pk}/"
    assert client.post(url, {"state": "right"}).status_code == 422
    assert client.post(url, {"state": "open", "answer": "x"}).status_code == 422
    assert client.post(url, {"state": "right", "answer": "Vérifié."}).status_code == 302
    assert client.post(url, {"state": "right", "answer": "Vérifié."}).status_code == 403
    assert "Rien à vérifier" in client.get("/annuaire/inexactes/").text
    page = client.get(f"/annuaire/inexactes/{waiting.pk}/")
    assert not page.context["settles"]
    assert client.post(f"/annuaire/inexactes/{waiting.pk}/", {"acte": "corrige"}).status_code == 403
