"""Questionnaires for tests, made by the services."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from alliage.questionnaires import services
from alliage.questionnaires.barometers import services as barometers
from alliage.questionnaires.models import Barometer, Opening, PublishedFigure, Questionnaire
from alliage.questionnaires.services import Terms

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
OPTIONS = [{"code": "a", "title": "Alpha"}, {"code": "b", "title": "Bêta"}, {"code": "c", "title": "Gamma"}]
LEVELS = [{"code": f"n{rank}", "title": f"Niveau {rank}"} for rank in range(1, 5)]
ROWS = [{"code": "eau", "title": "L’eau"}, {"code": "sol", "title": "Le sol"}]


def asked(kind: str = "one", **more: Any) -> dict[str, Any]:
    """The data of a question that is right."""
    chosen: dict[str, dict[str, Any]] = {
        "one": {"options": OPTIONS},
        "several": {"options": OPTIONS},
        "order": {"options": OPTIONS},
        "scale": {"options": LEVELS, "may_not_know": True},
        "matrix": {"options": LEVELS, "rows": ROWS, "may_not_know": True},
    }
    return {"code": kind, "kind": kind, "title": f"Question {kind}"} | chosen.get(kind, {}) | more


EVERY = [asked(kind) for kind in ("one", "several", "scale", "matrix", "text", "number", "words", "order")]


def made(*questions: dict[str, Any], by: Any = None, **more: Any) -> Questionnaire:
    return services.create("Un questionnaire", list(questions or EVERY), by=by, now=NOW, **more)


def opened(*questions: dict[str, Any], by: Any = None, scope: Any = None, **terms: Any) -> Opening:
    """An opening that may be answered; without a floor unless said."""
    version = made(*questions, by=by, scope=scope).versions.get()
    opening = services.prepare(version, Terms(**({"floor": 0} | terms)), by=by, now=NOW)
    services.open_now(opening, by=by, now=NOW)
    return opening


def barometer(title: str = "Les alliances vues du terrain") -> Barometer:
    return barometers.begin(barometers.Described(title, "En une phrase."), by=None, now=NOW)


def read_elsewhere(**more: Any) -> barometers.Figure:
    """A figure that is right."""
    said: dict[str, Any] = {
        "value": Decimal(81),
        "statement": "des personnes interrogées le disent",
        "source": "Un sondage",
        "date": "mai 2020",
        "dated_on": date(2020, 5, 1),
        "n": 1003,
    }
    return barometers.Figure(**(said | more))


def figured(**more: Any) -> PublishedFigure:
    return barometers.publish(barometer(), read_elsewhere(**more), by=None, now=NOW)
