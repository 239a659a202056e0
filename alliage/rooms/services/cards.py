"""What people write: refused when the present phase does not let this role write it, shown or kept back, chosen, taken away."""

from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from alliage.rooms.enums import CardState, EventKind, Role
from alliage.rooms.models import Card, CardVote, Participant, Room
from alliage.rooms.phases import Capture
from alliage.rooms.services.log import Act, RoomRefused, acting, must_be_open, must_facilitate, once

LONGEST_TEXT = 2_000
MOST_CARDS = 5_000


def write(
    room: Room,
    kind: str,
    text: str,
    *,
    by: Participant,
    now: datetime,
    act: Any = None,
    author: Participant | None = None,
    phase: str = "",
) -> int:
    """Add a card of that kind to the present phase; for `author`, when a facilitator types for someone without a device.

    `phase` is the one that it was typed for: in another, others may read it.
    """
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    with acting(room, by=by, now=now, act=act) as done:
        return once(done, lambda: _write(done, kind, text, author or by, typed_for=phase))


def _write(act: Act, kind: str, text: str, author: Participant, *, typed_for: str) -> None:
    assert act.by is not None
    room = act.room
    must_be_open(room)
    if author.pk != act.by.pk:
        must_facilitate(room, act.by)
    # Roles change while people type: what counts is what they are now.
    author = Participant.objects.get(pk=author.pk, room=room)
    capture = allowed(room, kind, author, typed_for=typed_for)
    if not text:
        raise RoomRefused(_("Écrivez quelque chose avant d’envoyer."))
    if len(text) > LONGEST_TEXT:
        raise RoomRefused(_("C’est trop long\u00a0: %(most)s signes au plus.") % {"most": LONGEST_TEXT})
    phase = room.current
    assert phase is not None
    mine = Card.objects.filter(room=room, phase=phase.code, kind=kind, author=author)
    if capture.most and mine.count() >= capture.most:
        raise RoomRefused(_("Vous avez déjà écrit ce que cette étape demande\u00a0: retirez d’abord ce qui y est."))
    if room.last_number >= MOST_CARDS * 10 or Card.objects.filter(room=room).count() >= MOST_CARDS:
        raise RoomRefused(_("Cette salle a déjà recueilli beaucoup de choses\u00a0: elle n’en garde pas plus."))
    card = Card.objects.create(
        room=room,
        phase=phase.code,
        kind=kind,
        text=text,
        author=author,
        typed_by=None if author.pk == act.by.pk else act.by,
        state=_first_state(capture, author),
        number=room.last_number + 1,
        written_at=act.now,
    )
    act.tell(EventKind.CARD, card=card.pk)


def _first_state(capture: Capture, author: Participant) -> str:
    if capture.is_private:
        return CardState.PRIVATE
    return CardState.WAITING if capture.is_moderated and not author.facilitates else CardState.SHOWN


def allowed(room: Room, kind: str, author: Participant, *, typed_for: str = "") -> Capture:
    """What is captured under that code now by that person; refused with what the phase asks of them."""
    phase = room.current
    capture = phase.capture(kind) if phase else None
    if phase is None or capture is None or typed_for not in {"", phase.code}:
        raise RoomRefused(_("L’étape a changé\u00a0: ce que vous avez tapé est gardé, mais ne s’écrit plus ici."))
    if author.role not in capture.by:
        cue = phase.cues.get(author.role) or _("Dans cette étape, votre rôle n’écrit pas ici.")
        raise RoomRefused(cue)
    return capture


def rewrite(room: Room, card: Card, text: str, *, by: Participant, now: datetime, act: Any = None) -> int:
    """Change one's own card while its phase lasts, or any card as a facilitator."""
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    with acting(room, by=by, now=now, act=act) as done:

        def do() -> None:
            row = _mine_or_facilitated(done, card)
            _must_be_free_to_change(done, row)
            if not text or len(text) > LONGEST_TEXT:
                raise RoomRefused(_("Écrivez de 1 à %(most)s signes.") % {"most": LONGEST_TEXT})
            row.text, row.changed_at = text, now
            row.save(update_fields=["text", "changed_at"])
            done.tell(EventKind.CARD, card=row.pk)

        return once(done, do)


def _must_be_free_to_change(act: Act, row: Card) -> None:
    """Whoever does not facilitate changes what they could still write, and nothing that others read after moderation."""
    person = Participant.objects.get(pk=act.by.pk)  # type: ignore[union-attr]
    if person.facilitates:
        return
    if allowed(act.room, row.kind, person).is_moderated and row.state == CardState.SHOWN:
        raise RoomRefused(
            _("L’animation a montré ce texte à tous\u00a0: pour le changer, retirez-le et écrivez-le à nouveau.")
        )


def take_back(room: Room, card: Card, *, by: Participant, now: datetime, act: Any = None) -> int:
    """Erase one's own card, whatever the phase; the words are gone for good."""
    with acting(room, by=by, now=now, act=act) as done:

        def do() -> None:
            row = _mine_or_facilitated(done, card, whenever=True)
            place = {"card": row.pk} | ({"was_taken": True} if row.taken_at else {})
            row.delete()
            done.tell(EventKind.CARD_GONE, **place)

        return once(done, do)


def _mine_or_facilitated(act: Act, card: Card, *, whenever: bool = False) -> Card:
    row = Card.objects.filter(pk=card.pk, room=act.room).first()
    assert act.by is not None
    # A private note of another answers as one that does not exist, to facilitators too.
    if row is None or (row.state == CardState.PRIVATE and row.author_id != act.by.pk):
        raise RoomRefused(_("Ce texte n’est plus là."))
    mine = row.author_id == act.by.pk
    if mine and not whenever:
        must_be_open(act.room)
    if mine and (whenever or (act.room.current is not None and act.room.current.code == row.phase)):
        return row
    must_facilitate(act.room, act.by)
    return row


