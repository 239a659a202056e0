"""Reads of alliances: the list, the timeline and the graph come from the same filters."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from alliage.accounts.permissions import is_animator
from alliage.directory import permissions
from alliage.directory.enums import AllianceState, EntryKind, Visibility
from alliage.directory.filters import place_of
from alliage.directory.models import Alliance, Entry, address
from alliage.directory.queries import lists
from alliage.directory.queries.placed import Placed
from alliage.directory.queries.reach import wider
from alliage.directory.queries.snapshot import Snapshot
from alliage.prepared import Prepared
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.territories import queries as territories
from alliage.territories.enums import Kind
from alliage.territories.models import Territory
from alliage.territories.snapshot import snapshot

PER_PAGE = 30
LONGEST = 200


# For each word of the address: the attribute, and its value when the filter is taken away.
_EMPTIED: dict[str, tuple[str, Any]] = {
    "partenariat": ("partnership", ""),
    "odd": ("goal", ""),
    "territoire": ("territory", None),
    "organisation": ("organisation", None),
}


@dataclass(frozen=True)
class AllianceFilters:
    """What is asked; `ignored` holds the words of the address that name nothing."""

    partnership: str = ""
    goal: str = ""
    territory: Any = None
    organisation: Entry | None = None
    ignored: tuple[str, ...] = ()

    def parameters(self) -> dict[str, str]:
        place = f"{self.territory.kind}:{self.territory.code}" if self.territory else ""
        slug = self.organisation.slug if self.organisation else ""
        asked = {"partenariat": self.partnership, "odd": self.goal, "territoire": place, "organisation": slug}
        return {name: value for name, value in asked.items() if value}

    def query(self) -> str:
        return urlencode(self.parameters(), safe=":")

    def without(self, name: str) -> "AllianceFilters":
        attribute, empty = _EMPTIED[name]
        return replace(self, **{attribute: empty})

    def active(self) -> list[tuple[str, str]]:
        """Name and label of each filter in force."""
        partnership = taxonomy.term(Vocabulary.PARTNERSHIPS, self.partnership)
        goal = taxonomy.term(Vocabulary.ODD, self.goal)
        labels = {
            "partenariat": partnership.label if partnership else "",
            "odd": f"ODD {goal.code} · {goal.label}" if goal else "",
            "territoire": self.territory.name if self.territory else "",
            "organisation": self.organisation.name if self.organisation else "",
        }
        return [(name, label) for name, label in labels.items() if label]


def alliance_filters(asked: Mapping[str, str], user: Any) -> AllianceFilters:
    """Read the filters of an address. `lieu` is what was typed: it wins when it names another place."""
    words = {name: str(asked.get(name, "")).replace("\x00", "")[:LONGEST].strip() for name in _NAMES}
    partnership = taxonomy.term(Vocabulary.PARTNERSHIPS, words["partenariat"])
    goal = taxonomy.term(Vocabulary.ODD, words["odd"])
    territory = place_of(words)
    organisation = _organisation(words["organisation"], user)
    read = {
        words["partenariat"]: partnership,
        words["odd"]: goal,
        words["lieu"] or words["territoire"]: territory,
        words["organisation"]: organisation,
    }
    return AllianceFilters(
        partnership=partnership.code if partnership else "",
        goal=goal.code if goal else "",
        territory=territory,
        organisation=organisation,
        ignored=tuple(word for word, found in read.items() if word and not found),
    )


_NAMES = ("partenariat", "odd", "territoire", "lieu", "organisation")


def _organisation(slug: str, user: Any) -> Entry | None:
    found = lists.visible(to_members=user.is_authenticated).filter(slug=slug) if slug else Entry.objects.none()
    return found.exclude(kind=EntryKind.CATALYST).first()


def _side(name: str, *, to_members: bool) -> Q:
    seen = [Visibility.PUBLIC, Visibility.MEMBERS] if to_members else [Visibility.PUBLIC]
    return Q(**{f"{name}__is_hidden": False, f"{name}__visibility__in": seen})


def visible_alliances(user: Any = None) -> QuerySet[Alliance]:
    """Confirmed alliances whose two sides this person may see."""
    return _visible(to_members=bool(user is not None and user.is_authenticated))


def _visible(*, to_members: bool) -> QuerySet[Alliance]:
    both = _side("first", to_members=to_members) & _side("second", to_members=to_members)
    return Alliance.objects.filter(both, state=AllianceState.CONFIRMED, is_hidden=False).select_related(
        "first", "second", "territory"
    )


def filtered_alliances(found: QuerySet[Alliance], filters: AllianceFilters) -> QuerySet[Alliance]:
    if filters.partnership:
        term = taxonomy.term(Vocabulary.PARTNERSHIPS, filters.partnership)
        found = found.filter(partnership=term)
    if filters.goal:
        found = found.filter(goals=taxonomy.term(Vocabulary.ODD, filters.goal))
    if filters.organisation:
        found = found.filter(Q(first=filters.organisation) | Q(second=filters.organisation))
    if filters.territory:
        found = found.filter(in_territory(filters.territory))
    return found


# The column of a territory that says it lies within one of that kind.
_WITHIN = {Kind.EPCI: "epci", Kind.EPT: "ept", Kind.DEPARTEMENT: "departement", Kind.REGION: "region", Kind.COM: "com"}


def in_territory(territory: Any) -> Q:
    """What is of a territory (column `territory`), of what lies inside it or of what contains it."""
    if isinstance(territory, Territory) and territory.kind == Kind.CUSTOM:
        return Q(territory_id__in=[territory.id, *(each.id for each in territories.members(territory))])
    around = [each.id for each in wider(territory)]
    inside = [territory.id, *(row.id for row in snapshot().epcis_of.get(territory.id, ()))]
    column = _WITHIN.get(Kind(territory.kind))
    within = Q(**{f"territory__{column}": territory.id}) if column else Q(territory__part_of=territory.id)
    return within | Q(territory_id__in=[*around, *inside])


def with_goals(found: QuerySet[Alliance]) -> QuerySet[Alliance]:
    return found.prefetch_related("goals")


# What one line of a list shows.
_OF_A_CARD = (
    "subject", "since", "until", "partnership_id", "is_demo", "first__name", "second__name", "territory__name",
)  # fmt: skip
# By whether they are for members.
_OF_CARDS = (
    Prepared(lambda pks: _visible(to_members=False).filter(pk__in=pks).only(*_OF_A_CARD)),
    Prepared(lambda pks: _visible(to_members=True).filter(pk__in=pks).only(*_OF_A_CARD)),
)


def of_territory(territory: Territory, user: Any, *, limit: int, known: Snapshot) -> list[tuple[Alliance, list[Term]]]:
    """The latest of a territory, in it or around it, with their goals: no query where there is none, one elsewhere."""
    placed: Placed = known.keep(("alliances", bool(user.is_authenticated)), lambda: Placed(visible_alliances(user)))
    return _read(list(islice(placed.in_order(territory), limit)), user, known)


def of_entry(entry: Entry, user: Any, *, limit: int, known: Snapshot) -> list[tuple[Alliance, list[Term]]]:
    """The same of an organisation or of a team."""
    members = bool(user.is_authenticated)
    allied: dict[int, list[int]] = known.keep(("allied", members), lambda: _allied(visible_alliances(user)))
    return _read(allied.get(entry.pk, [])[:limit], user, known)


def _allied(seen: QuerySet[Alliance]) -> dict[int, list[int]]:
    """The alliances of each entry, in their order."""
    found: dict[int, list[int]] = defaultdict(list)
    for pk, *sides in seen.values_list("pk", "first_id", "second_id"):
        for side in sides:
            found[side].append(pk)
    return dict(found)


def _read(pks: list[int], user: Any, known: Snapshot) -> list[tuple[Alliance, list[Term]]]:
    """These alliances with their goals: what may be seen is asked of the rows each time, their goals once for a state."""
    if not pks:
        return []
    named = known.keep(("alliance goals", *pks), lambda: _goals(pks))
    goals = taxonomy.terms(Vocabulary.ODD)
    found: list[Alliance] = _OF_CARDS[bool(user.is_authenticated)](pks)
    return [(each, [goal for goal in goals if (each.pk, goal.pk) in named]) for each in found]


def _goals(pks: list[int]) -> set[tuple[int, int]]:
    """Pairs of an alliance and one of its goals."""
    return set(Alliance.goals.through.objects.filter(alliance__in=pks).values_list("alliance_id", "term_id"))


def alliances_of(entry: Entry, user: Any) -> QuerySet[Alliance]:
    """Alliances of one organisation or team that this person may see."""
    return visible_alliances(user).filter(Q(first=entry) | Q(second=entry))


def alliance(pk: int, user: Any) -> Alliance | None:
    """One alliance, with its goals: what is not confirmed is for its two sides and the animators."""
    found = Alliance.objects.select_related("first", "second", "territory", "declared_for").prefetch_related("goals")
    one = found.filter(pk=pk).first()
    if one is None or visible_alliances(user).filter(pk=pk).exists():
        return one
    return one if user.is_authenticated and (is_animator(user) or sides_of(one, user)) else None


def sides_of(one: Alliance, user: Any) -> list[Entry]:
    """The sides that this member speaks for."""
    return [side for side in (one.first, one.second) if permissions.is_editor(user, side)]


def spoken_for(user: Any) -> QuerySet[Entry]:
    """Organisations and teams that a member speaks for, by name."""
    mine = Q(owner=user) | Q(people__is_editor=True, people__person__owner=user)
    groups = Entry.objects.exclude(kind=EntryKind.CATALYST).filter(mine, is_hidden=False)
    return groups.distinct().order_by("sort_name", "pk")


def declared() -> QuerySet[Alliance]:
    """What one side said, and the other has not answered."""
    return Alliance.objects.filter(state=AllianceState.DECLARED, is_hidden=False)


def waiting_for(user: Any) -> list[Alliance]:
    """Alliances that others declared with an organisation of this member, and that wait for an answer."""
    return waiting_among(set(spoken_for(user).values_list("pk", flat=True)))


def waiting_among(mine: set[int]) -> list[Alliance]:
    """The same, for the organisations of these numbers."""
    if not mine:
        return []
    concerned = declared().filter(Q(first__in=mine) | Q(second__in=mine)).select_related("first", "second")
    return [each for each in concerned if ({each.first_id, each.second_id} - {each.declared_for_id}) & mine]


@dataclass(frozen=True)
class Edge:
    """Two organisations, and how many alliances join them."""

    first: int
    second: int
    count: int


@dataclass(frozen=True)
class Network:
    """Organisations and what joins them: the input of the drawing."""

    names: dict[int, tuple[str, str]]  # number → name, address
    edges: tuple[Edge, ...]
    left_out: int  # organisations beyond those that a drawing can show


def network(found: QuerySet[Alliance], *, most: int) -> Network:
    """The graph of these alliances: the `most` organisations with the most alliances, and the links between them."""
    rows = found.order_by("pk").values_list(
        "first_id",
        "first__name",
        "first__slug",
        "first__kind",
        "second_id",
        "second__name",
        "second__slug",
        "second__kind",
    )
    names: dict[int, tuple[str, str]] = {}
    pairs: Counter[tuple[int, int]] = Counter()
    weights: Counter[int] = Counter()
    for first, first_name, first_slug, first_kind, second, second_name, second_slug, second_kind in rows:
        names[first] = first_name, address(first_slug, first_kind)
        names[second] = second_name, address(second_slug, second_kind)
        pairs[first, second] += 1
        weights.update((first, second))
    kept = {pk for pk, _weight in sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:most]}
    edges = tuple(Edge(*pair, count) for pair, count in sorted(pairs.items()) if kept.issuperset(pair))
    return Network({pk: names[pk] for pk in sorted(kept)}, edges, len(names) - len(kept))
