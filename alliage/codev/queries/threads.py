"""Reads of threads: the list of a group for one of its members, the search in it, what she takes away."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.codev.models import Group, Message, Thread, ThreadDraft, ThreadRead
from alliage.codev.permissions import Standing
from alliage.codev.queries.groups import active_members
from alliage.codev.queries.messages import UNNAMED, exported, gone, mine
from alliage.codev.thread_mails import DEFAULT_FREQUENCY, TOLD, scope_of
from alliage.codev.thread_texts import ReadyText
from alliage.library.models import Resource
from alliage.notifications.enums import Frequency
from alliage.notifications.models import Preference
from alliage.notifications.queries import scoped
from alliage.territories.folding import fold

LATEST = 5
MOST_WORDS = 8


@dataclass(frozen=True)
class ThreadLine:
    """A thread as one member reads it in a list. `who` opened it: the others read « une personne du groupe »."""

    thread: Thread
    title: str
    who: str
    kind: str
    unread: int
    is_answered: bool

    @property
    def url(self) -> str:
        return self.thread.get_absolute_url()

    @property
    def replies(self) -> int:
        return self.thread.message_count - 1

    @property
    def last_at(self) -> datetime:
        return self.thread.last_at


def by_number(group_pk: int, pk: int, member: Any) -> Any:
    """The thread with what its page asks of this member: `read_position`, `is_masked`. One query."""
    found = Thread.objects.filter(pk=pk, group=group_pk).select_related("group", "author")
    return found.annotate(**_of_member(member)).first()


def others_in(group: Group, member: Any) -> list[Member]:
    """Those whom this member may call."""
    return list(active_members(group).exclude(pk=member.pk))


def latest(group: Group, found: Standing, member: Any, *, limit: int = LATEST) -> list[ThreadLine]:
    """The last ones, for the page of the group: the panel `codev/_threads.html`. One query."""
    return [line_of(thread, found, member) for thread in listed(group, member)[:limit]]


def listed(group: Group, member: Any, *, kind: str = "", words: str = "") -> QuerySet[Thread]:
    """Those of a group: pinned first, then the last one written in. What was hidden or taken back is not found by words."""
    found = Thread.objects.filter(group=group).select_related("author")
    if kind:
        found = found.filter(kind=kind)
    asked = fold(words).split()[:MOST_WORDS]
    if asked or words.strip():
        standing = Message.objects.filter(thread=OuterRef("pk"), is_hidden=False, removed_at__isnull=True)
        # A hidden opening takes its title with it.
        hidden = Message.objects.filter(thread=OuterRef("thread"), position=1, is_hidden=True)
        for word in asked:
            titled = Q(thread__folded__contains=word) & ~Exists(hidden)
            standing = standing.filter(Q(folded__contains=word) | titled)
        found = found.filter(Exists(standing)) if asked else found.none()
    answers = Message.objects.filter(thread=OuterRef("pk"), is_answer=True)
    found = found.annotate(is_answered=Exists(answers), **_of_member(member))
    return found.order_by("-is_pinned", "-last_at", "-pk")


def _of_member(member: Any) -> dict[str, Any]:
    """How far this member has read, and whether the opening is hidden."""
    read = ThreadRead.objects.filter(thread=OuterRef("pk"), member=member.pk).values("position")
    hidden = Message.objects.filter(thread=OuterRef("pk"), position=1, is_hidden=True)
    return {"read_position": Coalesce(Subquery(read), 0), "is_masked": Exists(hidden)}


def title_for(thread: Any, found: Standing, member: Any) -> str:
    """The title of a row of this module, unless the opening is hidden from this person."""
    if thread.is_masked and not found.facilitates and thread.author_id != member.pk:
        return _("Échange masqué par la facilitation")
    return str(thread.label)


def line_of(thread: Any, found: Standing, member: Any) -> ThreadLine:
    """A row of `listed` for this member."""
    who = UNNAMED if thread.is_pseudonymous else thread.author.get_full_name() if thread.author else gone()
    is_mine = thread.author_id == member.pk
    return ThreadLine(
        thread=thread,
        title=title_for(thread, found, member),
        who=_("vous") if is_mine else str(who),
        kind=str(ReadyText(thread.kind).label) if thread.kind else "",
        unread=max(thread.message_count - thread.read_position, 0),
        is_answered=thread.is_answered,
    )


@dataclass(frozen=True)
class MailChoice:
    """How often the mails of a group come; `is_silenced`: this person wants none of any group."""

    frequency: str
    is_silenced: bool


def mail_choice(group: Group, member: Any) -> MailChoice:
    narrow = scoped(TOLD, scope_of(group))
    found = Preference.objects.filter(person=member, kind__in=[TOLD, narrow]).values_list("kind", "frequency")
    chosen = dict(found)
    general = chosen.get(TOLD)
    return MailChoice(chosen.get(narrow) or general or DEFAULT_FREQUENCY, general == Frequency.NEVER)


# --- Taken away ----------------------------------------------------------------------------------------------------


def export_of(group: Group, member: Any) -> list[dict[str, Any]]:
    """The threads of a group as any of its members takes them away.

    A file travels: pseudonymous authors are named to nobody, facilitators included; what is hidden is left out unless
    it is one's own.
    """
    found = Thread.objects.filter(group=group).select_related("author").order_by("created_at", "pk")
    return [exported(thread, member) for thread in found.prefetch_related(*PARTS)]


PARTS = (
    "messages__author",
    Prefetch("messages__resource", Resource.objects.defer("content")),
    "messages__files__file",
    "messages__mentions__member",
    "messages__versions",
)


def personal_copy(member: Any) -> dict[str, Any]:
    """What a member wrote in groups and was typing, for her own copy; never what others wrote."""
    typed = ThreadDraft.objects.filter(member=member).order_by("pk")
    return {
        "messages": mine(member),
        "brouillons": [
            each["data"] for row in typed for each in row.kept.values() if isinstance(each, dict) and "data" in each
        ],
    }
