"""Advice: proposed, opened, agreed with, planned, set aside, given back; what is withdrawn since is not shown."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.tests.factories import CatalystFactory
from alliage.events.tests.factories import webinar
from alliage.learning import things
from alliage.learning.enums import ActionState, AdviceKind, AdviceState, FileRole
from alliage.learning.models import Action, Advice
from alliage.learning.permissions import can_see_advice
from alliage.learning.queries import advice as queries
from alliage.learning.services import actions, advice
from alliage.learning.services.advice import AdviceRefused
from alliage.learning.tests.factories import NOW, TerritoryFileFactory, enter, holder_of
from alliage.learning.tests.planned import AdviceFactory
from alliage.library.models import Resource
from alliage.library.tests.factories import published
from alliage.notifications.models import Notification

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def file():
    return TerritoryFileFactory()


@pytest.fixture
def catalyst(file):
    return enter(file, MemberFactory(name="Awa Diallo"), FileRole.CATALYST).member


def notices(person, kind: str) -> list[str]:
    return [each.title for each in Notification.objects.filter(person=person, kind=kind).order_by("pk")]


def test_the_same_thing_proposed_twice_is_one_advice_and_the_team_learns_who_not_what(file, catalyst):
    what = published()
    first = advice.send(file, what, text="canari", by=catalyst, now=NOW)
    assert advice.send(file, what, by=catalyst, now=NOW) == first
    assert notices(holder_of(file), advice.RECEIVED) == ["Awa Diallo propose quelque chose à votre territoire"]
    assert notices(catalyst, advice.RECEIVED) == []
    assert not Notification.objects.filter(text__contains="canari").exists()


def test_what_is_no_longer_shown_is_not_proposed_and_too_much_waiting_is_too_much(file, catalyst, monkeypatch):
    hidden = published()
    Resource.objects.filter(pk=hidden.pk).update(is_hidden=True)
    hidden.refresh_from_db()
    with pytest.raises(AdviceRefused):
        advice.send(file, hidden, by=catalyst, now=NOW)
    monkeypatch.setattr(advice, "MOST_WAITING", 0)
    with pytest.raises(AdviceRefused):
        advice.send(file, published(), by=catalyst, now=NOW)


def test_planned_in_one_gesture_it_is_an_action_and_it_is_used_once_that_is_done(file, catalyst):
    made = AdviceFactory(file=file, sender=catalyst)
    holder = holder_of(file)
    action = advice.plan(made, by=holder, now=NOW)
    assert advice.plan(made, by=holder, now=NOW) == action
    assert action.resource == made.resource
    assert (action.title, action.reason) == (
        f"S’inspirer de «\u00a0{made.resource.title}\u00a0»",
        "Conseil reçu le 27 novembre 2026",
    )
    with pytest.raises(AdviceRefused):
        advice.answer(made, AdviceState.SET_ASIDE, by=holder, now=NOW)
    actions.move(action, ActionState.DONE, by=holder, now=NOW)
    made.refresh_from_db()
    assert (made.state, made.used_at, made.opened_at) == (AdviceState.PLANNED, NOW, NOW)
    assert notices(catalyst, advice.NEWS) == ["Un de vos conseils\u00a0: mis au plan"]
    actions.move(action, ActionState.DOING, by=holder, now=NOW)
    made.refresh_from_db()
    assert made.used_at is None


def test_a_person_and_a_date_are_planned_in_their_own_words(file, catalyst):
    person, event = CatalystFactory(name="Jeanne Apatou"), webinar(title="Un atelier")
    to_meet = advice.send(file, person, by=catalyst, now=NOW)
    to_attend = advice.send(file, event, by=catalyst, now=NOW)
    assert advice.plan(to_meet, by=None, now=NOW).title == "Prendre contact avec Jeanne Apatou"
    planned = advice.plan(to_attend, by=None, now=NOW)
    assert (planned.title, planned.due_on) == ("Participer à «\u00a0Un atelier\u00a0»", event.starts_at.date())
    past = advice.send(file, webinar(), by=catalyst, now=NOW)
    assert advice.plan(past, by=None, now=past.event.starts_at + DAY).due_on is None


def test_agreed_with_then_set_aside_and_who_sent_it_is_told(file, catalyst):
    made, holder = AdviceFactory(file=file, sender=catalyst), holder_of(file)
    for _twice in range(2):
        advice.answer(made, AdviceState.ACCEPTED, by=holder, now=NOW)
    advice.answer(made, AdviceState.SET_ASIDE, by=holder, now=NOW)
    assert notices(catalyst, advice.NEWS) == ["Un de vos conseils\u00a0: retenu", "Un de vos conseils\u00a0: écarté"]
    with pytest.raises(AdviceRefused):
        advice.answer(made, AdviceState.SENT, by=holder, now=NOW)
    with pytest.raises(AdviceRefused):
        advice.take_back(made, by=catalyst, now=NOW)
    own = AdviceFactory(file=file, sender=holder)
    advice.answer(own, AdviceState.ACCEPTED, by=holder, now=NOW)
    assert notices(holder, advice.NEWS) == []


def test_what_the_table_of_states_refuses_is_refused(file):
    made = AdviceFactory(file=file, state=AdviceState.PLANNED, answered_at=NOW)
    with pytest.raises(AdviceRefused):
        advice.answer(made, AdviceState.SET_ASIDE, by=None, now=NOW)


def test_taken_back_before_the_answer_nothing_of_it_stays(file, catalyst):
    made = AdviceFactory(file=file, sender=catalyst)
    gone = Advice.objects.get(pk=made.pk)
    for _twice in range(2):
        advice.take_back(gone, by=catalyst, now=NOW)
        gone.pk = made.pk
    assert not Advice.objects.exists()
    with pytest.raises(AdviceRefused):
        advice.answer(made, AdviceState.ACCEPTED, by=None, now=NOW)


def test_never_opened_for_a_fortnight_it_goes_back_once_and_may_leave_again(file, catalyst):
    made, holder = AdviceFactory(file=file, sender=catalyst), holder_of(file)
    opened = AdviceFactory(file=file, sender=catalyst)
    advice.opened(opened, by=holder, now=NOW)
    assert advice.give_back(NOW + 13 * DAY) == 0
    assert [advice.give_back(NOW + 14 * DAY) for _twice in range(2)] == [1, 0]
    assert notices(catalyst, advice.NEWS) == ["Un de vos conseils vous revient"]
    again = advice.send(file, made.resource, text="Autrement", by=catalyst, now=NOW + 15 * DAY)
    assert (again.pk, again.returned_at, again.note) == (made.pk, None, "Autrement")
    assert not advice._give_back(opened.pk, now=NOW + 15 * DAY)  # opened meanwhile


def test_what_is_withdrawn_since_is_said_so_and_neither_shown_nor_planned(file, catalyst):
    event, person = webinar(title="canari"), CatalystFactory(name="canari")
    rows = [AdviceFactory(file=file, sender=catalyst)]
    rows += [advice.send(file, what, by=catalyst, now=NOW) for what in (event, person)]
    for what in (rows[0].resource, event, person):
        type(what).objects.filter(pk=what.pk).update(is_hidden=True)
    lines = queries.of_file(file)
    assert {line.thing.label for line in lines} == {
        "Cette ressource n’est plus publiée.", "Cette fiche n’est plus montrée.", "Ce rendez-vous n’est plus annoncé.",
    }  # fmt: skip
    assert not any(line.can_plan for line in lines)
    with pytest.raises(AdviceRefused):
        advice.plan(rows[0], by=None, now=NOW)


def test_the_file_and_who_sent_it_read_an_advice(file, catalyst):
    made = AdviceFactory(file=file, sender=catalyst)
    file.people.filter(member=catalyst).delete()
    assert can_see_advice(catalyst, made)
    assert can_see_advice(holder_of(file), made)
    assert not can_see_advice(MemberFactory(), made)
    assert queries.advice(file.pk, made.pk) == made
    assert queries.export_of(catalyst)[0]["propose"] == made.resource.title
    advice.forget_member(catalyst)
    assert not Advice.objects.exists()


def test_the_database_holds_the_rules_of_advice(file, catalyst):
    said = {"file": file, "sender": catalyst}
    for broken in (
        {"kind": AdviceKind.PERSON},
        {"state": "inconnu", "answered_at": NOW},
        {"state": AdviceState.ACCEPTED},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            AdviceFactory(**said, **broken)
    action = Action.objects.create(file=file, title="Une")
    AdviceFactory(**said, action=action)
    with pytest.raises(IntegrityError), transaction.atomic():
        AdviceFactory(**said, action=action)


def test_a_thing_is_written_as_the_search_writes_it():
    person = CatalystFactory()
    resource, event = published(), webinar()
    codes = [things.code_of(each) for each in (resource, person, event)]
    assert codes == [f"resource:{resource.pk}", f"catalyst:{person.pk}", f"event:{event.pk}"]
    assert (things.entry_code(person.pk), things.entry_code(0)) == (codes[1], "")
