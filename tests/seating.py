"""Many people at once on the seats of an event: acts drawn from a seed, done by threads, then the whole checked.

A check that cannot fail asserts nothing: `unlocked()` gives the same acts to a copy of the code that counts, then writes.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

from django.db import OperationalError, connection, connections

from alliage.events.enums import SeatState
from alliage.events.models import Attendee, Event, Seat, Sequence
from alliage.events.services import attendees, organising_seats, registrations, seats
from alliage.events.tests.factories import SOON, EventFactory, SequenceFactory

NOW = datetime(2030, 1, 1, 9, tzinfo=UTC)
SEQUENCES = 3


@dataclass
class Scene:
    """An event, its sequences, and people who are registered to none of them yet."""

    event: Event
    sequences: list[int]
    people: list[int]
    # What each thread saw acknowledged, to be found again: who asked last for what, who left everything.
    gone: set[int] = field(default_factory=set)
    asked: Counter[int] = field(default_factory=Counter)


def scene(random: Random, clients: int) -> Scene:
    event = EventFactory(slug=f"places-{random.getrandbits(60)}", starts_at=SOON)
    sizes = [random.randint(1, max(2, clients // 4)) for _ in range(SEQUENCES)]
    sequences = [SequenceFactory(event=event, rank=rank, capacity=size).pk for rank, size in enumerate(sizes)]
    mark = f"{event.pk}"
    Attendee.objects.bulk_create(
        Attendee(
            event=event, email=f"p{rank}@exemple.fr", name=f"P {rank}", seed=f"{mark}-{rank}",
            token_digest=f"{mark}-{rank}", created_at=NOW, confirmed_at=NOW,
        )
        for rank in range(clients)
    )  # fmt: skip
    people = list(Attendee.objects.filter(event=event).order_by("pk").values_list("pk", flat=True))
    return Scene(event, sequences, people)


def acts(random: Random, where: Scene) -> list[Callable[[], Any]]:
    """What each person does, in an order of chance: registers, thinks again, leaves; the organiser changes the capacities."""
    found: list[Callable[[], Any]] = []
    for pk in where.people:
        chosen = random.sample(where.sequences, random.randint(1, len(where.sequences)))
        found.append(lambda pk=pk, chosen=chosen: _ask(where, pk, chosen))
    for pk in random.sample(where.people, len(where.people) // 3):
        kind = random.random()
        if kind < 0.4:
            some = random.sample(where.sequences, random.randint(1, len(where.sequences)))
            found.append(lambda pk=pk, some=some: _leave(where, pk, some))
        elif kind < 0.8:
            some = random.sample(where.sequences, random.randint(0, len(where.sequences)))
            found.append(lambda pk=pk, some=some: _change(where, pk, some))
        else:
            found.append(lambda pk=pk: _cancel(where, pk))
    for _turn in range(max(2, len(where.people) // 60)):
        pk, size = random.choice(where.sequences), random.choice([None, *range(1, len(where.people) // 2 + 2)])
        found.append(lambda pk=pk, size=size: _resize(pk, size))
    random.shuffle(found)
    return found


def _person(pk: int) -> Attendee:
    return Attendee(pk=pk)


def _ask(_where: Scene, pk: int, chosen: list[int]) -> None:
    registrations.ask(_person(pk), chosen, now=NOW)


def _leave(_where: Scene, pk: int, some: list[int]) -> None:
    registrations.give_up(_person(pk), some, now=NOW)


def _change(_where: Scene, pk: int, some: list[int]) -> None:
    registrations.change_mind(_person(pk), some, now=NOW)


def _cancel(where: Scene, pk: int) -> None:
    attendees.cancel_registration(_person(pk), by=None, now=NOW)
    where.gone.add(pk)


def _resize(pk: int, size: int | None) -> None:
    organising_seats.set_capacity(Sequence(pk=pk), size, by=None, now=NOW)


def do_all(todo: list[Callable[[], Any]], *, threads: int) -> list[BaseException]:
    """Share the acts between threads that start together; a refusal is an answer, anything else is given back."""
    raised: list[BaseException] = []
    start = threading.Barrier(threads)

    def work(mine: list[Callable[[], Any]]) -> None:
        try:
            start.wait(30)
            for act in mine:
                _insist(act)
        except BaseException as error:  # noqa: BLE001 given back to the test
            raised.append(error)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work, args=(todo[rank::threads],)) for rank in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return raised


def _insist(act: Callable[[], Any]) -> None:
    """A page that finds the database busy says so and the person sends again."""
    for _turn in range(50):
        try:
            act()
        except seats.SeatRefused:
            return
        except OperationalError as error:
            if "locked" not in str(error):
                raise
        else:
            return


def faults(where: Scene) -> list[str]:
    """What is wrong with the seats once all is over; nothing when every seat is somebody's, once, in order."""
    found = []
    for sequence in Sequence.objects.filter(pk__in=where.sequences):
        rows = list(Seat.objects.filter(sequence=sequence).order_by("pk"))
        found += [said for is_wrong, said in _looked_at(sequence, rows, where.gone) if is_wrong]
    return found


