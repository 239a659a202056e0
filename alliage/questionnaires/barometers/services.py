"""Writes of barometers: opened, described, a figure published by hand or from a closed consultation, corrected, taken away, loaded."""

import json
from dataclasses import dataclass
from datetime import date as day
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from alliage.questionnaires.barometers import counted, searchable
from alliage.questionnaires.models import Barometer, Opening, PublishedFigure
from alliage.questionnaires.models.barometers import PERCENT
from alliage.questionnaires.questions import clean_text
from alliage.questionnaires.services import QuestionnaireRefused
from alliage.search import services as search

DATA = Path(__file__).resolve().parent.parent / "data" / "barometers.json"
# Fewer answers than this are never published, whatever the consultation allowed its holders to read.
FLOOR = 5
HIGHEST = Decimal(10) ** 11


class BarometerRefused(QuestionnaireRefused):
    """The rules of barometers say no."""


@dataclass(frozen=True)
class Described:
    """What a barometer says of itself."""

    title: str
    summary: str = ""
    text: str = ""


@dataclass(frozen=True)
class Figure:
    """A figure read elsewhere, with what makes it checkable."""

    value: Decimal
    statement: str
    source: str
    date: str
    dated_on: day
    unit: str = PERCENT
    population: str = ""
    source_url: str = ""
    n: int | None = None
    caveat: str = ""
    part_of: int | None = None


@transaction.atomic
def begin(said: Described, *, by: Any, now: datetime) -> Barometer:  # noqa: ARG001 the name of every service
    """A barometer without a figure yet. The same title twice is one barometer."""
    title = _line(said.title, 200)
    if not title:
        raise BarometerRefused(_("Donnez un titre à ce baromètre."))
    slug = slugify(title)[:110] or "barometre"
    if Barometer.objects.filter(slug=slug).exists():
        raise BarometerRefused(
            _("Un baromètre porte déjà ce titre\u00a0: ajoutez-lui un chiffre, ou changez le titre.")
        )
    return Barometer.objects.create(
        slug=slug,
        title=title,
        summary=_line(said.summary, 400),
        text=clean_text(said.text),
        created_at=now,
        changed_at=now,
    )


