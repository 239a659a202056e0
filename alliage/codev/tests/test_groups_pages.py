"""Pages of groups: what each may do there, what is kept when an act is refused."""

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from docx import Document
from icalendar import Calendar

from alliage.accounts.enums import Role
from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.codev.enums import Access, EncounterState, MemberRole, MemberState, PollState
from alliage.codev.models import CalendarLink, Cycle, DatePoll, Encounter, Group, Membership, Turn
from alliage.codev.services import cycles, encounters, groups, memberships, messages, threads
from alliage.codev.tests.factories import MembershipFactory, group_of
from alliage.directory.tests.factories import CatalystFactory
from alliage.files.tests.factories import PDF, upload
from alliage.moderation.registry import reportable

pytestmark = pytest.mark.django_db
# Far ahead: the pages read the real clock.
NOW = datetime(2036, 3, 3, 12, tzinfo=UTC)


def signed_in(person):
    client = MemberClient()
    client.force_login(person)
    return client


def url(name, group, *more):
    return reverse(f"codev:{name}", args=[group.pk, *more])


def data_of(response):
    return json.loads(b"".join(response.streaming_content))


@pytest.fixture
def keeper(db):
    return MemberFactory(name="Ada")


@pytest.fixture
def member(db):
    return MemberFactory(name="Bea")


@pytest.fixture
def group(keeper, member):
    return group_of(member, facilitator=keeper, name="Pairs")


def written(**more):
    return {
        "kind": "codev", "name": "Nouveau", "text": "Propos", "access": "open", "seats": "8", "rhythm": "5",
        "charter": "Une charte.", "video_url": "",
    } | more  # fmt: skip


# --- The list, the page --------------------------------------------------------------------------------------------


def test_the_list_credits_the_method_and_shows_one_s_groups_and_invitations(group, member):
    invited = group_of(name="On vous y attend")
    memberships.invite(invited, member, by=None, now=NOW)
    page = signed_in(member).get("/codev/").text
    assert "Payette et Champagne" in page
    assert "Mes groupes" in page
    assert reverse("codev:group_join", args=[invited.pk]) in page


def test_the_list_says_where_one_may_come_in(client, group):
    assert "Pairs" in client.get("/codev/?places=1&nature=codev").text
    assert "Aucun groupe ici" in client.get("/codev/?nature=cohort").text
    assert data_of(client.get("/codev.json?nature=cohort")) == {"count": 0, "results": []}
    assert data_of(client.get("/codev.json"))["results"][0]["free_seats"] == 6
    assert b"Pairs" in b"".join(client.get("/codev.csv?places=1").streaming_content)


def test_the_public_page_says_what_the_group_is_and_who_agreed_to_be_read(client, group, member):
    call_command("load_taxonomy", verbosity=0)
    Group.objects.update(excluded_categories=["fondation"])
    Membership.objects.filter(member=member).update(is_shown=True)
    page = client.get(group.get_absolute_url()).text
    assert "6 libres sur 8" in page
    assert "N’accueille pas" in page
    assert ("Bea" in page, "Ada" in page) == (True, False)


def test_a_full_group_says_so(client, group):
    Group.objects.update(seats=5, member_count=5)
    assert "complet" in client.get(group.get_absolute_url()).text


def test_a_group_that_moderation_hid_does_not_exist_for_others(client, group, member):
    groups.hide(group, by=None, now=NOW)
    assert client.get(group.get_absolute_url()).status_code == 404
    assert signed_in(member).get(group.get_absolute_url()).status_code == 200
    assert signed_in(MemberFactory(role=Role.ANIMATOR)).get(group.get_absolute_url()).status_code == 200


def test_a_group_that_changed_its_name_keeps_its_address(client, group):
    assert client.get(f"/codev/groupes/{group.pk}-autre/").headers["Location"] == group.get_absolute_url()


