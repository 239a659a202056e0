"""The satisfaction survey of an event: opened when the day closes, anonymous, told once by mail; its results belong to the proceedings."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from alliage.events.enums import Audience
from alliage.events.models import Event
from alliage.events.queries.proceedings import figures
from alliage.events.services import attendee_mails
from alliage.events.services.registrations import RegistrationRefused
from alliage.questionnaires import drawing, queries, services
from alliage.questionnaires.enums import QuestionKind, Shows
from alliage.questionnaires.models import Opening
from alliage.questionnaires.services import Scope, Terms

SCOPE = "events.survey"
DATA = Path(__file__).resolve().parent.parent / "data" / "satisfaction.json"
FLOOR = 5
LASTS = timedelta(days=14)


def scope_of(event: Event) -> Scope:
    return Scope(SCOPE, str(event.pk))


def of_event(event: Event) -> Opening | None:
    return queries.openings_of(scope_of(event)).first()


@transaction.atomic
def ask(event: Event, *, now: datetime) -> Opening:
    """Open it, and tell once those who had a seat. Twice is once."""
    known = of_event(event)
    if known is not None:
        return known
    said = json.loads(DATA.read_text(encoding="utf-8"))
    title = _("Votre avis sur «\u00a0%(event)s\u00a0»") % {"event": event.title}
    made = services.create(
        title, said["questions"], introduction=said["introduction"], scope=scope_of(event), by=event.owner, now=now
    )
    terms = Terms(is_anonymous=True, floor=FLOOR, shows=Shows.AT_END, closes_at=now + LASTS, has_link=True)
    opening = services.prepare(made.versions.get(), terms, by=event.owner, now=now)
    services.open_now(opening, by=event.owner, now=now)
    _tell(event, now=now)
    return opening


def _tell(event: Event, *, now: datetime) -> None:
    """One mail, to those who had a seat; none when nobody registered."""
    words = {"event": event.title, "address": settings.ORIGIN + reverse("events:survey", args=[event.slug])}
    try:
        attendee_mails.write(
            event,
            audience=Audience.SEATED,
            sequence=None,
            subject=_("Votre avis en cinq questions"),
            text=_(
                "Merci d’être venu à «\u00a0%(event)s\u00a0». Cinq questions, deux minutes, sans votre nom\u00a0: %(address)s\n"
                "Les réponses paraîtront dans les actes, à partir de cinq."
            )
            % words,
            sent_key=f"survey-{event.pk}",
            by=None,
            now=now,
        )
    except RegistrationRefused:
        return


def told(event: Event) -> dict[str, Any]:
    """What the proceedings say of it: nothing before its end. Texts are read by the organisers alone: people say who they are there."""
    opening = of_event(event)
    if opening is None or not opening.is_closed:
        return {"survey": None}
    found = queries.results(opening)
    asked = [each for each in found.questions if each.question.kind != QuestionKind.TEXT]
    return {
        "survey": {
            "responses": found.responses,
            "hidden": found.hidden,
            "figures": [figures(each) for each in drawing.shown_all(asked)],
        }
    }
