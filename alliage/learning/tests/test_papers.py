"""A diagnostic on paper: printed, photographed, confirmed or erased; typed when no photograph can be taken."""

import io
from datetime import timedelta
from typing import Any

import cv2
import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image

from alliage.accounts.tests.factories import MemberFactory
from alliage.files.models import StoredFile
from alliage.files.tests.factories import picture
from alliage.jobs.models import Job
from alliage.learning import paper_codes, paper_sheets
from alliage.learning.enums import FileRole
from alliage.learning.models import Diagnostic, PaperPage
from alliage.learning.queries import diagnostics as queries
from alliage.learning.queries import papers
from alliage.learning.services import papers as services
from alliage.learning.tests.factories import (
    NOW,
    DiagnosticFactory,
    TerritoryFileFactory,
    closed_diagnostic,
    enter,
    opened,
    questions,
)
from alliage.learning.tests.world_papers import read_page
from alliage.paper.enums import PaperState
from alliage.paper.tests import photographs
from alliage.refusals import Refusal

pytestmark = pytest.mark.django_db
SERIES = "0A1B2C3D"


@pytest.fixture
def member():
    return MemberFactory()


@pytest.fixture
def diagnostic(member):
    return DiagnosticFactory(file=TerritoryFileFactory(holder=member))


def here(found: Diagnostic, name: str = "paper", *more: Any) -> str:
    return reverse(f"learning:{name}", args=[found.file_id, found.number, *more])


def photograph(image: Any, name: str = "photo.jpg") -> SimpleUploadedFile:
    content = photographs.photograph(image, np.random.default_rng(7), hard=0.5)
    return SimpleUploadedFile(name, content, "image/jpeg")


def everything(found: Diagnostic, page: int, value: str = "") -> dict[str, str]:
    """Each line of a side at its first box, or at this value."""
    rows = papers.layout_of(found)[page - 1].rows
    return {row.code: value or row.boxes[0].value for row in rows}


def answers(respondent: Any) -> dict[str, Any]:
    return queries.current(queries.response_of(respondent))


# --- The whole way ---------------------------------------------------------------------------------------------------


def test_a_sheet_goes_from_the_printer_to_the_answers(diagnostic, member, client):
    """Printed, ticked on both sides, photographed, read by the job, its doubt settled by a person; no photograph is left."""
    client.force_login(member)
    laid = papers.layout_of(diagnostic)
    images = photographs.printed(paper_sheets.data(diagnostic, 1, series=SERIES), paper_sheets.TEMPLATE)
    draw = np.random.default_rng(3)
    filled = [photographs.fill(image, page, draw) for image, page in zip(images, laid, strict=True)]
    twice = laid[0].row("qualifier-1")
    for box in twice.boxes[:2]:
        photographs._tick(filled[0].image, box, draw)
    photos = [photograph(each.image) for each in filled]
    answer = client.post(here(diagnostic), {"photos": photos})
    assert answer.url == Job.objects.get(kind=services.JOB).get_absolute_url()
    first, second = diagnostic.paper_pages.order_by("page")
    assert {first.state, second.state} == {PaperState.READ}
    assert first.boxes["qualifier-1"]["state"] == "doubt"
    shown = client.get(here(diagnostic, "paper_page", first.pk))
    assert "qualifier-1.jpg" in shown.content.decode()
    assert client.get(here(diagnostic, "paper_line", first.pk, "qualifier-1"))["Content-Type"] == "image/jpeg"
    given = {code: box["value"] or "-" for code, box in first.boxes.items()}
    assert client.post(here(diagnostic, "paper_page", first.pk), given | {"qualifier-1": ""}).status_code == 422
    after = client.post(here(diagnostic, "paper_page", first.pk), given | {"qualifier-1": "2"})
    assert after.url == here(diagnostic, "paper_page", second.pk), "one goes through the pile"
    client.post(after.url, {code: box["value"] or "-" for code, box in second.boxes.items()})
    who = diagnostic.respondents.get()
    meant = filled[0].meant | filled[1].meant | {"qualifier-1": "2"}
    role, shows = meant.pop("regard"), meant.pop("montre")
    assert answers(who) == meant
    assert (who.role, who.shows_role, who.name, who.email, who.member) == (role, bool(shows), "", "", None)
    assert not StoredFile.objects.filter(purpose=services.PURPOSE).exists()