def test_a_group_is_reported_as_long_as_it_is_seen(group):
    kind = reportable.get("codev.group")
    assert kind.can_see(None, group)
    assert (kind.title(group), kind.author(group), kind.url(group)) == ("Pairs", None, group.get_absolute_url())
    group.is_hidden = True
    assert not kind.can_see(None, group)


def test_what_does_not_exist_is_not_found(member):
    client = signed_in(member)
    assert client.get("/codev/groupes/999999/charte/").status_code == 404
    assert client.get("/codev/groupes/999999-x/").status_code == 404


def test_members_find_the_next_encounter_first_and_are_asked_to_read_a_new_charter(group, keeper, member):
    soon = encounters.plan(group, encounters.Fixed(NOW, title="Première"), by=keeper, now=NOW - timedelta(days=1))
    encounters.plan(
        group, encounters.Fixed(NOW + timedelta(days=9), title="Deuxième"), by=keeper, now=NOW - timedelta(days=1)
    )
    groups.change_group(group, groups.Said("Pairs", charter="Autre"), by=keeper, now=NOW)
    page = signed_in(member).get(group.get_absolute_url()).text
    assert page.index("Première") < page.index("Deuxième") < page.index("Qui en fait partie")
    assert "La charte a changé" in page
    assert soon.get_absolute_url() in page
    assert f"{soon.get_absolute_url()}seance/" in page
    assert f"/codev/groupes/{group.pk}/seances/" in page


def test_the_facilitator_sees_who_asks(group, keeper):
    memberships.join(group, memberships.Pledge(1, no_hierarchy=True), by=MemberFactory(), now=NOW)
    assert "Une personne demande à entrer" in signed_in(keeper).get(group.get_absolute_url()).text


# --- Open, change, close, take away --------------------------------------------------------------------------------


def test_opening_a_group(member):
    response = signed_in(member).post("/codev/groupes/nouveau/", written())
    made = Group.objects.get(name="Nouveau")
    assert response.headers["Location"] == url("group_people", made)
    assert made.memberships.get().role == MemberRole.FACILITATOR


@pytest.mark.parametrize("change", [{"seats": "12"}, {"name": ""}], ids=["seats", "name"])
def test_a_refused_group_comes_back_filled(member, change):
    response = signed_in(member).post("/codev/groupes/nouveau/", written(**change))
    assert response.status_code == 422
    assert "Propos" in response.text


def test_settings_are_changed_or_come_back_filled(group, keeper):
    client = signed_in(keeper)
    assert client.post(url("group_settings", group), written(seats="6")).status_code == 302
    group.refresh_from_db()
    assert (group.name, group.seats, group.charter_version) == ("Nouveau", 6, 2)
    assert client.post(url("group_settings", group), written(seats="9")).status_code == 422


def test_closing_a_group(group, keeper, member):
    assert signed_in(member).post(url("group_close", group)).status_code == 403
    assert signed_in(keeper).post(url("group_close", group)).status_code == 302
    group.refresh_from_db()
    assert not group.is_active
    page = signed_in(member).get(group.get_absolute_url())
    assert "Ce groupe est terminé" in page.text
    assert "on n’y entre plus" in signed_in(MemberFactory()).get(group.get_absolute_url()).text


