"""A run of a kit as a document to print or to edit: boxes to tick, what is done, notes. For its people alone."""

from collections.abc import Iterator, Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from alliage.formats.documents import Block, Checks, Document, Heading, Paragraph, blocks_of
from alliage.library import citing
from alliage.library.enums import StepState
from alliage.library.models import KitRun
from alliage.library.queries.kits import Line
from alliage.territories import grammar
from alliage.ui.templatetags.ui import date_fr


def of_run(run: KitRun, lines: Sequence[Line]) -> Document:
    """The steps in their order, then those that the kit does not hold any more."""
    here = [line for line in lines if not line.step.is_gone]
    gone = [line for line in lines if line.step.is_gone]
    done = sum(line.is_settled for line in here)
    return Document(
        title=run.name,
        kicker=_("Kit lancé"),
        lead=_("Étapes réglées\u00a0: %(done)s sur %(total)s") % {"done": done, "total": len(here)},
        blocks=[*_about(run), *_steps(here), *_gone(gone)],
        foot=f"{citing.PUBLISHER} · {settings.ORIGIN}{run.get_absolute_url()}",
    )


def _about(run: KitRun) -> Iterator[Block]:
    if run.kit.is_shown:
        yield Paragraph(_("Kit\u00a0: %(title)s, version %(number)s") % {"title": run.kit.title, "number": run.edition})
    if run.territory is not None:
        yield Paragraph(_("Territoire\u00a0: %(name)s") % {"name": grammar.title(run.territory)})


def _steps(lines: Sequence[Line]) -> Iterator[Block]:
    for rank, line in enumerate(lines, start=1):
        yield Heading(f"{rank}. {line.step.title}", level=2)
        yield from _step(line)


def _gone(lines: Sequence[Line]) -> Iterator[Block]:
    if lines:
        yield Heading(_("Étapes retirées du kit"))
    for line in lines:
        yield Heading(line.step.title, level=3)
        yield from _step(line)


def _step(line: Line) -> Iterator[Block]:
    minutes = _("%(count)s min") % {"count": line.item["minutes"]} if line.item.get("minutes") else ""
    if facts := " · ".join(words for words in (minutes, line.item.get("role", "")) if words):
        yield Paragraph(facts, note=True)
    yield from blocks_of(line.item.get("text", ""))
    if line.is_settled:
        yield Paragraph(_state(line))
    else:
        yield Checks([_("Fait")])
    if line.step.note:
        yield Paragraph(_("Note\u00a0: %(text)s") % {"text": line.step.note})


def _state(line: Line) -> str:
    said = {"date": date_fr(line.step.settled_at), "reason": line.step.reason}
    if line.step.state == StepState.SKIPPED:
        return _("Étape passée le %(date)s\u00a0: %(reason)s") % said
    return _("✓ Fait le %(date)s") % said
