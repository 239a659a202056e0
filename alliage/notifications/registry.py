"""What other folders add: the kinds of notifications they send, and those that one answers by mail."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.functional import Promise

from alliage.formats.mail import Attachment
from alliage.notifications.enums import Frequency
from alliage.registry import Registry


@dataclass(frozen=True)
class Message:
    """What a person reads: a title on one line, the address (a path) where it is settled, and a few words.

    Never anybody's mail address.
    """

    title: str
    url: str
    text: str = ""


def describe_by_name(obj: Any, _by: Any) -> Message:
    """What is said when a kind says nothing better: the object's name and page."""
    return Message(str(obj), obj.get_absolute_url())


def attach_nothing(_object_id: str, _person: Any) -> Iterable[Attachment]:
    return ()


@dataclass(frozen=True)
class NotificationKind:
    """One kind of notification, as its row in « Mes notifications » tells it.

    `describe(object, by)` gives the message; it runs once, inside the caller's transaction.
    `urgent`: leaves at once, night included (a session that starts, a code).
    `confidential`: neither kept nor mailed but for the kind's label and the link: content stays on its own page.
    `template`: the mail's template; the default one says the title, the text and the link.
    `attach(object's number, person)` gives the files of the mail, as things stand when it is written: what this person may see, and
    nothing where the object is gone. Never asked of a confidential kind.
    """

    code: str
    label: str | Promise
    help: str | Promise
    default_frequency: Frequency = Frequency.NOW
    urgent: bool = False
    template: str = "notifications/mail/one.html"
    confidential: bool = False
    describe: Callable[[Any, Any], Message] = describe_by_name
    attach: Callable[[str, Any], Iterable[Attachment]] = attach_nothing


kinds: Registry[NotificationKind] = Registry("notifications.kinds", "Kinds of notifications that a member may choose.")


class Answer(Protocol):
    """Takes an answer to the object of a notification; answers the path where it is read.

    Asks who, as a view does: the object may have been withdrawn since. Raises a `Refusal` fit for a mail. `sent` names the mail: the same one
    twice is one answer.
    """

    def __call__(self, object_id: str, *, by: Any, text: str, now: Any, sent: str) -> str: ...


@dataclass(frozen=True)
class Reply:
    """A kind of notification that may be answered by mail. Never a confidential one: its words do not travel by mail."""

    code: str
    answer: Answer


replies: Registry[Reply] = Registry("notifications.replies", "Kinds of notifications that one answers by mail.")
