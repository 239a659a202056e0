"""A session run on a run sheet that a member made: chosen, worked, and its words kept in the group."""

from dataclasses import replace

import pytest

from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.codev.queries import session_sheets
from alliage.codev.services import sessions
from alliage.codev.services.sessions import SessionRefused, Wanted
from alliage.codev.tests.factories import NOW
from alliage.codev.tests.sessioned import Worked
from alliage.notifications.models import Notification
from alliage.rooms import phases
from alliage.rooms.models import RunSheet
from alliage.rooms.services import run_sheets

pytestmark = pytest.mark.django_db


def made(by, code="codev", title="À notre façon", **changed):
    """A member's copy of a run sheet of the platform, under another title."""
    sheet = replace(run_sheets.of_platform(code), title=title, **changed)
    return RunSheet.objects.create(content=phases.written(sheet), owner=by, created_at=NOW, changed_at=NOW)


def test_who_facilitates_chooses_their_own_run_sheet_or_one_that_is_shared():
    w = Worked()
    mine, shared = made(w.fanta), made(MemberFactory(), title="Partagé")
    RunSheet.objects.filter(pk=shared.pk).update(is_shared=True)
    made(MemberFactory(), title="Gardé pour soi")
    webinar = made(w.fanta, "webinaire", title="Un webinaire")
    client = MemberClient()
    client.force_login(w.fanta)
    url = f"{w.session.get_absolute_url()}preparer/"
    page = client.get(f"{url}?deroule=mien-{mine.pk}").content.decode()
    assert "À notre façon" in page
    assert "Partagé" in page
    assert "Gardé pour soi" not in page
    assert "Un webinaire" not in page
    lengths = {f"length_{phase.code}": 7 for phase in mine.sheet.phases}
    said = {"client": w.camille.pk, "facilitator": "", **lengths}
    assert client.post(f"{url}?deroule=mien-{mine.pk}", said).status_code == 302
    assert w.room.sheet.title == "À notre façon"
    assert {phase.length for phase in w.room.sheet.phases} == {7}
    w.session.refresh_from_db()
    assert w.session.own_sheet == mine
    with pytest.raises(SessionRefused, match="ni animation"):
        sessions.prepare(w.session, Wanted(client=w.camille, own_sheet=webinar), by=w.fanta, now=NOW)


def test_the_one_chosen_stays_there_for_another_who_facilitates_and_goes_with_its_owner():
    w = Worked()
    mine = made(w.fanta)
    sessions.prepare(w.session, Wanted(own_sheet=mine, client=w.camille), by=w.fanta, now=NOW)
    w.session.refresh_from_db()
    assert session_sheets.usable(w.driss, w.session) == {f"mien-{mine.pk}": mine}
    mine.delete()
    w.session.refresh_from_db()
    assert session_sheets.usable(w.driss, w.session) == {}
    assert w.room.sheet.title == "À notre façon"


def test_no_word_of_it_leaves_the_group_in_a_mail():
    w = Worked("codev_differe")
    sheet = run_sheets.of_platform("codev_differe")
    typed = [replace(phase, title=f"canari {phase.code}") for phase in sheet.phases[:-1]]
    mine = made(w.fanta, "codev_differe", phases=[*typed, sheet.phases[-1]])
    w.prepare(own_sheet=mine)
    sessions.open_in_writing(w.session, by=w.fanta, now=NOW)
    titles = set(Notification.objects.filter(kind=sessions.STEP).values_list("title", flat=True))
    assert len(titles) == 1
    assert "1 sur 6" in titles.pop()
