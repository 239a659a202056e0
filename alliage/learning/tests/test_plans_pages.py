"""The pages of plans, advice and one's own agenda: who reads them, what one gesture does, what one takes away."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from pypdf import PdfReader

from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.agreements.models import Agreement
from alliage.agreements.services import reviews
from alliage.agreements.tests import factories as agreed_things
from alliage.codev.models import Commitment
from alliage.codev.tests import sessioned
from alliage.events.services import stars
from alliage.events.tests.factories import seated, webinar
from alliage.learning.enums import ActionState, AdviceState, FileRole
from alliage.learning.models import Action, Advice, AgendaLink
from alliage.learning.queries import agenda as agenda_queries
from alliage.learning.registry import file_parts
from alliage.learning.services import advice, agenda_links, demo_files, demo_plans
from alliage.learning.tests.factories import NOW, TerritoryFileFactory, enter, holder_of
from alliage.learning.tests.planned import FAR, ActionFactory, AdviceFactory
from alliage.library.tests.factories import published
from alliage.notifications.timing import zone_of
from alliage.taxonomy.tests.factories import TermFactory
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def file():
    return TerritoryFileFactory()


@pytest.fixture
def client(file) -> MemberClient:
    return signed_in(holder_of(file))


@pytest.fixture
def catalyst(file):
    return enter(file, MemberFactory(name="Awa Diallo"), FileRole.CATALYST).member


def signed_in(member) -> MemberClient:
    client = MemberClient()
    client.force_login(member)
    return client


def at(name: str, *args) -> str:
    return reverse(f"learning:{name}", args=args)


def read(answer) -> str:
    return answer.content.decode()


# --- The plan --------------------------------------------------------------------------------------------------------


def test_the_plan_says_what_is_late_in_words_and_takes_filters_as_chips(client, file):
    TermFactory(vocabulary="leviers", code="alliance", label="Apprendre à faire alliance")
    ActionFactory(file=file, title="En retard", due_on=NOW.date() - 400 * DAY)
    ActionFactory(file=file, title="Bloquée", state=ActionState.STUCK, obstacle="Pas de salle", due_on=FAR)
    page = read(client.get(at("plan", file.pk)))
    assert all(words in page for words in ("En retard", "en retard", "Pas de salle", "C’est fait"))
    narrowed = read(client.get(at("plan", file.pk), {"retard": "1", "tri": "etat", "levier": "alliance", "etat": "x"}))
    assert "Aucune action ne répond à ces filtres" in narrowed
    assert "Retirer le filtre" in narrowed
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(at("plan", file.pk))
    ActionFactory(file=file)
    with CaptureQueriesContext(connection) as two:
        client.get(at("plan", file.pk))
    assert len(one) == len(two) <= 12


def test_a_month_shows_its_days_and_names_what_is_older(client, file):
    ActionFactory(file=file, title="Ancienne", due_on=NOW.date() - 400 * DAY)
    ActionFactory(file=file, title="Loin", due_on=FAR)
    ActionFactory(file=file, title="Un jour")
    page = read(client.get(at("plan_calendar", file.pk), {"mois": "2035-07"}))
    assert "Loin" in page
    assert "Un jour" in page
    assert "plus ancienne" in page
    assert "Aucune échéance" in read(client.get(at("plan_calendar", file.pk), {"mois": "9999-99"}))


def test_a_plan_is_read_by_its_people_and_written_by_its_team(client, file, catalyst):
    row = ActionFactory(file=file)
    other, adviser = signed_in(MemberFactory()), signed_in(catalyst)
    for name, args in (("plan", ()), ("plan_calendar", ()), ("plan_export", ("csv",)), ("action", (row.pk,))):
        assert other.get(at(name, file.pk, *args)).status_code == 404
        assert adviser.get(at(name, file.pk, *args)).status_code == 200
    assert adviser.get(at("action_new", file.pk)).status_code == 404
    assert adviser.post(at("action", file.pk, row.pk), {"state": "done"}).status_code == 403
    assert client.get(at("action", file.pk, ActionFactory().pk)).status_code == 404


def test_another_page_proposes_an_action_shown_first_or_added_at_once(client, file):
    TermFactory(vocabulary="leviers", code="alliance")
    help_ = published()
    said = {
        "title": "Réunir les associations",
        "reason": "Niveau 1",
        "lever": "alliance",
        "resource": str(help_.pk),
        "entry": "9" * 17,
    }
    page = read(client.post(at("action_new", file.pk), said))
    assert "Réunir les associations" in page
    assert not Action.objects.exists()
    del said["entry"]
    for _twice in range(2):
        answer = client.post(at("action_new", file.pk), said | {"add": "1"})
        assert answer.status_code == 302
    row = Action.objects.get()
    assert (row.reason, row.lever.code, row.resource) == ("Niveau 1", "alliance", help_)
    assert client.post(at("action_new", file.pk), {"add": "1"}).status_code == 422
    assert "Depuis une adresse" in read(client.get(at("action_new", file.pk), {"title": "Depuis une adresse"}))
    twisted = {"act": "write", "title": "Une autre", "starts_on": "2026-12-02", "due_on": "2026-12-01"}
    assert "finit avant de commencer" in read(client.post(at("action_new", file.pk), twisted))


def test_an_action_is_moved_in_one_gesture_and_stuck_asks_why(client, file):
    row = ActionFactory(file=file)
    refused = client.post(at("action", file.pk, row.pk), {"state": "stuck"})
    assert refused.status_code == 422
    assert "ce qui la bloque" in read(refused)
    assert client.post(at("action", file.pk, row.pk), {"state": "stuck", "obstacle": "Pas de salle"}).status_code == 302
    back = client.post(at("action", file.pk, row.pk), {"state": "done", "next": "//ailleurs.example"})
    assert back["Location"] == at("action", file.pk, row.pk)
    assert "Faite le" in read(client.get(at("action", file.pk, row.pk)))


def test_an_action_is_said_otherwise_and_what_is_hidden_stays_linked(client, file):
    hidden = published()
    row = ActionFactory(file=file, title="Avant", resource=hidden, text="Des précisions")
    type(hidden).objects.filter(pk=hidden.pk).update(is_hidden=True)
    form = client.get(at("action_edit", file.pk, row.pk)).context["form"]
    said = {"act": "write", "title": "Après", "seen": form.initial["seen"], "person": str(holder_of(file).pk)}
    assert client.post(at("action_edit", file.pk, row.pk), said).status_code == 302
    row.refresh_from_db()
    assert (row.title, row.resource, row.owner) == ("Après", hidden, holder_of(file))
    late = client.post(at("action_edit", file.pk, row.pk), said | {"title": "Encore"})
    assert late.status_code == 422
    assert "Ce qui est enregistré maintenant" in read(late)
    assert "Encore" in read(late)
    twisted = said | {"seen": "", "starts_on": "2026-12-02", "due_on": "2026-12-01"}
    assert client.post(at("action_edit", file.pk, row.pk), twisted).status_code == 422


def test_an_action_is_taken_out_once_it_is_confirmed(client, file):
    row = ActionFactory(file=file)
    client.get(at("action_remove", file.pk, row.pk))
    assert Action.objects.exists()
    client.post(at("action_remove", file.pk, row.pk))
    assert not Action.objects.exists()


def test_a_plan_taken_away_is_a_table_whole_days_and_two_pages(client, file):
    for rank in range(60):
        ActionFactory(
            file=file, title=f"Une action assez longue pour deux lignes du tableau, la numéro {rank}", due_on=FAR
        )
    ActionFactory(file=file, title="=1+1", resource=published(title="Une aide"), state=ActionState.DONE, done_on=FAR)
    rows = list(csv.reader(io.StringIO(b"".join(client.get(at("plan_export", file.pk, "csv"))).decode())))
    assert (len(rows), rows[-1][0], rows[-1][11]) == (62, "'=1+1", "Une aide")
    calendar = Calendar.from_ical(client.get(at("plan_export", file.pk, "ics")).content)
    events = calendar.walk("VEVENT")
    assert (len(events), events[0].decoded("DTSTART"), events[0].decoded("DTEND")) == (60, FAR, FAR + DAY)
    paper = PdfReader(io.BytesIO(client.get(at("plan_export", file.pk, "pdf")).content))
    words = "".join(page.extract_text() for page in paper.pages)
    assert len(paper.pages) <= 2
    assert "dans le plan en ligne" in words
    assert paper.trailer["/Root"]["/MarkInfo"]["/Marked"]
    Action.objects.all().delete()
    ActionFactory(
        file=file, title="Une seule", due_on=NOW.date() - 400 * DAY, state=ActionState.STUCK, obstacle="Pas de salle"
    )
    paper = PdfReader(io.BytesIO(client.get(at("plan_export", file.pk, "pdf")).content))
    words = paper.pages[0].extract_text()
    assert len(paper.pages) == 1
    assert "en retard" in words
    assert "Pas de salle" in words


# --- Advice ----------------------------------------------------------------------------------------------------------


def test_an_advice_is_proposed_opened_and_planned(client, file, catalyst, monkeypatch):
    what, adviser = published(), signed_in(catalyst)
    assert client.get(at("advice_new", file.pk)).status_code == 403
    assert what.title in read(adviser.get(at("advice_new", file.pk), {"quoi": f"resource:{what.pk}"}))
    assert adviser.post(at("advice_new", file.pk), {"what": "introuvable"}).status_code == 422
    assert (
        adviser.post(at("advice_new", file.pk), {"what_code": f"resource:{what.pk}", "note": "Pour vous"}).status_code
        == 302
    )
    made = Advice.objects.get()
    monkeypatch.setattr(advice, "MOST_WAITING", 1)
    other = {"what_code": f"resource:{published().pk}"}
    assert adviser.post(at("advice_new", file.pk), other).status_code == 422
    adviser.get(at("advice_one", file.pk, made.pk))
    client.head(at("advice_one", file.pk, made.pk))
    assert "pas encore ouvert" in read(adviser.get(at("advice", file.pk)))
    assert "Pour vous" in read(client.get(at("advice_one", file.pk, made.pk)))
    assert "ouvert le" in read(adviser.get(at("advice", file.pk)))
    assert adviser.post(at("advice_one", file.pk, made.pk), {"act": "plan"}).status_code == 403
    answer = client.post(at("advice_one", file.pk, made.pk), {"act": "plan"})
    assert answer["Location"] == at("action", file.pk, Action.objects.get().pk)
    assert "Vient d’un conseil de Awa Diallo" in read(client.get(answer["Location"]))


def test_an_advice_is_set_aside_or_taken_back(client, file, catalyst):
    made, other = AdviceFactory(file=file, sender=catalyst), AdviceFactory(file=file, sender=catalyst)
    assert client.post(at("advice_one", file.pk, made.pk), {"act": "x"}).status_code == 302
    client.post(at("advice_one", file.pk, made.pk), {"act": "aside"})
    made.refresh_from_db()
    assert made.state == AdviceState.SET_ASIDE
    adviser = signed_in(catalyst)
    adviser.post(at("advice_one", file.pk, made.pk), {"act": "take_back"})
    adviser.post(at("advice_one", file.pk, other.pk), {"act": "take_back"})
    assert list(Advice.objects.all()) == [made]
    Advice.objects.update(returned_at=NOW, opened_at=None, state=AdviceState.SENT)
    file.people.filter(member=catalyst).delete()
    assert "Proposer de nouveau" in read(adviser.get(at("advice_one", file.pk, made.pk)))
    assert adviser.get(at("advice", file.pk)).status_code == 404
    assert adviser.post(at("advice_one", file.pk, made.pk), {"act": "take_back"})["Location"] == "/mon-espace/"
    assert client.get(at("advice_one", file.pk, made.pk)).status_code == 404
    assert "Aucun conseil" in read(client.get(at("advice", file.pk)))


def test_the_page_of_a_file_tells_its_plan_and_its_advice(client, file, catalyst):
    parts = {part.code: part for part in file_parts}
    assert parts["advice"].render(file, holder_of(file), NOW) is None
    assert "Rien au plan" in read(client.get(file.get_absolute_url()))
    AdviceFactory(file=file, sender=catalyst)
    ActionFactory(file=file, title="Réunir les élus", owner=holder_of(file), due_on=FAR)
    page = read(client.get(file.get_absolute_url()))
    assert "Réunir les élus" in page
    assert "1 conseil à regarder" in page
    desk = read(client.get("/mon-espace/"))
    assert "Réunir les élus" in desk
    assert at("agenda") in desk


# --- One's own agenda ------------------------------------------------------------------------------------------------


def test_the_agenda_gathers_every_date_of_a_member():
    now = timezone.now()
    worked = sessioned.Worked(now=now)
    me = worked.camille
    file = TerritoryFileFactory(holder=me)
    ActionFactory(file=file, title="Réunir les élus", due_on=FAR)
    ActionFactory(file=file, title="Retard", due_on=timezone.localdate(now) - 3 * DAY)
    Commitment.objects.create(session=worked.session, member=me, text="canari", due_on=FAR)
    event = webinar(title="Un webinaire")
    seated(event.sequences.get(), member=me)
    stars.star(webinar(title="Une étoile").sequences.get(), by=me, now=now)
    page = read(signed_in(me).get(at("agenda")))
    for words in (
        "Réunir les élus",
        "À reprendre",
        "Retard",
        "Un webinaire",
        worked.group.name,
        "Un engagement pris en codéveloppement",
        "Juillet 2035",
    ):
        assert words in page
    assert "Une étoile" not in page
    assert "canari" not in page
    assert "Rien n’est prévu" in read(signed_in(MemberFactory()).get(at("agenda")))


def test_a_secret_link_is_made_changed_withdrawn_and_its_titles_are_neutral():
    worked = sessioned.Worked(now=timezone.now())
    me = worked.camille
    ActionFactory(file=TerritoryFileFactory(holder=me), title="canari", due_on=FAR)
    Commitment.objects.create(session=worked.session, member=me, text="canari", due_on=FAR)
    seated(webinar(title="Un webinaire").sequences.get(), member=me)
    client = signed_in(me)
    client.post(at("agenda_link"))
    first = agenda_queries.link_of(me).partition("/mon-agenda/")[2]
    written = MemberClient().get(f"/mon-agenda/{first}")
    titles = {str(event["SUMMARY"]) for event in Calendar.from_ical(written.content).walk("VEVENT")}
    assert titles == {
        "Séance de codéveloppement", "Échéance de votre plan d’action", "Engagement pris entre pairs", "Un webinaire",
    }  # fmt: skip
    assert "canari" not in written.content.decode()
    assert written["X-Robots-Tag"]
    client.post(at("agenda_link"))
    assert MemberClient().get(f"/mon-agenda/{first}").status_code == 404
    assert agenda_queries.link_of(me) in read(client.get(at("agenda")))
    assert agenda_queries.export_of(me)["lien_d_agenda_fait_le"]
    client.post(at("agenda_link"), {"act": "revoke"})
    assert not AgendaLink.objects.exists()
    assert agenda_queries.link_of(me) == ""
    agenda_links.make_link(by=me, now=NOW)
    agenda_links.forget_member(me)
    assert agenda_queries.export_of(me) == {"lien_d_agenda_fait_le": None}


def test_what_agreements_await_is_there_for_the_people_of_their_partners_and_neutral_in_a_calendar():
    now = timezone.now()
    me = MemberFactory()
    mine = agreed_things.group("Nous", owner=me)
    lived = agreed_things.active(mine=mine, subject="canari en cours", now=now)
    waits = agreed_things.scoped(mine=mine, other=agreed_things.group("Eux"), subject="canari à signer", now=now)
    agreed_things.sign(agreed_things.sides(waits)[1], now=now)
    agreed_things.opened(mine=agreed_things.group("Elles"), other=mine, subject="canari invité", now=now)
    reviews.open_review(
        agreed_things.active(mine=mine, other=agreed_things.group("Vous"), subject="canari ouvert", now=now),
        by=me,
        now=now,
    )
    ends = agreed_things.agreed(
        mine=mine, other=agreed_things.group("Nul"), subject="canari fini", ends_on=FAR, now=now
    )
    late = agreed_things.active(mine=mine, other=agreed_things.group("Toi"), subject="canari en retard", now=now)
    old = agreed_things.active(mine=mine, other=agreed_things.group("Lui"), subject="canari oublié", now=now)
    today = timezone.localdate(now)
    Agreement.objects.filter(pk=late.pk).update(review_due_on=today - 3 * DAY)
    Agreement.objects.filter(pk=old.pk).update(review_due_on=today - agenda_queries.KEPT - DAY)
    found = agenda_queries.of_member(me, now=now)
    assert {(item.title, item.about) for item in found.awaited} == {
        ("canari à signer", "votre signature est attendue"),
        ("canari invité", "votre organisation est invitée"),
        ("canari ouvert", "votre réponse au bilan de santé est attendue"),
    }
    assert [item.title for item in found.late] == ["canari en retard"]
    coming = [(item.url, item.about) for _month, items in found.months for item in items]
    assert coming == [(lived.get_absolute_url(), "bilan de santé"), (ends.get_absolute_url(), "fin prévue")]
    page = read(signed_in(me).get(at("agenda")))
    assert "On vous attend" in page
    assert "Depuis le" in page
    assert "Accord d’alliance" in page
    titles = [entry.title for entry in agenda_queries.entries(me, zone_of(me.time_zone), now=now)]
    assert sorted(titles) == [
        "Accord d’alliance\u00a0: bilan de santé",
        "Accord d’alliance\u00a0: bilan de santé",
        "Accord d’alliance\u00a0: fin prévue",
        "Accord d’alliance\u00a0: votre organisation est invitée",
        "Accord d’alliance\u00a0: votre réponse au bilan de santé est attendue",
        "Accord d’alliance\u00a0: votre signature est attendue",
    ]
    stranger = MemberFactory()
    assert agenda_queries.entries(stranger, zone_of(stranger.time_zone), now=now) == []
    assert "canari" not in read(signed_in(stranger).get(at("agenda")))


# --- The demonstration -----------------------------------------------------------------------------------------------


def test_the_demonstration_has_a_plan_once_its_file_is_there():
    assert demo_plans.load(now=NOW) == 0
    commune = TerritoryFactory(code=demo_files.COMMUNE)
    file = TerritoryFileFactory(territory=commune)
    call_command("load_demo_plans", stdout=io.StringIO())
    assert Action.objects.filter(file=file).count() == 5
    assert demo_plans.load(now=NOW) == 0
    Action.objects.all().delete()
    enter(file, MemberFactory(), FileRole.CATALYST)
    assert demo_plans.load(now=NOW) == 5
    assert not Advice.objects.exists()  # nothing to propose yet
    Action.objects.all().delete()
    published()
    webinar()
    demo_plans.load(now=NOW)
    assert Advice.objects.count() == 2