def _looked_at(sequence: Sequence, rows: list[Seat], gone: set[int]) -> list[tuple[bool, str]]:
    seated = [row for row in rows if row.state == SeatState.SEATED]
    waiting = [row for row in rows if row.state == SeatState.WAITING]
    people = Counter(row.attendee_id for row in rows)
    numbers = [row.number for row in rows if row.number is not None]
    moved_up = [row.number for row in seated if row.number is not None]
    still = [row.number for row in waiting if row.number is not None]
    capacity = len(seated) if sequence.capacity is None else sequence.capacity
    return [
        (len(seated) > capacity, f"{len(seated)} seated for {capacity} seats"),
        (len(seated) != sequence.seat_count, f"{len(seated)} seated, {sequence.seat_count} counted"),
        (bool(waiting) and seats.has_room(sequence), f"{len(waiting)} wait while there is room: a seat is lost"),
        (any(count > 1 for count in people.values()), "somebody has two seats"),
        (bool(gone & set(people)), "somebody who left has a seat"),
        (len(set(numbers)) < len(numbers), "two people have the same number"),
        (any(number > sequence.waiting_last for number in numbers), "a number was given that nobody counted"),
        (bool(moved_up and still) and max(moved_up) > min(still), "seated before one who waited longer"),
    ]


def play(seed: int, *, clients: int, threads: int) -> list[str]:
    """One seed: everything that went wrong."""
    random = Random(seed)
    where = scene(random, clients)
    raised = do_all(acts(random, where), threads=threads)
    wrong = [f"{type(error).__name__}: {error}" for error in raised] + faults(where)
    where.event.delete()
    return wrong


# --- The copy without the lock -------------------------------------------------------------------------------------


@contextmanager
def unlocked(monkeypatch: Any) -> Iterator[None]:
    """The same services where `seats.lock` reads the rows as they were before the transaction, and the database lets everything through."""
    kept = threading.local()

    def count_first(act: Callable[..., Any]) -> Callable[..., Any]:
        def acting(*args: Any, **kwargs: Any) -> Any:
            kept.rows = {row.pk: row for row in Sequence.objects.all()}
            return act(*args, **kwargs)

        return acting

    def plain(pks: Any) -> dict[int, Sequence]:
        return {pk: kept.rows[pk] for pk in sorted(set(pks)) if pk in kept.rows}

    monkeypatch.setattr(seats, "lock", plain)
    for module, names in ((registrations, ("ask", "give_up", "change_mind")), (organising_seats, ("set_capacity",)),
                          (attendees, ("cancel_registration",))):  # fmt: skip
        for name in names:
            monkeypatch.setattr(module, name, count_first(getattr(module, name)))
    with without_walls():
        yield
    monkeypatch.undo()


@contextmanager
def without_walls() -> Iterator[None]:
    """Without the constraints that would catch a wrong count, put back at the end."""
    walls = [
        (Sequence, "sequence_never_over_full"),
        (Seat, "seat_number_once"),
    ]
    found = [(model, each) for model, name in walls for each in model._meta.constraints if each.name == name]
    with _editor() as editor:
        for model, wall in found:
            editor.remove_constraint(model, wall)
    try:
        yield
    finally:
        Event.objects.all().delete()
        with _editor() as editor:
            for model, wall in found:
                editor.add_constraint(model, wall)


@contextmanager
def _editor() -> Iterator[Any]:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA foreign_keys = OFF")
    try:
        with connection.schema_editor() as editor:
            yield editor
    finally:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA foreign_keys = ON")
