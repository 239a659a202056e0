"""A result to take away: two pages for elected people, a document, six slides, plain data. The same rights as its page.

What the territory said stays with those who hold the file: each of them says so at its foot.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from alliage.formats import pdf
from alliage.formats.documents import Block, Document, Heading, Items, Paragraph, Table
from alliage.formats.pptx import Deck, Radar, Slide
from alliage.learning import radar
from alliage.learning.levels import levels
from alliage.learning.queries.comparison import Figures
from alliage.learning.queries.proposals import Line, Loop
from alliage.learning.queries.results import Found
from alliage.learning.result_words import LeverLine, Priority, Reading
from alliage.territories import grammar
from alliage.ui.templatetags.ui import date_fr, french_number

TEMPLATE = Path(__file__).resolve().parent / "templates" / "learning" / "result.typ"


@dataclass(frozen=True)
class Taken:
    """What is taken away: a result, the figures of those like it, and for each priority what the network proposes."""

    found: Found
    figures: Figures
    loops: Sequence[Loop]

    @property
    def reading(self) -> Reading:
        return self.found.reading

    @property
    def place(self) -> str:
        territory = self.found.diagnostic.territory
        return grammar.title(territory) if territory is not None else ""

    @property
    def title(self) -> str:
        place = self.place
        return _("Où nous en sommes\u00a0: %(place)s") % {"place": place} if place else _("Où nous en sommes")

    @property
    def when(self) -> str:
        moment = self.found.diagnostic.closed_at or self.found.diagnostic.opened_at
        return _("%(respondents)s, %(day)s") % {"respondents": self.reading.respondents_words, "day": date_fr(moment)}

    @property
    def priorities(self) -> list[tuple[Priority, Loop]]:
        return list(zip(self.reading.priorities, self.loops, strict=True))


def _foot() -> str:
    return _("Document de travail du territoire\u00a0: ni note, ni classement.")


def level_words(reading: Reading) -> str:
    return _("Niveau\u00a0: %(level)s") % {"level": reading.level_name}


# --- The table of levers -------------------------------------------------------------------------------------------


def table_of(reading: Reading, figures: Figures) -> Table:
    """The text of the radar: the same figures for the page, the document and the slides."""
    header = [_("Levier"), _("Niveau"), _("De 1 à 4"), _("Regards"), _("Envie")]
    more = [_("Territoires semblables")] if figures.means else []
    rows = [[*_row(line), *([_similar(line, figures)] if figures.means else [])] for line in reading.lines]
    return Table([*header, *more], rows, [5, 4, 3, 5, 4, *([4] if more else [])])


def _row(line: LeverLine) -> list[str]:
    return [line.term.label, line.level_name, line.place or "–", line.gap or "–", line.wish or "–"]


def _similar(line: LeverLine, figures: Figures) -> str:
    mean = figures.means.get(line.term.code)
    return french_number(mean, 1) if mean is not None else "–"


def roles_of(reading: Reading) -> Table | None:
    """What each role says, for those who agree that it be shown."""
    if not reading.roles:
        return None
    header = [_("Regard"), _("Personnes"), *(line.term.short for line in reading.lines)]
    return Table(header, [[each.label, each.count, *each.cells] for each in reading.roles])


# --- Two pages -----------------------------------------------------------------------------------------------------


def two_pages(taken: Taken, *, now: datetime) -> bytes:
    reading, table = taken.reading, table_of(taken.reading, taken.figures)
    return pdf.document(
        TEMPLATE,
        {
            "title": taken.title,
            "kicker": _("Diagnostic partagé sur les leviers"),
            "foot": _foot(),
            "when": taken.when,
            "level": reading.level_name,
            "level_label": _("Niveau"),
            "meaning": reading.meaning,
            "why": [each for each in (reading.why, reading.next_step) if each],
            "radar": radar.svg(reading.axes(taken.found.reading_before), words=reading.in_words, for_paper=True)
            if radar.is_drawable(reading.axes())
            else "",
            "radar_words": reading.in_words,
            "key": _legend(taken),
            "columns": list(table.header),
            "rows": [list(row) for row in table.rows],
            "strengths_title": _("Ce sur quoi s’appuyer"),
            "strengths": [_strength(line) for line in reading.strengths],
            "next_title": _("Trois priorités, et par où commencer"),
            "priorities": [_priority(*each) for each in taken.priorities],
            "gaps_title": _("À discuter ensemble"),
            "gaps": [each.title for each in reading.disagreements[:3]],
            "decide": _("Ce que nous décidons"),
            "names": _own_names(),
        },
        now=now,
    )


def _legend(taken: Taken) -> str:
    words = [_("Trait épais\u00a0: notre place. 1 au centre, 4 au bord.")]
    if taken.reading.shows_gaps:
        words.append(_("Hachures\u00a0: l’écart entre les regards."))
    if taken.found.before is not None:
        words.append(_("Tirets\u00a0: la fois précédente."))
    return " ".join(words)


def _own_names() -> str:
    return _("Les noms des niveaux sont ceux du projet, provisoires.") if levels().are_own else ""


def _strength(line: LeverLine) -> str:
    return f"{line.term.label}\u00a0: {line.level_name}"


def _priority(said: Priority, loop: Loop) -> dict[str, Any]:
    return {
        "title": said.term.label,
        "why": said.why,
        "start": said.starts[0].title if said.starts else "",
        "start_label": _("Commencer par"),
        "lines": [{"label": label, "title": line.title, "why": line.why} for label, line in _firsts(loop)],
    }


def _firsts(loop: Loop) -> Iterator[tuple[str, Line]]:
    """One thing of each sort."""
    parts = ((_("Une pratique"), loop.practices), (_("Qui peut aider"), loop.people))
    yield from ((label, lines[0]) for label, lines in parts if lines)
    if loop.event is not None:
        yield _("Un rendez-vous"), loop.event
    if loop.kit is not None:
        yield _("Un kit"), loop.kit


# --- A document ----------------------------------------------------------------------------------------------------


def document(taken: Taken) -> Document:
    return Document(
        title=taken.title,
        kicker=_("Diagnostic partagé sur les leviers"),
        lead=taken.when,
        blocks=list(_blocks(taken)),
        foot=_foot(),
    )


def _blocks(taken: Taken) -> Iterator[Block]:
    reading = taken.reading
    yield Heading(level_words(reading))
    yield from (Paragraph(text) for text in (reading.meaning, reading.why, reading.next_step) if text)
    if _own_names():
        yield Paragraph(_own_names(), note=True)
    yield table_of(reading, taken.figures)
    yield Heading(_("Ce sur quoi s’appuyer"))
    yield Items([_strength(line) for line in reading.strengths] or [_("Rien encore\u00a0: tout est à venir.")])
    yield Heading(_("Trois priorités"))
    for said, loop in taken.priorities:
        yield from _priority_blocks(said, loop)
    yield from _gap_blocks(reading)
    yield from _change_blocks(taken.found)


def _priority_blocks(said: Priority, loop: Loop) -> Iterator[Block]:
    yield Heading(said.term.label, 3)
    yield Paragraph(f"{said.why[:1].upper()}{said.why[1:]}.")
    starts = [_("Commencer par\u00a0: %(title)s") % {"title": each.title} for each in said.starts]
    firsts = [f"{label}\u00a0: {line.title} ({line.why})" for label, line in _firsts(loop)]
    if starts or firsts:
        yield Items([*starts, *firsts])


def _gap_blocks(reading: Reading) -> Iterator[Block]:
    if reading.disagreements:
        yield Heading(_("Là où nos regards diffèrent"))
        yield Items([f"{each.title} ({', '.join(each.said)})" for each in reading.disagreements])
    if reading.agreements:
        yield Heading(_("Là où nous sommes d’accord"))
        yield Items([f"{each.title} ({', '.join(each.said)})" for each in reading.agreements])


def _change_blocks(found: Found) -> Iterator[Block]:
    if found.change is None:
        return
    yield Heading(_("Depuis la fois précédente"))
    if found.change.level_words:
        yield Paragraph(found.change.level_words)
    yield Items([f"{each.term.label}\u00a0: {each.words}" for each in found.change.moved])


# --- Six slides ----------------------------------------------------------------------------------------------------


def slides(taken: Taken) -> Deck:
    reading, table = taken.reading, table_of(taken.reading, taken.figures)
    short = Table(list(table.header[:2]), [list(row[:2]) for row in table.rows], [5, 4])
    gaps = [each.title for each in reading.disagreements] or [_("Pas d’écart marqué entre les regards recueillis.")]
    return Deck(
        taken.title,
        [
            Slide(taken.title, [reading.meaning, *filter(None, [reading.why, reading.next_step])], f"{level_words(reading)}. {taken.when}."),
            Slide(_("Nos leviers"), table=short, chart=None, points=[], lead="") if not radar.is_drawable(reading.axes())
            else Slide(_("Nos leviers"), [_strength(line) for line in reading.lines], chart=_chart(taken)),
            Slide(_("Ce sur quoi nous appuyer"), [_strength(line) for line in reading.strengths] or [_("Rien encore\u00a0: tout est à venir.")],
                  reading.next_step),
            Slide(_("Regards croisés"), gaps[:4], _("Un écart n’est pas une erreur\u00a0: c’est de quoi parler.")),
            Slide(_("Nos trois priorités"), [f"{said.term.label}\u00a0: {said.why}." for said in reading.priorities]),
            Slide(_("Et maintenant"), _steps(taken), _("Ce que le réseau propose, et par où commencer.")),
        ],
        foot=_foot(),
    )  # fmt: skip


def _chart(taken: Taken) -> Radar:
    reading, before = taken.reading, taken.found.before
    axes = reading.axes(taken.found.reading_before)
    series: list[tuple[str, list[float | None]]] = [(_("aujourd’hui"), [axis.now for axis in axes])]
    if before is not None:
        series.append((_("la fois précédente"), [axis.before for axis in axes]))
    return Radar([axis.label for axis in axes], series, reading.in_words)


def _steps(taken: Taken) -> list[str]:
    steps = []
    for said, loop in taken.priorities:
        first = next(iter(_firsts(loop)), None)
        more = f" – {first[0].lower()}\u00a0: {first[1].title}" if first else ""
        start = said.starts[0].title if said.starts else said.term.label
        steps.append(f"{said.term.short}\u00a0: {start}{more}")
    return steps


# --- Plain data ----------------------------------------------------------------------------------------------------


def data(taken: Taken) -> dict[str, Any]:
    """What the file knows of this result; no name, no answer of one person."""
    reading, diagnostic = taken.reading, taken.found.diagnostic
    territory = diagnostic.territory
    return {
        "territory": {"kind": territory.kind, "code": territory.code, "name": territory.name} if territory else None,
        "number": diagnostic.number,
        "depth": diagnostic.depth,
        "opened_at": diagnostic.opened_at,
        "closed_at": diagnostic.closed_at,
        "questions": {"version": diagnostic.opening.version.number, "titles": dict(reading.titles)},
        "levels": {each.number: each.name for each in levels().four},
        "level": reading.level,
        "because": list(reading.result["because"]),
        "respondents": reading.respondents,
        "levers": reading.result["levers"] if reading.shows_detail else _levels_alone(reading),
        "statements": reading.result["statements"] if reading.shows_detail else {},
        "roles": reading.result["roles"] if reading.shows_detail else {},
        "priorities": [{"lever": said.term.code, "reasons": list(said.reasons)} for said in reading.priorities],
        "similar": {"territories": taken.figures.territories, "means": taken.figures.means},
        "rules": reading.result["version"],
    }


def _levels_alone(reading: Reading) -> dict[str, Any]:
    return {line.term.code: {"level": line.level} for line in reading.lines}
