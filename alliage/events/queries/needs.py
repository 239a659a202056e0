"""Reads of boards: needs by column, where each comes from, the top of each workshop, what a person said."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Value
from django.utils.translation import gettext as _

from alliage.events.models import Board, Need, NeedAuthor, NeedLink, NeedVote, Sequence, Subgroup
from alliage.events.specification_texts import ranked, sentence_of
from alliage.events.workshop_enums import NeedState, Priority
from alliage.events.workshop_people import Person


def counted(needs: QuerySet[Need]) -> QuerySet[Any]:
    """With how many chose each."""
    return needs.annotate(votes_count=Count("votes"))


def whole(needs: QuerySet[Need]) -> QuerySet[Any]:
    """With its votes, its authors and what it comes from: three queries, however many needs there are."""
    sources = Prefetch("came_from", NeedLink.objects.select_related("source").order_by("source__number"))
    authors = Prefetch("authors", NeedAuthor.objects.order_by("pk"))
    return counted(needs).prefetch_related(authors, sources)


def live(board: Board, *, hidden: bool = False) -> QuerySet[Need]:
    """On the board; those that moderation hid are for those who hold it."""
    found = Need.objects.filter(board=board, state=NeedState.LIVE)
    return found if hidden else found.filter(is_hidden=False)


def of_board(board: Board, viewer: Person, *, holds: bool = False, subgroup: int | None = None) -> list[Any]:
    """In the order of the board, each saying whether the viewer chose it."""
    found = whole(live(board, hidden=holds)).select_related("subgroup")
    if viewer.member is None and viewer.attendee is None:
        found = found.annotate(is_my_choice=Value(0))
    else:
        found = found.annotate(is_my_choice=Exists(NeedVote.objects.filter(viewer.rows, need=OuterRef("pk"))))
    if subgroup is not None:
        found = found.filter(subgroup=subgroup)
    return ranked(found)


@dataclass(frozen=True)
class Column:
    code: str
    label: str
    needs: list[Any]


def columns(needs: Iterable[Any]) -> list[Column]:
    """Every column, what waits to be sorted first: it is what there is to do."""
    rows = list(needs)
    codes = [Priority.UNSORTED, *(code for code in Priority if code != Priority.UNSORTED)]
    return [Column(code, str(code.label), [need for need in rows if need.priority == code]) for code in codes]


def spent(board: Board, person: Person) -> int:
    """How many choices someone made."""
    if person.member is None and person.attendee is None:
        return 0
    return NeedVote.objects.filter(person.rows, board=board).exclude(slot=None).count()


def by_number(board: Board, number: int) -> Any | None:
    """Whatever its state: originals stay readable."""
    return whole(Need.objects.filter(board=board, number=number)).select_related("subgroup", "board__sequence").first()


def named(authors: Iterable[NeedAuthor], *, public: bool = False) -> str:
    """« Anne, Bruno et 2 personnes de l’atelier »: by the names they gave; `public`: those who let it be published."""
    rows = list(authors)
    names = list(dict.fromkeys(row.name for row in rows if row.name and (row.is_public or not public)))
    others = sum(1 for row in rows if not row.name or (public and not row.is_public))
    if others:
        words = (_("une personne de l’atelier"), _("%(count)s personnes de l’atelier"))
        names.append(words[others > 1] % {"count": others} if others > 1 else words[0])
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s et %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


# --- Where it comes from ---------------------------------------------------------------------------------------------


@dataclass
class Origin:
    """A need, and those that it was born from, as deep as it goes."""

    need: Need
    by: str
    sources: list["Origin"] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        return sentence_of(self.need)


def lineage(need: Need) -> Origin:
    """Down to the first words, with their authors; two queries for a board."""
    links: dict[int, list[Need]] = {}
    for link in (
        NeedLink.objects.filter(target__board=need.board_id).select_related("source").order_by("source__number")
    ):
        links.setdefault(link.target_id, []).append(link.source)
    authors: dict[int, list[NeedAuthor]] = {}
    for author in NeedAuthor.objects.filter(need__board=need.board_id).order_by("pk"):
        authors.setdefault(author.need_id, []).append(author)

    def origin(each: Need) -> Origin:
        sources = [origin(source) for source in links.get(each.pk, ())]
        return Origin(each, named(authors.get(each.pk, ())), sources)

    return origin(need)


def became(need: Need) -> list[Need]:
    """What its words are in now; what was undone is not."""
    kept = Q(target__state=NeedState.WITHDRAWN)
    return [
        link.target
        for link in NeedLink.objects.filter(source=need)
        .exclude(kept)
        .select_related("target")
        .order_by("target__number")
    ]


# --- The wall --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Top:
    """The first needs of one board, or of one of its sub-groups; `count`: of all those it holds."""

    title: str
    needs: list[Any]
    count: int


def wall(workshops: Iterable[Sequence], *, most: int = 5) -> list[Top]:
    """The top of each workshop, mirrors included and not told apart: two queries, however many there are."""
    roots = list(workshops)
    by_root: dict[int, list[Any]] = {root.pk: [] for root in roots}
    rows = counted(Need.objects.filter(board__sequence__in=roots, state=NeedState.LIVE, is_hidden=False))
    for need in rows.select_related("board"):
        by_root[need.board.sequence_id].append(need)
    return [Top(root.title, ranked(by_root[root.pk])[:most], len(by_root[root.pk])) for root in roots]


def wall_of_subgroups(board: Board, subgroups: Iterable[Subgroup], *, most: int = 5) -> list[Top]:
    """The top of each sub-group of one workshop; what was said by none of them, or by several, stands apart."""
    groups = list(subgroups)
    by_group: dict[int | None, list[Any]] = {group.pk: [] for group in groups}
    for need in counted(live(board)):
        by_group.setdefault(need.subgroup_id if need.subgroup_id in by_group else None, []).append(need)
    found = [Top(group.title, ranked(by_group[group.pk])[:most], len(by_group[group.pk])) for group in groups]
    if shared := by_group.get(None):
        found.append(Top(_("Ensemble") if groups else str(board.sequence.title), ranked(shared)[:most], len(shared)))
    return found


# --- Personal data ---------------------------------------------------------------------------------------------------


def export_of(member: Any) -> list[dict[str, Any]]:
    """What they said, as it stands, for their own copy."""
    rows = NeedAuthor.objects.filter(Q(member=member) | Q(attendee__member=member)).select_related(
        "need__board__sequence"
    )
    return [
        {
            "atelier": row.need.board.sequence.title,
            "besoin": row.need.number,
            "texte": sentence_of(row.need),
            "signe": row.name,
            "publie_sous_ce_nom": row.is_public,
            "le": row.need.created_at,
        }
        for row in rows.order_by("need__created_at", "pk")
    ]
