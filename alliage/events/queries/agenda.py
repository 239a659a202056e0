"""The agenda: its filters, as the address says them, the same for the page and every format; its rows, its counts.

/agenda/?nature=webinaire&levier=1&territoire=departement:973&lieu=ligne&outremer=1&quand=passes
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from alliage.directory.filters import Place, place_of
from alliage.directory.queries.alliances import in_territory
from alliage.directory.queries.reach import wider
from alliage.events.enums import EventKind, Venue
from alliage.events.models import Event
from alliage.events.queries.coming import LINE, public
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories import grammar
from alliage.territories import queries as territories

PER_PAGE = 30
MOST_WAYS = 6
LONGEST = 200
PAST = "passes"
ONLINE, PLACE = "ligne", "place"
VENUES = {ONLINE: (Venue.ONLINE, Venue.BOTH), PLACE: (Venue.PLACE, Venue.BOTH)}
NAMES = ("nature", "levier", "territoire", "lieu", "outremer", "quand")
# A calendar that follows the agenda keeps what just took place.
KEPT_IN_CALENDARS = timedelta(days=366)


@dataclass(frozen=True)
class Filters:
    """What is asked; `ignored` holds the words of the address that name nothing: the page says so."""

    kind: str = ""
    levier: str = ""
    territory: Place | None = None
    venue: str = ""
    overseas: bool = False
    past: bool = False
    ignored: tuple[str, ...] = field(default=())

    def parameters(self) -> dict[str, str]:
        place = f"{self.territory.kind}:{self.territory.code}" if self.territory else ""
        said = (
            self.kind, self.levier, place, self.venue, "1" if self.overseas else "", PAST if self.past else "",
        )  # fmt: skip
        return {name: value for name, value in zip(NAMES, said, strict=True) if value}

    def query(self) -> str:
        return urlencode(self.parameters(), safe=":")

    def without(self, name: str) -> "Filters":
        attribute = _ATTRIBUTES[name]
        return replace(self, **{attribute: getattr(NOTHING, attribute)})

    def active(self) -> list[tuple[str, str]]:
        """Name and words of each filter in force; past or to come is said by tabs."""
        return [(name, self._label(name)) for name in self.parameters() if name != "quand"]

    def _label(self, name: str) -> str:
        if name == "territoire":
            return grammar.title(self.territory) if self.territory else ""
        if name == "levier":
            term = taxonomy.term(Vocabulary.LEVIERS, self.levier)
            return term.label if term else ""
        if name == "nature":
            return str(EventKind(self.kind).label).capitalize()
        return _("Outre-mer") if name == "outremer" else venues()[self.venue]


_ATTRIBUTES = {
    "nature": "kind", "levier": "levier", "territoire": "territory", "lieu": "venue", "outremer": "overseas",
    "quand": "past",
}  # fmt: skip
NOTHING = Filters()


def venues() -> dict[str, str]:
    return {ONLINE: _("En ligne"), PLACE: _("Sur place")}


def parse(asked: Any) -> Filters:
    """Read an address. `ou` is the place that was typed in the form: it wins when it names another than `territoire`.

    Elsewhere on the site `lieu` is a place that was typed: a name given there is understood too.
    """
    words = {name: " ".join(str(asked.get(name, "")).replace("\x00", "").split())[:LONGEST] for name in (*NAMES, "ou")}
    typed = words["ou"] or ("" if words["lieu"] in VENUES else words["lieu"])
    if "ou" in asked and not words["ou"]:
        words["territoire"] = ""
    territory = place_of({"lieu": typed, "territoire": words["territoire"]})
    kind = words["nature"] if words["nature"] in EventKind.values else ""
    levier = words["levier"] if taxonomy.term(Vocabulary.LEVIERS, words["levier"]) else ""
    read = {
        words["nature"]: kind, words["levier"]: levier, typed or words["territoire"]: territory,
        words["quand"]: words["quand"] == PAST,
    }  # fmt: skip
    return Filters(
        kind=kind,
        levier=levier,
        territory=territory,
        venue=words["lieu"] if words["lieu"] in VENUES else "",
        overseas=words["outremer"] not in ("", "0"),
        past=words["quand"] == PAST,
        ignored=tuple(word for word, meaning in read.items() if word and not meaning),
    )


# --- From filters to rows ------------------------------------------------------------------------------------------


def conditions(filters: Filters, now: datetime) -> dict[str, Q]:
    """What each filter asks of a row; to come or past is always asked."""
    written = {
        "nature": lambda: Q(kind=filters.kind),
        "levier": lambda: _about(filters.levier),
        "territoire": lambda: in_territory(filters.territory),
        "lieu": lambda: Q(venue__in=VENUES[filters.venue]),
        "outremer": is_overseas,
    }
    found = {name: written[name]() for name in filters.parameters() if name in written}
    return {**found, "quand": when(now, past=filters.past)}


def when(now: datetime, *, past: bool) -> Q:
    return Q(ends_at__lte=now) if past else Q(ends_at__gt=now)


def _about(code: str) -> Q:
    term = taxonomy.term(Vocabulary.LEVIERS, code)
    rows = Event.levers.through.objects.filter(event_id=OuterRef("pk"), term_id=term.pk if term else 0)
    return Q(Exists(rows))


def is_overseas() -> Q:
    """In an overseas département, région or collectivity, or in what lies inside one."""
    rows = territories.overseas()
    numbers = {row.id for row in rows} | {row.region_id for row in rows if row.region_id}
    found = Q(territory_id__in=numbers)
    for parent in ("departement", "region", "com"):
        found |= Q(**{f"territory__{parent}_id__in": numbers})
    return found


def filtered(filters: Filters, now: datetime) -> QuerySet[Event]:
    found = public()
    for condition in conditions(filters, now).values():
        found = found.filter(condition)
    return found


def rows(filters: Filters, *, now: datetime) -> QuerySet[Event]:
    """What is to come, the next first; what is past, the last first."""
    return with_details(in_order(filters, now=now))


def in_order(filters: Filters, *, now: datetime) -> QuerySet[Event]:
    order = ("-starts_at", "-pk") if filters.past else ("starts_at", "pk")
    return filtered(filters, now).order_by(*order)


def lines(filters: Filters, *, now: datetime) -> QuerySet[Event]:
    """The same rows, with what one line says and nothing more."""
    return in_order(filters, now=now).select_related("territory").only(*LINE)


def with_details(found: QuerySet[Event]) -> QuerySet[Event]:
    return found.select_related("territory", "host").prefetch_related("levers")


def in_calendars(filters: Filters, *, now: datetime) -> QuerySet[Event]:
    """What a calendar that follows these filters holds: what is to come, and what took place in the year."""
    if filters.past:
        return rows(filters, now=now)
    asked = {name: condition for name, condition in conditions(filters, now).items() if name != "quand"}
    found = public().filter(ends_at__gt=now - KEPT_IN_CALENDARS)
    for condition in asked.values():
        found = found.filter(condition)
    return with_details(found).order_by("starts_at", "pk")


@dataclass(frozen=True)
class Counts:
    """How many the filters leave, to come and past; of each nature, at the time that is asked."""

    coming: int
    past: int
    kinds: dict[str, int]


def counts(filters: Filters, *, now: datetime) -> Counts:
    """In one query."""
    asked = conditions(replace(filters, kind=""), now)
    found = public()
    for name, condition in asked.items():
        if name != "quand":
            found = found.filter(condition)
    coming = Count("pk", filter=when(now, past=False))
    told = found.order_by().values("kind").annotate(total=Count("pk"), coming=coming)
    by_kind = {row["kind"]: (row["coming"], row["total"] - row["coming"]) for row in told}
    wanted = [by_kind.get(filters.kind, (0, 0))] if filters.kind else list(by_kind.values())
    return Counts(
        coming=sum(coming for coming, _past in wanted),
        past=sum(past for _coming, past in wanted),
        kinds={kind: pair[1 if filters.past else 0] for kind, pair in by_kind.items()},
    )


@dataclass(frozen=True)
class WayOut:
    """One filter less, or a wider place: how many that gives. `removed` is empty for a wider place."""

    filters: Filters
    removed: str
    count: int


def ways_out(filters: Filters, *, now: datetime) -> list[WayOut]:
    """What an empty list may become, in one query; the smallest change first."""
    tries: list[tuple[Filters, str]] = []
    if filters.territory:
        tries += [(replace(filters, territory=each), "") for each in wider(filters.territory)]
    tries += [(filters.without(name), name) for name in filters.parameters() if name != "quand"]
    if not tries:
        return []
    asked = conditions(filters, now)
    wanted = {f"n{rank}": _joined(asked, filters, each) for rank, (each, _name) in enumerate(tries)}
    found = public().aggregate(**{key: Count("pk", filter=condition) for key, condition in wanted.items()})
    ways = [WayOut(each, name, found[f"n{rank}"]) for rank, (each, name) in enumerate(tries)]
    return [way for way in ways if way.count][:MOST_WAYS]


def _joined(asked: dict[str, Q], filters: Filters, other: Filters) -> Q:
    """What other filters ask, from the conditions already written."""
    whole = asked["quand"]
    for name in other.parameters():
        if name == "territoire" and other.territory != filters.territory:
            whole &= in_territory(other.territory)
        elif name != "quand":
            whole &= asked[name]
    return whole
