"""Facilitator's mode: the same path as a workshop for a room without network. One document, printed by the page and by the PDF."""

from collections.abc import Iterable, Iterator, Sequence

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alliage.formats.documents import Block, Checks, Document, Heading, Items, Link, Paragraph, Table, blocks_of
from alliage.learning.enums import Length, StepKind
from alliage.learning.models import Path, Step
from alliage.learning.quizzes import Corrected, corrected

# Room to write: the page shows it its own way.
WRITING = "\n\n".join(["." * 290] * 3)
# What one does in the room, for each kind of step.
_DEEDS = {
    StepKind.TEXT: gettext_lazy("Lire à voix haute, puis un tour de table"),
    StepKind.RESOURCE: gettext_lazy("Lire le document imprimé, par deux"),
    StepKind.QUIZ: gettext_lazy("Répondre par groupes, corriger ensemble"),
    StepKind.EXERCISE: gettext_lazy("Remplir la fiche, par territoire"),
    StepKind.EVENT: gettext_lazy("Raconter ce que l’on en attend, choisir qui s’y inscrit"),
    StepKind.CODEV: gettext_lazy("Choisir un sujet, et qui l’apportera à des pairs"),
    StepKind.DIAGNOSTIC: gettext_lazy("Répondre sur papier, chacun seul, puis comparer"),
}


def hours(minutes: int) -> str:
    """« 1 h 05 »."""
    return f"{minutes // 60}\u00a0h\u00a0{minutes % 60:02d}"


def document(path: Path, steps: Sequence[Step], length: str) -> Document:
    """`steps` are those of the version."""
    total = sum(step.minutes for step in steps)
    count = ngettext("%(count)d étape", "%(count)d étapes", len(steps)) % {"count": len(steps)}
    return Document(
        title=path.title,
        kicker=_("Atelier à animer, version de %(length)s") % {"length": Length(length).label},
        lead=path.summary,
        blocks=list(_blocks(path, steps)),
        foot=_("%(count)s, %(time)s. Texte du projet Alliage ou de ses membres, à reprendre et à adapter.") % {"count": count, "time": hours(total)},
    )  # fmt: skip


def _blocks(path: Path, steps: Sequence[Step]) -> Iterator[Block]:
    if path.goal:
        yield Heading(_("Ce que l’on saura faire en sortant"))
        yield from blocks_of(path.goal)
    yield Heading(_("Déroulé"))
    yield Table([_("Moment"), _("Étape"), _("Ce que l’on fait")], list(_running_order(steps)), [2, 5, 5])
    yield Paragraph(
        _("Prévoyez dix minutes de pause par heure et demie\u00a0: elles ne sont pas comptées ici."), note=True
    )
    yield Heading(_("À préparer"))
    yield Checks(list(_to_prepare(steps)))
    was_sheet = False
    for rank, step in enumerate(steps, start=1):
        # A sheet to fill in is handed out: it has its own pages.
        is_sheet = step.kind == StepKind.EXERCISE
        yield Heading(f"{rank}. {step.title}", on_a_new_page=is_sheet or was_sheet)
        yield from _step(path, step)
        was_sheet = is_sheet
    answers = [(rank, step) for rank, step in enumerate(steps, start=1) if step.quiz is not None]
    if answers:
        yield Heading(_("Réponses des questions, pour qui anime"), on_a_new_page=True)
        for rank, step in answers:
            yield Heading(f"{rank}. {step.title}", 3)
            yield Items([_answer(each) for each in _questions(step)], numbered=True)


def _running_order(steps: Sequence[Step]) -> Iterator[list[str]]:
    at = 0
    for rank, step in enumerate(steps, start=1):
        yield [f"{hours(at)} – {hours(at + step.minutes)}", f"{rank}. {step.title}", str(_DEEDS[StepKind(step.kind)])]
        at += step.minutes


def _to_prepare(steps: Sequence[Step]) -> Iterator[str]:
    yield _("Une feuille et un crayon par personne, une montre, un mur ou une table où étaler les fiches")
    exercises = sum(step.kind == StepKind.EXERCISE for step in steps)
    if exercises:
        yield ngettext(
            "La fiche d’exercice, imprimée pour chaque territoire présent",
            "Les %(count)d fiches d’exercice, imprimées pour chaque territoire présent",
            exercises,
        ) % {"count": exercises}
    for step in steps:
        if step.resource is not None and step.resource.is_shown:
            yield _("Imprimer à l’avance «\u00a0%(title)s\u00a0»\u00a0: %(url)s") % {"title": step.resource.title, "url": step.resource.permanent_url}  # fmt: skip
    if any(step.kind == StepKind.DIAGNOSTIC for step in steps):
        yield _("Le diagnostic, imprimé pour chaque personne\u00a0: %(url)s") % {
            "url": f"{settings.ORIGIN}/diagnostic/"
        }
    if any(step.quiz for step in steps):
        yield _("Garder pour soi la dernière partie\u00a0: les réponses")


def _step(path: Path, step: Step) -> Iterator[Block]:
    minutes = ngettext("%(count)d minute", "%(count)d minutes", step.minutes) % {"count": step.minutes}
    yield Paragraph(f"{minutes}. {_DEEDS[StepKind(step.kind)]}.", note=True)
    if step.kind == StepKind.EXERCISE:
        yield from _sheet(step)
        return
    yield from blocks_of(step.text)
    if step.resource is not None and step.resource.is_shown:
        yield Link(step.resource.title, step.resource.permanent_url, _("À lire\u00a0:"))
    if step.quiz is not None:
        for each in _questions(step):
            yield Paragraph(each.question.title)
            yield Checks([option.title for option in each.question.options])
    if step.kind in (StepKind.EVENT, StepKind.CODEV):
        address = settings.ORIGIN + reverse("learning:step", args=[path.slug, step.key])
        yield Link(address, address, _("Les dates et les places, en ligne\u00a0:"))


def _sheet(step: Step) -> Iterator[Block]:
    """A sheet to fill in: each item of the text, with room to write."""
    yield Paragraph(_("Territoire\u00a0:") + " " + "." * 60)
    for block in blocks_of(step.text):
        if not isinstance(block, Items):
            yield block
            continue
        for item in block.items:
            yield Paragraph(item)
            yield Paragraph(WRITING, note=True)


def _questions(step: Step) -> Iterable[Corrected]:
    return corrected(step.quiz.read() if step.quiz else (), step.right, {})


def _answer(each: Corrected) -> str:
    right = "\u00a0; ".join(each.right)
    return f"{each.question.title} → {right}. {each.why}".strip()


def prompts(text: str) -> list[str]:
    """The items of an exercise: what its sheet asks."""
    return [item for block in blocks_of(text) if isinstance(block, Items) for item in block.items]
