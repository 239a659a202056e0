"""What answers what: needs beside offers and calls, with the reasons, each of them true and said in plain French."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from alliage.directory.enums import NeedKind, NeedSide
from alliage.directory.models import Need
from alliage.directory.queries.matching import kilometres_between
from alliage.directory.queries.need_filters import around, shown_needs
from alliage.directory.queries.needs import with_details
from alliage.directory.queries.reach import wider
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.territories import grammar
from alliage.ui.templatetags.ui import french_number

FAR = 100  # kilometres: beyond, a distance is no reason
CLOSE = 20
SHOWN = 5
# The latest that could answer, read to be compared.
MOST_READ = 200
ANSWERS = {
    NeedSide.NEED: (NeedSide.OFFER, NeedSide.CALL),
    NeedSide.OFFER: (NeedSide.NEED,),
    NeedSide.CALL: (NeedSide.NEED,),
}
KIND, PARTNERSHIP, GOAL, LEVIER = 3.0, 1.5, 1.0, 1.0
MOST_TERMS = 2


@dataclass(frozen=True)
class Match:
    """One that answers another, and why."""

    need: Need
    score: float
    reasons: list[str] = field(default_factory=list)


def matches(need: Need, *, now: datetime, limit: int = SHOWN) -> list[Match]:
    """What answers a need (or an offer, or a call), the best first. Two queries, whatever the number of needs."""
    made = [match for other in _candidates(need, now) if (match := compare(need, other)) is not None]
    return sorted(made, key=lambda match: (-match.score, -match.need.pk))[:limit]


def _candidates(need: Need, now: datetime) -> QuerySet[Need]:
    """Of the other side, sharing what is sought or a subject, on a territory that touches or is near."""
    numbers = [term.pk for term in need.terms.all()]
    alike = Q(kind=need.kind) | Q(pk__in=Need.terms.through.objects.filter(term_id__in=numbers).values("need_id"))
    found = shown_needs(now).filter(alike, side__in=ANSWERS[NeedSide(need.side)]).exclude(pk=need.pk)
    if need.entry_id is not None:
        found = found.exclude(entry_id=need.entry_id)
    place = need.territory
    if place is not None:
        touching = Q(territory=None) | Q(territory_id__in=[place.pk, *(each.id for each in wider(place))])
        touching |= Q(**{f"territory__{place.kind}": place.pk}) if place.kind in _CONTAINING else Q()
        if place.latitude is not None:
            touching |= around(place, FAR)
        found = found.filter(touching)
    return with_details(found.order_by("-opened_at", "-pk"))[:MOST_READ]


# Kinds of territories whose name is also the column of what they contain.
_CONTAINING = ("epci", "ept", "departement", "region", "com")


def compare(need: Need, other: Need) -> Match | None:
    """How well one answers the other; None when they share nothing, or are too far apart."""
    where = _place(need, other)
    if where is None:
        return None
    score, place = where
    reasons: list[str] = []
    if need.kind == other.kind:
        score += KIND
        reasons.append(_("même chose cherchée et donnée : %(kind)s") % {"kind": NeedKind(need.kind).label})
    if need.partnership_id is not None and need.partnership_id == other.partnership_id:
        partnership = taxonomy.term_by_id(Vocabulary.PARTNERSHIPS, need.partnership_id)
        if partnership:
            score += PARTNERSHIP
            reasons.append(_("même type de partenariat : %(label)s") % {"label": partnership.label})
    shared = {term.pk for term in need.terms.all()} & {term.pk for term in other.terms.all()}
    goals, leviers = (_shared(each, shared) for each in (Vocabulary.ODD, Vocabulary.LEVIERS))
    score += GOAL * min(len(goals), MOST_TERMS) + LEVIER * min(len(leviers), MOST_TERMS)
    if goals:
        labels = ", ".join(f"{term.code} ({term.label})" for term in goals[:MOST_TERMS])
        reasons.append(_("ODD en commun : %(labels)s") % {"labels": labels})
    if leviers:
        reasons.append(
            _("leviers en commun : %(labels)s") % {"labels": ", ".join(t.label for t in leviers[:MOST_TERMS])}
        )
    if not reasons:
        return None
    return Match(other, score, [*reasons, place])


def _shared(vocabulary: Vocabulary, numbers: set[int]) -> list[Term]:
    return [term for term in taxonomy.terms(vocabulary) if term.pk in numbers]


def _place(need: Need, other: Need) -> tuple[float, str] | None:
    """Worth of the distance between two territories, and its words; None when they have nothing to do with each other."""
    here, there = need.territory, other.territory
    if here is None or there is None:
        return 0.5, _("partout en France")
    if here.pk == there.pk:
        return 3.0, _("même territoire : %(name)s") % {"name": grammar.title(here)}
    if here.pk in {each.id for each in wider(there)} or there.pk in {each.id for each in wider(here)}:
        return 2.0, _("%(one)s et %(other)s : l’un contient l’autre") % {"one": here.name, "other": there.name}
    km = distance(here, there)
    if km is None or km > FAR:
        return None
    near = 2.0 if km <= CLOSE else 1.0 - km / (2 * FAR)
    return near, _("à %(km)s km, %(at)s") % {"km": french_number(max(round(km), 1)), "at": grammar.at(there)}


def distance(here: Any, there: Any) -> float | None:
    """Kilometres between the points of two territories, when both have one."""
    if None in (here.latitude, here.longitude, there.latitude, there.longitude):
        return None
    return kilometres_between((here.latitude, here.longitude), (there.latitude, there.longitude))
