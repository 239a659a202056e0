"""Writes of the retro-planning: what is to be done from ninety days before to thirty days after."""
# ruff: noqa: ARG001 every service says who acts (`by`)

import json
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.events.enums import EventKind, EventState
from alliage.events.models import Event, Task
from alliage.events.queries import planning as queries
from alliage.events.services.programme import ProgrammeRefused, lock, one_line, plain
from alliage.notifications.services import notify_many

KIND = "events.planning"
_DATA = Path(__file__).parent.parent / "data" / "retroplanning.json"
EARLIEST, LATEST = -400, 400


@cache
def default_list() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(_DATA.read_text(encoding="utf-8"))["tasks"])


@transaction.atomic
def begin(event: Event, *, by: Any, now: datetime) -> None:
    """The list of every Rencontre. What is there already stays as it is; twice is once."""
    row = lock(event.pk)
    known = set(Task.objects.filter(event=row).values_list("code", flat=True))
    Task.objects.bulk_create(
        Task(event=row, **{name: each[name] for name in ("code", "offset", "title", "text")})
        for each in default_list()
        if each["code"] not in known
    )


@transaction.atomic
def copy(source: Event, event: Event, *, by: Any, now: datetime) -> None:
    """What last year's Rencontre had to do, nothing done yet; the list of every Rencontre when it had none."""
    tasks = [
        Task(event=event, code=each.code, offset=each.offset, title=each.title, text=each.text)
        for each in source.tasks.all()
    ]
    if tasks:
        Task.objects.bulk_create(tasks)
    else:
        begin(event, by=by, now=now)


@transaction.atomic
def write(
    event: Event, task: Task | None, *, title: str, offset: int, text: str, who: str, by: Any, now: datetime
) -> Task:
    """A new line, or the same one said otherwise."""
    row = lock(event.pk)
    title = one_line(title, 200)
    if not title:
        raise ProgrammeRefused(_("Dites ce qui est à faire."))
    if not EARLIEST <= offset <= LATEST:
        raise ProgrammeRefused(_("Choisissez une date à moins d’un an de la Rencontre."))
    said = {"title": title, "offset": offset, "text": plain(text, 2000), "who": one_line(who, 120)}
    if task is None:
        same = Task.objects.filter(event=row, title=title, offset=offset).first()
        return same or Task.objects.create(event=row, **said)
    Task.objects.filter(pk=task.pk).update(**said)
    task.refresh_from_db()
    return task


@transaction.atomic
def settle(task: Task, *, done: bool, by: Any, now: datetime) -> None:
    """Done, or not after all. Twice is once: who did it first is kept."""
    lock(task.event_id)
    if done:
        Task.objects.filter(pk=task.pk, done_at=None).update(done_at=now, done_by=by)
    else:
        Task.objects.filter(pk=task.pk).update(done_at=None, done_by=None)


@transaction.atomic
def remove(task: Task, *, by: Any, now: datetime) -> None:
    """Twice is once."""
    lock(task.event_id)
    Task.objects.filter(pk=task.pk).delete()


def remind(now: datetime) -> None:
    """Each week, those who organise a Rencontre to come, or just past, are told what is late or due within a week. Told once a week."""
    year, week, _day = now.isocalendar()
    around = (now - timedelta(days=45), now + timedelta(days=120))
    events = Event.objects.filter(kind=EventKind.RENCONTRE, starts_at__range=around).exclude(state=EventState.CANCELLED)
    for event in events.filter(tasks__done_at=None).distinct().select_related("owner").prefetch_related("organisers"):
        if not queries.pressing(event, now):
            continue
        people = {each.pk: each for each in (event.owner, *event.organisers.all()) if each is not None}
        active = [each for each in people.values() if each.is_active]
        notify_many(active, KIND, event, by=None, now=now, key=f"{year}-{week}")