# --- The code --------------------------------------------------------------------------------------------------------


def test_a_code_says_its_page_and_nothing_forged():
    said = paper_codes.PaperCode(12, 34, SERIES, 5, 2)
    text = paper_codes.text_of(said)
    assert paper_codes.read(text) == said
    assert [paper_codes.read(bad) for bad in (text.replace(".5.", ".6."), "", "https://exemple.fr", "é" * 500)] == [
        None
    ] * 4


def test_the_pdf_is_light_and_says_no_name(diagnostic, client, member):
    client.force_login(member)
    answer = client.get(here(diagnostic, "paper_sheets") + "?exemplaires=15")
    assert answer.content.startswith(b"%PDF")
    assert len(answer.content) < 300_000
    assert client.get(here(diagnostic, "paper_sheets") + "?exemplaires=1000").url == here(diagnostic)
    assert client.get(here(diagnostic, "paper_sheets")).status_code == 200


# --- Photographs -----------------------------------------------------------------------------------------------------


def test_what_is_no_sheet_of_this_diagnostic_is_said(diagnostic, member):
    other = DiagnosticFactory()
    strange = photographs.printed(paper_sheets.data(other, 1, series=SERIES), paper_sheets.TEMPLATE)[0]
    uploads = [photograph(strange), SimpleUploadedFile("chat.png", picture(size=(300, 200)))]
    services.send(diagnostic, uploads, by=member, now=NOW)
    assert sorted(diagnostic.paper_pages.values_list("state", "why")) == [("unread", "marks"), ("unread", "other")]
    assert not other.paper_pages.exists()


def test_a_page_photographed_again_replaces_the_first_until_it_is_confirmed(diagnostic, member):
    images = photographs.printed(paper_sheets.data(diagnostic, 1, series=SERIES), paper_sheets.TEMPLATE)
    for _twice in range(2):
        services.send(diagnostic, [photograph(images[0])], by=member, now=NOW)
    page = diagnostic.paper_pages.get()
    services.confirm(page, everything(diagnostic, 1), by=member, now=NOW)
    services.send(diagnostic, [photograph(images[0])], by=member, now=NOW)
    assert diagnostic.paper_pages.get(state=PaperState.UNREAD).why == "already"
    assert diagnostic.respondents.count() == 1


def test_one_photograph_refused_keeps_none(diagnostic, member):
    good = SimpleUploadedFile("a.png", picture())
    with pytest.raises(Refusal, match=r"b\.txt"):
        services.send(diagnostic, [good, SimpleUploadedFile("b.txt", b"bonjour")], by=member, now=NOW)
    with pytest.raises(Refusal, match="Quarante"):
        services.send(diagnostic, [], by=member, now=NOW)
    assert not StoredFile.objects.filter(purpose=services.PURPOSE).exists()
    assert not diagnostic.paper_pages.exists()


def test_a_page_taken_away_is_not_read(diagnostic, member):
    """Removed before the job, or while it looks at the picture."""
    page = read_page(diagnostic, member, state=PaperState.WAITING, series="", copy=0, page=0, boxes={})
    services.remove(page, by=member, now=NOW)
    services._read(page.pk, now=NOW)
    said = paper_codes.PaperCode(diagnostic.pk, diagnostic.opening.version_id, SERIES, 1, 1)
    services._keep(page, said, [], b"", now=NOW)
    assert not PaperPage.objects.exists()
    assert not StoredFile.objects.filter(purpose=services.PURPOSE).exists()


def test_pictures_go_after_seven_days(diagnostic, member):
    page = read_page(diagnostic, member)
    assert services.erase_old(now=NOW + timedelta(days=6)) == 0
    assert services.erase_old(now=NOW + timedelta(days=7)) == 1
    page.refresh_from_db()
    assert (page.state, page.file, page.boxes) == (PaperState.ERASED, None, {})
    with pytest.raises(Refusal):
        services.confirm(page, everything(diagnostic, 1), by=member, now=NOW)
    services.remove(page, by=member, now=NOW)
    assert not diagnostic.paper_pages.exists()


# --- Confirmed -------------------------------------------------------------------------------------------------------


