"""Reads of reuse: lineages, what may be adapted by whom, what readers ask of authors."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from alliage.directory.enums import Visibility
from alliage.directory.models import Entry, Membership
from alliage.library import permissions
from alliage.library.enums import SHOWN, SuggestionState, UseKind
from alliage.library.models import Adaptation, Author, Resource, Suggestion, Use
from alliage.library.queries.renewal import ANSWERED_WITHIN
from alliage.territories import grammar

LISTED = 200
MOST_OWN = 30


# --- Lineage -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Node:
    """One step of a lineage: a resource, or an adaptation that has none of its own (`resource` is None).

    `title` is empty for what readers may not see any more: only what was born from it is shown. `adaptation` is None for
    the first of the family. `is_here` is true of the resource whose page one reads.
    """

    title: str
    url: str
    place: str
    year: int | None
    children: tuple["Node", ...] = ()
    resource: int | None = None
    adaptation: Adaptation | None = None
    said_by: str = ""
    said_by_url: str = ""
    is_here: bool = False

    @property
    def name(self) -> str:
        """What the drawing writes."""
        return self.title or self.place or _("Une ressource qui n’est plus montrée")

    @property
    def facts(self) -> str:
        """« Mafate, 2025 », without what the name says already."""
        place = self.place if self.place != self.name else ""
        return ", ".join(str(each) for each in (place, self.year) if each)

    def walk(self, depth: int = 0) -> Iterator[tuple[int, "Node"]]:
        """Itself, then everything that was born from it, with its depth."""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)


def lineage(resource: Resource) -> Node | None:
    """The whole family of a resource, from its first; None when it has none. One query, none without a family."""
    if resource.family_id is None:
        return None
    rows = list(
        Adaptation.objects.filter(original__family=resource.family_id)
        .select_related("original", "resource", "territory", "entry")
        .defer("original__content", "resource__content")
        .order_by("year", "pk")
    )
    known = {row.original_id: row.original for row in rows} | {
        row.resource_id: row.resource for row in rows if row.resource
    }
    first = known.get(resource.family_id)
    if first is None:
        return None
    born: dict[int, list[Adaptation]] = defaultdict(list)
    for row in rows:
        born[row.original_id].append(row)
    return _node(first, None, born, resource.pk)


def _node(found: Resource | None, told: Adaptation | None, born: dict[int, list[Adaptation]], here: int) -> Node:
    """`born` is emptied on the way: a loop that the database would hold is walked once."""
    mine = born.pop(found.pk, []) if found is not None else []
    nodes = (_node(each.resource, each, born, here) for each in mine)
    children = tuple(node for node in nodes if node.title or node.place or node.children or _is_told(node))
    is_shown = found is not None and found.is_shown
    if told is None or told.is_hidden:
        title = found.title if found is not None and is_shown and told is None else ""
        url = found.get_absolute_url() if found is not None and title else ""
        return Node(title, url, "", found.year if found is not None and title else None, children,
                    found.pk if found is not None and title else None, is_here=found is not None and found.pk == here)  # fmt: skip
    is_public = told.entry is not None and told.entry.visibility == Visibility.PUBLIC and not told.entry.is_hidden
    entry = told.entry if is_public else None
    return Node(
        title=found.title if found is not None and is_shown else "",
        url=found.get_absolute_url() if found is not None and is_shown else "",
        place=grammar.title(told.territory) if told.territory is not None else _("Territoire non nommé"),
        year=told.year,
        children=children,
        resource=found.pk if found is not None and is_shown else None,
        adaptation=told,
        said_by=entry.name if entry is not None else "",
        said_by_url=entry.get_absolute_url() if entry is not None else "",
        is_here=found is not None and found.pk == here,
    )


def _is_told(node: Node) -> bool:
    return node.adaptation is not None


def around(tree: Node) -> tuple[Node | None, Node | None]:
    """Where the reader stands in a lineage, and what that comes from."""

    def look(node: Node, parent: Node | None) -> tuple[Node | None, Node | None]:
        if node.is_here:
            return node, parent
        found = (look(child, node) for child in node.children)
        return next((pair for pair in found if pair[0] is not None), (None, None))

    return look(tree, None)


def adaptation_by_number(pk: int) -> Adaptation | None:
    return Adaptation.objects.select_related("original", "resource", "by").filter(pk=pk).first()


def is_visible(_user: Any, adaptation: Adaptation) -> bool:
    """Everyone reads what was told of a resource that is shown."""
    return bool(adaptation.original.is_shown and not adaptation.is_hidden)


def own_entries(member: Any) -> QuerySet[Entry]:
    """Entries in whose name a member may speak, that everyone may read."""
    groups = Membership.objects.filter(is_editor=True, person__owner=member).values("group")
    mine = Entry.objects.filter(Q(owner=member) | Q(pk__in=groups))
    return mine.filter(visibility=Visibility.PUBLIC, is_hidden=False).order_by("kind", "sort_name")


def own_resources(member: Any, *, but: Resource) -> QuerySet[Resource]:
    """Resources of theirs that may be said to come from another one: shown, without origin, of another family."""
    signed = Author.objects.filter(entry__in=Entry.objects.filter(owner=member)).values("resource")
    found = Resource.objects.filter(Q(owner=member) | Q(pk__in=signed), state__in=SHOWN, is_hidden=False, origin=None)
    found = found.exclude(pk=but.pk)
    return (found.exclude(pk=but.family_id) if but.family_id else found).order_by("-edited_at", "-pk")[:MOST_OWN]


# --- Useful, used; what readers ask ----------------------------------------------------------------------------------


def said_by(member: Any, resource: Resource) -> set[str]:
    """What this member says of a resource: « utile », « utilise »."""
    return set(Use.objects.filter(member=member, resource=resource).values_list("kind", flat=True))


@dataclass(frozen=True)
class Reused:
    """What became of a resource elsewhere, as exports say it: where it comes from, how many adaptations, how many people."""

    adapted_from: str | None = None
    adaptations: int = 0
    useful: int = 0
    used: int = 0


def reused(pks: Collection[int]) -> dict[int, Reused]:
    """Of those of these resources that have something to say; three queries. What is hidden counts for nothing."""
    told = Adaptation.objects.filter(is_hidden=False).order_by()
    born = told.filter(resource__in=pks, original__state__in=SHOWN, original__is_hidden=False).select_related(
        "original"
    )
    origins = {each.resource_id: each.original.permanent_url for each in born.defer("original__content")}
    counted = dict(told.filter(original__in=pks).values_list("original").annotate(Count("pk")))
    said = Use.objects.filter(resource__in=pks).order_by().values_list("resource", "kind").annotate(Count("pk"))
    uses = {(pk, kind): count for pk, kind, count in said}
    known = {*origins, *counted, *(pk for pk, _kind in uses)}
    return {
        pk: Reused(
            origins.get(pk),
            counted.get(pk, 0),
            uses.get((pk, UseKind.USEFUL), 0),
            uses.get((pk, UseKind.USED), 0),
        )
        for pk in known
    }


def for_me(member: Any) -> QuerySet[Suggestion]:
    """What readers ask of the resources that one holds or signs, what waits first."""
    signed = Author.objects.filter(entry__in=Entry.objects.filter(owner=member)).values("resource")
    found = Suggestion.objects.filter(Q(resource__owner=member) | Q(resource__in=signed), is_hidden=False)
    return found.select_related("resource", "by").defer("resource__content").order_by("-created_at", "-pk")


def waiting_for_me(member: Any) -> QuerySet[Suggestion]:
    """Nothing waits about a resource that was withdrawn: it stays in the whole list."""
    return for_me(member).filter(state=SuggestionState.OPEN, resource__state__in=SHOWN)


def waiting_of(resource: Resource) -> QuerySet[Suggestion]:
    """What readers ask of one resource and nobody answered, for those who tend it or write its next version."""
    found = Suggestion.objects.filter(resource=resource, state=SuggestionState.OPEN, is_hidden=False)
    return found.select_related("by").order_by("created_at", "pk")


def for_the_desk(now: datetime) -> QuerySet[Suggestion]:
    """What nobody would answer but animators: about a resource that nobody holds or signs any more, or that follows an outside
    bank; and what waited too long."""
    signed = Author.objects.filter(resource=OuterRef("resource"), entry__owner__is_active=True)
    is_held = Q(resource__owner__is_active=True) | Q(Exists(signed))
    follows = Q(resource__source_code__startswith=permissions.FOLLOWED)
    late = Q(created_at__lt=now - ANSWERED_WITHIN)
    found = Suggestion.objects.filter(state=SuggestionState.OPEN, is_hidden=False)
    found = found.filter(resource__state__in=SHOWN, resource__is_hidden=False).filter(late | follows | ~is_held)
    return found.select_related("resource", "by").defer("resource__content").order_by("created_at", "pk")


def by_me(member: Any) -> QuerySet[Suggestion]:
    """What one asked, and what was answered."""
    return Suggestion.objects.filter(by=member).select_related("resource").defer("resource__content")


def suggestion_by_number(pk: int) -> Suggestion | None:
    return Suggestion.objects.select_related("resource", "by").filter(pk=pk).first()


def can_read_suggestion(user: Any, suggestion: Suggestion) -> bool:
    """Who asked, who holds or signs the resource, and animators."""
    return suggestion.by_id == user.pk or (not suggestion.is_hidden and can_answer(user, suggestion))


def can_answer(user: Any, suggestion: Suggestion) -> bool:
    return permissions.can_answer_suggestions(user, suggestion.resource)
