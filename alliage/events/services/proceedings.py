"""Writes of proceedings: opened when the day closes, gathered again, stopped in a version. Lock order: the event, then its proceedings."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.events.models import Event, Proceedings, ProceedingsVersion, Sequence
from alliage.events.queries import proceedings as reads
from alliage.events.services import minutes, surveys
from alliage.events.services.programme import plain
from alliage.jobs.services import enqueue
from alliage.refusals import Refusal

JOB = "events.proceedings"
DATA = Path(__file__).resolve().parent.parent / "data" / "proceedings.json"
# Later than this, nobody is asked what they thought of the day.
ASKED_FOR = timedelta(days=30)
LONGEST_TEXT = 8000
MOST_LINKS = 10


class ProceedingsRefused(Refusal):
    """The rules of proceedings say no."""


def close_due(now: datetime) -> int:
    """Ask a job for each event that is over; answers how many."""
    found = list(reads.due(now)[:50])
    for event in found:
        enqueue(JOB, payload={"event": event.pk}, by=None, now=now, key=f"proceedings-{event.pk}")
    return len(found)


@transaction.atomic
def close(event: Event, *, now: datetime) -> Proceedings:
    """The day is over: the survey, and the first version. Twice is once."""
    row = Event.objects.select_for_update().get(pk=event.pk)
    found = reads.of_event(row)
    if found is not None:
        return found
    said = _known(row)
    made = Proceedings.objects.create(event=row, built_at=now, **said)
    if now - row.ends_at <= ASKED_FOR:
        surveys.ask(row, now=now)
    build(row, now=now)
    made.refresh_from_db()
    stop(row, now=now)
    made.refresh_from_db()
    return made


def _known(event: Event) -> dict[str, Any]:
    """What is known of days that were not held here."""
    said = json.loads(DATA.read_text(encoding="utf-8"))["events"].get(event.slug, {})
    return {name: said[name] for name in ("text", "links", "replay_url") if name in said}


@transaction.atomic
def build(event: Event, *, now: datetime) -> None:
    """Gather again what everyone reads. Before the day is over there is nothing to gather."""
    row = Proceedings.objects.select_for_update(of=("self",)).select_related("event").filter(event=event).first()
    if row is None:
        return
    content = reads.content_of(row.event, row) | surveys.told(row.event)
    if content != row.content:
        row.content, row.built_at = content, now
        row.save(update_fields=["content", "built_at"])


@transaction.atomic
def stop(event: Event, *, now: datetime) -> ProceedingsVersion | None:
    """A version that stays, at its own address; the same words twice are one version."""
    build(event, now=now)
    row = Proceedings.objects.select_for_update().filter(event=event).first()
    if row is None:
        return None
    last = row.versions.order_by("-number").first()
    if last is not None and last.content == row.content:
        return last
    row.last_number += 1
    row.save(update_fields=["last_number"])
    return ProceedingsVersion.objects.create(proceedings=row, number=row.last_number, content=row.content, made_at=now)


@transaction.atomic
def describe(
    event: Event,
    *,
    text: str,
    links: list[dict[str, str]],
    replay_url: str,
    by: Member,  # noqa: ARG001 the name of every service
    now: datetime,
) -> Proceedings:
    """What is read before the accounts, and what is published elsewhere."""
    row = Proceedings.objects.select_for_update().filter(event=event).first()
    if row is None:
        raise ProceedingsRefused(_("Les actes s’ouvrent quand la journée est finie."))
    row.text, row.replay_url = plain(text, LONGEST_TEXT), replay_url[:500]
    row.links = [{"label": plain(each["label"], 200), "url": each["url"][:500]} for each in links if each["url"]][
        :MOST_LINKS
    ]
    row.save(update_fields=["text", "replay_url", "links"])
    build(event, now=now)
    row.refresh_from_db()
    return row


# --- The account of a sequence, then what everyone reads ---------------------------------------------------------------


def sign(sequence: Sequence, said: minutes.Said, *, by: Member, now: datetime) -> None:
    with transaction.atomic():
        minutes.sign(sequence, said, by=by, now=now)
        build(sequence.event, now=now)


def take_back(sequence: Sequence, *, by: Member, now: datetime) -> None:
    with transaction.atomic():
        minutes.take_back(sequence, by=by, now=now)
        build(sequence.event, now=now)


@transaction.atomic
def forget_member(member: Member, *, now: datetime) -> None:
    """Their name leaves what they signed: today's proceedings and the versions."""
    names = {member.get_full_name()}
    for pk in minutes.forget_member(member):
        event = Event.objects.get(pk=pk)
        build(event, now=now)
        for version in ProceedingsVersion.objects.filter(proceedings__event=event):
            _unname(version, names)


def _unname(version: ProceedingsVersion, names: set[str]) -> None:
    changed = False
    for sequence in version.content.get("sequences", []):
        if sequence.get("signed_name") in names:
            sequence["signed_name"], changed = _("une personne du réseau"), True
    if changed:
        version.save(update_fields=["content"])


def tidy(now: datetime) -> int:
    """Gather again, once a day, those of the last year: a survey that closed, a document that came."""
    found = list(Event.objects.filter(proceedings__isnull=False, ends_at__gte=now - timedelta(days=366)))
    for event in found:
        build(event, now=now)
    return len(found)
