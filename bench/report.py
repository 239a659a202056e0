"""Writes what was measured, beside the goals and what peers measure."""

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bench.imports import PAGE, Phase
from bench.imports import lines as import_lines
from bench.live import FanOut
from bench.registration import Rush
from bench.registration import lines as registration_lines
from bench.rooms import GOAL_MS as ROOMS_GOAL
from bench.rooms import Fan
from bench.rooms import lines as room_lines
from bench.server import Cost
from bench.writing import CoWriting

# Medians over la-communaute, bakerydemo, pretalx, indico, pretix and recoco, measured uncached on such a machine:
# processor ms per response, p95 with one client.
PEERS = {"home": (26, 36), "list": (45, 55), "search": (48, 76), "detail": (29, 35)}
PEERS_MEMORY = 341  # MB: master and two workers, after load
PEERS_QUERIES = 11
WRITING_GOAL = 50  # ms
GOALS = {"home": 7, "list": 8, "detail": 6}
GROWN = "5\u00a0000 entries"  # the size at which the goals of lists and details are looked at
P95_GOALS = {"5\u00a0000 resources": 25, "100\u00a0000 resources": 60}  # ms


@dataclass
class Measures:
    """All that a run finds."""

    pages: list[tuple[str, Cost]] = field(default_factory=list)
    signed_in: list[Cost] = field(default_factory=list)
    growth: list[tuple[str, Cost]] = field(default_factory=list)
    exports: list[tuple[str, Cost, float, float]] = field(default_factory=list)
    engines: list[tuple[str, float, float, float]] = field(default_factory=list)
    directory: list[tuple[str, float]] = field(default_factory=list)
    rates: list[tuple[str, float, float]] = field(default_factory=list)
    memory: list[tuple[str, float]] = field(default_factory=list)
    commands: list[tuple[str, float, float, float]] = field(default_factory=list)
    fan_out: FanOut | None = None
    rooms: list[Fan] = field(default_factory=list)
    writing: list[CoWriting] = field(default_factory=list)
    composing: list[str] = field(default_factory=list)
    registrations: list[Rush] = field(default_factory=list)
    imports: list[Phase] = field(default_factory=list)
    load: tuple[float, float] = (0.0, 0.0)
    reference: float = 0.0


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> list[str]:
    names = list(head)
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    return [*lines, *("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows), ""]


def _page(kind: str, cost: Cost) -> list[object]:
    goal, peer = GOALS["list" if kind == "search" else kind], PEERS[kind]
    mark = "" if cost.cpu_ms <= goal else " ✗"
    return [
        f"`{cost.path}`", kind, f"{cost.cpu_ms:.1f}{mark}", f"≤ {goal}", f"{peer[0] / cost.cpu_ms:.1f}×",
        f"{cost.p50_ms:.1f}", f"{cost.p95_ms:.1f}", f"{cost.bytes_sent / 1000:.1f}", cost.queries,
    ]  # fmt: skip


def _goal_at(rows: str, cost: Cost) -> str:
    """The goal of a page at that size, with a cross when it is missed; nothing where none was set."""
    if rows == GROWN:
        kind = "detail" if "/catalyseurs/" in cost.path or "/territoires/" in cost.path else "list"
        return f"CPU ≤ {GOALS[kind]}" + ("" if cost.cpu_ms <= GOALS[kind] else " ✗")
    if goal := P95_GOALS.get(rows):
        return f"p95 ≤ {goal}" + ("" if cost.p95_ms <= goal else " ✗")
    return ""


def write(found: Measures) -> str:
    before, after = found.load
    lines = [
        "# Measures",
        "",
        f"`make bench`, {datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} cores, SQLite, front cache off, gzip,",
        "no demonstration bar. Processor milliseconds per response are the steady figure (the best of six rounds); the waits, of all rounds, depend",
        f"on what else the machine does: its load was {before:.1f} at the start and {after:.1f} at the end. « Peers »: the median of",
        "six comparable platforms on their uncached pages of that kind, divided by our figure. A fixed piece of Python (`server.reference`)",
        f"took {found.reference:.1f} ms: 7 on this machine when it is left alone, and every figure grows with it.",
        "",
        "## Pages, signed out (one worker of one thread)",
        "",
        *_table(
            ["page", "kind", "CPU ms", "goal", "peers", "p50 ms", "p95 ms", "kB sent", "SQL"],
            (_page(kind, cost) for kind, cost in found.pages),
        ),
        f"SQL: ≤ 6 signed out, ≤ 12 signed in (median of peers: {PEERS_QUERIES}); `tests/test_budgets.py` holds that lists do not ask more when they grow.",
        "",
        "## Pages, signed in",
        "",
        *_table(
            ["page", "CPU ms", "p50 ms", "p95 ms", "kB sent", "SQL"],
            (
                [
                    f"`{c.path}`",
                    f"{c.cpu_ms:.1f}",
                    f"{c.p50_ms:.1f}",
                    f"{c.p95_ms:.1f}",
                    f"{c.bytes_sent / 1000:.1f}",
                    c.queries,
                ]
                for c in found.signed_in
            ),
        ),
        "## Growth",
        "",
        *_table(
            ["rows", "page", "CPU ms", "p50 ms", "p95 ms", "goal", "kB sent", "SQL"],
            (
                [
                    rows,
                    f"`{c.path}`",
                    f"{c.cpu_ms:.1f}",
                    f"{c.p50_ms:.1f}",
                    f"{c.p95_ms:.1f}",
                    _goal_at(rows, c),
                    f"{c.bytes_sent / 1000:.1f}",
                    c.queries or "–",
                ]
                for rows, c in found.growth
            ),
        ),
        "## The directory in memory, 100 000 entries (ADR 0007)",
        "",
        *_table(["what", "figure"], ([label, f"{figure:.1f}"] for label, figure in found.directory)),
        "## Whole exports",
        "",
        *_table(
            ["export", "CPU ms", "kB sent", "memory after (MB more)", "peak of the process (MB more)"],
            (
                [label, f"{c.cpu_ms:.0f}", f"{c.bytes_sent / 1000:.0f}", f"{grown:.0f}", f"{peak:.0f}"]
                for label, c, grown, peak in found.exports
            ),
        ),
        "## Engines alone, over the 34 969 communes",
        "",
        *_table(
            ["engine", "CPU ms p50", "p95", "longest"],
            ([label, *(f"{each:.2f}" for each in figures)] for label, *figures in found.engines),
        ),
        "## Rate: two workers, four clients on the same cores",
        "",
        *_table(
            ["page", "answers/s", "p95 ms"],
            ([f"`{path}`", f"{rate:.0f}", f"{p95:.0f}"] for path, rate, p95 in found.rates),
        ),
        "## Memory (PSS)",
        "",
        *_table(["processes", "MB"], ([label, f"{mb:.0f}"] for label, mb in found.memory)),
        f"Goal: two page workers and the live process ≤ 240 MB; median of peers, two workers: {PEERS_MEMORY} MB.",
        "",
        "What each part weighs: `docs/operations.md`.",
        "",
        "## Preparation",
        "",
        *_table(
            ["command", "seconds", "CPU seconds", "peak MB"],
            ([f"`alliage {name}`", f"{s:.1f}", f"{cpu:.1f}", f"{mb:.0f}"] for name, s, cpu, mb in found.commands),
        ),
        *_live(found.fan_out),
        *_rooms(found.rooms),
        *_registrations(found.registrations),
        *_imports(found.imports),
        *_writing(found.writing),
        *_composing(found.composing),
    ]
    return "\n".join(lines)


def _live(fan: FanOut | None) -> list[str]:
    if fan is None:
        return []
    return [
        "## Live: everyone listens to one job",
        "",
        *_table(
            [
                "listeners", "events heard", "first to last p50 ms", "p95 ms", "from the write p95 ms",
                "CPU ms per change", "memory of the process MB", "of which listeners",
            ],
            [
                [
                    fan.listeners, f"{fan.heard}/{fan.expected}", f"{fan.spread_p50:.1f}", f"{fan.spread_p95:.1f}",
                    f"{fan.delay_p95:.0f}", f"{fan.cpu_ms_per_change:.1f}", f"{fan.memory_mb:.0f}", f"{fan.grown_mb:.1f}",
                ]
            ],
        ),
        "Goal: p95 ≤ 20 ms beyond the polling step (200 ms). Listeners run on the same cores.",
        "",
    ]  # fmt: skip


def _rooms(fans: list[Fan]) -> list[str]:
    if not fans:
        return []
    told = f"Goal: p95 ≤ {ROOMS_GOAL} ms with one live process on PostgreSQL, nothing missing. SQLite is looked at every 100 ms. Redis carries nothing of rooms (ADR 0009)."
    return ["## Rooms: one message to everybody, from its commit", "", *room_lines(fans), "", told, ""]


def _registrations(found: list[Rush]) -> list[str]:
    if not found:
        return []
    told = (
        "A form shown and posted each time, by a new browser; the confirmation is queued. Goal on PostgreSQL: ≥ 160 registrations a second and "
        "p95 of the post ≤ 150 ms, browsers on the same cores."
    )
    return ["## Registrations at once", "", *registration_lines(found), "", told, ""]


def _imports(found: list[Phase]) -> list[str]:
    if not found:
        return []
    told = (
        f"A file of organisations, each in a commune, on SQLite: tried, saved, undone by the worker while somebody reads `{PAGE}` and somebody else writes, "
        "twice a second. Ten times more rows should take ten times longer, no more; a write waits for one piece of the import, never for all of it."
    )
    return ["## A large import", "", *import_lines(found), "", told, ""]


def _writing(measured: list[CoWriting]) -> list[str]:
    if not measured:
        return []
    return [
        "## Co-writing: one change to everybody in the document",
        "",
        *_table(
            ["writers", "connected", "missing", "p50 ms", "p95 ms", "goal / p95", "all texts alike", "CPU ms per change", "memory MB"],
            (
                [
                    one.writers, one.connected, one.expected - one.heard, f"{one.p50:.1f}", f"{one.p95:.1f}",
                    f"{WRITING_GOAL / one.p95:.1f}×", "yes" if one.same else "no ✗", f"{one.cpu_ms_per_change:.1f}", f"{one.memory_mb:.0f}",
                ]
                for one in measured
            ),
        ),
        f"Goal: p95 ≤ {WRITING_GOAL} ms with 60 writers; 350 connected are reported.",
        "",
    ]  # fmt: skip


def _composing(lines: list[str]) -> list[str]:
    return ["## Composing groups", "", *lines, ""] if lines else []
