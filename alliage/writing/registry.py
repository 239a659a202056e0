"""What upper folders add: what co-written documents are for, and who reads and writes them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from alliage.registry import Registry

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from alliage.writing.models import Document


@dataclass(frozen=True)
class Visit:
    """Who asks: a member (or an AnonymousUser), and their cookies, by which a room knows someone without an account.

    Pages and the live process make the same one, so that a purpose answers both alike.
    """

    member: Any
    cookies: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Writer:
    """What one person may do with the documents of one thing.

    `key` is theirs for ever (`member_key(member)` for a member, at most 80 characters), `name` is shown to the other
    readers. `can_manage`: rename, close, open again, erase. `can_take`: have the text as a file.
    """

    key: str
    name: str
    can_read: bool = True
    can_write: bool = False
    can_manage: bool = False
    can_take: bool = True


@dataclass(frozen=True)
class Purpose:
    """A use of documents.

    `writer(visit, scope_id)` says who this is there and what they may do now; None is nobody, for whom the document does not
    exist. It is asked at each page, at each connection, and each time that `services.changed_rights` is called: when a
    phase, a membership or a state changes. `place(document)` is the address and the name of where the document stands.
    A confidential document is shown to its readers alone and leaves no trace elsewhere, in their browser neither.
    """

    code: str
    label: "StrOrPromise"
    writer: Callable[[Visit, str], Writer | None]
    place: "Callable[[Document], tuple[str, StrOrPromise]] | None" = None
    is_confidential: bool = True


purposes: Registry[Purpose] = Registry(
    "writing.purposes", "What co-written documents are for, and who reads and writes them."
)


def member_key(member: Any) -> str:
    """The key of a member, in every purpose: by it their own copy and the closing of their account find them."""
    return f"member:{member.pk}"
