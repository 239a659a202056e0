"""What an alert asks, in words, and what is new in it since it was last sent: what anyone may read, nothing else."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from alliage.directory import filters as directory_filters
from alliage.directory.enums import ChangeAct
from alliage.directory.models import Alert
from alliage.directory.queries.facets import Found
from alliage.directory.queries.lists import visible
from alliage.directory.queries.need_filters import filtered as filtered_needs
from alliage.directory.queries.need_filters import need_filters, shown_needs
from alliage.directory.queries.shown import Level

LONGEST_QUERY = 600
# Items named in one mail, for each alert; the list has the others.
NAMED = 10


@dataclass(frozen=True)
class News:
    """What is new for one alert: the first ones by name and page, and how many in all."""

    alert: Alert
    items: list[tuple[str, str]]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.items)


def understood(function: str, query: str) -> tuple[str, str]:
    """The question as its list writes it, and in words."""
    asked = QueryDict(query[:LONGEST_QUERY])
    found: Any
    if function == Alert.Function.NEEDS:
        found, whole = need_filters(asked.dict()), _("Besoins et offres")
    else:
        found, whole = directory_filters.parse(asked), _("Annuaire")
    labels = [label for _name, label in found.active()]
    return found.query()[:LONGEST_QUERY], ", ".join([whole, *labels])[:300]


def news(alert: Alert, *, now: datetime) -> News:
    """What appeared in the public list after `last_sent`; one or two queries."""
    asked = QueryDict(alert.query)
    if alert.function == Alert.Function.NEEDS:
        found = filtered_needs(
            shown_needs(now).filter(opened_at__gt=alert.last_sent, opened_at__lte=now), need_filters(asked.dict())
        )
        rows: list[Any] = list(found.order_by("-opened_at", "-pk"))
    else:
        rows = _new_entries(alert, asked, now)
    return News(alert, [(str(row), row.get_absolute_url()) for row in rows[:NAMED]], len(rows))


def _new_entries(alert: Alert, asked: QueryDict, now: datetime) -> list[Any]:
    """Entries of the list that were written, or published, since."""
    written = Q(created_at__gt=alert.last_sent, created_at__lte=now)
    published = Q(changes__act=ChangeAct.PUBLISHED, changes__at__gt=alert.last_sent, changes__at__lte=now)
    new = visible().filter(written | published).distinct().order_by("-created_at", "-pk")
    rows = list(new.only("name", "slug", "kind", "created_at"))
    if not rows:
        return []
    listed = set(Found(directory_filters.parse(asked), Level.ANYONE).pks)
    return [row for row in rows if row.pk in listed]


def of_member(member: Any) -> list[Alert]:
    return list(Alert.objects.filter(member=member)) if member.is_authenticated else []
