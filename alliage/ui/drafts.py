"""What someone typed and has not saved, kept in a JSON column: one draft per person, read by nobody else.

The column holds {"m<number of the member>": {"data": {name: [values]}, "version", "tab", "at"}}. Two windows of one person
do not overwrite one another: a form carries a `Mark`, and what another window kept since is given up only by `force`.
A save and the draft that its own window sent just before may arrive in the wrong order: {"saved_in": tab, "at"} then stands for the
draft, and what that window sent is left out for a moment.
`ui/autosave.js` sends what is typed; the page works without it, by a button.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from alliage.refusals import Refusal

Drafts = dict[str, Any]
# How long after a save what its own window had sent before may still arrive.
LATE = timedelta(seconds=30)


class DraftRefused(Refusal):
    """The draft is too long to be kept."""


class DraftTaken(Refusal):
    """Another window kept it since: `at` is the mark of what is there now."""

    def __init__(self, message: str, at: str) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True)
class Mark:
    """What a form knows of itself: the version of the object it shows, its window, and the draft that this window saw."""

    version: str
    tab: str
    seen: str = ""
    force: bool = False


def key_of(person: Any) -> str:
    return f"m{person.pk}"


def draft_of(drafts: Drafts | None, person: Any) -> dict[str, Any] | None:
    """What this person typed and did not save yet."""
    found: dict[str, Any] | None = (drafts or {}).get(key_of(person))
    return found if found and "data" in found else None


def with_draft(
    drafts: Drafts | None, data: Mapping[str, list[str]], *, mark: Mark, person: Any, now: datetime, longest: int
) -> Drafts:
    """The column with what this person typed in it; as it is for what was saved before it arrived."""
    if drafts and _is_late(drafts, mark=mark, person=person, now=now):
        return drafts
    kept = draft_of(drafts, person)
    if kept and kept["tab"] != mark.tab and kept["at"] != mark.seen and not mark.force:
        raise DraftTaken(
            _("Ce brouillon a été repris dans une autre fenêtre. Ce que vous tapez ici n’est pas encore gardé."),
            kept["at"],
        )
    if sum(len(name) + sum(map(len, values)) for name, values in data.items()) > longest:
        raise DraftRefused(_("Ce brouillon est trop long pour être gardé."))
    draft = {"data": dict(data), "version": mark.version, "tab": mark.tab, "at": now.isoformat()}
    return {**(drafts or {}), key_of(person): draft}


def _is_late(drafts: Drafts, *, mark: Mark, person: Any, now: datetime) -> bool:
    saved = drafts.get(key_of(person), {})
    return saved.get("saved_in") == mark.tab and now - datetime.fromisoformat(saved["at"]) < LATE


def without_draft(drafts: Drafts | None, person: Any) -> Drafts | None:
    """The column once this person's draft is done with; None when it holds nothing more."""
    return {key: draft for key, draft in (drafts or {}).items() if key != key_of(person)} or None


def saved(drafts: Drafts | None, person: Any, *, tab: str, now: datetime) -> Drafts | None:
    """The column once this person saved from this window; without a window, as `without_draft`."""
    left = without_draft(drafts, person)
    return {**(left or {}), key_of(person): {"saved_in": tab, "at": now.isoformat()}} if tab else left


def last_kept(drafts: Drafts | None) -> datetime | None:
    """When the latest of them was kept."""
    return max((datetime.fromisoformat(each["at"]) for each in (drafts or {}).values() if "data" in each), default=None)