def test_a_member_takes_the_whole_group_away(group, keeper, member):
    cycle = cycles.open_cycle(group, starts_on=NOW.date(), rhythm=5, by=keeper, now=NOW)
    made = encounters.plan(
        group, encounters.Fixed(NOW, title="Première", text="Lire", video_url="https://v.exemple.fr/"), by=keeper,
        now=NOW - timedelta(days=1),
    )  # fmt: skip
    first, second, *_rest = Turn.objects.filter(cycle=cycle)
    cycles.link_encounter(first, made, by=keeper, now=NOW)
    cycles.set_client(second, member, by=keeper, now=NOW)
    said = threads.Opening(messages.Said("Voici", (), [upload(PDF, "ordre.pdf")]), title="Un document", kind="")
    opened = threads.open_thread(group, said, by=keeper, now=NOW).message.thread
    messages.reply(opened, messages.Said("Merci"), by=member, now=NOW)
    client = signed_in(member)
    data = client.get(url("group_take", group, "json")).json()
    assert [row["titre"] for row in data["echanges"]] == ["Un document"]
    assert [row["nom"] for row in data["membres"]] == ["Ada", "Bea"]
    assert data["rencontres"][0]["titre"] == "Première"
    assert [row["cliente_ou_client"] for row in data["cycles"][0]["seances"]] == ["", "Bea"]
    read = Document(BytesIO(client.get(url("group_take", group, "docx")).content))
    text = "\n".join(each.text for each in read.paragraphs)
    for word in ("Pairs", "Première", "Lire", "Bea", "Confidentialité", "Voici", "ordre.pdf", "Merci"):
        assert word in text


# --- Come in -------------------------------------------------------------------------------------------------------


PLEDGE = {"charter_version": "1", "accepts": "on", "no_hierarchy": "on"}


def test_one_comes_in_an_open_group(group):
    Group.objects.update(access=Access.OPEN)
    person = MemberFactory()
    response = signed_in(person).post(url("group_join", group), PLEDGE, follow=True)
    assert "Vous faites partie du groupe" in response.text
    assert group.memberships.get(member=person).state == MemberState.ACTIVE
    assert signed_in(person).get(url("group_join", group)).status_code == 302


def test_one_asks_then_takes_it_back(group):
    client = signed_in(MemberFactory())
    response = client.post(url("group_join", group), PLEDGE | {"text": "Bonjour"}, follow=True)
    assert "Votre demande est partie" in response.text
    assert "déjà partie" in client.get(url("group_join", group)).text
    client.post(url("group_take_back", group))
    assert group.memberships.get(text="", state=MemberState.REFUSED)
    assert "La situation a changé" in client.post(url("group_take_back", group), follow=True).text


def test_nothing_waits_for_who_never_asked(group):
    assert signed_in(MemberFactory()).post(url("group_take_back", group)).status_code == 404


def test_without_the_declaration_the_form_comes_back(group):
    response = signed_in(MemberFactory()).post(url("group_join", group), PLEDGE | {"no_hierarchy": "", "text": "Gardé"})
    assert response.status_code == 422
    assert "Gardé" in response.text


def test_a_charter_that_changed_meanwhile_is_read_again(group):
    response = signed_in(MemberFactory()).post(url("group_join", group), PLEDGE | {"charter_version": "7"})
    assert response.status_code == 422
    assert "La charte vient de changer" in response.text


def test_a_thematic_group_asks_less(member):
    other = group_of(kind="thematic", access=Access.OPEN)
    assert "hiérarchique" not in signed_in(member).get(url("group_join", other)).text


def test_an_invitation_is_answered(group):
    person = MemberFactory()
    memberships.invite(group, person, by=None, now=NOW)
    client = signed_in(person)
    assert "Vous êtes invité ou invitée" in client.get(group.get_absolute_url()).text
    assert "Décliner" in client.get(url("group_join", group)).text
    client.post(url("group_join", group), PLEDGE)
    assert group.memberships.get(member=person).state == MemberState.ACTIVE


def test_the_charter_is_accepted_again(group, keeper, member):
    groups.change_group(group, groups.Said("Pairs", charter="Autre"), by=keeper, now=NOW)
    client = signed_in(member)
    assert client.post(url("group_charter", group), {"charter_version": "1", "accepts": "on"}).status_code == 422
    assert client.post(url("group_charter", group), {"charter_version": "2"}).status_code == 422
    assert client.post(url("group_charter", group), {"charter_version": "2", "accepts": "on"}).status_code == 302
    assert "Vous l’avez acceptée" in client.get(url("group_charter", group)).text


# --- People --------------------------------------------------------------------------------------------------------


