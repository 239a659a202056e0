"""What rooms are for: the functions above say who enters each of theirs, and what follows its end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from alliage.registry import Registry

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from alliage.rooms.models import Participant, Room


@dataclass(frozen=True)
class Entry:
    """What someone may be in a room: a role (one of `enums.Role`), and whether they may take the facilitation."""

    role: str
    may_facilitate: bool = False


@dataclass(frozen=True)
class Beside:
    """What a function shows in one of its rooms: a template of its own, which reads `beside`."""

    template: str
    beside: Any


def nothing_beside(_room: "Room", _person: "Participant") -> Beside | None:
    """Most rooms show what is written in them, and nothing else."""
    return None


def nothing_follows(_room: "Room", *, now: datetime) -> None:
    """Most rooms leave nothing to do when they end, or when a phase that lasts days begins."""


@dataclass(frozen=True)
class Purpose:
    """A function's rooms.

    `entry(person, room)`: what this member (or AnonymousUser) is there; None: may not enter, and the room answers as if it did not
    exist. `by_link`: whoever has the link enters without an account. `closed(room, now=)` runs inside the closing transaction, once;
    `moved(room, now=)` inside that of a phase that lasts days, whoever began it: both leave mails to jobs, and no word of the room goes in them.
    `url(room)`: where the room comes from. `beside(room, participant)`: what it shows them in the present phase, never on a big screen; it
    says by `services.rooms.tell_beside` that this changed.
    """

    code: str
    label: "str | Promise"
    entry: Callable[[Any, "Room"], Entry | None]
    by_link: bool = False
    url: "Callable[[Room], str] | None" = None
    closed: Callable[..., None] = nothing_follows
    moved: Callable[..., None] = nothing_follows
    beside: "Callable[[Room, Participant], Beside | None]" = nothing_beside


purposes: Registry[Purpose] = Registry("rooms.purposes", "What rooms are for, and who enters them.")


def purpose_of(room: "Room") -> Purpose | None:
    return purposes.get(room.purpose)
