"""Letters of those who organise to those who come: written once, sent by a job, through the outbox."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from alliage.events import registration_links as links
from alliage.events.enums import Audience, SeatState
from alliage.events.models import Attendee, AttendeeMail, Event, Seat, Sequence
from alliage.events.services.registrations import RegistrationRefused
from alliage.events.services.seats import HELD
from alliage.events.services.words import write as write_to
from alliage.jobs.services import enqueue
from alliage.notifications.services import notify

KIND, JOB = "events.letter", "events.write_to_attendees"
LONGEST_SUBJECT, LONGEST_TEXT = 150, 8000
STATES: dict[str, tuple[str, ...]] = {
    Audience.ALL: HELD,
    Audience.SEATED: (SeatState.SEATED,),
    Audience.WAITING: (SeatState.WAITING,),
}


def recipients(event: Event, audience: str, sequence: Sequence | None) -> QuerySet[Attendee]:
    """Who a letter is for: those who proved their address."""
    seats = Seat.objects.filter(sequence__event=event, state__in=STATES[audience])
    if sequence is not None:
        seats = seats.filter(sequence=sequence)
    people = Attendee.objects.filter(event=event, pk__in=seats.values("attendee"), forgotten_at=None)
    return people.exclude(confirmed_at=None).order_by("pk")


@transaction.atomic
def write(
    event: Event,
    *,
    audience: str,
    sequence: Sequence | None,
    subject: str,
    text: str,
    sent_key: str,
    by: Any,
    now: datetime,
) -> AttendeeMail:
    """Keep the letter and have it sent. The same display of the form sent twice is one letter."""
    subject = " ".join(subject.replace("\x00", "").split())[:LONGEST_SUBJECT].strip()
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()[:LONGEST_TEXT]
    if not subject or not text:
        raise RegistrationRefused(_("Écrivez un objet et un texte."))
    people = recipients(event, audience, sequence).count()
    if not people:
        raise RegistrationRefused(_("Personne n’est dans ce cas\u00a0: le courriel n’est pas parti."))
    said = {
        "event": event, "audience": audience, "sequence": sequence, "subject": subject, "text": text, "people": people,
        "by": by, "created_at": now,
    }  # fmt: skip
    letter, is_new = AttendeeMail.objects.get_or_create(sent_key=sent_key[:64], defaults=said)
    if is_new:
        enqueue(JOB, payload={"letter": letter.pk}, by=by, now=now, key=f"letter-{letter.pk}")
    return letter


def send(pk: int, *, now: datetime) -> int:
    """Queue a letter for each; done again from the start, nobody has it twice."""
    letter = AttendeeMail.objects.select_related("event", "sequence").filter(pk=pk).first()
    if letter is None:
        return 0
    people = recipients(letter.event, letter.audience, letter.sequence).select_related("member")
    for attendee in people:
        if attendee.member is not None:
            attendee.letter = letter  # type: ignore[attr-defined]
            notify(attendee.member, KIND, attendee, by=None, now=now, key=f"{letter.pk}")
            continue
        context = {
            "title": letter.subject,
            "event": letter.event,
            "paragraphs": [each.strip() for each in letter.text.split("\n") if each.strip()],
            "url": settings.ORIGIN + links.path_of(attendee),
        }
        write_to(attendee, "events/mail/letter.html", context, key=f"letter|{letter.pk}", now=now, about=KIND)
    return len(people)
