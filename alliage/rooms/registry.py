"""What rooms are for: the functions above say who enters each of theirs, and what follows its end."""

from collections.abc import Callable, Iterable
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


def nothing_kept(_people: "Iterable[int]", *, now: datetime) -> None:
    """Most functions do not measure who is there."""


def nothing_follows(_room: "Room", *, now: datetime) -> None:
    """Most rooms leave nothing to do when they end, or when a phase that lasts days begins."""


@dataclass(frozen=True)
class Purpose:
    """A function's rooms.

    `entry(person, room)`: what this member (or AnonymousUser) is there; None: may not enter, and the room answers as if it did not
    exist. `by_link`: whoever has the link enters without an account. `closed(room, now=)` runs inside the closing transaction, once;
    `moved(room, now=)` inside that of a phase that lasts days, whoever began it: both leave mails to jobs, and no word of the room goes in them.
    `url(room)`: where the room comes from; `is_door`: one comes in by there, and it is
    the address that people are given. `beside(room, participant)`: what it shows them in the present phase, never on a big screen; it
    says by `services.rooms.tell_beside` that this changed. `heard(participants, now=)`: these people, by number, gave a sign in its rooms;
    told at most every half minute, for a function that says honestly how long each was there.
    """

    code: str
    label: "str | Promise"
    entry: Callable[[Any, "Room"], Entry | None]
    by_link: bool = False
    url: "Callable[[Room], str] | None" = None
    closed: Callable[..., None] = nothing_follows
    moved: Callable[..., None] = nothing_follows
    beside: "Callable[[Room, Participant], Beside | None]" = nothing_beside
    heard: Callable[..., None] = nothing_kept
    is_door: bool = False


purposes: Registry[Purpose] = Registry("rooms.purposes", "What rooms are for, and who enters them.")


def way_in(room: "Room") -> str:
    """The address to give to those who come."""
    purpose = purpose_of(room)
    return purpose.url(room) if purpose and purpose.is_door and purpose.url else room.get_absolute_url()


def purpose_of(room: "Room") -> Purpose | None:
    return purposes.get(room.purpose)