def test_a_facilitator_invites_by_name_and_never_sees_the_address(group, keeper):
    person = MemberFactory(name="Cléo", email="secrete@exemple.fr")
    entry = CatalystFactory(name="Cléo", owner=person)
    client = signed_in(keeper)
    response = client.post(url("group_people", group), {"person_code": f"catalyst:{entry.pk}"}, follow=True)
    assert "L’invitation est partie" in response.text
    assert "secrete@" not in response.text
    assert group.memberships.get(member=person).state == MemberState.INVITED


def test_inviting_who_asked_takes_her_in(group, keeper):
    person = MemberFactory()
    entry = CatalystFactory(owner=person)
    memberships.join(group, memberships.Pledge(1, no_hierarchy=True), by=person, now=NOW)
    response = signed_in(keeper).post(url("group_people", group), {"person_code": f"catalyst:{entry.pk}"}, follow=True)
    assert "fait partie du groupe" in response.text


def test_who_has_no_account_is_not_invited(group, keeper):
    entry = CatalystFactory(owner=None)
    response = signed_in(keeper).post(url("group_people", group), {"person_code": f"catalyst:{entry.pk}"})
    assert response.status_code == 422
    assert "pas encore de compte" in response.text
    assert signed_in(keeper).post(url("group_people", group), {}).status_code == 422


def test_a_member_sees_the_people_and_invites_nobody(group, member):
    client = signed_in(member)
    page = client.get(url("group_people", group)).text
    assert ("Ada" in page, "Inviter quelqu’un" in page) == (True, False)
    assert client.post(url("group_people", group), {}).status_code == 403
    assert signed_in(MemberFactory()).get(url("group_people", group)).status_code == 403


@pytest.mark.parametrize(
    ("act", "state", "after"),
    [("accept", "asked", "active"), ("refuse", "asked", "refused"), ("withdraw", "invited", "refused"), ("remove", "active", "left"),
     ("?", "asked", "asked")],
    ids=["accept", "refuse", "withdraw", "remove", "unknown"],
)  # fmt: skip
def test_the_facilitation_answers(group, keeper, act, state, after):
    row = MembershipFactory(group=group, state=state)
    signed_in(keeper).post(url("group_person", group, row.pk), {"act": act})
    row.refresh_from_db()
    assert row.state == after


def test_the_facilitation_is_shared_or_handed_over_in_one_gesture(group, keeper, member):
    row = group.memberships.get(member=member)
    client = signed_in(keeper)
    assert client.post(url("group_person", group, row.pk), {"act": "share"}).headers["Location"] == url(
        "group_people", group
    )
    assert group.memberships.filter(role=MemberRole.FACILITATOR).count() == 2
    response = client.post(url("group_person", group, row.pk), {"act": "hand_over"})
    assert response.headers["Location"] == group.get_absolute_url()
    assert group.memberships.get(role=MemberRole.FACILITATOR).member == member


def test_an_answer_that_comes_too_late_is_said(group, keeper, member):
    row = group.memberships.get(member=member)
    assert (
        "La situation a changé"
        in signed_in(keeper).post(url("group_person", group, row.pk), {"act": "accept"}, follow=True).text
    )


def test_others_answer_for_nobody(group, member):
    row = MembershipFactory(group=group, state=MemberState.ASKED)
    assert signed_in(member).post(url("group_person", group, row.pk), {"act": "accept"}).status_code == 403
    other = MembershipFactory()
    keeper = group.memberships.get(role=MemberRole.FACILITATOR).member
    assert signed_in(keeper).post(url("group_person", group, other.pk), {"act": "accept"}).status_code == 404


def test_an_animator_gives_an_orphan_group_to_one_of_its_members():
    row = MembershipFactory()
    client = signed_in(MemberFactory(role=Role.ANIMATOR))
    assert "Confier la facilitation" in client.get(row.group.get_absolute_url()).text
    assert client.get(url("group_people", row.group)).status_code == 200
    client.post(url("group_person", row.group, row.pk), {"act": "hand_over"})
    row.refresh_from_db()
    assert row.is_facilitator
    assert client.get(url("group_people", row.group)).status_code == 403


