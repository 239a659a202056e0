"""Reads of paths: their filters, as the address says them, the same for the page and every format; one path and its steps.

/parcours/?levier=alliance&niveau=1&public=collectivite&duree=short
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from alliage.codev.enums import GroupKind
from alliage.codev.models import Group
from alliage.codev.queries import groups
from alliage.events.models import Event
from alliage.events.queries import coming
from alliage.learning import quizzes
from alliage.learning.enums import LENGTHS, Length, PathState, StepKind
from alliage.learning.models import Path, Step
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term

PER_PAGE = 24
LONGEST = 80
SHOWN_QUIZZES = 2
LEVELS = ("1", "2", "3", "4")
NAMES = ("levier", "niveau", "public", "duree")


@dataclass(frozen=True)
class Filters:
    """What is asked; `ignored` holds the words of the address that name nothing: the page says so."""

    levier: str = ""
    niveau: str = ""
    public: str = ""
    duree: str = ""
    ignored: tuple[str, ...] = field(default=())

    def parameters(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in NAMES if getattr(self, name)}

    def query(self) -> str:
        return urlencode(self.parameters())

    def without(self, name: str) -> "Filters":
        empty: dict[str, Any] = {name: ""}
        return replace(self, **empty)

    def active(self) -> list[tuple[str, str]]:
        """Name and words of each filter in force."""
        return [(name, self._label(name)) for name in self.parameters()]

    def _label(self, name: str) -> str:
        if name == "niveau":
            return _("Niveau %(level)s") % {"level": self.niveau}
        if name == "duree":
            return str(Length(self.duree).label).capitalize()
        term = taxonomy.term(_VOCABULARIES[name], getattr(self, name))
        return term.label if term else ""


_VOCABULARIES = {"levier": Vocabulary.LEVIERS, "public": Vocabulary.CATEGORIES}


def parse(asked: Any) -> Filters:
    """Read an address."""
    words = {name: " ".join(str(asked.get(name, "")).replace("\x00", "").split())[:LONGEST] for name in NAMES}
    known = {
        "levier": taxonomy.term(Vocabulary.LEVIERS, words["levier"]) is not None,
        "niveau": words["niveau"] in LEVELS,
        "public": taxonomy.term(Vocabulary.CATEGORIES, words["public"]) is not None,
        "duree": words["duree"] in Length.values,
    }
    kept = {name: word for name, word in words.items() if known[name]}
    return Filters(**kept, ignored=tuple(word for name, word in words.items() if word and not known[name]))


def proposed() -> QuerySet[Path]:
    return Path.objects.filter(state=PathState.PUBLISHED)


def _conditions(filters: Filters) -> Iterable[Q]:
    if filters.levier:
        term = taxonomy.term(Vocabulary.LEVIERS, filters.levier)
        yield Q(lever=term)
    if filters.niveau:
        yield Q(level__in=(0, int(filters.niveau)))
    if filters.public:
        term = taxonomy.term(Vocabulary.CATEGORIES, filters.public)
        there = Path.audiences.through.objects.filter(path_id=OuterRef("pk"))
        yield Q(Exists(there.filter(term_id=term.pk if term else 0))) | Q(~Exists(there))
    if filters.duree:
        yield Q(Exists(Step.objects.filter(path=OuterRef("pk"), position__isnull=False, length=filters.duree)))


def rows(filters: Filters) -> QuerySet[Path]:
    """What the page and every format list: « Premier kilomètre » and others of no lever first, then in the order of leviers."""
    found = proposed().filter(*_conditions(filters)).select_related("lever").prefetch_related("audiences")
    return totalled(found).order_by("lever__position", "title", "pk")


def totalled(found: QuerySet[Path]) -> QuerySet[Path]:
    """With the minutes of each version, `minutes_short`…, and `step_count`."""
    there = Q(steps__position__isnull=False)
    sums = {
        f"minutes_{length}": Sum("steps__minutes", filter=there & Q(steps__length__in=inside), default=0)
        for length, inside in LENGTHS.items()
    }
    return found.annotate(step_count=Count("steps", filter=there), **sums)


def ways_out(filters: Filters) -> list[tuple[str, int, Filters]]:
    """When nothing is found: which filter, removed, gives how many; those that help only."""
    tried = [(label, filters.without(name)) for name, label in filters.active()]
    counted = [(label, proposed().filter(*_conditions(wider)).count(), wider) for label, wider in tried]
    return [each for each in counted if each[1]]


# --- One path --------------------------------------------------------------------------------------------------------


def path(slug: str) -> Path | None:
    """Whoever may see it: the caller asks `permissions`."""
    return Path.objects.select_related("lever", "owner").filter(slug=slug).first()


def by_number(pk: int) -> Path | None:
    return Path.objects.select_related("lever", "owner").filter(pk=pk).first()


def steps(path: Path) -> list[Step]:
    """In order, each with what it leads to; without those that were taken out."""
    found = path.steps.filter(position__isnull=False).order_by("position")
    return list(found.select_related("resource__replaced_by", "event", "quiz"))


def totals(found: Sequence[Step]) -> dict[str, int]:
    """Minutes of each version."""
    return {length: sum(step.minutes for step in found if step.length in inside) for length, inside in LENGTHS.items()}


def versions(found: Sequence[Step]) -> list[dict[str, Any]]:
    """The versions that it has, the shortest first: a longer one is told only when it holds more."""
    minutes = totals(found)
    there = {step.length for step in found}
    return [
        {"code": length.value, "label": length.label, "minutes": minutes[length], "count": len(in_version(found, length))}
        for length in Length
        if length in there or length == Length.SHORT
    ]  # fmt: skip


def in_version(found: Sequence[Step], length: str) -> list[Step]:
    return [step for step in found if step.length in LENGTHS[length]]


def managed() -> QuerySet[Path]:
    """Every path, for those who edit them; drafts first."""
    found = totalled(Path.objects.select_related("lever", "owner"))
    return found.annotate(follow_count=Count("follows", distinct=True)).order_by("state", "title", "pk")


# --- What a step leads to --------------------------------------------------------------------------------------------


def next_event(step: Step, lever: Term | None, *, now: datetime) -> Event | None:
    """Its own event while it is to come; else the next one of the lever; one query, none when its own is to come."""
    own = step.event
    if own is not None and not own.is_hidden and not own.is_cancelled and own.is_public and own.ends_at > now:
        return own
    if lever is None:
        return None
    found = coming.to_come(now).filter(levers=lever).select_related("territory").order_by("starts_at", "pk")
    return found.first()


def open_groups(limit: int = 3) -> list[Group]:
    """Codev groups that one may still join; one query."""
    return list(groups.public(GroupKind.CODEV, with_seats=True)[:limit])


# --- Where a resource serves -----------------------------------------------------------------------------------------

KEY, QUIZZES, KEPT_SECONDS = "learning.paths.resources", "learning.paths.quizzes", 300


def forget() -> None:
    """A path or one of its steps changed."""
    cache.delete_many([KEY, QUIZZES])


def of_resource(pk: int) -> list[tuple[str, str]]:
    """Title and address of the proposed paths one of whose steps leads to it; one query every few minutes, for all."""
    known: dict[int, list[tuple[str, str]]] | None = cache.get(KEY)
    if known is None:
        known = _lead_to_resources()
        cache.set(KEY, known, KEPT_SECONDS)
    return known.get(pk, [])


def _lead_to_resources() -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = {}
    led = Step.objects.filter(position__isnull=False, resource__isnull=False, path__state=PathState.PUBLISHED)
    for step in led.select_related("path").order_by("path__title", "path"):
        place = (step.path.title, step.path.get_absolute_url())
        there = found.setdefault(step.resource_id or 0, [])
        if place not in there:
            there.append(place)
    return found


@dataclass(frozen=True)
class Quiz:
    """A quiz of a proposed path: where it is, what its path is about, and the events that the path leads to."""

    title: str
    url: str
    path: str
    lever: int | None
    events: frozenset[int]


def quizzes_about(event: int, levers: Iterable[Term]) -> list[Quiz]:
    """Those of a path that leads to this event, then of these levers; two at most. One query every few minutes, for all."""
    known: list[Quiz] | None = cache.get(QUIZZES)
    if known is None:
        known = list(_quizzes())
        cache.set(QUIZZES, known, KEPT_SECONDS)
    numbers = {term.pk for term in levers}
    found = [each for each in known if event in each.events or each.lever in numbers]
    return sorted(found, key=lambda each: event not in each.events)[:SHOWN_QUIZZES]


def _quizzes() -> Iterable[Quiz]:
    wanted = Q(kind=StepKind.QUIZ) | Q(event__isnull=False)
    there = Step.objects.filter(wanted, position__isnull=False, path__state=PathState.PUBLISHED)
    found = list(there.select_related("path").order_by("path__title", "path_id", "position"))
    events: dict[int, set[int]] = {}
    for step in found:
        if step.event_id:
            events.setdefault(step.path_id, set()).add(step.event_id)
    for step in found:
        if step.kind == StepKind.QUIZ:
            url = reverse("learning:step", args=[step.path.slug, step.key])
            leads = frozenset(events.get(step.path_id, ()))
            yield Quiz(step.title, url, step.path.title, step.path.lever_id, leads)


# --- Open formats ----------------------------------------------------------------------------------------------------

COLUMNS = (
    "id", "title", "summary", "levier", "level", "audiences", "steps", "minutes_short", "minutes_medium", "minutes_long", "changed_at", "url",
)  # fmt: skip


def record(found: Path) -> dict[str, Any]:
    """One line of the list (`rows`), as anyone may read it."""
    counted: Any = found
    return {
        "id": found.slug,
        "title": found.title,
        "summary": found.summary,
        "levier": found.lever.code if found.lever else "",
        "level": found.level or None,
        "audiences": [term.code for term in found.audiences.all()],
        "steps": counted.step_count,
        **{f"minutes_{length}": getattr(counted, f"minutes_{length}") for length in LENGTHS},
        "changed_at": found.changed_at,
        "url": settings.ORIGIN + found.get_absolute_url(),
    }


def data_of(found: Path, its_steps: Sequence[Step]) -> dict[str, Any]:
    """A whole path as data: what `data/paths/*.json` holds, and what anyone may take away."""
    return {
        "slug": found.slug,
        "title": found.title,
        "summary": found.summary,
        "goal": found.goal,
        "lever": found.lever.code if found.lever else "",
        "level": found.level,
        "audiences": sorted(term.code for term in found.audiences.all()),
        "steps": [_step_data(step) for step in its_steps],
    }


def _step_data(step: Step) -> dict[str, Any]:
    data = {
        "key": step.key,
        "kind": step.kind,
        "length": step.length,
        "title": step.title,
        "text": step.text,
        "minutes": step.minutes,
    }
    if step.kind == StepKind.RESOURCE:
        resource = step.resource if step.resource is not None and step.resource.is_shown else None
        data["resource"] = settings.ORIGIN + resource.get_absolute_url() if resource else ""
    if step.quiz is not None:
        data["quiz"] = quizzes.write(step.quiz.read(), step.right)
    return data
