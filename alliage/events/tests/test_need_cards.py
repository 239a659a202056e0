"""Needs written on paper: cards printed four on a page, photographed, typed by those who hold the workshop, on the board once."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from alliage.events import cards
from alliage.events.models import Need, NeedAuthor, NeedCard
from alliage.events.registers.workshops import may_read_card, page_of
from alliage.events.services import boards, subgroups
from alliage.events.services import need_cards as services
from alliage.events.services.needs import Said, Signed
from alliage.events.tests.factories import NOW
from alliage.events.tests.workshops import board_of, card, comes, holder, workshop
from alliage.files.models import StoredFile
from alliage.jobs.models import Job
from alliage.paper import services as paper
from alliage.paper import sheets
from alliage.paper.enums import PaperState
from alliage.paper.layout import QUARTER
from alliage.paper.tests import photographs
from alliage.refusals import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    return workshop()


@pytest.fixture
def by(session):
    return holder(session)


def here(session: Any, name: str = "paper", *more: Any) -> str:
    return reverse(f"events:need_{name}", args=[session.pk, *more])


def printed(session: Any) -> Any:
    printing = sheets.Printing(services.KIND, session, services.edition_of(session), "Un atelier", "Écrivez.", "Merci.")
    return photographs.printed(sheets.data(printing, 1, series="0A1B2C3D"), sheets.TEMPLATE)[0]


def said(response: Any) -> str:
    return response.content.decode()


def test_cards_go_from_the_printer_to_the_board(session, by, client):
    """Two cards on one photograph, written by hand: read, shown beside the form, typed, on the board under the name of the card."""
    groups = subgroups.make(session, 2, by=by, now=NOW)
    client.force_login(by.member)
    place = cards.laid(2)
    draw = np.random.default_rng(5)
    image = printed(session)
    pieces = [photographs.cut_out(image, QUARTER, at) for at in range(4)]
    photographs._tick(pieces[0], place.page.row(cards.PUBLIC).boxes[0], draw)
    photographs._tick(pieces[0], place.page.row(cards.GROUP).boxes[1], draw)
    for piece in pieces[2:]:
        piece[:] = 255  # the lower half of the page was cut away
    content = photographs.photograph(photographs.on_page(pieces, QUARTER.places), draw, hard=0.5)
    answer = client.post(here(session), {"photos": [SimpleUploadedFile("photo.jpg", content, "image/jpeg")]})
    job = Job.objects.get(kind=services.KIND.job)
    assert (answer.url, page_of(job)) == (job.get_absolute_url(), here(session))
    first, second = session.need_cards.order_by("copy")
    assert [first.boxes[code]["value"] for code in (cards.PUBLIC, cards.GROUP)] == ["1", "2"]
    assert second.boxes[cards.GROUP]["state"] == "doubt"
    shown = said(client.get(here(session, "paper_slip", first.pk)))
    assert first.file.get_absolute_url() in shown
    chosen = str(groups[1].pk) if isinstance(groups, list) else str(session.subgroups.get(rank=2).pk)
    typed = {"role": "maire", "wish": "une carte", "name": "Anne", "is_public": "1", "subgroup": chosen}
    after = client.post(here(session, "paper_slip", first.pk), typed)
    assert after.url == here(session, "paper_slip", second.pk), "one goes through the pile"
    need = Need.objects.get()
    author = need.authors.get()
    assert (need.role, need.wish, need.session_id, str(need.subgroup_id)) == ("maire", "une carte", session.pk, chosen)
    assert (author.name, author.is_public, author.member, author.attendee) == ("Anne", True, None, None)
    assert client.post(here(session, "paper_slip", first.pk), typed).status_code == 404
    refused = client.post(
        here(session, "paper_slip", second.pk), {"wish": "du temps", "is_public": "-", "subgroup": ""}
    )
    assert refused.status_code == 422
    assert "du temps" in said(refused), "what was typed is kept"
    client.post(here(session, "paper_slip", second.pk), {"wish": "du temps", "is_public": "-", "subgroup": "-"})
    assert Need.objects.filter(subgroup=None).get().authors.get().name == ""
    assert not StoredFile.objects.filter(purpose=services.PURPOSE).exists()


def test_a_card_is_a_need_once(session, by):
    row = card(session, by.member)
    services.confirm(row, Said("une carte"), by=by, now=NOW, signed=Signed("Anne"))
    with pytest.raises(Refusal, match="déjà été confirmé"):
        services.confirm(row, Said("une carte"), by=by, now=NOW)
    row.refresh_from_db()
    assert (row.state, row.boxes, row.file) == (PaperState.CONFIRMED, {}, None)
    assert (Need.objects.count(), NeedAuthor.objects.count()) == (1, 1)


def test_a_card_that_says_nothing_is_not_on_the_board(session, by, client):
    client.force_login(by.member)
    row = card(session, by.member, edition=0)
    assert client.post(here(session, "paper_slip", row.pk), {"role": "maire", "is_public": "1"}).status_code == 422
    with pytest.raises(Refusal, match="besoin"):
        services.confirm(row, Said("  "), by=by, now=NOW)
    row.refresh_from_db()
    assert row.state == PaperState.READ


def test_a_board_that_is_stopped_takes_no_card(session, by, client):
    client.force_login(by.member)
    row = card(session, by.member, edition=0)
    boards.close(board_of(session), by=by, now=NOW)
    assert "arrêté" in said(client.get(here(session)))
    assert client.get(here(session, "paper_sheets")).url == here(session)
    answer = client.post(here(session, "paper_slip", row.pk), {"wish": "une carte", "is_public": "1"})
    assert answer.status_code == 422
    assert "arrêté" in said(answer)
    assert not Need.objects.exists()


def test_cards_are_printed_for_the_sub_groups_there_are(session, by, client):
    client.force_login(by.member)
    assert client.get(here(session, "paper_sheets")).content.startswith(b"%PDF")
    assert [services.edition_of(session), cards.laid(7), cards.laid(-1)] == [0, None, None]
    subgroups.make(session, 3, by=by, now=NOW)
    assert services.edition_of(session) == 3
    subgroups.make(session, 7, by=by, now=NOW)
    assert services.edition_of(session) == 0
    low = QUARTER.height - QUARTER.inset - QUARTER.mark
    assert all(box.y + 5 < low and box.x + 5 < 100 for row in cards.laid(6).page.rows for box in row.boxes)


def test_a_box_in_doubt_proposes_nothing(session, by, client):
    """A box that is read is chosen already; one that is not waits for a person."""
    subgroups.make(session, 2, by=by, now=NOW)
    client.force_login(by.member)
    read, unsure = card(session, by.member, doubt=""), card(session, by.member, doubt=cards.PUBLIC, copy=8)
    assert said(client.get(here(session, "paper_slip", read.pk))).count(" checked") == 1
    assert " checked" not in said(client.get(here(session, "paper_slip", unsure.pk)))


def test_a_photograph_that_is_not_read_goes(session, by, client):
    client.force_login(by.member)
    row = card(session, by.member, edition=0, state=PaperState.UNREAD, why="marks", series="", copy=0, boxes={})
    assert "carrés noirs" in said(client.get(here(session, "paper_slip", row.pk)))
    assert client.post(here(session, "paper_slip", row.pk), {"act": "remove"}).url == here(session)
    assert not NeedCard.objects.exists()


def test_pictures_of_handwriting_go_after_seven_days(session, by):
    row = card(session, by.member)
    assert paper.erase_old(services.KIND, now=NOW + timedelta(days=7)) == 1
    row.refresh_from_db()
    assert (row.state, row.file) == (PaperState.ERASED, None)


def test_only_those_who_hold_the_workshop_read_its_cards(session, by, client):
    row = card(session, by.member)
    StoredFile.objects.filter(pk=row.file_id).update(owner_id=None)
    row.file.refresh_from_db()
    paths = (here(session), here(session, "paper_sheets"), here(session, "paper_slip", row.pk))
    client.force_login(by.member)
    assert [client.get(path).status_code for path in (*paths, row.file.get_absolute_url())] == [200] * 4
    someone = comes(session, member=holder(workshop(slug="un-autre-jour")).member)
    client.force_login(someone.member)
    assert [client.get(path).status_code for path in paths] == [403] * 3
    assert client.get(row.file.get_absolute_url()).status_code == 404
    row.delete()
    assert not may_read_card(by.member, row.file)


def test_what_the_table_refuses(session, by):
    row = card(session, by.member)
    with pytest.raises(IntegrityError), transaction.atomic():
        card(session, by.member)
    with pytest.raises(IntegrityError), transaction.atomic():
        NeedCard.objects.filter(pk=row.pk).update(state=PaperState.CONFIRMED)