def test_one_shows_her_name_and_takes_it_back(group, member):
    client = signed_in(member)
    for shown, expected in (("1", True), ("0", False)):
        client.post(url("group_show_name", group), {"shown": shown})
        assert group.memberships.get(member=member).is_shown is expected


def test_one_leaves(group, keeper, member):
    assert signed_in(keeper).post(url("group_leave", group)).headers["Location"] == url("group_people", group)
    assert signed_in(member).get(url("group_leave", group)).status_code == 200
    assert signed_in(member).post(url("group_leave", group)).headers["Location"] == "/codev/"
    assert group.memberships.get(member=member).state == MemberState.LEFT
    assert signed_in(member).get(url("group_charter", group)).status_code == 403


# --- Encounters ----------------------------------------------------------------------------------------------------

FIXED = {"day": "2036-07-03", "hour": "10:00", "minutes": "90", "title": "Première", "text": "Lire avant"}


def test_a_date_is_typed_at_the_clock_of_who_types_it(group, keeper):
    keeper.time_zone = "Indian/Reunion"
    keeper.save()
    page = signed_in(keeper).post(url("encounter_new", group), FIXED, follow=True)
    made = Encounter.objects.get()
    assert made.starts_at == datetime(2036, 7, 3, 6, tzinfo=UTC)
    assert "de 10\u00a0h à 11\u00a0h\u00a030 (à Paris\u00a0: de 8\u00a0h à 9\u00a0h\u00a030)" in page.text


@pytest.mark.parametrize(
    ("change", "said"),
    [({"day": "2020-01-01"}, "déjà passé"), ({"day": "2036-03-30", "hour": "02:30"}, "existe pas"), ({"hour": ""}, "obligatoire")],
    ids=["past", "missing hour of the year", "no hour"],
)  # fmt: skip
def test_a_date_that_cannot_be_comes_back_filled(group, keeper, change, said):
    response = signed_in(keeper).post(url("encounter_new", group), FIXED | change)
    assert response.status_code == 422
    assert said in response.text
    assert "Lire avant" in response.text


@pytest.fixture
def fixed(group, keeper):
    said = encounters.Fixed(NOW, 50, "Première", video_url="https://v.exemple.fr/")
    return encounters.plan(group, said, by=keeper, now=NOW - timedelta(days=30))


def test_an_encounter_is_changed_and_cancelled(group, keeper, fixed):
    client, page = signed_in(keeper), url("encounter_edit", group, fixed.pk)
    assert "50 minutes" in client.get(page).text
    assert client.post(page, FIXED | {"minutes": "50"}).status_code == 302
    assert client.post(page, FIXED | {"day": "2020-01-01"}).status_code == 422
    assert client.post(page, FIXED | {"day": ""}).status_code == 422
    client.post(page, {"cancel": "1"})
    fixed.refresh_from_db()
    assert fixed.state == EncounterState.CANCELLED
    assert "annulée" in client.post(page, FIXED).text


def test_what_took_place_is_not_cancelled(group, keeper, fixed):
    Encounter.objects.update(starts_at=datetime(2020, 1, 1, tzinfo=UTC))
    client = signed_in(keeper)
    assert "déjà eu lieu" in client.post(url("encounter_edit", group, fixed.pk), {"cancel": "1"}, follow=True).text
    assert "Cette rencontre est passée" in client.get(fixed.get_absolute_url()).text
    assert "Première" in client.get(url("encounters_past", group)).text
    assert "passée" in client.post(url("encounter_presence", group, fixed.pk), {"coming": "yes"}, follow=True).text


