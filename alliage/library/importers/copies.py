"""Files of others, copied by their address when their licence lets us: in the background, before anything is written.

What cannot be copied (too heavy, of no known type, no answer, no time left) stays a link. A file is known again by its address: it is copied once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.files.models import StoredFile
from alliage.files.registry import MEGABYTE
from alliage.imports.engine import RowRefused
from alliage.imports.registry import Importing
from alliage.library import content as contents
from alliage.library import exports
from alliage.library.content import MOST, Content
from alliage.library.services import files
from alliage.refusals import Refusal

if TYPE_CHECKING:
    from alliage.library.importers.batch import Plan

# In one import, which others wait for; the rest stay links.
MOST_FILES, MOST_BYTES, MOST_SECONDS = 500, 500 * MEGABYTE, 600.0
Wanted = list[dict[str, Any]]


def wanted(said: Iterable[Mapping[str, Any]], known: Content | None, origins: Mapping[str, str]) -> Wanted:
    """The files that a row names, each once, with the number of those that we hold. `origins` are the numbers of those that were
    copied already, by their address."""
    held = {each["id"]: each for each in known["files"]} if known else {}
    numbers = {settings.ORIGIN + exports.file_url(each): number for number, each in held.items()} | dict(origins)
    found: dict[str, dict[str, Any]] = {}
    for each in said:
        here = held.get(numbers.get(each["url"], ""), {})
        found[each["url"]] = {**here, "url": each["url"], "label": each.get("label") or here.get("label", "")}
    if len(found) > MOST["files"]:
        raise RowRefused(_("%(count)d fichiers au plus.") % {"count": MOST["files"]})
    return list(found.values())


def as_links(said: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """What is not copied is named and reached."""
    return [{"url": each["url"], "label": each.get("label") or _name(each)} for each in said]


def missing(files_: Wanted) -> int:
    """How many are still to be copied."""
    return sum("id" not in each for each in files_)


def _name(each: Mapping[str, Any]) -> str:
    return str(each.get("name") or "") or unquote(urlsplit(each["url"]).path.rpartition("/")[2])


@dataclass
class Copies:
    """The files of one import: how many were asked for and how heavy they were, and how many it had no room or time for."""

    importing: Importing
    count: int = 0
    size: int = 0
    left: int = 0
    until: float = field(default_factory=lambda: monotonic() + MOST_SECONDS)

    def bring(self, plans: "Sequence[Plan]") -> None:
        """Copy what the plans want; their contents say then what was copied, and what is a link."""
        for plan in plans:
            if missing(plan.files):
                self._complete(plan)
        if self.left:
            words = ngettext(
                "%(count)d fichier n’a pas été copié\u00a0: un import en copie cinq cents au plus, 500 Mo, en dix minutes.",
                "%(count)d fichiers n’ont pas été copiés\u00a0: un import en copie cinq cents au plus, 500 Mo, en dix minutes.",
                self.left,
            )
            self.importing.notes.append(words % {"count": self.left})

    def _complete(self, plan: "Plan") -> None:
        by_id = None if plan.marks else self.importing.by_id
        kept: Wanted = []
        left_out: Wanted = []
        for each in plan.files:
            stored = None if "id" in each else self._copy(each, by_id=by_id, may_name=not plan.content["hides_place"])
            if stored is not None:
                each |= {"id": str(stored.pk), "name": stored.name, "size": stored.size}
            (kept if "id" in each else left_out).append(each)
        room = MOST["links"] - len(plan.content["links"])
        links = [] if plan.content["hides_place"] else as_links(left_out)[:room]
        plan.files = kept
        plan.content = contents.cleaned(plan.content | {"files": kept, "links": [*plan.content["links"], *links]})

    def _copy(self, each: Mapping[str, Any], *, by_id: int | None, may_name: bool) -> StoredFile | None:
        self.importing.tell(_("Copie des fichiers"))
        seconds = self.until - monotonic()
        if self.count >= MOST_FILES or self.size >= MOST_BYTES or seconds <= 0:
            self.left += 1
            return None
        self.count += 1
        try:
            content = files.fetch(each["url"], seconds=seconds)
            self.size += len(content)
            return files.bring(content, _name(each), by_id=by_id, now=self.importing.now, may_name=may_name)
        except Refusal:
            return None
