"""What is told to those who come: the words that wait become mails, away from any page; each mail says where one stands by then.

A word is written in the transaction of what it tells, and goes in the transaction that queues the mail: told once, never forgotten.
The worker looks at them every two seconds (`jobs.followers`).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.events import calendar_feeds, moments
from alliage.events import registration_links as links
from alliage.events.enums import WordKind
from alliage.events.models import Attendee, Word
from alliage.events.queries.registrations import Place, places_of
from alliage.events.services import moves
from alliage.formats.mail import Attachment
from alliage.notifications.services import notify, send_mail_to_address
from alliage.notifications.services.mails import MailRefused
from alliage.notifications.timing import zone_of

KIND = "events.registration"
LABELS = {
    KIND: gettext_lazy("mon inscription à «\u00a0%(event)s\u00a0»"),
    "events.reminder": gettext_lazy("les rappels de «\u00a0%(event)s\u00a0»"),
    "events.letter": gettext_lazy("les messages de l’organisation de «\u00a0%(event)s\u00a0»"),
}
AT_ONCE = 50
# Whoever moves a programme moves it again: one mail says where it came to rest.
STILL_MOVING = timedelta(minutes=10)
ORDER = [each.value for each in WordKind]
TITLES = {
    WordKind.REGISTERED: gettext_lazy("Votre inscription\u00a0: %(event)s"),
    WordKind.AGAIN: gettext_lazy("Vous êtes déjà inscrit\u00a0: %(event)s"),
    WordKind.PROMOTED: gettext_lazy("Une place s’est libérée pour vous\u00a0: %(event)s"),
    WordKind.CHANGED: gettext_lazy("Vos places ont changé\u00a0: %(event)s"),
    WordKind.MOVED: gettext_lazy("Nouvel horaire\u00a0: %(event)s"),
    WordKind.CANCELLED: gettext_lazy("Séquence annulée\u00a0: %(event)s"),
    WordKind.RELEASED: gettext_lazy("Votre place n’a pas été confirmée\u00a0: %(event)s"),
}
TO_CONFIRM = gettext_lazy("Confirmez votre inscription\u00a0: %(event)s")


def tell(now: datetime) -> int:
    """Mail the words that wait; answers how many people were told. Several workers may do it together."""
    told = 0
    while (some := _tell_some(now)) is not None:
        told += some
    return told


@transaction.atomic
def _tell_some(now: datetime) -> int | None:
    """None when no word waits. All the words of one person are in the hands of one worker."""
    moving = Q(kind=WordKind.MOVED, created_at__gt=now - STILL_MOVING)
    waiting = Word.objects.select_for_update(no_key=True, of=("self", "attendee"), skip_locked=True).exclude(moving)
    rows = list(waiting.select_related("attendee__event", "attendee__member").order_by("pk")[:AT_ONCE])
    if not rows:
        return None
    people: dict[int, list[Word]] = {}
    for row in rows:
        people.setdefault(row.attendee_id, []).append(row)
    # What moved again since, too: one mail says where it came to rest, and none when it came back.
    moved = moves.moves_of(row.attendee_id for row in rows if row.kind == WordKind.MOVED)
    back = {pk for pk, some in moved.items() if moves.is_back(some)}
    told = [pk for pk, words in people.items() if _tell_words(words, without_moves=pk in back, now=now)]
    done = {row.pk for row in rows} | {row.pk for some in moved.values() for row in some}
    Word.objects.filter(pk__in=done).delete()
    moves.told_otherwise(told)
    return len(told)


def _tell_words(words: list[Word], *, without_moves: bool, now: datetime) -> bool:
    said = [word for word in words if not (without_moves and word.kind == WordKind.MOVED)]
    if not said:
        return False
    first = min(said, key=lambda word: ORDER.index(word.kind))
    _tell_one(first.attendee, WordKind(first.kind), number=said[-1].pk, now=now)
    return True


def _tell_one(attendee: Attendee, kind: WordKind, *, number: int, now: datetime) -> None:
    if attendee.forgotten_at is not None:
        return
    key = f"{number}"
    if kind == WordKind.AGAIN:
        # Whoever types somebody's address again and again fills nobody's mailbox.
        key = f"again|{attendee.pk}|{now:%Y%m%d%H}"
    with at_the_clock_of(attendee):
        places = places_of(attendee)
        if attendee.member is not None:
            attendee.told = (kind, places)  # type: ignore[attr-defined]
            notify(attendee.member, KIND, attendee, by=None, now=now, key=key)
            return
        files = calendar_feeds.files_of(attendee, places, now=now)
        context = {
            "attendee": attendee,
            "event": attendee.event,
            "kind": kind.value,
            "title": title_of(attendee, kind),
            "lines": [line_of(place) for place in places],
            "url": settings.ORIGIN + links.path_of(attendee),
            "calendar": settings.ORIGIN + links.calendar_path_of(attendee),
            "with_file": bool(files),
        }
        write(attendee, "events/mail/registration.html", context, key=f"word|{key}", now=now, attachments=files)


def write(
    attendee: Attendee,
    template: str,
    context: dict[str, Any],
    *,
    key: str,
    now: datetime,
    about: str = KIND,
    attachments: Iterable[Attachment] = (),
) -> None:
    """Write to someone without an account; an address that no mail can bear stops nobody else’s.

    What one stops from the foot of a mail is stopped for this event: to register to the next one, a mail must still arrive.
    """
    scope = f"{about}.{attendee.event_id}"
    label = str(LABELS[about]) % {"event": attendee.event.title}
    try:
        send_mail_to_address(
            attendee.email, template, context, key=key, scope=scope, label=label, now=now, attachments=attachments
        )
    except MailRefused:
        return


@contextmanager
def at_the_clock_of(attendee: Attendee) -> Iterator[None]:
    with timezone.override(zone_of(attendee.time_zone)):
        yield


def title_of(attendee: Attendee, kind: WordKind) -> str:
    """Of the mail, of the notification."""
    is_asked = kind == WordKind.REGISTERED and attendee.confirmed_at is None
    return str(TO_CONFIRM if is_asked else TITLES[kind]) % {"event": attendee.event.title}


def line_of(place: Place) -> tuple[str, str, str]:
    """(sequence, moment in the current time zone and in Paris, where one stands)."""
    sequence = place.sequence
    if sequence.is_cancelled:
        state = _("annulée")
    elif place.is_waiting:
        state = _("liste d’attente, rang %(rank)s") % {"rank": place.rank}
    else:
        state = _("place réservée")
    return sequence.title, moments.said(sequence.starts_at, sequence.ends_at), state


def text_of(places: list[Place]) -> str:
    """The same, a line each, for a notification."""
    if not places:
        return _("Vous n’avez de place dans aucune séquence.")
    return "\n".join(
        _("%(title)s, %(when)s\u00a0: %(state)s") % dict(zip(("title", "when", "state"), line_of(place), strict=True))
        for place in places
    )