def test_a_line_left_out_is_settled_by_nobody(diagnostic, member):
    page = read_page(diagnostic, member)
    given = everything(diagnostic, 1)
    for wrong in ({**given, "qualifier-2": ""}, {**given, "qualifier-2": "9"}, {}):
        with pytest.raises(Refusal, match="trancher"):
            services.confirm(page, wrong, by=member, now=NOW)
    with pytest.raises(Refusal, match="Aucune réponse"):
        services.confirm(page, everything(diagnostic, 1, services.NOTHING), by=member, now=NOW)
    assert not diagnostic.respondents.exists()


def test_two_sides_of_a_sheet_are_one_answer(diagnostic, member):
    first, second = read_page(diagnostic, member), read_page(diagnostic, member, number=2)
    services.confirm(second, everything(diagnostic, 2), by=member, now=NOW)
    services.confirm(first, everything(diagnostic, 1), by=member, now=NOW)
    who = diagnostic.respondents.get()
    assert (len(answers(who)), who.role, who.shows_role) == (35, "elected", True)


def test_a_closed_diagnostic_takes_no_sheet(member, client):
    closed = closed_diagnostic(TerritoryFileFactory(holder=member))
    with pytest.raises(Refusal):
        services.enter(closed, {}, series=SERIES, by=member, now=NOW)
    client.force_login(member)
    assert "est clos" in client.get(here(closed)).content.decode()


# --- In depth, with a few words written by hand ----------------------------------------------------------------------


@pytest.fixture
def deep(member):
    return DiagnosticFactory(
        file=TerritoryFileFactory(holder=member),
        depth="deep",
        lever="alliance",
        opening=opened(questions(("alliance",), per_lever=9)),
    )


def test_one_lever_in_depth_is_one_side_and_its_words_are_typed_by_a_person(deep, member, client):
    client.force_login(member)
    (page,) = papers.layout_of(deep)
    assert page.note.code == "preuve-alliance"
    (image,) = photographs.printed(paper_sheets.data(deep, 1, series=SERIES), paper_sheets.TEMPLATE)
    filled = photographs.fill(image, page, np.random.default_rng(3))
    scrawl = [(30 + 3 * rank, page.note.lines[0] - 2 - 4 * (rank % 2)) for rank in range(40)]
    drawn = np.round(np.array(scrawl) * photographs.PER_MM).astype(np.int32)
    cv2.polylines(filled.image, [drawn], isClosed=False, color=30, thickness=4, lineType=cv2.LINE_AA)
    services.send(deep, [photograph(filled.image)], by=member, now=NOW)
    row = deep.paper_pages.get()
    assert row.state == PaperState.READ
    assert "preuve-alliance" not in row.boxes, "handwriting is read by a person alone"
    path = here(deep, "paper_page", row.pk)
    shown = client.get(path).content.decode()
    assert "Écrit à la main" in shown
    assert "preuve-alliance.jpg" in shown
    cut = client.get(here(deep, "paper_line", row.pk, "preuve-alliance")).content
    assert np.asarray(Image.open(io.BytesIO(cut)).convert("L")).min() < 120, "the words are on the picture"
    assert client.get(here(deep, "paper_line", row.pk, "preuve-strategie")).status_code == 404
    given = {code: box["value"] or "-" for code, box in row.boxes.items()}
    too_long = client.post(path, given | {"preuve-alliance": "a" * 4001})
    assert too_long.status_code == 422
    assert client.post(path, given | {"preuve-alliance": "  Le café du bourg. "}).url == here(deep)
    said = answers(deep.respondents.get())
    assert said["preuve-alliance"] == "Le café du bourg."
    assert {code for code in said if code.startswith("alliance-")} == {f"alliance-{rank}" for rank in range(1, 10)}
    assert not StoredFile.objects.filter(purpose=services.PURPOSE).exists()


def test_a_sheet_in_depth_is_typed_with_its_words_or_without(deep, member, client):
    client.force_login(member)
    assert "Un exemple pour alliance" in client.get(here(deep, "paper_typed")).content.decode()
    for series, words in ((SERIES, "Une fête."), ("0000000B", "")):
        typed = {"serie": series, "alliance-1": "3", "preuve-alliance": words}
        assert client.post(here(deep, "paper_typed"), typed).url == here(deep, "paper_typed")
    first, second = deep.respondents.order_by("pk")
    assert answers(first)["preuve-alliance"] == "Une fête."
    assert "preuve-alliance" not in answers(second)


