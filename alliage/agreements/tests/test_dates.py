"""What one's own agenda says of agreements: to whom, since when, until when."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.agreements.models import Agreement
from alliage.agreements.queries import dates
from alliage.agreements.queries.conventions import document_of
from alliage.agreements.services import agreements as life
from alliage.agreements.services import partners, reviews
from alliage.agreements.tests.factories import (
    LATER,
    NOW,
    active,
    agreed,
    answer,
    asked_of,
    group,
    lights,
    opened,
    owner_of,
    scoped,
    sides,
    sign,
)
from alliage.writing import services as writing
from alliage.writing.registry import Writer

pytestmark = pytest.mark.django_db


def people(made: Agreement):
    return [owner_of(each) for each in sides(made)]


def said(member) -> list[tuple[str, int]]:
    return [(row.what, row.agreement.pk) for row in dates.due_for(member)]


def test_an_invitation_then_a_signature_are_awaited_until_given():
    made = opened()
    first, second = people(made)
    assert said(first) == []
    (row,) = dates.due_for(second)
    assert (row.what, row.day, row.is_awaited) == (dates.INVITED, timezone.localdate(NOW), True)
    partners.accept(sides(made)[1], by=second, now=NOW)
    assert said(second) == [], "all are still writing"
    sign(sides(made)[0], now=LATER)
    assert said(first) == []
    (row,) = dates.due_for(second)
    assert (row.what, row.at, row.is_awaited) == (dates.SIGNATURE, LATER, True)
    sign(sides(made)[1], now=LATER)
    assert said(second) == said(first) == []


def test_a_signature_that_the_text_undid_is_awaited_again():
    made = scoped()
    first, second = people(made)
    sign(sides(made)[0])
    document = document_of(made)
    assert document is not None
    writing.write(document, "Autrement.", by=Writer("member:0", "", can_write=True), now=LATER)
    sign(sides(made)[1], now=LATER)
    assert said(first) == [(dates.SIGNATURE, made.pk)]
    assert said(second) == []


def test_who_left_awaits_nothing_from_the_others():
    made = scoped()
    first, second = people(made)
    sign(sides(made)[0])
    partners.leave(sides(made)[0], by=first, now=LATER)
    assert said(first) == said(second) == []


def test_a_review_is_due_then_answers_are_awaited_then_nothing():
    made = active()
    first, second = people(made)
    for member in (first, second):
        (row,) = dates.due_for(member)
        assert (row.what, row.is_awaited) == (dates.REVIEW, False)
        assert row.day == timezone.localdate(NOW) + life.REVIEW_EVERY
        assert row.at == NOW
    review = reviews.open_review(made, by=first, now=LATER)
    (row,) = dates.due_for(first)
    assert (row.what, row.at, row.is_awaited) == (dates.ANSWER, LATER, True)
    answer(review, sides(made)[0], now=LATER)
    assert said(first) == []
    assert said(second) == [(dates.ANSWER, made.pk)]
    answer(review, sides(made)[1], now=LATER)
    assert said(first) == said(second) == []
    later = LATER + timedelta(days=3)
    life.start(made, by=first, now=later)
    (row,) = dates.due_for(second)
    assert (row.what, row.at, row.day) == (dates.REVIEW, later, timezone.localdate(later) + life.REVIEW_EVERY)
    reviews.answer(
        reviews.open_review(made, by=first, now=later), sides(made)[0], lights(), word="", by=first, now=later
    )
    assert said(first) == [], "the review before does not count, this one does"
    life.close(made, outcome="", by=first, now=later)
    assert said(second) == []


def test_an_end_is_said_once_it_is_signed_until_it_is_closed():
    day = timezone.localdate(NOW) + timedelta(days=30)
    made = scoped(ends_on=day)
    first, _second = people(made)
    assert said(first) == []
    lived = agreed(mine=group("Ici", owner=first), other=group("Là"), ends_on=day)
    (row,) = dates.due_for(first)
    assert (row.what, row.agreement, row.day, row.is_awaited) == (dates.END, lived, day, False)
    life.start(lived, by=first, now=NOW)
    assert said(first) == [(dates.END, lived.pk), (dates.REVIEW, lived.pk)]
    life.close(lived, outcome="", by=first, now=NOW)
    assert said(first) == []


def test_it_is_said_once_to_the_people_of_a_partner_and_to_nobody_else():
    both = MemberFactory()
    made = active(mine=group("Ici", owner=both), other=group("Là", owner=both))
    assert said(both) == [(dates.REVIEW, made.pk)]
    assert said(MemberFactory()) == said(MemberFactory(role=Role.ANIMATOR)) == []


def test_they_come_in_order_and_in_one_query(django_assert_num_queries):
    me = MemberFactory()
    mine = group("Nous", owner=me)
    lived = active(mine=mine, other=group("Un autre"), subject="Vécu")
    asked = opened(mine=group("Eux"), other=mine, subject="Demandé", now=LATER)
    with django_assert_num_queries(1):
        assert said(me) == [(dates.INVITED, asked.pk), (dates.REVIEW, lived.pk)]
    partners.decline(asked_of(asked, mine), by=me, now=LATER)
    assert said(me) == [(dates.REVIEW, lived.pk)]
