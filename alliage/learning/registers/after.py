"""What learning adds to the account of a sequence: a quiz on its theme, and the paths where one goes on."""

from collections.abc import Sequence as Several

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from alliage.events.models import Sequence
from alliage.events.registry import Link, Offer, Offered, proceedings_offers
from alliage.learning.queries import paths
from alliage.taxonomy.models import Term


def of_quizzes(sequence: Sequence, levers: Several[Term], _request: HttpRequest) -> Offered | None:
    """Those of the paths that send to this event, then of its levers; no query most of the time."""
    found = paths.quizzes_about(sequence.event_id, levers)
    links = [Link(quiz.title, quiz.url, quiz.path) for quiz in found]
    asked = f"?{urlencode({'levier': levers[0].code})}" if levers else ""
    more = Link(_("Apprendre pas à pas"), reverse("learning:paths") + asked)
    return Offered(_("Vérifier ce que l’on a retenu"), links, more) if links else None


proceedings_offers.add(Offer("learning.quizzes", 35, of_quizzes))
