"""Pages of cohorts: what everyone reads, what the teams share, what the facilitator alone sees."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.events.tests.factories import webinar
from alliage.learning.enums import CohortState, FileRole
from alliage.learning.models import Cohort, CohortDate, CohortMessage, CohortNote, CohortPlace
from alliage.learning.services import cohort_space, cohorts
from alliage.learning.tests.cohorting import a_cohort, joins, lever, measure
from alliage.learning.tests.factories import NOW, TerritoryFileFactory, enter, holder_of
from alliage.learning.tests.planned import ActionFactory
from alliage.notifications.models import Notification

pytestmark = pytest.mark.django_db
SAID = {"title": "Ensemble", "opens_on": "2026-10-01", "closes_on": "2027-06-30", "seats": 8}


def text(client, url, *, status=200, **data):
    answer = client.post(url, data) if data else client.get(url)
    assert answer.status_code == status, answer.content[:300]
    return answer.content.decode()


def signed(client, member):
    client.force_login(member)
    return client


def test_everyone_reads_what_is_open_and_only_the_names_that_agree(client):
    cohort = a_cohort("Ouverte à tous", summary="Pour avancer.")
    joins(cohort, name="Discrèteville")
    joins(cohort, name="Nomméeville", is_shown=True)
    a_cohort("En préparation", state=CohortState.DRAFT)
    shown = text(client, "/cohortes/")
    assert "Ouverte à tous" in shown
    assert "8 places libres" in shown
    assert "En préparation" not in shown
    page = text(client, cohort.get_absolute_url())
    assert "Nomméeville" in page
    assert "Discrèteville" not in page
    assert "Nos dates" not in page
    text(client, "/cohortes/en-preparation/", status=404)
    text(client, cohort.get_absolute_url(), status=404, text="Bonjour")


def test_a_facilitator_prepares_dates_opens_and_closes(client):
    someone = MemberFactory(role=Role.FACILITATOR)
    text(signed(client, MemberFactory()), "/cohortes/nouvelle/", status=403)
    signed(client, someone)
    text(client, "/cohortes/nouvelle/")
    text(client, "/cohortes/nouvelle/", status=422, **(SAID | {"closes_on": "2026-01-01"}))
    text(client, "/cohortes/nouvelle/", status=302, **SAID)
    cohort = Cohort.objects.get()
    edit, dates = f"{cohort.get_absolute_url()}modifier/", f"{cohort.get_absolute_url()}dates/"
    text(client, edit)
    text(client, edit, status=302, **(SAID | {"title": "Autrement"}))
    text(client, edit, status=422, **(SAID | {"closes_on": "2026-01-01"}))
    assert client.get(dates).status_code == 302
    text(client, dates, status=422, title="Sans jour")
    text(client, dates, status=422, day="hier")
    text(client, dates, status=302, title="Un atelier", day="2026-12-01")
    text(client, edit, status=302, act=f"date:{CohortDate.objects.get().pk}")
    assert not CohortDate.objects.exists()
    text(client, edit, status=302, act="open")
    text(client, edit, status=302, act="drop")  # refused, told
    text(client, edit, status=302, act="closed")  # not sure
    assert Cohort.objects.get().is_open
    text(client, edit, status=302, act="closed", sure="1")
    assert Cohort.objects.get().report["files"] == 0
    text(client, edit, status=400, act="voler")
    text(signed(client, MemberFactory(role=Role.ANIMATOR)), edit, status=404)


def test_a_draft_goes(client):
    someone = MemberFactory(role=Role.FACILITATOR)
    cohort = a_cohort(by=someone, state=CohortState.DRAFT)
    assert "vous seul" in text(signed(client, someone), cohort.get_absolute_url())
    text(client, f"{cohort.get_absolute_url()}modifier/", status=302, act="drop")
    assert not Cohort.objects.exists()


def test_a_team_asks_reads_what_will_be_seen_and_takes_it_back(client):
    cohort, file = a_cohort(), TerritoryFileFactory()
    ask = f"{cohort.get_absolute_url()}demander/"
    assert "Aucun dossier" in text(signed(client, MemberFactory()), ask)
    signed(client, holder_of(file))
    assert "Ce qui sera vu" in text(client, ask)
    text(client, ask, status=422, file=file.pk)  # did not say that they read it
    text(client, ask, status=302, file=file.pk, agrees="1")
    assert "attend une réponse" in text(client, cohort.get_absolute_url())
    assert "demande en attente" in text(client, file.get_absolute_url())
    place = CohortPlace.objects.get()
    text(client, f"{cohort.get_absolute_url()}geste/", status=302, act=f"leave:{place.pk}")
    assert not CohortPlace.objects.exists()
    cohorts.move(cohort, CohortState.CLOSED, by=None, now=NOW)
    text(client, ask, status=422, file=file.pk, agrees="1")


def test_the_shared_space_is_for_teams_and_their_facilitator(client):
    cohort = a_cohort()
    place, other = joins(cohort, name="Ici"), joins(cohort, name="Là-bas")
    cohorts.add_date(cohort, "", day=None, event=webinar(title="Un webinaire"), by=None, now=NOW)
    cohorts.add_date(cohort, "Un atelier", day=timezone.localdate() + timedelta(days=9), event=None, by=None, now=NOW)
    team, page = holder_of(place.file), cohort.get_absolute_url()
    signed(client, team)
    shown = text(client, page)
    assert all(each in shown for each in ("Là-bas", "Un webinaire", "Un atelier"))
    assert "Un atelier" in text(client, "/mon-agenda/")
    text(client, page, status=422, text="")
    text(client, page, status=422, text="\x00 ")
    text(client, page, status=302, text="Bonjour à tous")
    message = CohortMessage.objects.get()
    assert message.place == place
    assert Notification.objects.filter(kind=cohort_space.MESSAGE).count() == 2
    signed(client, holder_of(other.file))
    text(client, f"{page}geste/", status=302, act=f"erase:{message.pk}")
    assert CohortMessage.objects.exists(), "another team's message stays"
    signed(client, cohort.facilitator)
    assert "Bonjour à tous" in text(client, page)
    text(client, f"{page}geste/", status=302, act=f"erase:{message.pk}")
    assert not CohortMessage.objects.exists()
    for stranger in (MemberFactory(role=Role.ANIMATOR), MemberFactory()):
        signed(client, stranger)
        assert "Là-bas" not in text(client, page)
        text(client, page, status=404, text="Bonjour")
        text(client, f"{page}geste/", status=404, act=f"erase:{message.pk}")
        text(client, f"{page}geste/", status=404, act=f"leave:{place.pk}")


def test_a_team_leaves_when_it_is_sure(client):
    cohort = a_cohort()
    place = joins(cohort)
    signed(client, holder_of(place.file))
    act = f"{cohort.get_absolute_url()}geste/"
    text(client, act, status=302, act=f"leave:{place.pk}")
    assert CohortPlace.objects.get().is_in
    text(client, act, status=302, act=f"leave:{place.pk}", sure="1")
    assert not CohortPlace.objects.get().is_in
    assert "Nos dates" not in text(client, cohort.get_absolute_url())


def test_the_board_and_a_line_are_for_the_facilitator_and_the_team_reads_its_own(client):
    cohort = a_cohort()
    place, other = joins(cohort, name="Ici"), joins(cohort, name="Là-bas")
    board = f"{cohort.get_absolute_url()}suivi/"
    line = f"{board}{place.pk}/"
    signed(client, cohort.facilitator)
    assert "Là-bas" in text(client, board)
    table = b"".join(client.get(f"{cohort.get_absolute_url()}suivi.csv")).decode()
    assert table.count("\n") == 3
    text(client, line, status=422, text="")
    text(client, line, status=422, text="\x00 ")
    text(client, line, status=302, text="Une belle énergie")
    note = CohortNote.objects.get()
    catalyst = enter(place.file, MemberFactory(), FileRole.CATALYST).member
    for who in (catalyst, MemberFactory(role=Role.ANIMATOR), holder_of(other.file)):
        signed(client, who)
        for url in (board, line, f"{cohort.get_absolute_url()}suivi.csv"):
            text(client, url, status=404)
    signed(client, holder_of(place.file))
    shown = text(client, line)
    assert "Une belle énergie" in shown
    assert "Garder cette note" not in shown
    assert "Ce que voit la personne" in text(client, place.file.get_absolute_url())
    text(client, line, status=404, text="À mon tour")
    text(client, f"{board}{place.pk + 999}/", status=404)
    assert "Une cohorte" in text(client, "/cohortes/")
    signed(client, cohort.facilitator)
    text(client, line, status=302, act=f"drop:{note.pk}")
    assert not CohortNote.objects.exists()


def test_the_gestures_of_the_board(client):
    cohort = a_cohort()
    one, two = joins(cohort, name="Un"), joins(cohort, name="Deux")
    act = f"{cohort.get_absolute_url()}suivi/geste/"
    signed(client, cohort.facilitator)
    text(client, act, status=302, act="pair", first=one.pk, second=two.pk)
    assert "binôme : Un" in text(client, f"{cohort.get_absolute_url()}suivi/").replace("\xa0", " ")
    text(client, act, status=302, act="pair", first="9" * 30, second="\x00")  # refused, told
    text(client, act, status=302, act=f"remind:{one.pk}")
    assert "demandées le" in text(client, f"{cohort.get_absolute_url()}suivi/")
    text(client, act, status=400, act="voler")
    text(client, act, status=302, act=f"out:{one.pk}")
    assert CohortPlace.objects.get(pk=two.pk).buddy is None


def test_an_animator_takes_over_what_nobody_keeps_any_more(client):
    cohort, animator = a_cohort(), MemberFactory(role=Role.ANIMATOR)
    team = holder_of(joins(cohort).file)
    signed(client, animator)
    act = f"{cohort.get_absolute_url()}geste/"
    text(client, act, status=404, act="take")
    cohorts.forget_member(cohort.facilitator)
    assert "Je la reprends" in text(client, cohort.get_absolute_url())
    text(client, act, status=302, act="take")
    assert Notification.objects.filter(person=team, kind=cohorts.LIFE).count() == 2
    assert "Le suivi" in text(client, cohort.get_absolute_url())


def test_before_and_after_are_read_by_the_team_then_by_all_from_five(client):
    cohort, other = a_cohort("Celle d’avant"), a_cohort("La nôtre")
    for _five in range(5):
        place = joins(cohort)
        measure(place.file, alliance=3)
        ActionFactory(file=place.file, lever=lever("alliance"))
    file = joins(other).file
    measure(file)
    signed(client, holder_of(place.file))
    assert "puis" in text(client, f"{cohort.get_absolute_url()}suivi/{place.pk}/")
    assert "Moyenne des territoires" not in text(client, cohort.get_absolute_url())
    cohorts.move(cohort, CohortState.CLOSED, by=None, now=timezone.now())
    assert "Moyenne des territoires" in text(client, cohort.get_absolute_url())
    shown = text(signed(client, holder_of(file)), other.get_absolute_url())
    assert "D’autres sont partis du même point" in shown
    assert "au moins 5 y ont mené une action" in shown


def test_the_space_and_the_board_ask_as_much_for_three_as_for_one(client, django_assert_max_num_queries):
    cohort = a_cohort()
    places = [joins(cohort) for _three in range(3)]
    for who, page in (
        (holder_of(places[0].file), ""),
        (holder_of(places[0].file), f"suivi/{places[0].pk}/"),
        (cohort.facilitator, "suivi/"),
    ):
        signed(client, who)
        with django_assert_max_num_queries(12):
            text(client, f"{cohort.get_absolute_url()}{page}")
