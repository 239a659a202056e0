"""Where a sequence leads: the resources and the people of its theme, then what upper folders add."""

from collections.abc import Sequence as Several

from django.db.models import Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from alliage.directory.enums import EntryKind
from alliage.directory.queries import visible
from alliage.events.models import Sequence
from alliage.events.registry import Link, Offered, proceedings_offers
from alliage.library.queries import resources
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term

SHOWN = 3


def levers_of(sequence: Sequence) -> list[Term]:
    """Its own, else those of the whole event; one query."""
    own = Term.objects.order_by().filter(sequences=sequence.pk).values_list("pk", Value(True))  # noqa: FBT003 an SQL value
    shared = Term.objects.order_by().filter(events=sequence.event_id).values_list("pk", Value(False))  # noqa: FBT003 as above
    rows = list(own.union(shared))
    numbers = {pk for pk, is_own in rows if is_own} or {pk for pk, _is_own in rows}
    return [term for term in taxonomy.terms(Vocabulary.LEVIERS) if term.pk in numbers]


def offers(sequence: Sequence, request: HttpRequest) -> list[Offered]:
    """In order: what to read, who to ask, with whom to go on."""
    levers = levers_of(sequence)
    found = (
        offer.offered(sequence, levers, request) for offer in sorted(proceedings_offers, key=lambda one: one.position)
    )
    return [each for each in found if each is not None]


def _query(levers: Several[Term]) -> str:
    return urlencode([("levier", term.code) for term in levers])


def of_library(_sequence: Sequence, levers: Several[Term], _request: HttpRequest) -> Offered | None:
    """The latest resources about its levers; one query."""
    if not levers:
        return None
    rows = resources.shown().filter(terms__in=[term.pk for term in levers]).order_by("-published_at", "-pk").distinct()
    links = [Link(row.title, row.get_absolute_url(), row.summary) for row in rows[:SHOWN]]
    more = Link(_("Toutes les ressources de ce thème"), f"{reverse('library:index')}?{_query(levers)}")
    return Offered(_("Lire et reprendre"), links, more) if links else None


def of_directory(_sequence: Sequence, levers: Several[Term], request: HttpRequest) -> Offered | None:
    """People who help with its levers; one query."""
    if not levers:
        return None
    rows = visible(to_members=request.user.is_authenticated).filter(
        kind=EntryKind.CATALYST, terms__in=[term.pk for term in levers]
    )
    links = [Link(row.name, row.get_absolute_url()) for row in rows.order_by("sort_name", "pk").distinct()[:SHOWN]]
    more = Link(_("Toutes les personnes qui aident sur ce thème"), f"{reverse('directory:index')}?{_query(levers)}")
    return Offered(_("Trouver quelqu’un qui a travaillé ce sujet"), links, more) if links else None
