"""« Ce qu’elles en disent un an après »: what other cohorts read of it, what I am asked, what a member takes away."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.crypto import salted_hmac

from alliage.accounts.models import Member
from alliage.learning.enums import FileRole, Held
from alliage.learning.lots import FLOOR, fives
from alliage.learning.models import Cohort, CohortLater, FileMember


@dataclass(frozen=True)
class Told:
    """« Au moins n »: whole fives, as what earlier cohorts chose. `held`: label, at least how many; words without name, date nor order."""

    places: int
    held: list[tuple[str, int]] = field(default_factory=list)
    helped: list[str] = field(default_factory=list)
    otherwise: list[str] = field(default_factory=list)


def told(*, but: Cohort) -> Told | None:
    """From all other cohorts; None below five places, words included. One query."""
    rows = list(CohortLater.objects.filter(answered_at__isnull=False).exclude(place__cohort=but.pk))
    if len(rows) < FLOOR:
        return None
    counts = Counter(row.held for row in rows)
    held = [(str(each.label), fives(counts[each.value])) for each in Held]
    shared = [row for row in rows if row.is_shared]
    return Told(
        fives(len(rows)), [pair for pair in held if pair[1]], _words(shared, "helped"), _words(shared, "otherwise")
    )


def _words(rows: list[CohortLater], name: str) -> list[str]:
    """In an order that tells nothing, and that is not the same for both questions: two answers are not put together."""
    order = sorted(rows, key=lambda row: salted_hmac(f"learning.later.{name}", str(row.pk)).hexdigest())
    return [words for row in order if (words := getattr(row, name))]


def _mine(user: Any) -> Q:
    """What I answered; what nobody did, of a file that I hold."""
    held = FileMember.objects.filter(member=user.pk, role=FileRole.HOLDER)
    return Q(author=user.pk) | Q(answered_at=None, place__file__in=held.values("file"))


def asked(user: Any, cohort: Cohort) -> list[CohortLater]:
    """What I am asked, or answered, of this cohort; one query."""
    rows = CohortLater.objects.filter(_mine(user), place__cohort=cohort.pk)
    return list(rows.select_related("place__file__territory"))


def one(user: Any, cohort: Cohort, pk: int) -> CohortLater | None:
    """Of this place, for whoever is asked or answered; one query."""
    rows = CohortLater.objects.filter(_mine(user), place__cohort=cohort.pk, place=pk)
    return rows.select_related("place__file__territory").first()


def export_of(member: Member) -> list[dict[str, Any]]:
    """A member's own copy of what they answered."""
    rows = CohortLater.objects.filter(author=member).select_related("place__cohort", "place__file__territory")
    return [
        {
            "cohorte": row.place.cohort.title,
            "territoire": row.place.file.territory.name,
            "cela_a_tenu": row.held,
            "ce_qui_a_aide": row.helped,
            "autrement": row.otherwise,
            "partage": row.is_shared,
            "le": row.answered_at,
        }
        for row in rows.order_by("pk")
    ]
