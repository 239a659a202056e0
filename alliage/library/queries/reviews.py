"""Reads of reviews: the public queue, what reviewers may take, what waits for too long, one proposal and its dialogue."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from alliage.library import comparing
from alliage.library.content import Content
from alliage.library.enums import QUEUED, ProposalState, RemarkState, ResourceKind, ReviewDeed, State
from alliage.library.models import Proposal, Remark, RemarkWord, ReviewAct
from alliage.library.parts import SECTION, parts

# How long a text waits before animators are told: for someone to take it (sooner for somebody's first), for its reviewer.
UNTAKEN, FIRST_UNTAKEN, SILENT_REVIEWER = timedelta(days=7), timedelta(days=3), timedelta(days=14)
# How long before its author is reminded that the text is on their side.
SILENT_AUTHOR = timedelta(days=30)

Proposals = QuerySet[Proposal]


# --- The queue that everyone reads ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """One line of the public queue. Days, not hours; the title only when its author agreed."""

    kind: str
    state: str
    is_new: bool
    since: datetime
    moved_at: datetime
    title: str


def queued() -> Proposals:
    """What waits for somebody, of resources that are neither hidden nor withdrawn."""
    found = Proposal.objects.filter(state__in=QUEUED, resource__is_hidden=False)
    return found.exclude(resource__state=State.WITHDRAWN)


def public_rows() -> Any:
    """The columns that everyone may read, the longest without a move first: nothing else leaves the database."""
    return (
        queued()
        .order_by("moved_at", "pk")
        .values(
            "state",
            "submitted_at",
            "moved_at",
            "shows_title",
            "resource__state",
            "content__kind",
            "content__title",
            "content__hides_place",
        )
    )


def waiting(row: dict[str, Any]) -> Waiting:
    named = row["shows_title"] and not row["content__hides_place"]
    return Waiting(
        kind=str(ResourceKind(row["content__kind"]).label),
        state=row["state"],
        is_new=row["resource__state"] == State.DRAFT,
        since=row["submitted_at"],
        moved_at=row["moved_at"],
        title=row["content__title"] if named else "",
    )


def counts() -> dict[str, int]:
    """How many wait in each state; one query."""
    return dict(queued().order_by().values_list("state").annotate(Count("pk")))


# --- Reviewers -----------------------------------------------------------------------------------------------------


def for_reviewers() -> Proposals:
    """The queue with what reviewers see; `is_first`: its author was never published here."""
    published = Proposal.objects.filter(author=OuterRef("author"), state=ProposalState.ACCEPTED)
    open_remarks = Count("remarks", filter=~Q(remarks__state=RemarkState.SETTLED))
    return (
        queued()
        .select_related("author", "reviewer", "resource")
        .defer("draft", "resource__content")
        .annotate(is_first=~Exists(published), remark_count=open_remarks)
        .order_by("moved_at", "pk")
    )


def orphans(now: datetime) -> Proposals:
    """What waits for too long: nobody took it, or who took it is silent."""
    published = Proposal.objects.filter(author=OuterRef("author"), state=ProposalState.ACCEPTED)
    untaken = Q(state=ProposalState.SUBMITTED)
    late = untaken & (Q(moved_at__lt=now - UNTAKEN) | (~Exists(published) & Q(moved_at__lt=now - FIRST_UNTAKEN)))
    silent = Q(state=ProposalState.IN_REVIEW, moved_at__lt=now - SILENT_REVIEWER)
    return queued().filter(late | silent)


def forgotten(now: datetime) -> Proposals:
    """Texts whose author was asked for changes long ago."""
    return queued().filter(state=ProposalState.CHANGES_ASKED, moved_at__lt=now - SILENT_AUTHOR)


def taken_by(person: Any) -> Proposals:
    """What a reviewer reads now, what waits for them first."""
    return for_reviewers().filter(reviewer=person)


def for_the_panel(person: Any) -> Proposals:
    """What a person reviews now, then what they may take; one query, without the texts."""
    is_mine = Q(reviewer=person, state=ProposalState.IN_REVIEW)
    may_take = Q(state=ProposalState.SUBMITTED) & ~Q(author=person) & ~Q(resource__owner=person)
    return (
        queued().filter(is_mine | may_take).only("reviewer", "state", "moved_at", "content").order_by("moved_at", "pk")
    )


# --- One proposal --------------------------------------------------------------------------------------------------


def by_number(pk: int) -> Proposal | None:
    return Proposal.objects.select_related("resource__owner", "author", "reviewer").filter(pk=pk).first()


def remarks_of(proposal: Proposal, *, with_unsent: bool) -> list[Remark]:
    """Remarks with their words, two queries; those not sent yet are for reviewers alone."""
    words = Prefetch("words", RemarkWord.objects.select_related("by"))
    found = proposal.remarks.select_related("author").prefetch_related(words)
    return list(found if with_unsent else found.exclude(sent_at=None))


@dataclass(frozen=True)
class ToMeet:
    """A remark that its author has still to meet; `anchor` is where the form of the text (contributing) asks for that part."""

    pk: int
    label: str
    text: str
    anchor: str


# Where the form asks for what is no section: « id_ » of a field, or the anchor of a group of fields.
_FIELDS = {
    "title": "id_title",
    "summary": "id_summary",
    "kit_items": "etapes",
    "conditions": "conditions",
    "proof": "preuve",
    "classing": "reperes",
    "context": "territoires",
    "authors": "auteurs",
    "documents": "documents",
    "terms": "licence",
}


def to_meet(proposal: Proposal) -> list[ToMeet]:
    """What the reviewer asked and that is not said met, in the order of the text; one query."""
    asked = list(proposal.remarks.filter(state=RemarkState.OPEN).exclude(sent_at=None))
    known = {part.code: (rank, part.label) for rank, part in enumerate(parts(proposal.content))} if asked else {}
    found = [(known.get(each.part, (len(known), "")), each) for each in asked]
    return [
        ToMeet(each.pk, label, each.text, _anchor(each.part) if label else "")
        for (_rank, label), each in sorted(found, key=lambda one: (one[0][0], one[1].pk))
    ]


def _anchor(part: str) -> str:
    return f"id_s_{part.removeprefix(SECTION)}" if part.startswith(SECTION) else _FIELDS[part]


def remark(proposal: Proposal, pk: int) -> Remark | None:
    return Remark.objects.filter(proposal=proposal, pk=pk).first()


def acts_of(proposal: Proposal) -> list[ReviewAct]:
    """Its history, the last first, without the texts."""
    return list(proposal.acts.select_related("by").defer("content"))


def refusal_of(proposal: Proposal) -> ReviewAct | None:
    return proposal.acts.filter(deed=ReviewDeed.REFUSED).first()


@dataclass(frozen=True)
class Round:
    """A state of the text that one may compare with: what is published, or a text as it was submitted."""

    key: str
    content: Content
    at: datetime | None


PUBLISHED = "publiee"


def rounds(proposal: Proposal) -> list[Round]:
    """What the text may be compared with: the last submitted first, then what readers see today. Not with itself."""
    acts = proposal.acts.filter(deed=ReviewDeed.SUBMITTED, content__isnull=False)
    found = [Round(str(act.pk), act.content, act.at) for act in acts if act.content and act.content != proposal.content]
    resource = proposal.resource
    if resource.edition:
        found.append(Round(PUBLISHED, resource.content, resource.edited_at))
    return found


def changes(proposal: Proposal, earlier: Round) -> comparing.Comparison:
    return comparing.compare(earlier.content, proposal.content)


# --- Personal data -------------------------------------------------------------------------------------------------


def export_of(member: Any) -> list[dict[str, Any]]:
    """What a member wrote as a reviewer or an author of a reviewed text."""
    remarks = Remark.objects.filter(author=member).values("part", "text", "state", "created_at")
    words = RemarkWord.objects.filter(by=member).values("text", "at")
    acts = ReviewAct.objects.filter(by=member).values("deed", "note", "at")
    return [*({**row} for row in remarks), *({**row} for row in words), *({**row} for row in acts)]
