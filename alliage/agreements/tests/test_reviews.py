"""Each answers alone; then all read together."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from alliage.accounts.tests.factories import MemberFactory
from alliage.agreements.enums import Light, State
from alliage.agreements.models import Affirmation, Agreement, Answer, AnswerLine, Review
from alliage.agreements.queries import reviews as reads
from alliage.agreements.registers import reviews as registers
from alliage.agreements.services import agreements as life
from alliage.agreements.services import partners, reminders
from alliage.agreements.services import reviews as services
from alliage.agreements.services.agreements import AgreementRefused
from alliage.agreements.tests.factories import (
    LATER,
    NOW,
    active,
    agreed,
    answer,
    group,
    lights,
    owner_of,
    reviewed,
    sides,
)
from alliage.notifications.models import Notification
from alliage.rooms import permissions as rooms
from alliage.rooms.services import rooms as room_services

pytestmark = pytest.mark.django_db
DUE = NOW + life.REVIEW_EVERY


def opened(agreement: Agreement, *, now=NOW) -> Review:
    return services.open_review(agreement, by=owner_of(sides(agreement)[0]), now=now)


def again(review: Review) -> Review:
    found = reads.by_number(Agreement.objects.get(pk=review.agreement_id), review.number)
    assert found is not None
    return found


def test_it_asks_seven_things_at_most_in_the_words_of_the_day():
    made = active()
    review = opened(made)
    assert 1 <= len(review.asked) <= 7
    assert opened(made) == review
    with pytest.raises(AgreementRefused, match="en cours"):
        opened(agreed(mine=group("C"), other=group("D")))
    services.reword("but", "Nous savons où nous allons.", is_asked=True, by=None, now=NOW)
    assert again(review).asked == review.asked


def test_the_last_answer_closes_it_and_the_spread_is_read_line_by_line():
    review = again(reviewed())
    assert (review.closed_at, review.agreement.state) == (NOW, State.REVIEWED)
    lines = {line.text: line for line in reads.spread(review)}
    charge = lines[next(each["text"] for each in review.asked if each["code"] == "charge")]
    assert [(share.light, share.count, share.names) for share in charge.shares] == [
        (Light.GREEN, 1, ("La Boussole",)),
        (Light.RED, 1, ("Ancrage",)),
    ]
    assert charge.is_apart
    assert sum(line.is_to_discuss for line in lines.values()) == 1
    assert [each.partner.name for each in reads.words(review)] == ["Ancrage"]
    assert reads.answer_of(review, sides(review.agreement)[0]).word


def test_a_red_that_nobody_sees_green_is_to_discuss_without_being_apart():
    line = reads.Line("x", (reads.Share(Light.RED, ("A",)),))
    assert (line.is_apart, line.is_to_discuss) == (False, True)


def test_what_was_not_answered_has_no_share():
    review = opened(active())
    assert [line.shares for line in reads.spread(again(review))] == [()] * len(review.asked)


def test_an_answer_said_again_counts_once():
    made = active()
    review = opened(made)
    mine, other = sides(made)
    answer(review, mine, "red")
    answer(review, mine, "amber", word="Mieux.")
    assert [each.name for each in reads.awaited(again(review), sides(made))] == ["La Boussole"]
    assert Answer.objects.get().word == "Mieux."
    assert set(AnswerLine.objects.values_list("light", flat=True)) == {"amber"}
    answer(review, other)
    with pytest.raises(AgreementRefused, match="clos"):
        answer(review, mine)


def test_every_line_is_answered_and_by_a_partner():
    made = active()
    review = opened(made)
    mine = sides(made)[0]
    for said in ({}, lights() | {"but": "blue"}):
        with pytest.raises(AgreementRefused, match="couleur"):
            services.answer(review, mine, said, word="", by=None, now=NOW)
    other = sides(active(mine=group("C"), other=group("D")))[0]
    with pytest.raises(AgreementRefused, match="partenaire"):
        services.answer(review, other, lights(), word="", by=None, now=NOW)


def test_it_may_be_read_without_those_who_do_not_answer():
    made = active()
    review = opened(made)
    with pytest.raises(AgreementRefused, match="Personne"):
        services.close_review(review, by=None, now=NOW)
    answer(review, sides(made)[0])
    for _twice in range(2):
        assert services.close_review(review, by=None, now=NOW).closed_at == NOW
    row = Agreement.objects.get(pk=made.pk)
    assert row.state == State.REVIEWED
    life.start(row, by=None, now=LATER)
    assert opened(row, now=LATER).number == 2
    assert [each.number for each in reads.reviews(row)] == [2, 1]


def test_when_the_last_awaited_leaves_it_closes():
    made = active()
    third = sides(made)[0].agreement.partners.create(
        entry=group("Troisième"), name="Troisième", state="in", answered_at=NOW
    )
    review = opened(made)
    for each in sides(made)[:2]:
        answer(review, each)
    assert again(review).closed_at is None
    partners.leave(third, by=owner_of(third), now=LATER)
    assert again(review).closed_at == LATER


def test_a_closed_agreement_closes_its_review():
    made = active()
    review = opened(made)
    life.close(made, outcome="", by=None, now=LATER)
    assert again(review).closed_at == LATER


# --- The room --------------------------------------------------------------------------------------------------------


def test_it_is_talked_over_in_one_room_for_the_partners_alone():
    review = reviewed(subject="Un secret")
    mine, other = sides(review.agreement)
    room = services.talk(review, by=owner_of(mine), now=NOW)
    assert services.talk(review, by=owner_of(other), now=NOW) == room
    assert room.is_confidential
    assert "secret" not in room.title
    assert rooms.entry(owner_of(mine), room).role == "facilitator"
    assert (rooms.entry(owner_of(other), room).role, rooms.entry(owner_of(other), room).may_facilitate) == (
        "participant",
        True,
    )
    assert rooms.entry(MemberFactory(), room) is None
    assert registers.url(room) == review.agreement.get_absolute_url()
    room_services.erase(room, now=LATER)
    assert services.talk(review, by=owner_of(mine), now=LATER) != room
    assert rooms.entry(owner_of(mine), room) is None
    assert registers.url(room) == ""


def test_nobody_talks_of_what_is_not_read_yet():
    made = active()
    with pytest.raises(AgreementRefused, match="Attendez"):
        services.talk(opened(made), by=owner_of(sides(made)[0]), now=NOW)


# --- Words -----------------------------------------------------------------------------------------------------------


def test_those_who_animate_change_the_words_and_leave_one_out():
    services.reword("but", "  Nous savons\noù nous allons. ", is_asked=True, by=None, now=NOW)
    services.reword("suite", "Nous continuons.", is_asked=False, by=None, now=NOW)
    said = {each.code: each for each in reads.affirmations()}
    assert said["but"].text == "Nous savons où nous allons."
    assert "suite" not in {each["code"] for each in opened(active()).asked}
    assert str(Affirmation.objects.first()).startswith("affirmation")


def test_an_affirmation_has_words_and_one_is_always_asked():
    for code, text in (("inconnu", "x"), ("but", " ")):
        with pytest.raises(AgreementRefused):
            services.reword(code, text, is_asked=True, by=None, now=NOW)
    codes = [each.code for each in reads.affirmations()]
    for code in codes[1:]:
        services.reword(code, "x", is_asked=False, by=None, now=NOW)
    with pytest.raises(AgreementRefused, match="au moins une"):
        services.reword(codes[0], "x", is_asked=False, by=None, now=NOW)


# --- Reminders -------------------------------------------------------------------------------------------------------


def told() -> int:
    return Notification.objects.filter(kind=life.REVIEW).count()


def test_a_review_that_is_due_is_told_each_month_then_left_in_peace():
    made = active()
    assert reminders.remind(DUE - timedelta(days=1)) == 0
    assert [reminders.remind(DUE + timedelta(days=days)) for days in (0, 1, 29, 30, 61, 92, 130)] == [
        1,
        0,
        0,
        1,
        1,
        1,
        0,
    ]
    assert told() == 8
    assert Agreement.objects.get(pk=made.pk).reminded_on == timezone.localdate(DUE) + timedelta(days=92)


def test_an_open_review_is_told_once_to_who_has_not_answered():
    made = active()
    review = opened(made, now=DUE)
    answer(review, sides(made)[0], now=DUE)
    Notification.objects.all().delete()
    assert reminders.remind(DUE + timedelta(days=13)) == 0
    assert reminders.remind(DUE + timedelta(days=14)) == 1
    assert reminders.remind(DUE + timedelta(days=20)) == 0
    assert Notification.objects.get().person == owner_of(sides(made)[1])


# --- What the database holds -----------------------------------------------------------------------------------------


def test_the_database_keeps_one_open_review_one_answer_and_three_lights():
    made = active()
    review = opened(made)
    said = answer(review, sides(made)[0])
    for act in (
        lambda: Review.objects.create(agreement=made, number=2, asked=[]),
        lambda: Review.objects.create(agreement=made, number=1, asked=[], closed_at=NOW),
        lambda: Review.objects.create(agreement=made, number=0, asked=[], closed_at=NOW),
        lambda: Answer.objects.create(review=review, partner=said.partner),
        lambda: AnswerLine.objects.create(answer=said, code="but", light="red"),
        lambda: AnswerLine.objects.create(answer=said, code="autre", light="blue"),
        lambda: Affirmation.objects.create(code="but", text=""),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
