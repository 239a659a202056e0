"""What people do in a room: one address, one form field that says what. Answers a page, or to the script the operations of the act."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from alliage.questionnaires.models import Opening
from alliage.refusals import Refusal
from alliage.rooms import presenting
from alliage.rooms.models import Card, Participant, Room
from alliage.rooms.queries import polls as polls_of
from alliage.rooms.queries import rooms as queries
from alliage.rooms.services import captions, cards, chat, clock, people, polls, rehearsals, rooms
from alliage.rooms.services.log import RoomRefused
from alliage.rooms.views.rooms import inside_or_404, shown
from alliage.ui import limits


@dataclass(frozen=True)
class Sent:
    """A form sent from a room, read without trusting it."""

    room: Room
    by: Participant
    data: QueryDict
    now: datetime
    act: uuid.UUID | None

    def number(self, name: str) -> int:
        raw = self.data.get(name, "")
        return int(raw) if raw.lstrip("-").isascii() and raw.lstrip("-").isdecimal() and len(raw) < 19 else 0

    def card(self, name: str = "card") -> Card:
        found = queries.card(self.room, self.number(name))
        if found is None:
            raise RoomRefused(_("Ce texte n’est plus là."))
        return found

    def person(self, name: str = "person") -> Participant:
        found = queries.person(self.room, self.number(name))
        if found is None:
            raise RoomRefused(_("Cette personne n’est pas dans la salle."))
        return found

    def poll(self) -> Opening:
        found = polls_of.by_number(self.room, self.number("poll"))
        if found is None:
            raise RoomRefused(_("Cette question n’est plus là."))
        return found

    @property
    def common(self) -> dict[str, Any]:
        return {"by": self.by, "now": self.now, "act": self.act}


def _write(sent: Sent) -> int:
    author = sent.person("author") if sent.number("author") else None
    kind, text, phase = (sent.data.get(name, "") for name in ("kind", "text", "phase"))
    return cards.write(sent.room, kind, text, author=author, phase=phase, **sent.common)


def _add_person(sent: Sent) -> int:
    people.add_person(sent.room, sent.data.get("name", ""), **sent.common)
    return int(sent.room.last_number)


def _lengths(sent: Sent) -> int:
    lengths = {phase.code: sent.number(f"length_{phase.code}") for phase in sent.room.sheet.phases}
    rooms.set_lengths(sent.room, {code: length for code, length in lengths.items() if length}, by=sent.by, now=sent.now)
    return int(sent.room.last_number)


def _go(sent: Sent, step: int) -> int:
    seen = sent.number("seen")
    return clock.go_to(sent.room, seen + step, seen=seen, **sent.common)


def _answer(sent: Sent) -> int:
    card = sent.card("answer")
    return cards.answer(sent.room, card, sent.data.get(f"answer_{card.pk}", ""), **sent.common)


def _rewrite(sent: Sent) -> int:
    card = sent.card("rewrite")
    return cards.rewrite(sent.room, card, sent.data.get(f"text_{card.pk}", ""), **sent.common)


def _ask_poll(sent: Sent) -> int:
    asked = polls.question(sent.data.get("sort", ""), sent.data.get("title", ""), sent.data.get("options", ""))
    return polls.ask(sent.room, asked, **sent.common)


ACTS: dict[str, Callable[[Sent], int]] = {
    "write": _write,
    "rewrite": _rewrite,
    "take_back": lambda sent: cards.take_back(sent.room, sent.card("take_back"), **sent.common),
    "choose": lambda sent: cards.choose(sent.room, sent.card("choose"), wanted=True, **sent.common),
    "unchoose": lambda sent: cards.choose(sent.room, sent.card("unchoose"), wanted=False, **sent.common),
    "show": lambda sent: cards.set_state(sent.room, sent.card("show"), "shown", **sent.common),
    "hide": lambda sent: cards.set_state(sent.room, sent.card("hide"), "hidden", **sent.common),
    "answered": lambda sent: cards.answered(sent.room, sent.card("answered"), **sent.common),
    "take": lambda sent: cards.take(sent.room, sent.card("take"), wanted=True, **sent.common),
    "put_back": lambda sent: cards.take(sent.room, sent.card("put_back"), wanted=False, **sent.common),
    "answer": _answer,
    "caption": lambda sent: captions.say(sent.room, sent.data.get("text", ""), **sent.common),
    "take_relay": lambda sent: captions.take_relay(sent.room, **sent.common),
    "leave_relay": lambda sent: captions.leave_relay(sent.room, **sent.common),
    "entrust": lambda sent: captions.entrust(sent.room, sent.person(), wanted=True, **sent.common),
    "relieve": lambda sent: captions.entrust(sent.room, sent.person("relieve"), wanted=False, **sent.common),
    "ask_turn": lambda sent: people.ask_turn(sent.room, **sent.common),
    "leave_turn": lambda sent: people.leave_turn(sent.room, **sent.common),
    "give_turn": lambda sent: people.give_turn(sent.room, sent.person("give_turn"), **sent.common),
    "lower_hands": lambda sent: people.lower_hands(sent.room, **sent.common),
    "give_role": lambda sent: people.give_role(sent.room, sent.person(), sent.data.get("role", ""), **sent.common),
    "take_over": lambda sent: people.take_over(sent.room, **sent.common),
    "add_person": _add_person,
    "open": lambda sent: rooms.open_room(sent.room, **sent.common),
    "close": lambda sent: rooms.close_room(sent.room, **sent.common),
    "next": lambda sent: _go(sent, 1),
    "back": lambda sent: _go(sent, -1),
    "pause": lambda sent: clock.pause(sent.room, **sent.common),
    "resume": lambda sent: clock.resume(sent.room, **sent.common),
    "add": lambda sent: clock.add_time(sent.room, sent.number("add"), **sent.common),
    "lengths": _lengths,
    "bring": lambda sent: rehearsals.bring(sent.room, **sent.common),
    "take_part": lambda sent: rehearsals.take_part(sent.room, **sent.common),
    "start_over": lambda sent: rehearsals.start_over(sent.room, **sent.common),
    "ask_poll": _ask_poll,
    "answer_poll": lambda sent: polls.answer(sent.room, sent.poll(), sent.data, **sent.common),
    "message": lambda sent: chat.say(sent.room, sent.data.get("text", ""), **sent.common),
    "hide_message": lambda sent: chat.hide(sent.room, sent.number("hide_message"), wanted=True, **sent.common),
    "show_message": lambda sent: chat.hide(sent.room, sent.number("show_message"), wanted=False, **sent.common),
    "take_message": lambda sent: chat.take_back(sent.room, sent.number("take_message"), **sent.common),
    "open_tool": lambda sent: chat.switch(sent.room, sent.data.get("open_tool", ""), wanted=True, **sent.common),
    "close_tool": lambda sent: chat.switch(sent.room, sent.data.get("close_tool", ""), wanted=False, **sent.common),
    "react": lambda sent: chat.react(sent.room, sent.data.get("react", ""), **sent.common),
    "close_poll": lambda sent: polls.close(sent.room, sent.poll(), **sent.common),
}


# Where the page without script comes back, after acts that are done again and again.
PLACES = {
    "caption": "#sous-titres",
    "take_relay": "#sous-titres",
    "leave_relay": "#sous-titres",
    "message": "#discussion",
    "react": "#reactions",
}


def _what(data: QueryDict) -> str:
    """The act that the pressed button names: `do=write`, or the button of one card or person, named after the act."""
    named = data.get("do", "")
    if named:
        return named
    return next((name for name in ACTS if name in data), "")


@never_cache
@require_POST
@limits.limit("rooms.act", per_person="600/10m")
def act(request: HttpRequest, code: str) -> HttpResponse:
    """Do one thing. The same act sent twice (a cut, two presses) is done once."""
    room, person = inside_or_404(request, code)
    what = _what(request.POST)
    do = ACTS.get(what)
    if do is None:
        raise Http404("No such act.")
    sent = Sent(room, person, request.POST, timezone.now(), _act_of(request.POST))
    before = room.last_number
    is_script = "application/json" in request.headers.get("Accept", "")
    try:
        number = do(sent)
    except Refusal as refusal:
        room.refresh_from_db()
        if is_script:
            return JsonResponse({"error": refusal.message, "number": room.last_number}, status=422)
        text = _typed(sent, what)
        # A text typed for another phase is shown apart: in the present one, others may read it.
        is_late = request.POST.get("phase", "") not in {"", room.current.code if room.current else ""}
        typed = {"" if is_late else request.POST.get("kind", ""): text}
        return shown(
            request,
            room,
            queries.person(room, person.pk) or person,
            error=refusal.message,
            typed=typed,
            refused={what: request.POST},
        )
    people.seen(person, now=sent.now)
    if not is_script:
        return redirect(room.get_absolute_url() + PLACES.get(what, ""))
    # No event is told of a reaction: whoever reacts sees the figures at once, the others within a second.
    reacted = [presenting.reactions(room)] if what == "react" else []
    return JsonResponse({"number": number, "ops": _ops(room, person, before) + reacted})


def _typed(sent: Sent, what: str) -> str:
    """The words of a refused form that the page may have no field for any more."""
    if what == "answer_poll":
        return polls_of.typed_too_late(sent.room, sent.number("poll"), sent.data)
    if what in {"answer", "rewrite"}:
        return sent.data.get(f"{'answer' if what == 'answer' else 'text'}_{sent.data.get(what, '')}", "")
    return sent.data.get("text", "")


def _ops(room: Room, person: Participant, before: int) -> list[dict[str, Any]]:
    """What this person sees of what happened since, their own act included."""
    events = queries.events_after(room.pk, before)
    row = queries.person(room, person.pk)
    if row is None or len(events) > queries.MOST_EVENTS:
        return [presenting.REFRESH]
    return presenting.told(room, events, facilitates=row.facilitates, viewer=row)


def _act_of(data: QueryDict) -> uuid.UUID | None:
    """What the sender calls this act; None makes it an act like no other."""
    try:
        return uuid.UUID(data.get("act", ""))
    except ValueError:
        return None