# --- Moderation ----------------------------------------------------------------------------------------------------


def set_state(room: Room, card: Card, state: str, *, by: Participant, now: datetime, act: Any = None) -> int:
    """Show or hide a card."""
    with acting(room, by=by, now=now, act=act) as done:
        must_facilitate(done.room, by)

        def do() -> None:
            if state not in {CardState.SHOWN, CardState.HIDDEN}:
                raise RoomRefused(_("Un texte se montre, ou se masque."))
            rows = Card.objects.filter(pk=card.pk, room=done.room).exclude(state__in=[state, CardState.PRIVATE])
            # What is hidden is no longer the question of the moment.
            kept = {} if state == CardState.SHOWN else {"taken_at": None}
            if rows.update(state=state, **kept):
                done.tell(EventKind.CARD, card=card.pk)

        return once(done, do)


# --- Questions and answers -----------------------------------------------------------------------------------------


def take(room: Room, card: Card, *, wanted: bool, by: Participant, now: datetime, act: Any = None) -> int:
    """Say which question is being answered now, or that it no longer is. There is one at a time."""
    with acting(room, by=by, now=now, act=act) as done:
        must_facilitate(done.room, by)

        def do() -> None:
            row = _question(done, card)
            if wanted == (row.taken_at is not None):
                return
            if wanted:
                must_be_open(done.room)
                if row.state != CardState.SHOWN:
                    raise RoomRefused(_("Montrez cette question à tous avant d’y répondre."))
                _nothing_taken(done)
            row.taken_at, row.answered_at, row.answer = (now if wanted else None), None, ""
            row.save(update_fields=["taken_at", "answered_at", "answer"])
            done.tell(EventKind.CARD, card=row.pk)

        return once(done, do)


def _nothing_taken(act: Act) -> None:
    for before in Card.objects.filter(room=act.room).exclude(taken_at=None):
        before.taken_at = None
        before.save(update_fields=["taken_at"])
        act.tell(EventKind.CARD, card=before.pk)


def answered(room: Room, card: Card, *, by: Participant, now: datetime, act: Any = None) -> int:
    """Mark a question as answered aloud; again, it waits once more, and what was answered in writing goes."""
    with acting(room, by=by, now=now, act=act) as done:
        must_facilitate(done.room, by)

        def do() -> None:
            row = _question(done, card)
            _answered(done, row, at=None if row.answered_at else now, answer="")

        return once(done, do)


def answer(room: Room, card: Card, text: str, *, by: Participant, now: datetime, act: Any = None) -> int:
    """Answer a question in writing, under it; again, it replaces."""
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    with acting(room, by=by, now=now, act=act) as done:
        must_facilitate(done.room, by)

        def do() -> None:
            row = _question(done, card)
            if not text or len(text) > LONGEST_TEXT:
                raise RoomRefused(_("Écrivez de 1 à %(most)s signes.") % {"most": LONGEST_TEXT})
            _answered(done, row, at=row.answered_at or now, answer=text)

        return once(done, do)


def _answered(act: Act, row: Card, *, at: datetime | None, answer: str) -> None:
    row.answered_at, row.taken_at, row.answer = at, None, answer
    row.save(update_fields=["answered_at", "taken_at", "answer"])
    act.tell(EventKind.CARD, card=row.pk)


def _question(act: Act, card: Card) -> Card:
    row = Card.objects.filter(pk=card.pk, room=act.room).first()
    if row is None:
        raise RoomRefused(_("Ce texte n’est plus là."))
    capture = act.room.sheet.capture(row.phase, row.kind)
    if capture is None or not capture.is_question:
        raise RoomRefused(_("Ce texte n’est pas une question."))
    return row


# --- Choosing ------------------------------------------------------------------------------------------------------


def choose(room: Room, card: Card, *, wanted: bool, by: Participant, now: datetime, act: Any = None) -> int:
    """Choose a card, or no more. Each has as many choices as the capture says."""
    with acting(room, by=by, now=now, act=act) as done:
        must_be_open(done.room)
        return once(done, lambda: _choose(done, card, wanted=wanted))


def _choose(act: Act, card: Card, *, wanted: bool) -> None:
    assert act.by is not None
    room, phase = act.room, act.room.current
    row = Card.objects.filter(pk=card.pk, room=room, state=CardState.SHOWN).first()
    if row is None:
        raise RoomRefused(_("Ce texte n’est plus là."))
    capture = phase.capture(row.kind) if phase and phase.code == row.phase else None
    if capture is None or not capture.votes:
        raise RoomRefused(_("On ne choisit pas dans cette étape."))
    if Participant.objects.filter(pk=act.by.pk, role=Role.OBSERVER).exists():
        raise RoomRefused(_("Dans cette étape, votre rôle est d’observer."))
    mine = CardVote.objects.filter(participant=act.by, card__room=room, card__phase=row.phase, card__kind=row.kind)
    has = mine.filter(card=row).exists()
    if has == wanted:
        return
    if wanted and mine.count() >= capture.votes:
        raise RoomRefused(
            _("Vous avez déjà choisi %(count)s fois\u00a0: retirez un choix pour en faire un autre.")
            % {"count": capture.votes}
        )
    if wanted:
        CardVote.objects.create(card=row, participant=act.by)
    else:
        mine.filter(card=row).delete()
    Card.objects.filter(pk=row.pk).update(votes_count=F("votes_count") + (1 if wanted else -1))
    act.tell(EventKind.CARD, card=row.pk)
