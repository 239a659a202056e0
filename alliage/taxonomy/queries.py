"""Reads of the taxonomy: no SQL on a warm page."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from django.db.models import Prefetch, QuerySet

from alliage.taxonomy import cache
from alliage.taxonomy.enums import VersionState, Vocabulary
from alliage.taxonomy.models import ListComment, ListItem, ListVersion, NetworkList, Term

Terms = tuple[Term, ...]


def _read_terms() -> dict[str, Terms]:
    """Every active term by vocabulary, in order, each with its parent and its children already at hand."""
    known = {term.pk: term for term in Term.objects.filter(is_active=True).order_by("vocabulary", "position", "pk")}
    found: dict[str, list[Term]] = {vocabulary: [] for vocabulary in Vocabulary.values}
    below: dict[int, list[Term]] = {}
    for term in known.values():
        if term.parent_id:
            if term.parent_id not in known:
                continue
            term.parent = known[term.parent_id]
            below.setdefault(term.parent_id, []).append(term)
        found[term.vocabulary].append(term)
    for term in known.values():
        term._prefetched_objects_cache = {"children": below.get(term.pk, [])}  # type: ignore[attr-defined] # noqa: SLF001
    return {vocabulary: tuple(terms) for vocabulary, terms in found.items()}


def terms(vocabulary: str) -> Terms:
    """Active terms of a vocabulary, in the network's order. Shared by the whole process: read them, never change them."""
    return cache.keep("terms", _read_terms)[vocabulary]


def term(vocabulary: str, code: str) -> Term | None:
    """The active term of that code, or None."""
    return next((found for found in terms(vocabulary) if found.code == code), None)


def term_by_id(vocabulary: str, pk: int | None) -> Term | None:
    """The active term of that number, or None: spares a join to the lists that show a term on every row."""
    return next((found for found in terms(vocabulary) if found.pk == pk), None)


def children(parent: Term) -> list[Term]:
    """Missions of a métier, questions of a levier."""
    kept = term_by_id(parent.vocabulary, parent.pk)
    return list(kept.children.all()) if kept else []


@dataclass(frozen=True)
class FacetItem:
    code: str
    label: str


def _read_facet(list_code: str) -> tuple[FacetItem, ...]:
    latest = (
        ListVersion.objects.filter(list__code=list_code, state=VersionState.PUBLISHED)
        .order_by("-number")
        .values("pk")[:1]
    )
    items = ListItem.objects.filter(version__in=latest).order_by("position", "pk")
    return tuple(FacetItem(code, label) for code, label in items.values_list("code", "label"))


def facet(list_code: str) -> tuple[FacetItem, ...]:
    """Items of the published version of a network's list, to filter by. Empty while the network has not filled it."""
    return cache.keep(f"facet.{list_code}", lambda: _read_facet(list_code))


@dataclass(frozen=True)
class ListSummary:
    """One line of the index: a list and how many items its published version holds."""

    network_list: NetworkList
    item_count: int


def list_summaries() -> list[ListSummary]:
    return [ListSummary(found, len(facet(found.code))) for found in NetworkList.objects.all()]


def versions(network_list: NetworkList) -> QuerySet[ListVersion]:
    """Published versions, the latest first, each with its items."""
    return network_list.versions.filter(state=VersionState.PUBLISHED).order_by("-number").prefetch_related(_items())


def published(network_list: NetworkList) -> ListVersion | None:
    """What the network reads today, or None while nothing was published."""
    return versions(network_list).first()


def draft(network_list: NetworkList) -> ListVersion | None:
    """What animators are preparing, or None."""
    return network_list.versions.filter(state=VersionState.DRAFT).prefetch_related(_items()).first()


def _items() -> Prefetch:
    return Prefetch("items", queryset=ListItem.objects.order_by("position", "pk"))


def comments(network_list: NetworkList, *, with_hidden: bool = False) -> QuerySet[ListComment]:
    """Comments of a list, the oldest first; hidden ones for those who may show them again."""
    found = network_list.comments.order_by("created_at", "pk")
    return found if with_hidden else found.filter(is_hidden=False)


@dataclass(frozen=True)
class Change:
    """What became of one item between two versions. `what`: added, removed, changed or moved."""

    what: str
    before: ListItem | None
    after: ListItem | None


def _kept_in_order(older: list[str], newer: list[str]) -> set[str]:
    """Codes that are in both versions in the same order: what remains was moved by hand."""
    blocks = SequenceMatcher(None, older, newer, autojunk=False).get_matching_blocks()
    return {code for block in blocks for code in older[block.a : block.a + block.size]}


def _change(before: ListItem | None, after: ListItem | None, *, moved: bool) -> Change | None:
    if before is None:
        return Change("added", None, after)
    if after is None:
        return Change("removed", before, None)
    if (before.label, before.text) != (after.label, after.text):
        return Change("changed", before, after)
    return Change("moved", before, after) if moved else None


def compare(older: ListVersion, newer: ListVersion) -> list[Change]:
    """What changed from one version to another, in the order of the newer one, then what was removed."""
    was = {item.code: item for item in older.items.all()}
    now = {item.code: item for item in newer.items.all()}
    kept = _kept_in_order([code for code in was if code in now], [code for code in now if code in was])
    codes = [*now, *(code for code in was if code not in now)]
    changes = (_change(was.get(code), now.get(code), moved=code not in kept) for code in codes)
    return [change for change in changes if change]


def comments_by(author_id: int) -> list[dict[str, object]]:
    """What a member said of the lists, for their own copy of their data."""
    said = ListComment.objects.filter(author_id=author_id).select_related("list").order_by("created_at", "pk")
    return [
        {"list": each.list.title, "item": each.item_code, "text": each.text, "written_at": each.created_at}
        for each in said
    ]
