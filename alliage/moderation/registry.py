"""What other folders add: what may be reported, and the queues of the animators' desk."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import Model
from django.utils.functional import Promise

from alliage.registry import Registry

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from alliage.accounts.models import Member


class ChangeOfSight(Protocol):
    """Hide or restore an object. Runs inside the decision's transaction; twice is once."""

    def __call__(self, obj: Any, *, by: "Member", now: datetime) -> None: ...


@dataclass(frozen=True)
class Reportable:
    """A kind of object that people may report.

    `can_see(user, object)`: who may see it may report it. `author(object)` is the member to whom a decision is told,
    or None. Without `hide` and `restore` the object cannot be hidden (a commune): the report says what is wrong in it.
    `url(object)` is a path; `label` names the kind in French (« fiche d’organisation »).
    """

    code: str
    model: type[Model]
    label: "str | Promise"
    can_see: Callable[[Any, Any], bool]
    url: Callable[[Any], str]
    hide: ChangeOfSight | None = None
    restore: ChangeOfSight | None = None
    title: Callable[[Any], str] = str
    author: "Callable[[Any], Member | None]" = lambda _obj: None


@dataclass(frozen=True)
class DeskQueue:
    """Something that waits for an animator. `help` says what is done there.

    `count()` is one query. A queue that gives `rows` instead is counted with the others that do, in one query for all.
    """

    code: str
    label: "str | Promise"
    count: Callable[[], int] | None
    url: str
    position: int
    help: "str | Promise" = ""
    rows: "Callable[[], QuerySet[Any]] | None" = None


reportable: Registry[Reportable] = Registry("moderation.reportable", "What people may report, and how it is hidden.")
queues: Registry[DeskQueue] = Registry("moderation.queues", "What waits for an animator, on their desk.")
