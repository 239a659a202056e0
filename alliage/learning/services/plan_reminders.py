"""Reminders of plans: what is due within a week, what is late, told once a week to who carries it, or to who holds the file."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from alliage.accounts.models import Member
from alliage.learning.enums import PENDING, FileRole
from alliage.learning.models import Action, FileMember, TerritoryFile
from alliage.notifications.services import notify

KIND = "learning.plan"
WEEK = timedelta(days=7)
# A plan that nobody keeps any more is left in peace.
LATEST = timedelta(days=60)


def remind(now: datetime) -> int:
    """One message a person and a file, whatever the number of actions; answers for how many actions."""
    today = timezone.localdate(now)
    due = Action.objects.filter(_due(today)).order_by("file")
    return sum(_remind(pk, today=today, now=now) for pk in list(due.values_list("file", flat=True).distinct()))


def _due(today: date) -> Q:
    told = Q(reminded_on=None) | Q(reminded_on__lte=today - WEEK)
    return told & Q(state__in=PENDING, due_on__range=(today - LATEST, today + WEEK))


@transaction.atomic
def _remind(file_id: int, *, today: date, now: datetime) -> int:
    file: Any = TerritoryFile.objects.select_for_update().get(pk=file_id)
    people = {each.member_id: each for each in FileMember.objects.filter(file=file).select_related("member")}
    holder = next((each.member for each in people.values() if each.role == FileRole.HOLDER), None)
    for_whom: dict[Member, list[Action]] = defaultdict(list)
    for action in Action.objects.filter(_due(today), file=file):
        owner = people[action.owner_id].member if action.owner_id in people else None
        person = owner if owner is not None and owner.is_active else holder
        if person is not None:
            for_whom[person].append(action)
    for person, told in for_whom.items():
        # For the message: how many, and nothing of what they say.
        late = sum(action.due_on is not None and action.due_on < today for action in told)
        file.reminded = (late, len(told) - late)
        notify(person, KIND, file, by=None, now=now, key=today.isoformat())
        Action.objects.filter(pk__in=[action.pk for action in told]).update(reminded_on=today)
    return sum(map(len, for_whom.values()))
