"""What codev adds to sequences of a Rencontre, once the day is over: with whom to go on, and what was asked about their theme."""

from collections.abc import Sequence as Several

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from alliage.codev.enums import GroupKind
from alliage.codev.queries import groups, questions
from alliage.events.models import Sequence
from alliage.events.registry import Link, Offer, Offered, proceedings_offers
from alliage.taxonomy.models import Term

SHOWN = 2


def of_groups(_sequence: Sequence, _levers: Several[Term], _request: HttpRequest) -> Offered:
    """Groups where there is room, whatever their theme: a group chooses its subjects as it goes. One query."""
    found = groups.public(GroupKind.CODEV, with_seats=True)[:SHOWN]
    links = [Link(group.name, group.get_absolute_url()) for group in found]
    more = Link(_("Chercher un groupe de codéveloppement"), reverse("codev:seek"))
    return Offered(_("Continuer à plusieurs"), links, more)


def of_questions(_sequence: Sequence, levers: Several[Term], _request: HttpRequest) -> Offered | None:
    """Public questions about its levers; one query."""
    if not levers:
        return None
    rows = questions.public().filter(terms__in=[term.pk for term in levers]).order_by("-pk").distinct()[:SHOWN]
    links = [Link(row.title, row.get_absolute_url()) for row in rows]
    more = Link(
        _("Toutes les questions de ce thème"), f"{reverse('codev:questions')}?{urlencode({'levier': levers[0].code})}"
    )
    return Offered(_("Ce que d’autres ont demandé"), links, more) if links else None


proceedings_offers.add(Offer("codev.groups", 30, of_groups))
proceedings_offers.add(Offer("codev.questions", 40, of_questions))