@transaction.atomic
def describe(barometer: Barometer, said: Described, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """Say it otherwise; its address stays."""
    row = _lock(barometer)
    title = _line(said.title, 200)
    if not title:
        raise BarometerRefused(_("Donnez un titre à ce baromètre."))
    row.title, row.summary, row.text, row.changed_at = title, _line(said.summary, 400), clean_text(said.text), now
    row.save(update_fields=["title", "summary", "text", "changed_at"])
    search.changed(searchable.CODE, [row.pk], now=now)


@transaction.atomic
def publish(barometer: Barometer, said: Figure, *, by: Any, now: datetime) -> PublishedFigure:
    """A figure read elsewhere. Sent twice, it is there once."""
    row = _lock(barometer)
    fields = _checked(row, said)
    same = row.figures.filter(value=fields["value"], statement=fields["statement"], source=fields["source"]).first()
    if same is not None:
        return same
    made = PublishedFigure.objects.create(barometer=row, published_by=by, published_at=now, **fields)
    _touch(row, now)
    return made


@transaction.atomic
def correct(figure: PublishedFigure, said: Figure, *, by: Any, now: datetime) -> PublishedFigure:
    """What was badly copied. Of a figure counted here, the value and n do not change: only what is said of it."""
    row = _lock(figure.barometer)
    found = PublishedFigure.objects.get(pk=figure.pk)
    fields = _checked(row, said, but=found)
    if found.opening_id is not None:
        for kept in ("value", "unit", "n"):
            del fields[kept]
    for name, value in fields.items():
        setattr(found, name, value)
    found.published_by, found.published_at = by, now
    found.save()
    _touch(row, now)
    return found


@transaction.atomic
def take_away(figure: PublishedFigure, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """With what is a part of it. Twice is once."""
    row = _lock(figure.barometer)
    row.figures.filter(pk=figure.pk).delete()
    _touch(row, now)


@transaction.atomic
def publish_counted(
    barometer: Barometer, opening: Opening, code: str, *, caveat: str = "", by: Any, now: datetime
) -> PublishedFigure:
    """A figure counted from a closed consultation: read again here, never typed. Twice is once."""
    row = _lock(barometer)
    if not opening.is_closed:
        raise BarometerRefused(
            _("Cette consultation n’est pas close\u00a0: un chiffre se publie quand plus personne ne répond.")
        )
    found = next((each for each in counted.figures(opening, floor=FLOOR) if each.code == code), None)
    if found is None or opening.closed_at is None:
        raise BarometerRefused(
            _("Ce chiffre n’est pas là, ou moins de %(floor)d personnes ont répondu\u00a0: il ne se publie pas.")
            % {"floor": FLOOR}
        )
    same = row.figures.filter(opening=opening, question=code).first()
    if same is not None:
        return same
    made = PublishedFigure.objects.create(
        barometer=row,
        value=found.value,
        unit=found.unit,
        statement=found.statement[:400],
        source=_("Consultation «\u00a0%(title)s\u00a0» sur Alliage") % {"title": opening.version.questionnaire.title},
        date=counted.month(opening.closed_at),
        dated_on=opening.closed_at.date(),
        n=found.n,
        caveat=_line(caveat, 600),
        opening=opening,
        question=code,
        published_by=by,
        published_at=now,
    )
    _touch(row, now)
    return made


def _lock(barometer: Barometer) -> Barometer:
    return Barometer.objects.select_for_update().get(pk=barometer.pk)


def _touch(row: Barometer, now: datetime) -> None:
    row.changed_at = now
    row.save(update_fields=["changed_at"])
    search.changed(searchable.CODE, [row.pk], now=now)


def _line(text: str, longest: int) -> str:
    return " ".join(clean_text(text).split())[:longest].strip()


def _checked(row: Barometer, said: Figure, *, but: PublishedFigure | None = None) -> dict[str, Any]:
    """What is written of a figure, once what makes it checkable is there."""
    statement, source, when = _line(said.statement, 400), _line(said.source, 300), _line(said.date, 40)
    unit, caveat = _line(said.unit, 40), _line(said.caveat, 600)
    if not statement:
        raise BarometerRefused(_("Dites ce que ce chiffre veut dire."))
    if not (source and when):
        raise BarometerRefused(_("Un chiffre ne se publie pas sans sa source et sa date."))
    if said.n is None and not caveat:
        raise BarometerRefused(
            _("Le nombre de réponses n’est pas connu\u00a0: dites-le dans «\u00a0à savoir avant de le citer\u00a0».")
        )
    if said.n is not None and said.n < 1:
        raise BarometerRefused(_("Le nombre de réponses est d’au moins 1."))
    if unit == PERCENT and not 0 <= said.value <= 100:
        raise BarometerRefused(_("Une part va de 0 à 100\u00a0%."))
    if abs(said.value) >= HIGHEST:
        raise BarometerRefused(_("Ce chiffre est trop grand."))
    return {
        "value": said.value,
        "unit": unit,
        "statement": statement,
        "population": _line(said.population, 200),
        "source": source,
        "source_url": said.source_url[:500],
        "date": when,
        "dated_on": said.dated_on,
        "n": said.n,
        "caveat": caveat,
        "part_of": _whole(row, said, but),
    }


def _whole(row: Barometer, said: Figure, but: PublishedFigure | None) -> PublishedFigure | None:
    """The figure that this one is a part of: a share of the same barometer, that is itself a part of nothing, and larger."""
    if said.part_of is None:
        return None
    whole = row.figures.filter(pk=said.part_of, part_of=None).first()
    if whole is None or whole == but or (but is not None and but.parts.exists()):
        raise BarometerRefused(_("Le chiffre dont celui-ci est une part n’est pas là."))
    if whole.unit != said.unit or said.value > whole.value:
        raise BarometerRefused(_("Une part ne dépasse pas le chiffre dont elle est tirée."))
    return whole


# --- What comes with the platform --------------------------------------------------------------------------------------


@transaction.atomic
def load(*, now: datetime) -> dict[str, int]:
    """The barometers of our data file. What was changed or taken away on the site is left as it is: each comes in once."""
    done = {"added": 0, "kept": 0}
    for one in json.loads(DATA.read_text(encoding="utf-8"))["barometers"]:
        barometer, is_new = Barometer.objects.get_or_create(
            slug=one["slug"],
            defaults={
                "title": one["title"],
                "summary": one["summary"],
                "text": one["text"],
                "created_at": now,
                "changed_at": now,
            },
        )
        if not is_new:
            done["kept"] += 1
            continue
        for said in one["figures"]:
            _load_figure(barometer, said, now=now)
        done["added"] += 1
    return done


def _load_figure(barometer: Barometer, said: dict[str, Any], *, now: datetime) -> None:
    part_of = barometer.figures.get(code=said["part_of"]).pk if "part_of" in said else None
    names = ("statement", "population", "source", "source_url", "date", "n", "caveat")
    fields = {name: said[name] for name in names if name in said}
    figure = Figure(
        value=Decimal(said["value"]), dated_on=day.fromisoformat(said["dated_on"]), part_of=part_of, **fields
    )
    made = publish(barometer, figure, by=None, now=now)
    made.code = said["code"]
    made.save(update_fields=["code"])
