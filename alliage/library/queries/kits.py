"""Reads of kits that are run: the steps of a kit, the runs of a person, one run beside the kit of today."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, CharField, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Cast

from alliage.directory.enums import EntryKind
from alliage.directory.models import Entry
from alliage.library.enums import StepState
from alliage.library.models import KitRun, Resource, RunStep, Version
from alliage.library.queries.resources import shown
from alliage.territories import grammar
from alliage.territories.snapshot import snapshot

# Fewer runs than this could tell who runs the kit: the page of the kit says nothing.
FEWEST_SAID = 5
MOST_PLACES = 12

Item = dict[str, Any]


@dataclass(frozen=True)
class Sheet:
    """A resource that a step leads to."""

    title: str
    url: str


@dataclass(frozen=True)
class Step:
    """One step of a kit as readers see it."""

    item: Item
    sheet: Sheet | None


@dataclass(frozen=True)
class Use:
    """What everyone may know of the runs of a kit: how many when they are enough, where when their owners agreed."""

    count: int = 0
    places: Sequence[str] = ()


@dataclass(frozen=True)
class RunSheet:
    """The steps of a kit, how long they last together (`is_whole` when each says it), and who is needed."""

    steps: Sequence[Step]
    minutes: int
    is_whole: bool
    roles: Sequence[str]


def run_sheet(items: Sequence[Item], sheets: dict[int, Sheet]) -> RunSheet:
    """No query."""
    steps = [Step(item, sheets.get(item["resource"] or 0)) for item in items]
    minutes = [item["minutes"] for item in items]
    roles = dict.fromkeys(item["role"] for item in items if item["role"])
    return RunSheet(steps, sum(each or 0 for each in minutes), None not in minutes, list(roles))


def of_kit(kit: Resource) -> tuple[dict[int, Sheet], Use]:
    """What the page of a kit says beside its steps: where they lead, and how it was used; one query."""
    numbers = [item["resource"] for item in kit.content["kit_items"] if item["resource"]]
    rows = _uses(kit).union(_sheets(numbers), all=True) if numbers else _uses(kit)
    sheets, places, total = {}, [], 0
    by_id = snapshot().by_id
    for kind, number, title, count in rows:
        if kind == "sheet":
            sheets[number] = Sheet(title, Resource(pk=number, title=title).get_absolute_url())
            continue
        total += count
        if number is not None and number in by_id:
            places.append(grammar.title(by_id[number]))
    return sheets, Use(total if total >= FEWEST_SAID else 0, sorted(places)[:MOST_PLACES])


def _uses(kit: Resource) -> QuerySet[Any, Any]:
    """How many runs for each territory that may be named, and for all the others together."""
    place = Case(When(is_named=True, then=F("territory_id")), default=None, output_field=IntegerField())
    named = (
        KitRun.objects.filter(kit=kit)
        .order_by()
        .annotate(what=Value("run", CharField()), place=place, title_said=Value("", CharField()))
    )
    grouped = named.values("what", "place", "title_said").annotate(count=Count("pk"))
    return grouped.values_list("what", "place", "title_said", "count")


def _sheets(numbers: Iterable[int]) -> QuerySet[Any, Any]:
    found = shown().filter(pk__in=numbers).order_by()
    return found.annotate(
        what=Value("sheet", CharField()),
        place=Cast("pk", IntegerField()),
        title_said=Cast("title", CharField()),
        count=Value(0, IntegerField()),
    ).values_list("what", "place", "title_said", "count")


def sheets_of(items: Iterable[Item]) -> dict[int, Sheet]:
    """Where steps lead; one query, none when they lead nowhere."""
    numbers = [item["resource"] for item in items if item["resource"]]
    found = shown().filter(pk__in=numbers).only("pk", "title", "kind") if numbers else ()
    return {each.pk: Sheet(each.title, each.get_absolute_url()) for each in found}


# --- Runs ----------------------------------------------------------------------------------------------------------


def groups_of(member: Any) -> QuerySet[Entry]:
    """Teams and organisations that a member holds or belongs to: those she may share a run with."""
    mine = Q(owner=member) | Q(people__person__owner=member)
    return Entry.objects.filter(mine, is_hidden=False).exclude(kind=EntryKind.CATALYST).distinct().order_by("sort_name")


def runs_of(member: Any) -> QuerySet[KitRun]:
    """Those a member launched, and those shared with her groups, with how far each is; one query."""
    groups = Entry.objects.filter(Q(owner=member) | Q(people__person__owner=member)).exclude(kind=EntryKind.CATALYST)
    here = Q(steps__is_gone=False)
    return (
        KitRun.objects.filter(Q(owner=member) | Q(team__in=groups.order_by().values("pk")))
        .select_related("kit", "territory", "team")
        .defer("kit__content")
        .annotate(
            total=Count("steps", filter=here),
            settled=Count("steps", filter=here & ~Q(steps__state=StepState.TO_DO)),
        )
        .order_by("-moved_at", "-pk")
    )


def run_by_number(pk: int) -> KitRun | None:
    return KitRun.objects.select_related("kit", "territory", "team", "owner").filter(pk=pk).first()


def items_of(run: KitRun) -> list[Item]:
    """The steps as the version that the run follows says them; none once the kit is not for readers any more."""
    if not run.kit.is_shown:
        return []
    if run.kit.edition == run.edition:
        return list(run.kit.content["kit_items"])
    version = Version.objects.filter(resource=run.kit_id, number=run.edition).first()
    return list(version.content["kit_items"]) if version is not None else []


@dataclass(frozen=True)
class Line:
    """One step of a run: what the kit says of it (`item`, empty once it is gone) and where it stands."""

    step: RunStep
    item: Item = field(default_factory=dict)
    sheet: Sheet | None = None

    @property
    def is_settled(self) -> bool:
        return self.step.state != StepState.TO_DO


def lines_of(run: KitRun) -> list[Line]:
    """The steps in the order of the kit, then those that it does not hold any more."""
    items = {item["key"]: item for item in items_of(run)}
    sheets = sheets_of(items.values())
    found = run.steps.select_related("by")
    return [Line(step, item := items.get(step.key, {}), sheets.get(item.get("resource") or 0)) for step in found]


@dataclass(frozen=True)
class Moved:
    """What the kit of today changes for a run, in titles of steps."""

    added: Sequence[str] = ()
    gone: Sequence[str] = ()
    changed: Sequence[str] = ()
    is_reordered: bool = False

    def __bool__(self) -> bool:
        return bool(self.added or self.gone or self.changed or self.is_reordered)


def moved(before: Sequence[Item], after: Sequence[Item]) -> Moved:
    """Steps are recognised by their key, whatever became of their title."""
    old, new = {item["key"]: item for item in before}, {item["key"]: item for item in after}
    kept = [key for key in old if key in new]
    return Moved(
        added=[item["title"] for key, item in new.items() if key not in old],
        gone=[item["title"] for key, item in old.items() if key not in new],
        changed=[new[key]["title"] for key in kept if new[key] != old[key]],
        is_reordered=kept != [key for key in new if key in old],
    )


def what_moved(run: KitRun) -> Moved | None:
    """What following the version of today would change; None when the run follows it, or when the kit has gone."""
    if not run.kit.is_shown or run.edition == run.kit.edition:
        return None
    return moved(items_of(run), run.kit.content["kit_items"])


def export_of(member: Any) -> list[dict[str, Any]]:
    """What a member launched and wrote, for her own copy; what others of a team wrote stays theirs."""
    written = (
        RunStep.objects.filter(Q(run__owner=member) | Q(by=member)).select_related("run").order_by("run", "position")
    )
    return [
        {
            "kit": step.run.kit_id,
            "nom": step.run.name,
            "etape": step.title,
            "etat": step.state,
            "le": step.settled_at,
            "note": step.note if step.by_id == member.pk or step.run.team_id is None else "",
        }
        for step in written
    ]
