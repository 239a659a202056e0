"""Reminders of reviews: due, or open and still awaited. Nothing of what they are about is said."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from alliage.agreements.enums import State
from alliage.agreements.models import Review
from alliage.agreements.queries import agreements as agreements_queries
from alliage.agreements.queries import reviews as queries
from alliage.agreements.services import agreements as life
from alliage.notifications.services import notify_many

AGAIN = timedelta(days=30)
# An agreement that nobody looks at any more is left in peace.
LATEST = timedelta(days=100)
WAITS = timedelta(days=14)


def remind(now: datetime) -> int:
    """Due: told that day, then each month, three times more at most. Open: those who have not answered are told once."""
    today = timezone.localdate(now)
    told = sum(_due(pk, today=today, now=now) for pk in agreements_queries.due(today))
    waiting = Review.objects.filter(closed_at=None, reminded_on=None, opened_at__lte=now - WAITS)
    return told + sum(_waiting(pk, today=today, now=now) for pk in list(waiting.values_list("pk", flat=True)))


@transaction.atomic
def _due(pk: int, *, today: date, now: datetime) -> int:
    row = life.lock(pk)
    due_on = row.review_due_on
    if row.state != State.ACTIVE or due_on is None or not due_on <= today <= due_on + LATEST:
        return 0
    if row.reminded_on is not None and row.reminded_on > today - AGAIN:
        return 0
    if row.reviews.filter(closed_at=None).exists():
        return 0
    notify_many(life.everyone(row), life.REVIEW, row, by=None, now=now, key=f"due|{today}")
    row.reminded_on = today
    row.save(update_fields=["reminded_on"])
    return 1


@transaction.atomic
def _waiting(pk: int, *, today: date, now: datetime) -> int:
    review = Review.objects.select_related("agreement").prefetch_related("answers").get(pk=pk)
    people = life.people_of(queries.awaited(review, life.inside(review.agreement)))
    notify_many(people, life.REVIEW, review.agreement, by=None, now=now, key=f"answer|{review.number}")
    Review.objects.filter(pk=pk).update(reminded_on=today)
    return 1
