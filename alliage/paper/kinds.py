"""Kinds of printed slips: what an upper folder says of its own, and hands to `services`. Nothing is registered: a kind is a constant."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from alliage.paper.layout import Format, Slip
from alliage.refusals import Refusal


class PaperRefused(Refusal):
    """What is on paper cannot be taken so."""


@dataclass(frozen=True)
class Kind:
    """`model`: its table, a `models.Slip` whose key `holder` says what it is for. `letter`: in the code. `purpose`: of its pictures.
    `job`: the kind of the job that reads, `label` its words.

    `format_of(object)` answers the measures of its slips. `locked(object)` answers the object, its row locked, or raises a Refusal when it takes no slip any more. `laid(object, edition)`
    answers where things are, or None for an edition that was never printed.
    """

    letter: str
    model: type[Any]
    holder: str
    purpose: str
    job: str
    label: Any
    locked: Callable[[Any], Any]
    format_of: Callable[[Any], Format]
    laid: Callable[[Any, int], Slip | None]
