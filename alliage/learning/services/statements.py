"""Writes of affirmations: loaded from our data file, worded again by animators; each change makes new versions of the questions.

One questionnaire of the engine by form and by wording (« short:commune », « alliance:any »): what was asked of someone is then
exactly what its version says. Codes never change; a version that was answered stays as it was.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.learning.enums import Wording
from alliage.learning.models import Statement
from alliage.questionnaires import services as engine
from alliage.questionnaires.answers import NOT_KNOWN
from alliage.questionnaires.models import Questionnaire
from alliage.questionnaires.questions import clean_text
from alliage.refusals import Refusal

DATA = Path(__file__).resolve().parent.parent / "data" / "diagnostic.json"
FORMS = "learning.form"
SHORT = "short"
# Affirmations of a lever in the short form; a lever with more of them has a deep form too.
IN_SHORT = 4
UNKNOWN = NOT_KNOWN


class StatementRefused(Refusal):
    """The affirmation cannot be worded so."""


@dataclass(frozen=True)
class Worded:
    """What an animator writes: the affirmation said to any territory, otherwise to some kinds, and its help."""

    text: str
    help: str
    variants: dict[str, str] = field(default_factory=dict)


@cache
def data() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    return found


def levers() -> tuple[str, ...]:
    """Codes of the levers, in their order."""
    return tuple(lever["code"] for lever in data()["levers"])


@transaction.atomic
def load(*, now: datetime) -> dict[str, int]:
    """The affirmations of our data file. What an animator worded on the site is kept."""
    known = {(row.lever, row.rank): row for row in Statement.objects.select_for_update()}
    done = {"added": 0, "changed": 0, "kept": 0}
    for lever in data()["levers"]:
        for rank, said in enumerate(lever["statements"], start=1):
            fields = {"text": said["text"], "help": said["help"], "variants": said.get("variants", {})}
            done[_load_one(known.get((lever["code"], rank)), lever["code"], rank, fields, now=now)] += 1
    publish(now=now)
    return done


def _load_one(row: Statement | None, lever: str, rank: int, fields: dict[str, Any], *, now: datetime) -> str:
    if row is None:
        Statement.objects.create(lever=lever, rank=rank, changed_at=now, **fields)
        return "added"
    if row.revised_at is not None or all(getattr(row, name) == value for name, value in fields.items()):
        return "kept"
    Statement.objects.filter(pk=row.pk).update(changed_at=now, **fields)
    return "changed"


@transaction.atomic
def revise(statement: Statement, said: Worded, *, by: Any, now: datetime) -> Statement:
    """Word an affirmation again. Diagnostics already open keep the words they were asked with."""
    row = Statement.objects.select_for_update().get(pk=statement.pk)
    row.text, row.help = _line(said.text)[:300], _line(said.help)[:1000]
    if not (row.text and row.help):
        raise StatementRefused(_("Une affirmation a des mots et une aide."))
    spoken = {wording: _line(text)[:300] for wording, text in said.variants.items() if wording in Wording.values}
    row.variants = {wording: text for wording, text in spoken.items() if text and text != row.text}
    row.revised_by, row.revised_at, row.changed_at = by, now, now
    row.save()
    publish(now=now)
    return row


def _line(text: str) -> str:
    return " ".join(clean_text(text).split())


# --- Questions of the engine -----------------------------------------------------------------------------------------


def publish(*, now: datetime) -> None:
    """Bring the questionnaires of the engine to what the affirmations say now."""
    rows = list(Statement.objects.order_by("lever", "rank"))
    there = {each.scope_id: each for each in Questionnaire.objects.filter(scope=FORMS)}
    for form, wording in _forms(rows):
        questions = _questions(rows, form, wording)
        name = f"{form}:{wording}"
        if name in there:
            engine.revise(there[name], questions, by=None, now=now)
        else:
            title = _("Diagnostic sur les sept leviers")
            engine.create(title, questions, scope=engine.Scope(FORMS, name), by=None, now=now)


def _forms(rows: list[Statement]) -> Iterator[tuple[str, str]]:
    deep = sorted({row.lever for row in rows if row.rank > IN_SHORT})
    return ((form, wording) for form in (SHORT, *deep) for wording in Wording.values)


def _questions(rows: list[Statement], form: str, wording: str) -> list[dict[str, Any]]:
    asked: list[dict[str, Any]] = []
    for lever in data()["levers"]:
        code = lever["code"]
        if form not in (SHORT, code):
            continue
        mine = [row for row in rows if row.lever == code and (form == code or row.rank <= IN_SHORT)]
        asked += [_chosen(row.code, row.worded(wording), row.help, data()["levels"]) for row in mine]
        asked.append(_chosen(f"envie-{code}", lever["wish"], data()["wish_help"], data()["wishes"]))
        asked.append({"code": f"preuve-{code}", "kind": "text", "title": data()["proof"], "help": data()["proof_help"]})
    return asked


def _chosen(code: str, title: str, help_text: str, levels: list[str]) -> dict[str, Any]:
    options = [{"code": str(rank), "title": level} for rank, level in enumerate(levels, start=1)]
    return {"code": code, "kind": "one", "title": title, "help": help_text, "options": options, "may_not_know": True}
