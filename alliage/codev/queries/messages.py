"""Reads of messages: a thread as one member reads it, what a message said before, what is taken away."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.codev import permissions
from alliage.codev.models import Mention, Message, MessageFile, MessageVersion, Reaction, ReactionKind, Thread
from alliage.codev.permissions import Standing
from alliage.library.models import Resource

UNNAMED = gettext_lazy("une personne du groupe")


def gone() -> str:
    """Whose account is closed."""
    return _("une personne qui a quitté le réseau")


@dataclass(frozen=True)
class Sign:
    """A sign under a message: how many gave it, whether this person did."""

    code: str
    label: str
    count: int
    is_mine: bool


@dataclass(frozen=True)
class Line:
    """A message as one member reads it. `real_name`: who is behind « une personne du groupe », for who may know."""

    message: Message
    who: str
    is_mine: bool
    real_name: str = ""
    text: str = ""
    is_readable: bool = True
    called: list[str] = field(default_factory=list)
    files: list[Any] = field(default_factory=list)
    resource: Resource | None = None
    signs: list[Sign] = field(default_factory=list)
    flags: int = 0
    can_change: bool = False
    can_take_back: bool = False
    can_react: bool = False
    can_keep: bool = False
    is_new: bool = False


def of_thread(thread: Thread) -> QuerySet[Message]:
    """Its messages with everything a page shows of them: five queries."""
    flags = Count("flags", filter=Q(flags__settled_at__isnull=True))
    return (
        Message.objects.filter(thread=thread)
        .select_related("author", "resource")
        .defer("resource__content")
        .prefetch_related(
            Prefetch("files", MessageFile.objects.select_related("file")),
            Prefetch("mentions", Mention.objects.select_related("member")),
            Prefetch("reactions", Reaction.objects.all()),
        )
        .annotate(open_flags=flags)
        .order_by("position")
    )


def by_number(group_pk: int, pk: int) -> Message | None:
    found = Message.objects.filter(pk=pk, thread__group=group_pk)
    return found.select_related("thread__group", "thread__author", "author").first()


def name_of(message: Message) -> str:
    return message.author.get_full_name() if message.author else gone()


def lines(thread: Thread, found: Iterable[Message], standing: Standing, member: Any, *, read: int = 0) -> list[Line]:
    """Messages of `of_thread` as this member reads them; new are those after the position that she had
    read; none at her first visit, where all would be."""
    return [_line(thread, message, standing, member, read=read) for message in found]


def _line(thread: Thread, message: Any, standing: Standing, member: Any, *, read: int) -> Line:
    message.thread = thread
    is_mine = message.author_id == member.pk
    hides = message.is_pseudonymous
    readable = permissions.can_read_message(member, standing, message) and message.removed_at is None
    knows = hides and permissions.knows_who_wrote(member, standing, message)
    can_react = permissions.can_react(member, standing, message)
    return Line(
        message=message,
        who=str(UNNAMED) if hides else name_of(message),
        is_mine=is_mine,
        real_name=name_of(message) if knows and not is_mine else "",
        text=message.text if readable else "",
        is_readable=readable,
        called=[each.member.get_full_name() for each in message.mentions.all()] if readable else [],
        files=[each.file for each in message.files.all()] if readable else [],
        resource=message.resource if readable else None,
        signs=_signs(message, member, can_react=can_react) if readable else [],
        flags=message.open_flags if standing.facilitates else 0,
        can_change=permissions.can_change_message(member, standing, message),
        can_take_back=permissions.can_take_back(member, standing, message),
        can_react=can_react,
        can_keep=permissions.can_keep_answer(member, standing, message),
        is_new=0 < read < message.position and not is_mine,
    )


def _signs(message: Message, member: Any, *, can_react: bool) -> list[Sign]:
    """Those that were given; for who may give some, all of them."""
    given = [(each.kind, each.member_id) for each in message.reactions.all()]
    signs = [
        Sign(
            kind.value,
            str(kind.label),
            sum(1 for code, _who in given if code == kind.value),
            (kind.value, member.pk) in given,
        )
        for kind in ReactionKind
    ]
    return [sign for sign in signs if sign.count or can_react]


def versions_of(message: Message) -> list[MessageVersion]:
    """What it said before, the last first."""
    return list(message.versions.order_by("-pk"))


# --- Taken away ----------------------------------------------------------------------------------------------------


def exported(thread: Thread, member: Any) -> dict[str, Any]:
    """A thread for the file that any member of the group takes away (`queries.threads.export_of`)."""
    kept = []
    for message in thread.messages.all():
        message.thread = thread
        if not message.is_hidden or message.author_id == member.pk:
            kept.append(_exported_message(message))
    masked = not kept or kept[0]["rang"] != 1
    return {
        "titre": _("Échange masqué par la facilitation") if masked else thread.label,
        "sorte": thread.get_kind_display(),
        "ouvert_le": thread.created_at,
        "clos_le": thread.closed_at,
        "messages": kept,
    }


def resource_said(resource: Resource | None) -> str:
    """A resource that goes with something, as a file says it: its title and its address, while everyone reads it."""
    return f"{resource.title}, {resource.permanent_url}" if resource is not None and resource.is_shown else ""


def _exported_message(message: Message) -> dict[str, Any]:
    return {
        "rang": message.position,
        "par": str(UNNAMED) if message.is_pseudonymous else name_of(message),
        "ecrit_le": message.created_at,
        "change_le": message.edited_at,
        "retire_le": message.removed_at,
        "texte": message.text,
        "versions_precedentes": [{"jusqu_au": each.replaced_at, "texte": each.text} for each in message.versions.all()],
        "personnes_appelees": [each.member.get_full_name() for each in message.mentions.all()],
        "fichiers": [each.file.name for each in message.files.all()],
        "ressource": resource_said(message.resource),
        "reponse_retenue": message.is_answer,
    }


def mine(member: Any) -> list[dict[str, Any]]:
    """What a member wrote, in every group."""
    found = Message.objects.filter(author=member).select_related("thread__group").order_by("created_at", "pk")
    return [
        {
            "groupe": message.thread.group.name,
            "echange": message.thread.title if message.thread.author_id == member.pk else "",
            "sans_dire_mon_nom": message.is_pseudonymous,
            "texte": message.text,
            "versions_precedentes": [each.text for each in message.versions.all()],
            "fichiers": [each.file.name for each in message.files.all()],
            "ressource": resource_said(message.resource),
            "ecrit_le": message.created_at,
            "retire_le": message.removed_at,
            "demande_pour_le_reseau": message.carrying.get_state_display() if hasattr(message, "carrying") else "",
        }
        for message in found.select_related("carrying", "resource").prefetch_related("versions", "files__file")
    ]