def test_presence_is_said_from_either_page(group, member, fixed):
    client = signed_in(member)
    page = url("encounter_presence", group, fixed.pk)
    assert client.post(page, {"coming": "yes", "from": "group"}).headers["Location"] == group.get_absolute_url()
    assert "Bea" in client.get(fixed.get_absolute_url()).text
    assert client.post(page, {"coming": "no"}).headers["Location"] == fixed.get_absolute_url()
    client.post(page, {"coming": "?"})
    assert fixed.presences.get().coming == "no"
    assert client.post(url("encounter_presence", group, 999999), {"coming": "yes"}).status_code == 404


def test_the_calendar_file_is_for_members(group, member, fixed):
    answer = signed_in(member).get(url("encounter_ics", group, fixed.pk))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert Calendar.from_ical(answer.content).walk("VEVENT")[0]["LOCATION"] == "https://v.exemple.fr/"
    assert signed_in(MemberFactory()).get(url("encounter_ics", group, fixed.pk)).status_code == 403


def test_one_s_calendar_has_a_secret_link_that_one_takes_back(client, group, member, fixed):
    mine = signed_in(member)
    page = mine.post("/codev/mon-agenda/", {"act": "make"}, follow=True).text
    link = page.partition('value="http')[2].partition('"')[0]
    path = "/codev/" + link.partition("/codev/")[2]
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["X-Robots-Tag"].startswith("noindex")
    assert len(Calendar.from_ical(answer.content).walk("VEVENT")) == 1
    mine.post("/codev/mon-agenda/", {"act": "revoke"})
    assert client.get(path).status_code == 404
    assert not CalendarLink.objects.exists()


def test_mon_espace_leads_to_groups_and_asks_nothing(member, django_assert_num_queries):
    from alliage.codev.registers.desk import desk_panel

    with django_assert_num_queries(0):
        assert desk_panel(None) == {}
    page = signed_in(member).get("/mon-espace/").text
    for path in ("/codev/", "/entraide/", "/salles/"):
        assert f'href="{path}"' in page


# --- Cycles and dates ----------------------------------------------------------------------------------------------


def test_a_cycle_is_opened_by_the_facilitator(group, keeper, member):
    said = {"starts_on": "2036-07-03", "rhythm": "5"}
    assert signed_in(member).post(url("cycle", group), said).status_code == 403
    client = signed_in(keeper)
    assert client.post(url("cycle", group), {"starts_on": ""}).status_code == 422
    assert client.post(url("cycle", group), said).status_code == 302
    assert client.post(url("cycle", group), said).status_code == 422
    assert Turn.objects.count() == 2
    MembershipFactory(group=group)
    assert "Autant de séances que de membres" in client.get(url("cycle", group)).text
    client.post(url("cycle", group), {"act": "follow"})
    assert Turn.objects.count() == 3
    client.post(url("cycle", group), {"act": "finish"})
    assert Cycle.objects.get().state == "finished"
    client.post(url("cycle", group), {"act": "finish"})


def test_following_the_members_of_a_closed_group_is_refused(group, keeper):
    cycles.open_cycle(group, starts_on=NOW.date(), rhythm=5, by=keeper, now=NOW)
    Group.objects.update(state="closed", closed_at=NOW)
    assert "terminé" in signed_in(keeper).post(url("cycle", group), {"act": "follow"}, follow=True).text


def test_one_takes_a_session_and_leaves_it(group, keeper, member):
    cycle = cycles.open_cycle(group, starts_on=NOW.date(), rhythm=5, by=keeper, now=NOW)
    first, second = Turn.objects.filter(cycle=cycle)
    client, page = signed_in(member), url("cycle_turn", group, first.pk)
    client.post(page, {"client": "me"})
    first.refresh_from_db()
    assert first.client == member
    said = client.post(url("cycle_turn", group, second.pk), {"client": "me"}, follow=True).text
    assert "une situation par cycle" in said
    assert signed_in(keeper).post(page, {"client": "me"}).status_code == 403
    client.post(page, {"client": "nobody"})
    first.refresh_from_db()
    assert first.client is None


