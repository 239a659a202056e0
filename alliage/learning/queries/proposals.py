"""The loop, for one lever of one territory: who looks like it → what they did → who helps nearby → the next date, a seat, a kit.

Everything is live and public, read when the page is; each line says why it is there. About six queries once warm.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.codev.enums import GroupKind
from alliage.codev.queries import groups
from alliage.directory.queries import matching
from alliage.directory.queries.snapshot import snapshot
from alliage.directory.queries.understanding import Understood
from alliage.events import moments
from alliage.events.models import Event
from alliage.events.queries import coming
from alliage.library.enums import ResourceKind
from alliage.library.models import Resource
from alliage.library.queries import nearness, places, resources, transferability
from alliage.library.queries.nearness import Ground
from alliage.taxonomy.models import Term
from alliage.territories import grammar
from alliage.territories import queries as territories
from alliage.territories.models import Territory

SIMILAR, PRACTICES, PEOPLE = 3, 3, 2
# Among how many resources of near and similar territories those of the lever are looked for; how many of the lever are remembered.
LOOKED_AT, OF_A_LEVER = 60, 60
KEPT_SECONDS = 600
# What others did, before what they wrote about it.
DEEDS = frozenset({ResourceKind.PRACTICE, ResourceKind.FEEDBACK})
LONGEST_ACTION = 200
Hidden = dict[str, int]


@dataclass(frozen=True)
class Line:
    """`why` is a clause, `facts` short words. `action`: the title of the action that it becomes in the plan, empty when it becomes
    none; `add`: what that action points to."""

    title: str
    url: str
    why: str
    facts: tuple[str, ...] = ()
    action: str = ""
    add: Hidden = field(default_factory=dict)


@dataclass(frozen=True)
class Loop:
    """One screen: each part may be empty, and the page then says where to look."""

    term: Term
    similar: Sequence[Line] = ()
    practices: Sequence[Line] = ()
    people: Sequence[Line] = ()
    event: Line | None = None
    seat: Line | None = None
    kit: Line | None = None


def loop(term: Term, territory: Territory | None, request: HttpRequest, *, now: datetime) -> Loop:
    practices, kit = _resources(term, territory, request)
    return Loop(
        term,
        list(_similar(territory)) if territory else (),
        practices,
        _people(term, territory, now=now),
        _event(term, now=now),
        _seat(),
        kit,
    )


def _lever(term: Term) -> str:
    return _("travaille le levier «\u00a0%(lever)s\u00a0»") % {"lever": term.short}


def _act(words: str, title: str) -> str:
    return (words % {"title": title})[:LONGEST_ACTION]


def _read(row: Resource) -> str:
    return _act(_("Lire «\u00a0%(title)s\u00a0» et choisir ce que nous reprenons"), row.title)


def _similar(territory: Territory) -> Iterator[Line]:
    for each in territories.similar(territory, limit=SIMILAR):
        yield Line(grammar.title(each.territory), each.territory.get_absolute_url(), "\u00a0; ".join(each.reasons[:2]))


# --- What they did -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Known:
    """Numbers of a lever's resources, the last published first."""

    practices: list[int]
    kits: list[int]


def _of_lever(term: Term) -> _Known:
    """Kept until a resource changes; one query otherwise."""
    key = f"learning:lever:{term.pk}:{cache.get(places.CHANGED, '')}"
    found: _Known | None = cache.get(key)
    if found is None:
        rows = resources.shown().filter(terms=term).order_by("-edited_at", "-pk").values_list("pk", "kind")
        latest = list(rows[:OF_A_LEVER])
        kits = [pk for pk, kind in latest if kind == ResourceKind.KIT] or list(
            rows.filter(kind=ResourceKind.KIT).values_list("pk", flat=True)[:1]
        )
        others = [(kind not in DEEDS, rank, pk) for rank, (pk, kind) in enumerate(latest) if kind != ResourceKind.KIT]
        found = _Known([pk for _is_said, _rank, pk in sorted(others)[:PRACTICES]], kits[:1])
        cache.set(key, found, KEPT_SECONDS)
    return found


