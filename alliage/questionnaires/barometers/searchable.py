"""What the search holds of barometers: those that publish a figure at least, each figure with its source. One being prepared is not found."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from alliage.questionnaires.barometers import queries
from alliage.questionnaires.models import Barometer, PublishedFigure
from alliage.search.registry import Document, SearchableKind

CODE = "barometer"


def visible(_viewer: Any = None) -> QuerySet[Barometer]:
    """Those that say something: a title without a figure is a page still being written."""
    return Barometer.objects.filter(Exists(PublishedFigure.objects.filter(barometer=OuterRef("pk"))))


def documents(ids: Sequence[int] | None) -> Iterator[Document]:
    found = visible().order_by("pk").prefetch_related("figures")
    for barometer in found if ids is None else found.filter(pk__in=ids):
        yield _document(barometer, list(barometer.figures.all()))


def _document(barometer: Barometer, figures: list[PublishedFigure]) -> Document:
    """`figures`: the last first."""
    count, last = len(figures), figures[0]
    said = ngettext("%(count)d chiffre publié", "%(count)d chiffres publiés", count) % {"count": count}
    return Document(
        id=barometer.pk,
        title=barometer.title,
        url=barometer.get_absolute_url(),
        summary=barometer.summary,
        body="\n\n".join([*(_said(each) for each in figures), *([barometer.text] if barometer.text else [])]),
        keywords=[str(KIND.label), *dict.fromkeys(each.population for each in figures if each.population)],
        facts=[str(KIND.label).capitalize(), said, last.date],
        dated_on=last.dated_on,
    )


def _said(figure: PublishedFigure) -> str:
    """A passage that is quoted alone: it bears what makes the figure checkable."""
    return f"{queries.words_of(figure)} {figure.statement}. {queries.checkable(figure)}"


KIND = SearchableKind(
    code=CODE,
    slug="barometres",
    label=_("baromètre"),
    label_plural=_("Baromètres"),
    position=29,
    documents=documents,
    visible=visible,
    is_steady=True,
)