def test_words_are_asked_on_paper_in_depth_alone(diagnostic, deep):
    assert [page.note for page in papers.layout_of(diagnostic)] == [None, None]
    mute = [each for each in questions(("alliance",)) if each["kind"] == "one"]
    deep.opening = opened(mute)
    assert [page.note for page in papers.layout_of(deep)] == [None]


# --- Typed -----------------------------------------------------------------------------------------------------------


def test_a_sheet_is_typed_with_figures_and_counts_once(diagnostic, member, client):
    client.force_login(member)
    codes = [row.code for page in papers.layout_of(diagnostic) for row in page.rows]
    typed = dict.fromkeys(codes, "3") | {
        "regard": "agent",
        "montre": "on",
        "qualifier-1": "0",
        "qualifier-2": "",
        "serie": SERIES,
    }
    wrong = client.post(here(diagnostic, "paper_typed"), typed | {"alliance-1": "7"})
    assert wrong.status_code == 422
    assert 'value="3"' in wrong.content.decode(), "what was typed is kept"
    for _twice in range(2):
        assert client.post(here(diagnostic, "paper_typed"), typed).url == here(diagnostic, "paper_typed")
    who = diagnostic.respondents.get()
    assert (who.role, who.shows_role) == ("agent", True)
    assert answers(who)["qualifier-1"] == "?"
    assert "qualifier-2" not in answers(who)
    assert len(answers(who)) == 34
    empty = client.post(here(diagnostic, "paper_typed"), {"serie": "0000000A"})
    assert "Aucune réponse" in empty.content.decode()


# --- Pages -----------------------------------------------------------------------------------------------------------


def test_only_the_team_sees_sheets(diagnostic, member, client):
    page = read_page(diagnostic, member)
    page.file.owner_id = None
    page.file.save()
    for role, seen in ((FileRole.TEAM, 200), (FileRole.CATALYST, 404)):
        client.force_login(enter(diagnostic.file, MemberFactory(), role).member)
        for path in (here(diagnostic), here(diagnostic, "paper_page", page.pk), page.file.get_absolute_url()):
            assert client.get(path).status_code == seen


def test_a_photograph_that_cannot_be_read_is_shown_with_what_to_do(diagnostic, member, client):
    client.force_login(member)
    page = read_page(diagnostic, member, state=PaperState.UNREAD, why="code", series="", page=0, boxes={})
    path = here(diagnostic, "paper_page", page.pk)
    assert "n’est pas net" in client.get(path).content.decode()
    assert client.post(path, {}).status_code == 200
    assert client.get(here(diagnostic, "paper_line", page.pk, "regard")).status_code == 404
    assert "illisible" in client.get(here(diagnostic)).content.decode()
    assert client.post(path, {"act": "remove"}).url == here(diagnostic)
    assert client.get(path).status_code == 404
    assert not StoredFile.objects.filter(pk=page.file_id).exists()


def test_one_is_told_of_sheets_not_confirmed_before_the_end(diagnostic, member, client):
    client.force_login(member)
    read_page(diagnostic, member)
    assert "1 photo de feuille attend" in client.get(here(diagnostic, "diagnostic_close")).content.decode()


def test_a_refusal_gives_the_page_back(diagnostic, member, client):
    client.force_login(member)
    page = read_page(diagnostic, member)
    answer = client.post(here(diagnostic, "paper_page", page.pk), everything(diagnostic, 1, services.NOTHING))
    assert answer.status_code == 422
    sent = client.post(here(diagnostic), {"photos": [SimpleUploadedFile("a.txt", b"bonjour")]})
    assert sent.status_code == 422
    assert client.post(here(diagnostic), {}).status_code == 422


def test_what_the_tables_refuse(diagnostic, member):
    page = read_page(diagnostic, member)
    with pytest.raises(IntegrityError, match=r"paper_page_once|UNIQUE"), transaction.atomic():
        read_page(diagnostic, member)
    for wrong in ({"state": "lost"}, {"state": PaperState.CONFIRMED}, {"state": PaperState.ERASED, "file": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PaperPage.objects.filter(pk=page.pk).update(**wrong)
