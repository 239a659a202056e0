"""Reads of barometers: figures ready for a page, rows for the exports, consultations that may give a figure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from alliage.accounts.permissions import is_animator
from alliage.questionnaires.enums import OpeningState
from alliage.questionnaires.models import Barometer, Opening, PublishedFigure
from alliage.questionnaires.models.barometers import PERCENT
from alliage.ui.templatetags.ui import french_number

COLUMNS = (
    "id", "barometer", "barometer_slug", "value", "unit", "statement", "part_of", "population", "source", "source_url",
    "date", "dated_on", "n", "caveat", "url",
)  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A figure on a page; `width` of its bar, "" when it is no share; `parts` are inside it."""

    figure: PublishedFigure
    words: str
    width: str
    parts: list["Shown"] = field(default_factory=list)


def can_write(user: Any) -> bool:
    return is_animator(user)


def barometers() -> QuerySet[Barometer]:
    """With how many figures each publishes (`figure_count`)."""
    return Barometer.objects.annotate(figure_count=Count("figures")).order_by("created_at", "pk")


def by_slug(slug: str) -> Barometer | None:
    return Barometer.objects.filter(slug=slug).first()


def figures(barometers: Iterable[Barometer]) -> dict[int, list[Shown]]:
    """The figures of several barometers, by number, the last first; one query."""
    asked = list(barometers)
    found: dict[int, list[Shown]] = {each.pk: [] for each in asked}
    rows = list(PublishedFigure.objects.filter(barometer__in=asked).select_related("barometer"))
    shown = {row.pk: _shown(row) for row in rows}
    for row in rows:
        if row.part_of_id is None:
            found[row.barometer_id].append(shown[row.pk])
        else:
            shown[row.part_of_id].parts.append(shown[row.pk])
    return found


def _shown(row: PublishedFigure) -> Shown:
    width = f"{row.value:.2f}%" if row.unit == PERCENT else ""
    return Shown(row, words_of(row), width)


def words_of(row: PublishedFigure) -> str:
    """« 81 % »."""
    return f"{french_number(row.value)}\u00a0{row.unit}" if row.unit else str(french_number(row.value))


def checkable(row: PublishedFigure) -> str:
    """What makes a figure checkable, in sentences, as its page says it: source, who answered, how many or that it is not given, date, caveat."""
    n = (
        _("Nombre de réponses\u00a0: %(n)s.") % {"n": french_number(row.n)}
        if row.n
        else _("Nombre de réponses\u00a0: non donné par la source.")
    )
    return " ".join([
        _("Source\u00a0: %(source)s.") % {"source": row.source},
        *([_("Interrogés\u00a0: %(who)s.") % {"who": row.population}] if row.population else []),
        n,
        _("Date\u00a0: %(date)s.") % {"date": row.date},
        *([row.caveat] if row.caveat else []),
    ])  # fmt: skip


def published_last(barometer: Barometer | None) -> QuerySet[PublishedFigure]:
    """Of every barometer for None, the last published or corrected first."""
    found = PublishedFigure.objects.select_related("barometer", "part_of").order_by("-published_at", "-pk")
    return found if barometer is None else found.filter(barometer=barometer)


def figure(barometer: Barometer, pk: int) -> PublishedFigure | None:
    return barometer.figures.filter(pk=pk).first()


def figure_rows(barometer: Barometer | None, origin: str) -> tuple[int, Iterator[dict[str, Any]]]:
    """How many, and each in plain values; of every barometer for None."""
    found = PublishedFigure.objects.select_related("barometer").order_by("barometer", "-dated_on", "pk")
    if barometer is not None:
        found = found.filter(barometer=barometer)
    return found.count(), (_row(row, origin) for row in found.iterator())


def _row(row: PublishedFigure, origin: str) -> dict[str, Any]:
    whole = row.value == row.value.to_integral_value()
    return {
        "id": row.pk,
        "barometer": row.barometer.title,
        "barometer_slug": row.barometer.slug,
        "value": int(row.value) if whole else float(row.value),
        "unit": row.unit,
        "statement": row.statement,
        "part_of": row.part_of_id,
        "population": row.population,
        "source": row.source,
        "source_url": row.source_url,
        "date": row.date,
        "dated_on": row.dated_on,
        "n": row.n,
        "caveat": row.caveat,
        "url": f"{origin}{row.get_absolute_url()}",
    }


def closed_openings() -> QuerySet[Opening]:
    """Consultations of the network that may give a figure. Those of a room or of an event are their own people's."""
    found = Opening.objects.filter(state=OpeningState.CLOSED, scope="").select_related("version__questionnaire")
    return found.annotate(sent=Count("responses", filter=Q(responses__answered_at__isnull=False))).order_by(
        "-closed_at"
    )