def _resources(term: Term, territory: Territory | None, request: HttpRequest) -> tuple[list[Line], Line | None]:
    """Practices, from here and from those like here first; a kit. One query once warm."""
    ground = nearness.ground_of(territory)
    near = places.numbers(ground.place, limit=LOOKED_AT) if ground else places.Numbers([], [], {})
    known = _of_lever(term)
    wanted = dict.fromkeys([*near.here, *near.there, *known.practices, *known.kits])
    rows = {row.pk: row for row in resources.listed(resources.shown().filter(pk__in=wanted, terms=term))}
    found = [rows[pk] for pk in wanted if pk in rows]
    kits = [row for row in found if row.kind == ResourceKind.KIT]
    # Those that share most with the territory; the order of `wanted` between equals.
    others = sorted(
        (row for row in found if row.kind != ResourceKind.KIT),
        key=lambda row: -len(nearness.reasons(row.content, ground)),
    )
    practices = others[:PRACTICES]
    lines = [_practice(row, term, near, ground, request) for row in practices]
    return lines, _kit(kits[0], term) if kits else None


def _practice(row: Resource, term: Term, near: places.Numbers, ground: Ground | None, request: HttpRequest) -> Line:
    facts = [str(row.get_kind_display())]
    if row.content.get("conditions"):
        facts.append(transferability.fit(row.content, ground.place if ground else None, request).sentence)
    return Line(
        row.title, row.get_absolute_url(), _why(row, term, near, ground), tuple(facts), _read(row), {"resource": row.pk}
    )


def _why(row: Resource, term: Term, near: places.Numbers, ground: Ground | None) -> str:
    """What it has in common with the territory; failing that, what it is about."""
    said = nearness.reasons(row.content, ground)[:2]
    if not said and row.pk in near.there:
        said = [places.local(row, near.alike, is_here=False).why]
    return "\u00a0; ".join(filter(None, said)) or _lever(term)


def _kit(row: Resource, term: Term) -> Line:
    action = _act(_("Suivre le kit «\u00a0%(title)s\u00a0»"), row.title)
    return Line(row.title, row.get_absolute_url(), _lever(term), (), action, {"resource": row.pk})


# --- Who, when -----------------------------------------------------------------------------------------------------


def _people(term: Term, territory: Territory | None, *, now: datetime) -> list[Line]:
    """Kept for a state of the directory: whoever withdraws, or changes what they show, is not proposed from that moment."""
    known, day = snapshot(), timezone.localdate(now)
    key = f"learning:people:{known.token}:{known.number}:{territory.pk if territory else 0}:{term.pk}:{day}"
    found: list[Line] | None = cache.get(key)
    if found is None:
        found = list(_found_people(term, territory, day))
        cache.set(key, found, KEPT_SECONDS)
    return found


def _found_people(term: Term, territory: Territory | None, day: date) -> Iterator[Line]:
    found = matching.find([Understood(term, (), 1.0)], territory, today=day, limit=PEOPLE)
    for match in [*found.here, *found.elsewhere][:PEOPLE]:
        entry = match.shown
        action = _act(_("Demander de l’aide à %(title)s"), entry.name)
        yield Line(entry.name, entry.url, "\u00a0; ".join(match.reasons[:2]), (), action, {"entry": entry.pk})


def _event(term: Term, *, now: datetime) -> Line | None:
    """The next date about the lever; one query."""
    rows = (
        coming.to_come(now).filter(levers=term).only("slug", "kind", "state", "title", "starts_at", "ends_at", "zone")
    )
    event = rows.order_by("starts_at", "pk").first()
    return _of_event(event, term) if event is not None else None


def _of_event(event: Event, term: Term) -> Line:
    action = _act(_("Participer à «\u00a0%(title)s\u00a0»"), event.title)
    when = moments.said(event.starts_at, event.ends_at, event.zone)
    return Line(event.title, event.get_absolute_url(), _lever(term), (when,), action, {"event": event.pk})


def _seat() -> Line | None:
    """A group with an open seat, the one that was born last; one query."""
    group = groups.public(GroupKind.CODEV, with_seats=True).first()
    if group is None:
        return None
    free = group.seats - group.member_count
    seats = ngettext("%(count)d place libre", "%(count)d places libres", free) % {"count": free}
    why = _("on y apporte une question que l’on vit, et des pairs aident à la regarder")
    return Line(
        group.name,
        group.get_absolute_url(),
        why,
        (seats,),
        _act(_("Rejoindre le groupe «\u00a0%(title)s\u00a0»"), group.name),
    )
