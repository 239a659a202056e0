"""An opening on paper: ballots printed, ticked, photographed, confirmed, counted once and nobody's from then on."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from alliage.accounts.tests.factories import MemberFactory
from alliage.files.models import StoredFile
from alliage.files.tests.factories import picture
from alliage.jobs.models import Job
from alliage.paper import queries as paper_queries
from alliage.paper import reading, sheets
from alliage.paper import services as paper
from alliage.paper.enums import PaperState
from alliage.paper.layout import QUARTER, SHEET
from alliage.paper.tests import photographs
from alliage.questionnaires import services as engine
from alliage.questionnaires.ballots import layout, services
from alliage.questionnaires.models import Ballot, Opening, Response
from alliage.questionnaires.questions import read
from alliage.questionnaires.registers import may_read_ballot, page_of
from alliage.questionnaires.tests.balloted import THREE, ballot, poll, sheet
from alliage.questionnaires.tests.factories import NOW, OPTIONS, asked, opened
from alliage.refusals import Refusal

pytestmark = pytest.mark.django_db
GIVEN = {"one": "b", "several": ["a", "c"], "scale": "?"}


@pytest.fixture
def member():
    return MemberFactory()


@pytest.fixture
def opening(member):
    return poll(member)


def here(found: Opening, name: str = "paper", *more: Any) -> str:
    return reverse(f"questionnaires:{name}", args=[found.pk, *more])


def photograph(image: Any, seed: int = 7) -> SimpleUploadedFile:
    content = photographs.photograph(image, np.random.default_rng(seed), hard=0.5)
    return SimpleUploadedFile("photo.jpg", content, "image/jpeg")


def printed(found: Opening) -> Any:
    return photographs.printed(sheet(found), sheets.TEMPLATE)[0]


def said(response: Any) -> str:
    return response.content.decode()


# --- The whole way ---------------------------------------------------------------------------------------------------


def test_four_ballots_go_from_the_printer_to_the_results(opening, member, client):
    """One photograph of four ballots: what is doubtful is settled by a person, then each counts, once, and no picture is left."""
    client.force_login(member)
    place = services.laid(opening, opening.version_id)
    draw = np.random.default_rng(4)
    pieces = [photographs.fill(photographs.cut_out(printed(opening), QUARTER, at), place.page, draw) for at in range(4)]
    whole = photographs.on_page([piece.image for piece in pieces], QUARTER.places)
    answer = client.post(here(opening), {"photos": [photograph(whole)]})
    job = Job.objects.get(kind=services.KIND.job)
    assert (answer.url, page_of(job)) == (job.get_absolute_url(), here(opening))
    rows = list(opening.ballots.order_by("copy"))
    assert [row.state for row in rows] == [PaperState.READ] * 4
    for rank, row in enumerate(rows):
        shown = client.get(here(opening, "paper_slip", row.pk))
        assert shown.status_code == 200
        meant = {code: value.split() or ["-"] for code, value in pieces[rank].meant.items()}
        meant["several"] = meant["several"][:2]
        client.post(here(opening, "paper_slip", row.pk), {"one": "a", "scale": "?"} | meant)
    assert Response.objects.count() == 4
    assert not StoredFile.objects.filter(purpose=services.PURPOSE).exists()
    assert "4 papiers confirmés" in said(client.get(here(opening)))
    again = client.post(here(opening), {"photos": [photograph(whole, 8)]})
    assert again.status_code == 302
    assert (Response.objects.count(), opening.ballots.get(state=PaperState.UNREAD).why) == (4, "already")


def test_a_ballot_is_nobodys_once_it_is_counted(opening, member):
    row = ballot(opening, member)
    services.confirm(row, GIVEN, by=member, now=NOW)
    row.refresh_from_db()
    answer = Response.objects.get()
    assert (row.state, row.boxes, row.file) == (PaperState.CONFIRMED, {}, None)
    assert answer.answers == {"one": "b", "several": ["a", "c"], "scale": "?"}
    assert answer.answered_at == opening.opened_at
    kept = {str(value) for name, value in vars(answer).items() if name != "answers"}
    assert not {row.series, f"{row.series}-{row.copy}"} & kept
    with pytest.raises(Refusal, match="déjà été confirmé"):
        services.confirm(row, GIVEN, by=member, now=NOW)
    assert Response.objects.count() == 1


# --- What may be printed ---------------------------------------------------------------------------------------------


def test_what_is_not_answered_by_ticks_is_not_printed(member, client):
    client.force_login(member)
    long = [asked("one", code=f"q{rank}", options=OPTIONS * 1, title="Une question" * 20) for rank in range(40)]
    for found, why in (
        (opened(asked("one"), asked("text"), by=member), "qu’en cochant"),
        (opened(asked("one"), by=member, is_anonymous=False), "nominative"),
        (opened(*long, by=member), "ne tiennent pas"),
    ):
        assert why in services.why_not(found)
        assert why in said(client.get(here(found)))
        assert "Sans réseau" not in said(client.get(found.get_absolute_url()))
        with pytest.raises(Refusal):
            paper.send(services.KIND, found, [], by=member, now=NOW)
    assert services.KIND.format_of(found) == SHEET


def test_a_closed_opening_prints_and_takes_nothing_more(opening, member, client):
    client.force_login(member)
    row = ballot(opening, member)
    assert "Sans réseau" in said(client.get(opening.get_absolute_url()))
    engine.close(opening, by=member, now=NOW)
    assert client.get(here(opening, "paper_sheets")).url == here(opening)
    assert "est close" in said(client.get(here(opening)))
    with pytest.raises(Refusal, match="est close"):
        services.confirm(row, GIVEN, by=member, now=NOW)


def test_a_ballot_is_a_quarter_of_a_page_and_a_page_when_there_is_more():
    short, more = read(list(THREE)), read([asked("one", code=f"q{rank}") for rank in range(9)])
    assert layout.laid(short).format == QUARTER
    assert layout.laid(more).format == SHEET
    bottom = SHEET.height - SHEET.inset - SHEET.mark
    assert all(box.y + 5 < bottom for row in layout.laid(more).page.rows for box in row.boxes)
    assert "2 réponses au plus" in layout.laid(short).words[1].text
    assert "plusieurs réponses" in layout.laid(read([asked("several")])).words[0].text
    assert layout.laid(read([asked("order")])) is None


def test_words_too_long_for_a_column_stand_alone():
    options = [
        {"code": "a", "title": "Une réponse qui prend toute la largeur du bulletin"},
        {"code": "b", "title": "Non"},
    ]
    boxes = layout.laid(read([asked("one", options=options)])).page.rows[0].boxes
    assert boxes[0].x == boxes[1].x


def test_the_pdf_is_light(opening, member, client):
    client.force_login(member)
    answer = client.get(here(opening, "paper_sheets") + "?exemplaires=15")
    assert answer.content.startswith(b"%PDF")
    assert len(answer.content) < 300_000
    assert client.get(here(opening, "paper_sheets") + "?exemplaires=1000").url == here(opening)


# --- Photographs -----------------------------------------------------------------------------------------------------


def test_a_ballot_of_another_opening_and_a_picture_of_nothing_are_said(opening, member):
    uploads = [photograph(printed(poll(member))), SimpleUploadedFile("chat.png", picture(size=(300, 200)))]
    paper.send(services.KIND, opening, uploads, by=member, now=NOW)
    assert sorted(opening.ballots.values_list("state", "why")) == [("unread", "marks"), ("unread", "other")]


def test_a_ballot_whose_questions_are_not_those_asked_is_not_read(opening):
    assert services.laid(opening, opening.version_id + 1) is None
    said_of = paper.codes.text_of(paper.codes.SlipCode("B", opening.pk, opening.version_id + 1, "0A1B2C3D", 1))
    assert paper._printed(services.KIND, opening, said_of) is None


def test_a_ballot_photographed_again_replaces_the_first(opening, member):
    image = photographs.cut_out(printed(opening), QUARTER, 2)
    for _twice in range(2):
        paper.send(services.KIND, opening, [photograph(image)], by=member, now=NOW)
    row = opening.ballots.get()
    assert (row.copy, row.state) == (3, PaperState.READ)
    assert StoredFile.objects.filter(purpose=services.PURPOSE).count() == 1


def test_one_photograph_refused_keeps_none(opening, member, client):
    client.force_login(member)
    files = [SimpleUploadedFile("a.png", picture()), SimpleUploadedFile("b.txt", b"bonjour")]
    answer = client.post(here(opening), {"photos": files})
    assert answer.status_code == 422
    assert "b.txt" in said(answer)
    assert client.post(here(opening), {}).status_code == 422
    with pytest.raises(Refusal, match="Quarante"):
        paper.send(services.KIND, opening, [], by=member, now=NOW)
    assert not StoredFile.objects.filter(purpose=services.PURPOSE).exists()
    assert not opening.ballots.exists()


def test_a_photograph_taken_away_is_not_read(opening, member):
    row = ballot(opening, member, state=PaperState.WAITING, series="", copy=0, boxes={})
    paper.remove(services.KIND, row, by=member, now=NOW)
    paper._read(services.KIND, row.pk, now=NOW)
    paper._keep(services.KIND, row, [], [], now=NOW)
    assert not Ballot.objects.exists()


def test_a_photograph_whose_picture_is_lost_is_left_alone(opening, member):
    row = ballot(opening, member, state=PaperState.WAITING, series="", copy=0, boxes={}, file=None)
    paper._read(services.KIND, row.pk, now=NOW)
    paper._keep(services.KIND, row, [], [], now=NOW)
    assert not Ballot.objects.exists()


def test_pictures_go_after_seven_days(opening, member):
    row = ballot(opening, member)
    assert paper.erase_old(services.KIND, now=NOW + timedelta(days=6)) == 0
    assert paper.erase_old(services.KIND, now=NOW + timedelta(days=7)) == 1
    row.refresh_from_db()
    assert (row.state, row.file, row.boxes) == (PaperState.ERASED, None, {})
    with pytest.raises(Refusal):
        services.confirm(row, GIVEN, by=member, now=NOW)
    paper.remove(services.KIND, row, by=member, now=NOW)
    assert not opening.ballots.exists()


# --- Confirmed -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        pytest.param({"several": []}, "trancher", id="left-out"),
        pytest.param({"several": ["z"]}, "trancher", id="unknown"),
        pytest.param({"several": ["-", "a"]}, "ne va pas avec", id="nothing-and-something"),
        pytest.param({"several": ["a", "b", "c"]}, "2 réponses au plus", id="too-many"),
        pytest.param({"one": "-"}, "attend une réponse", id="required"),
        pytest.param({"one": "-", "several": ["-"], "scale": "-"}, "Aucune réponse", id="blank"),
    ],
)
def test_what_a_person_says_is_checked(opening, member, wrong, why):
    row = ballot(opening, member)
    with pytest.raises(Refusal, match=why):
        services.confirm(row, GIVEN | wrong, by=member, now=NOW)
    assert not Response.objects.exists()


def test_a_doubt_is_asked_and_a_refusal_gives_the_page_back(opening, member, client):
    client.force_login(member)
    row = ballot(opening, member)
    path = here(opening, "paper_slip", row.pk)
    assert "several.jpg" in said(client.get(path))
    assert client.get(here(opening, "paper_line", row.pk, "several"))["Content-Type"] == "image/jpeg"
    assert client.get(here(opening, "paper_line", row.pk, "inconnue")).status_code == 404
    assert client.post(path, {"one": "a", "scale": "n1"}).status_code == 422
    assert client.post(path, {"one": "-", "several": "-", "scale": "-"}).status_code == 422
    other = ballot(opening, member, copy=8)
    assert client.post(path, {"one": "a", "several": "-", "scale": "n1"}).url == here(opening, "paper_slip", other.pk)
    assert Response.objects.get().answers == {"one": "a", "scale": "n1"}


def test_a_photograph_that_is_not_read_is_shown_with_what_to_do_and_goes(opening, member, client):
    client.force_login(member)
    row = ballot(opening, member, state=PaperState.UNREAD, why="code", series="", copy=0, boxes={})
    path = here(opening, "paper_slip", row.pk)
    assert "n’est pas net" in said(client.get(path))
    assert client.post(path, {}).status_code == 200
    assert client.post(path, {"act": "remove"}).url == here(opening)
    assert client.get(path).status_code == 404


# --- Who -------------------------------------------------------------------------------------------------------------


def test_only_those_who_hold_the_opening_see_its_ballots(opening, member, client):
    row = ballot(opening, member)
    StoredFile.objects.filter(pk=row.file_id).update(owner_id=None)
    row.file.refresh_from_db()
    for who, seen in ((member, 200), (MemberFactory(), 404)):
        client.force_login(who)
        for path in (here(opening), here(opening, "paper_slip", row.pk), row.file.get_absolute_url()):
            assert client.get(path).status_code == seen
    row.delete()
    assert not may_read_ballot(member, row.file)
    assert paper_queries.slip_of(services.KIND, opening, row.pk or 0) is None


def test_what_the_tables_refuse(opening, member):
    row = ballot(opening, member)
    with pytest.raises(IntegrityError), transaction.atomic():
        ballot(opening, member)
    for wrong in ({"state": "lost"}, {"state": PaperState.CONFIRMED}, {"series": ""}, {"state": PaperState.ERASED}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Ballot.objects.filter(pk=row.pk).update(**wrong)


def test_an_empty_ballot_is_all_doubts(opening):
    place = services.laid(opening, opening.version_id)
    blank = photographs.cut_out(printed(opening), QUARTER, 0)
    content = photographs.photograph(blank, np.random.default_rng(7), hard=0.3)
    lines = reading.read(reading.straighten(content, QUARTER).grey, place.page)
    assert {line.state for line in lines} == {"doubt"}
