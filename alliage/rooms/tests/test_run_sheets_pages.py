"""Pages of run sheets: read by all, changed by one without a script, printed; what others made does not exist for a stranger."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pypdf import PdfReader

from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.moderation.registry import reportable
from alliage.rooms.enums import Role, RoomState
from alliage.rooms.models import Card, Room, RunSheet
from alliage.rooms.phases import MOST_CAPTURES
from alliage.rooms.services import people, rooms
from alliage.rooms.services import run_sheets as services
from alliage.rooms.services.run_sheets import mark
from alliage.rooms.tests.factories import NOW, Session, person, prepared

pytestmark = pytest.mark.django_db


def signed_in(member):
    client = MemberClient()
    client.force_login(member)
    return client


@pytest.fixture
def owner():
    return MemberFactory(name="Alix")


@pytest.fixture
def mine(owner):
    services.load(now=NOW)
    return services.clone(RunSheet.objects.get(code="trio"), by=owner, now=NOW)


@pytest.fixture
def browser(owner):
    return signed_in(owner)


def whole(run_sheet: RunSheet, **more) -> dict:
    """What the page of the whole sends when nothing is changed."""
    sheet = run_sheet.sheet
    sent = {"seen": mark(run_sheet), "title": sheet.title, "purpose": sheet.purpose, "method": sheet.method}
    for role, (least, most) in sheet.roles.items():
        sent |= {f"role_{role}": "on", f"least_{role}": least or "", f"most_{role}": most or ""}
    return sent | {f"length_{phase.code}": phase.length for phase in sheet.phases} | more


def of_phase(run_sheet: RunSheet, code: str, *captures: dict, **more) -> dict:
    """What the page of a phase sends, with these captures after those it has."""
    phase = run_sheet.sheet.phases[run_sheet.sheet.rank(code)]
    sent = {"seen": mark(run_sheet), "title": phase.title, "length": phase.length, "purpose": phase.purpose}
    sent |= {"speakers": list(phase.speakers), "tools": list(phase.tools), "advice": phase.advice}
    sent |= {"note_takers": list(phase.note_takers)}
    sent |= {f"cue_{role}": text for role, text in phase.cues.items()}
    rows = [
        {"code": each.code, "label": each.label, "by": list(each.by), "help": each.help, "shown": "private" if each.is_private else "named"}
        | {name: "on" for name in ("is_question", "is_outcome") if getattr(each, name)}
        for each in phase.captures
    ]  # fmt: skip
    sent |= {"ecrit-INITIAL_FORMS": len(rows), "ecrit-TOTAL_FORMS": len(rows) + len(captures)}
    for rank, row in enumerate([*rows, *captures]):
        sent |= {f"ecrit-{rank}-{name}": value for name, value in ({"shown": "named"} | row).items()}
    return sent | more


def edit_url(run_sheet: RunSheet) -> str:
    return reverse("rooms:run_sheet_edit", args=[run_sheet.pk])


def phase_url(run_sheet: RunSheet, code: str) -> str:
    return reverse("rooms:run_sheet_phase", args=[run_sheet.pk, code])


def again(run_sheet: RunSheet) -> RunSheet:
    return RunSheet.objects.get(pk=run_sheet.pk)


# --- Reading -------------------------------------------------------------------------------------------------------


def test_a_visitor_reads_those_of_the_platform_and_finds_no_other(client, mine):
    page = client.get(reverse("rooms:run_sheets")).content.decode()
    assert "Séance de codéveloppement" in page
    assert "ma version" not in page
    read = client.get(reverse("rooms:run_sheet", args=[mine.made_from_id]))
    assert read.status_code == 200
    assert "Parle" in read.content.decode()
    for name in ("run_sheet", "run_sheet_pdf", "run_sheet_json"):
        assert client.get(reverse(f"rooms:{name}", args=[mine.pk])).status_code == 404


def test_another_member_finds_mine_only_when_i_share_it(mine):
    other = signed_in(MemberFactory())
    assert other.get(mine.get_absolute_url()).status_code == 404
    RunSheet.objects.filter(pk=mine.pk).update(is_shared=True)
    page = other.get(mine.get_absolute_url())
    assert page.status_code == 200
    assert "partagé par Alix" in page.content.decode()
    assert mine.sheet.title in other.get(reverse("rooms:run_sheets")).content.decode()
    for address in (edit_url(mine), phase_url(mine, "expose")):
        assert other.get(address).status_code == 404
        assert other.post(address, whole(mine)).status_code == 404
    assert other.post(reverse("rooms:run_sheet_drop", args=[mine.pk])).status_code == 404
    assert again(mine).sheet == mine.sheet


def test_a_shared_run_sheet_may_be_reported_by_who_reads_it(owner, mine):
    kind = reportable.get("rooms.run_sheet")
    other = MemberFactory()
    assert not kind.can_see(other, mine)
    assert not kind.can_see(other, mine.made_from)
    mine.is_shared = True
    assert kind.can_see(other, mine)
    assert (kind.title(mine), kind.author(mine)) == (mine.sheet.title, owner)


def test_nobody_edits_a_run_sheet_of_the_platform(browser, mine):
    assert browser.get(edit_url(mine.made_from)).status_code == 404


def test_hours_follow_the_hour_of_the_start(client, mine):
    address = mine.made_from.get_absolute_url()
    assert "14\u00a0h\u00a005" in client.get(f"{address}?debut=14:00").content.decode()
    for wrong in ("", "?debut=", "?debut=25:99", "?debut=%00", "?debut=demain"):
        page = client.get(address + wrong)
        assert page.status_code == 200
        assert "minutes 5 à 10" in page.content.decode()


def test_what_it_was_made_from_is_named_to_whoever_may_read_it(browser, mine, owner):
    source = services.clone(mine, by=MemberFactory(), now=NOW)
    RunSheet.objects.filter(pk=mine.pk).update(made_from=source)
    assert "Tiré de" not in browser.get(mine.get_absolute_url()).content.decode()
    RunSheet.objects.filter(pk=source.pk).update(is_shared=True)
    assert "Tiré de" in browser.get(mine.get_absolute_url()).content.decode()


# --- Making one's own ----------------------------------------------------------------------------------------------


def test_a_member_takes_one_and_arrives_where_it_is_changed(browser, owner, mine):
    RunSheet.objects.filter(owner=owner).delete()
    answer = browser.post(reverse("rooms:run_sheet_clone", args=[mine.made_from_id]))
    made = RunSheet.objects.get(owner=owner)
    assert answer["Location"] == edit_url(made)
    assert browser.get(answer["Location"]).status_code == 200


def test_a_copy_too_many_is_refused_in_words(browser, mine, monkeypatch):
    monkeypatch.setattr(services, "MOST_OF_ONE_MEMBER", 1)
    answer = browser.post(reverse("rooms:run_sheet_clone", args=[mine.pk]), follow=True)
    assert "supprimez-en un" in answer.content.decode()
    answer = browser.post(reverse("rooms:run_sheet_new"), {"title": "Encore", "pace": "live"})
    assert answer.status_code == 422
    assert "Encore" in answer.content.decode()


def test_a_new_one_begins_with_a_title(browser, owner):
    page = browser.post(reverse("rooms:run_sheet_new"), {"title": "", "pace": "live"})
    assert page.status_code == 422
    answer = browser.post(reverse("rooms:run_sheet_new"), {"title": "Une heure", "pace": "live"})
    assert answer["Location"] == edit_url(RunSheet.objects.get(owner=owner))


def test_a_file_taken_away_here_is_brought_in_there(browser, mine):
    taken = browser.get(reverse("rooms:run_sheet_json", args=[mine.pk]))
    assert taken["Content-Disposition"].endswith('.json"')
    assert json.loads(taken.content)["deroule"]["title"] == mine.sheet.title
    sent = SimpleUploadedFile("deroule.json", taken.content)
    other = MemberFactory()
    answer = signed_in(other).post(reverse("rooms:run_sheet_new"), {"bring_in": "1", "file": sent})
    assert answer.status_code == 302
    assert RunSheet.objects.get(owner=other).sheet == mine.sheet


def test_a_file_that_is_none_is_refused_beside_its_field(browser):
    for sent in ({"bring_in": "1"}, {"bring_in": "1", "file": SimpleUploadedFile("a.json", b"{}")}):
        answer = browser.post(reverse("rooms:run_sheet_new"), sent)
        assert answer.status_code == 422
        assert "data-errors" in answer.content.decode()


# --- Changing the whole --------------------------------------------------------------------------------------------


def test_one_form_changes_title_roles_lengths_and_sharing(browser, mine):
    sent = whole(mine, title="Trio du mardi", length_expose=9, role_observer="on", most_observer=2, is_shared="on")
    answer = browser.post(edit_url(mine), sent)
    assert answer["Location"] == mine.get_absolute_url()
    kept = again(mine)
    assert kept.sheet.title == "Trio du mardi"
    assert kept.sheet.phases[0].length == 9
    assert kept.sheet.roles["observer"] == (0, 2)
    assert kept.is_shared


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "x" * 121},
        {"length_expose": 0},
        {"length_expose": 9999},
        {"least_consultant": 3, "most_consultant": 2},
        {"title": "nul\x00"},
    ],
    ids=["no_title", "long_title", "no_time", "too_long", "bounds", "nul"],
)
def test_a_refused_form_comes_back_filled_and_changes_nothing(browser, mine, wrong):
    answer = browser.post(edit_url(mine), whole(mine, purpose="Un but à moi") | wrong)
    assert answer.status_code == 422
    assert "Un but à moi" in answer.content.decode()
    assert again(mine).sheet == mine.sheet


def test_at_least_one_role_stays(browser, mine):
    sent = {name: value for name, value in whole(mine).items() if not name.startswith("role_")}
    assert "Gardez au moins un rôle" in browser.post(edit_url(mine), sent).content.decode()


def test_every_button_keeps_what_is_typed_too(browser, mine):
    answer = browser.post(edit_url(mine), whole(mine, title="Gardé", act="down:expose"))
    assert answer["Location"].endswith("#etape-expose")
    kept = again(mine)
    assert kept.sheet.title == "Gardé"
    assert [phase.code for phase in kept.sheet.phases][:2] == ["clarification", "expose"]
    browser.post(edit_url(kept), whole(kept, act="up:expose"))
    kept = again(kept)
    assert kept.sheet.phases[0].code == "expose"
    browser.post(edit_url(kept), whole(kept, act="drop:expose"))
    kept = again(kept)
    assert kept.sheet.rank("expose") is None
    answer = browser.post(edit_url(kept), whole(kept, act="add:clarification"))
    assert answer["Location"] == phase_url(kept, again(kept).sheet.phases[1].code)


def test_an_act_that_cannot_be_is_refused_on_the_page(browser, mine):
    answer = browser.post(edit_url(mine), whole(mine, act="up:inconnue"))
    assert answer.status_code == 422
    assert "n’est plus là" in answer.content.decode()


def test_what_another_window_changed_is_told_and_a_second_press_keeps_this_one(browser, owner, mine):
    sent = whole(mine, title="De cette fenêtre")
    services.move_phase(mine, "expose", 1, seen=mark(mine), by=owner, now=NOW.replace(hour=10))
    answer = browser.post(edit_url(mine), sent)
    assert answer.status_code == 422
    assert "autre fenêtre" in answer.content.decode()
    assert mark(again(mine)) in answer.content.decode().replace("&#x2B;", "+")
    browser.post(edit_url(mine), sent | {"seen": mark(again(mine))})
    assert again(mine).sheet.title == "De cette fenêtre"


def test_it_is_thrown_away(browser, mine):
    answer = browser.post(reverse("rooms:run_sheet_drop", args=[mine.pk]))
    assert answer["Location"] == reverse("rooms:run_sheets")
    assert not RunSheet.objects.filter(pk=mine.pk).exists()


# --- Changing a phase ----------------------------------------------------------------------------------------------


def test_a_phase_sent_as_it_is_stays_as_it_is(browser, mine):
    for code in ("expose", "clarification", "consultation"):
        answer = browser.post(phase_url(mine, code), of_phase(again(mine), code))
        assert answer["Location"].endswith(f"#etape-{code}")
    assert again(mine).sheet == mine.sheet


def test_a_phase_is_changed_with_what_is_written_in_it(browser, mine):
    new = {"label": "Une image", "by": ["client", "consultant"], "help": "Un dessin en mots", "most": 1, "votes": 2}
    sent = of_phase(
        mine, "expose", new | {"shown": "anonymous_moderated", "is_question": "on", "is_outcome": "on"}, title="Le récit",
        length=9, cue_client="Racontez.",
    )  # fmt: skip
    sent["ecrit-1-DELETE"] = "on"
    assert browser.post(phase_url(mine, "expose"), sent).status_code == 302
    phase = again(mine).sheet.phases[0]
    assert (phase.title, phase.length, phase.cues["client"]) == ("Le récit", 9, "Racontez.")
    assert [each.code for each in phase.captures] == ["situation", "une_image"]
    added = phase.captures[1]
    assert (added.by, added.most, added.votes, added.is_anonymous, added.is_moderated, added.is_private) == (
        ("client", "consultant"), 1, 2, True, True, False,
    )  # fmt: skip
    assert (added.is_question, added.is_outcome) == (True, True)
    page = browser.get(phase_url(mine, "expose")).content.decode()
    assert "Un dessin en mots" in page


@pytest.mark.parametrize("shown", ["named", "anonymous", "moderated", "anonymous_moderated", "private"])
def test_who_reads_what_is_written_is_one_choice_and_is_shown_again(browser, mine, shown):
    browser.post(
        phase_url(mine, "expose"), of_phase(mine, "expose", {"label": "Une", "by": ["client"], "shown": shown})
    )
    page = browser.get(phase_url(mine, "expose")).content.decode()
    assert page.count(f'<option value="{shown}" selected>') >= 1
    kept = again(mine)
    last = kept.sheet.phases[0].captures[-1]
    told = {"anonymous": last.is_anonymous, "moderated": last.is_moderated, "private": last.is_private}
    assert [name for name, is_so in told.items() if is_so] == [name for name in told if name in shown.split("_")]


@pytest.mark.parametrize(
    ("capture", "said"),
    [
        ({"label": "", "by": ["client"]}, "Nommez ce qu’on écrit"),
        ({"label": "Une", "by": []}, "au moins un rôle"),
        ({"label": "x" * 121, "by": ["client"]}, "121"),
        ({"label": "Une", "by": ["inconnu"]}, "data-errors"),
        ({"label": "Une", "by": ["client"], "code": "É"}, "code ne se lit pas"),
    ],
    ids=["no_label", "nobody", "long", "unknown_role", "code"],
)
def test_something_to_write_that_is_wrong_comes_back_as_typed(browser, mine, capture, said):
    answer = browser.post(phase_url(mine, "expose"), of_phase(mine, "expose", capture, advice="Mon conseil"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "Mon conseil" in page
    assert again(mine).sheet == mine.sheet


def test_an_empty_zone_and_one_to_be_removed_are_left_out(browser, mine):
    empty, gone = {"label": "", "by": []}, {"label": "", "by": [], "help": "Rien", "DELETE": "on"}
    answer = browser.post(phase_url(mine, "expose"), of_phase(mine, "expose", empty, gone))
    assert answer.status_code == 302
    assert again(mine).sheet == mine.sheet


def test_one_zone_too_many_is_refused(browser, mine):
    many = [{"label": f"Zone {rank}", "by": ["client"]} for rank in range(MOST_CAPTURES)]
    answer = browser.post(phase_url(mine, "expose"), of_phase(mine, "expose", *many))
    assert answer.status_code == 422
    assert again(mine).sheet == mine.sheet


def test_a_phase_without_title_is_refused(browser, mine):
    assert browser.post(phase_url(mine, "expose"), of_phase(mine, "expose", title="")).status_code == 422


def test_the_page_stays_on_the_phase_to_add_something_else(browser, mine):
    sent = of_phase(mine, "expose", {"label": "Une", "by": ["client"]}, act="more")
    assert browser.post(phase_url(mine, "expose"), sent)["Location"] == phase_url(mine, "expose") + "#ecrits"


def test_a_phase_changed_elsewhere_is_told(browser, owner, mine):
    sent = of_phase(mine, "expose", title="Ici")
    services.move_phase(mine, "expose", 1, seen=mark(mine), by=owner, now=NOW.replace(hour=10))
    answer = browser.post(phase_url(mine, "expose"), sent)
    assert answer.status_code == 422
    assert "autre fenêtre" in answer.content.decode()
    assert browser.get(phase_url(mine, "inconnue")).status_code == 404


def test_a_slow_run_sheet_counts_its_phases_in_days(browser, owner):
    slow = services.make("Dix jours", pace="spread", by=owner, now=NOW)
    assert "Durée, en jours" in browser.get(phase_url(slow, "etape_1")).content.decode()
    assert browser.post(phase_url(slow, "etape_1"), of_phase(slow, "etape_1", length=31)).status_code == 422
    assert "jours" in browser.get(edit_url(slow)).content.decode()


# --- On paper ------------------------------------------------------------------------------------------------------


def paper(answer) -> tuple[PdfReader, str]:
    assert answer["Content-Type"] == "application/pdf"
    read = PdfReader(io.BytesIO(answer.content))
    return read, " ".join(" ".join(page.extract_text() for page in read.pages).split())


@pytest.mark.parametrize("code", ["codev", "trio", "codev_differe", "atelier_2020", "webinaire"])
def test_the_facilitators_sheet_holds_on_two_pages_and_is_tagged(client, mine, code):
    run_sheet = RunSheet.objects.get(code=code)
    read, text = paper(client.get(reverse("rooms:run_sheet_pdf", args=[run_sheet.pk])))
    assert len(read.pages) <= 2
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert run_sheet.sheet.title in text
    for phase in run_sheet.sheet.phases:
        assert phase.title in text


def test_hours_of_the_paper_follow_the_start(client, mine):
    address = reverse("rooms:run_sheet_pdf", args=[mine.made_from_id])
    _read, text = paper(client.get(f"{address}?debut=14:00"))
    assert "14 h 05" in text
    assert "14 h 00 à 14 h 25" in text
    _read, text = paper(client.get(address))
    assert "à partir de" in text
    assert "0 h 05" in text


def test_a_long_run_sheet_with_any_text_still_prints(client, owner, browser):
    phase = {
        "code": "p",
        "title": "#let x = 1 \\ $ * _ 🎉",
        "length": 5,
        "purpose": "@cite <a> `raw` //",
        "advice": "A" * 1200,
    }
    phases = [phase | {"code": f"p{rank}"} for rank in range(30)]
    raw = json.dumps({"title": "*Titre* #x", "phases": phases}).encode()
    run_sheet = services.bring_in(raw, by=owner, now=NOW)
    read, text = paper(browser.get(reverse("rooms:run_sheet_pdf", args=[run_sheet.pk])))
    assert "#let x = 1" in text
    assert len(read.pages) > 2


def test_the_sheet_of_a_room_is_for_those_who_facilitate_it():
    session = Session("trio", title="Un titre confié")
    address = reverse("rooms:room_pdf", args=[session.room.code])
    facilitator = signed_in(session.room.created_by)
    answer = facilitator.get(address)
    _read, text = paper(answer)
    assert "Un titre confié" in text
    # It was opened at 9 in universal time.
    assert "10 h 05" in text
    assert "titre" not in answer["Content-Disposition"]
    other = MemberFactory()
    people_of = person(session.room, Role.CONSULTANT, name="Nour", member=other)
    assert signed_in(other).get(address).status_code == 404
    people.give_role(session.room, people_of, Role.FACILITATOR, by=session.facilitator, now=NOW)
    assert signed_in(other).get(address).status_code == 200
    people.give_role(session.room, people_of, Role.CONSULTANT, by=session.facilitator, now=NOW)
    assert signed_in(other).get(address).status_code == 404
    assert signed_in(MemberFactory()).get(address).status_code == 404
    assert MemberClient().get(address).status_code == 404


# --- In a room -----------------------------------------------------------------------------------------------------


def rehearsal():
    room = prepared("trio", is_rehearsal=True)
    person(room, Role.FACILITATOR, name="Aude", member=room.created_by)
    return room, signed_in(room.created_by)


def test_a_rehearsal_is_played_without_a_script():
    room, browser = rehearsal()
    act, page = reverse("rooms:act", args=[room.code]), room.get_absolute_url()
    assert "Faire venir des personnes fictives" in browser.get(page).content.decode()
    browser.post(act, {"do": "bring"})
    browser.post(act, {"do": "open"})
    browser.post(act, {"do": "take_part"})
    shown = browser.get(page).content.decode()
    assert "Personne fictive 1" in shown
    assert "Phrase d’essai" in shown
    browser.post(act, {"do": "start_over"})
    room.refresh_from_db()
    assert room.state == RoomState.PREPARED
    assert not Card.objects.exists()
    answer = browser.post(reverse("rooms:rehearsal_erase", args=[room.code]))
    assert answer["Location"] == reverse("rooms:index")
    assert browser.get(page).status_code == 404
    assert "Salle effacée" not in browser.get(reverse("rooms:index")).content.decode()


def test_a_real_room_has_none_of_it_and_refuses_to_be_erased():
    session = Session("trio")
    browser = signed_in(session.room.created_by)
    assert "personnes fictives" not in browser.get(session.room.get_absolute_url()).content.decode()
    answer = browser.post(reverse("rooms:rehearsal_erase", args=[session.room.code]))
    assert answer.status_code == 422
    assert Room.objects.get(pk=session.room.pk).erased_at is None


def test_someone_without_an_account_who_erases_a_rehearsal_is_sent_to_run_sheets():
    from alliage.rooms import visits

    room, _browser = rehearsal()
    key = people.new_key()
    guest = people.join(room, people.Entry(Role.FACILITATOR), name="Nour", key=key, now=NOW)
    assert guest.facilitates
    client = MemberClient()
    client.cookies[visits.COOKIE] = key
    answer = client.post(reverse("rooms:rehearsal_erase", args=[room.code]))
    assert answer["Location"] == reverse("rooms:run_sheets")


def test_whoever_facilitates_reads_how_long_is_left_and_when_it_ends():
    session = Session("trio", is_open=False)
    browser = signed_in(session.room.created_by)
    page = browser.get(session.room.get_absolute_url()).content.decode()
    assert "25 minutes" in page
    rooms.set_lengths(session.room, {"expose": 10}, by=session.facilitator, now=NOW)
    assert "30 minutes" in browser.get(session.room.get_absolute_url()).content.decode()
