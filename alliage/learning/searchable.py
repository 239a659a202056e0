"""What the search holds of learning: published paths. Nothing of files, diagnostics, plans or notes is ever in the index."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import Prefetch, QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from alliage.learning.enums import PathState
from alliage.learning.models import Path, Step
from alliage.search import services as search
from alliage.search.registry import Document, SearchableKind

PATH = "path"
CHUNK = 200


def told(path: Path, *, now: datetime) -> None:
    """Something of the path changed: said in the transaction that does it."""
    search.changed(PATH, [path.pk], now=now)


def shown() -> QuerySet[Path]:
    return Path.objects.filter(state=PathState.PUBLISHED)


def paths(ids: Sequence[int] | None) -> Iterator[Document]:
    found = shown().order_by("pk") if ids is None else shown().filter(pk__in=ids).order_by("pk")
    steps = Prefetch("steps", Step.objects.filter(position__isnull=False).order_by("position"))
    for path in found.select_related("lever").prefetch_related(steps, "audiences").iterator(chunk_size=CHUNK):
        yield _document(path)


def _document(path: Path) -> Document:
    steps, lever = list(path.steps.all()), path.lever
    return Document(
        id=path.pk,
        title=path.title,
        url=path.get_absolute_url(),
        summary=path.summary,
        body="\n\n".join([path.goal, *(f"{step.title}. {step.text}" for step in steps)]),
        keywords=[*([lever.label] if lever else []), *(term.label for term in path.audiences.all())],
        facts=[str(_("Parcours")), *([lever.label] if lever else [])],
        facets=[f"levier:{lever.code}"] if lever else [],
        dated_on=localtime(path.changed_at).date(),
    )


KINDS = (
    SearchableKind(
        code=PATH,
        slug="parcours",
        label=_("parcours"),
        label_plural=_("Parcours"),
        position=28,
        documents=paths,
        visible=lambda _viewer: shown(),
        is_steady=True,
        facets=("levier",),
    ),
)