def test_the_facilitator_says_who_is_the_client(group, keeper, member):
    cycle = cycles.open_cycle(group, starts_on=NOW.date(), rhythm=5, by=keeper, now=NOW)
    first = Turn.objects.filter(cycle=cycle).first()
    page, row = url("cycle_turn", group, first.pk), group.memberships.get(member=member)
    assert signed_in(member).post(page, {"client": str(row.pk)}).status_code == 403
    client = signed_in(keeper)
    client.post(page, {"client": str(row.pk)})
    first.refresh_from_db()
    assert first.client == member
    for wrong in ("999999", "²", ""):
        assert client.post(page, {"client": wrong}).status_code == 403
    assert client.post(url("cycle_turn", group, 999999), {"client": "me"}).status_code == 404


def proposed(*days, **more):
    said = {"minutes": "90", "title": "Première"} | more
    for rank, day in enumerate(days, 1):
        said |= {f"day_{rank}": day, f"hour_{rank}": "10:00"}
    return said


def test_dates_are_proposed_answered_and_chosen(group, keeper, member):
    cycle = cycles.open_cycle(group, starts_on=NOW.date(), rhythm=5, by=keeper, now=NOW)
    first = Turn.objects.filter(cycle=cycle).first()
    cycles.set_client(first, member, by=keeper, now=NOW)
    tending = signed_in(keeper)
    assert "Bea" in tending.get(url("poll_new", group) + f"?seance={first.pk}").text
    tending.post(url("poll_new", group), proposed("2036-07-03", "2036-07-04", turn=str(first.pk)))
    poll = DatePoll.objects.get()
    assert poll.turn == first
    client, page = signed_in(member), url("poll", group, poll.pk)
    assert "Votre réponse est attendue" in client.get(group.get_absolute_url()).text
    one, two = poll.dates.all()
    client.post(page, {f"date_{one.pk}": "no", f"date_{two.pk}": "yes"})
    assert client.post(page, {f"date_{one.pk}": "?"}).status_code == 422
    assert "convient le mieux" in client.get(page).text
    choosing = url("poll_choose", group, poll.pk)
    assert client.post(choosing, {"date": str(two.pk)}).status_code == 403
    for wrong in ("", "²", "999999"):
        assert tending.post(choosing, {"date": wrong}).status_code == 404
    response = tending.post(choosing, {"date": str(two.pk)})
    assert response.headers["Location"] == Encounter.objects.get().get_absolute_url()
    assert "déjà choisie" in tending.post(choosing, {"date": str(two.pk)}, follow=True).text
    assert "déjà choisie" in client.post(page, {f"date_{one.pk}": "yes"}, follow=True).text
    assert client.get(url("poll", group, 999999)).status_code == 404


@pytest.mark.parametrize(
    "said",
    [proposed("2036-07-03"), proposed("2036-07-03", "2036-07-04") | {"hour_2": ""}, proposed("2036-07-03", "2036-07-04") | {"day_2": ""},
     proposed("2036-03-30") | {"hour_1": "02:30"}, proposed("2036-07-03", "pas une date")],
    ids=["one", "no hour", "no day", "no such hour", "no date"],
)  # fmt: skip
def test_dates_that_are_not_whole_come_back_filled(group, keeper, said):
    response = signed_in(keeper).post(url("poll_new", group), said)
    assert response.status_code == 422
    assert "Première" in response.text


def test_a_choice_is_given_up(group, keeper):
    signed_in(keeper).post(url("poll_new", group), proposed("2036-07-03", "2036-07-04"))
    poll = DatePoll.objects.get()
    signed_in(keeper).post(url("poll_choose", group, poll.pk), {"act": "close"})
    poll.refresh_from_db()
    assert poll.state == PollState.CLOSED
    assert "abandonné" in signed_in(keeper).get(url("poll", group, poll.pk)).text
