"""A kit as a run sheet of one's own: its steps, how long each lasts, who is needed, to be worked through in a room.

Its owner may share a run sheet: of a kit whose rights are reserved it holds titles and minutes, and says where to read the rest.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from alliage.formats.documents import Items, blocks_of, cut
from alliage.library import citing, exports, permissions
from alliage.library.models import Resource
from alliage.library.queries import kits as queries
from alliage.library.queries.kits import Item, Sheet
from alliage.library.services import lineage
from alliage.library.services.kits import KitRefused
from alliage.rooms.enums import Pace, Role
from alliage.rooms.models import RunSheet
from alliage.rooms.phases import LONGEST_TEXT, LONGEST_TITLE, MOST_PHASES
from alliage.rooms.services import run_sheets

# Who takes part: a meeting has people who animate and people who come; codevelopment listens to someone.
MEETING = {Role.FACILITATOR.value: [1, 2], Role.PARTICIPANT.value: [0, 0]}
CODEV = {
    Role.FACILITATOR.value: [1, 2],
    Role.CLIENT.value: [1, 1],
    Role.CONSULTANT.value: [1, 0],
    Role.OBSERVER.value: [0, 0],
}


@dataclass(frozen=True)
class Rolled:
    """What a member says of it. `lengths`: minutes of each step by its key; a step without any is not worked in the session."""

    title: str
    lengths: Mapping[str, int]
    is_codev: bool = False


def roll(kit: Resource, said: Rolled, *, by: Any, now: datetime) -> RunSheet:
    """Make it, or give the one that this member already made so."""
    if not permissions.can_launch(by, kit):
        raise KitRefused(_("Ce kit ne se déroule pas\u00a0: il n’est plus publié, ou n’a pas d’étapes."))
    chosen = [item for item in kit.content["kit_items"] if item["key"] in said.lengths]
    if not chosen:
        raise KitRefused(_("Donnez une durée à une étape au moins."))
    if len(chosen) > MOST_PHASES:
        raise KitRefused(
            _("Une séance a au plus %(most)d étapes\u00a0: laissez-en sans durée.") % {"most": MOST_PHASES}
        )
    return run_sheets.take_up(_content(kit, said, chosen), by=by, now=now)


def _content(kit: Resource, said: Rolled, chosen: list[Item]) -> dict[str, Any]:
    work = exports.latest(kit)
    roles = CODEV if said.is_codev else MEETING
    sheets = queries.sheets_of(chosen)
    copies = lineage.may_copy(kit)
    return {
        "title": said.title,
        "purpose": kit.content["summary"] if copies else _where_to_read(work.page_url),
        "pace": Pace.LIVE.value,
        "method": _("Tiré du kit %(kit)s") % {"kit": citing.attribution(work)},
        "roles": roles,
        "phases": [
            _phase(item, rank, said, list(roles), sheets.get(item["resource"] or 0), work.page_url, copies=copies)
            for rank, item in enumerate(chosen, start=1)
        ],
    }


def _where_to_read(url: str) -> str:
    return _("Le texte de ce kit se lit sur sa page\u00a0: %(url)s.") % {"url": url}


def _phase(
    item: Item, rank: int, said: Rolled, roles: list[str], sheet: Sheet | None, url: str, *, copies: bool
) -> dict[str, Any]:
    """Everyone speaks; all but those who observe write what is to be remembered."""
    active = [role for role in roles if role != Role.OBSERVER]
    text = _on_one_line(item["text"])
    who = _("Avec\u00a0: %(role)s.") % {"role": item["role"]} if item["role"] else ""
    whole = " ".join(words for words in (who, text) if words)
    purpose = cut(whole, LONGEST_TEXT) if copies else ""
    return {
        "code": f"etape_{rank}",
        "title": cut(item["title"], LONGEST_TITLE),
        "purpose": purpose,
        "length": said.lengths[item["key"]],
        "speakers": active,
        "captures": [{"code": "retenu", "label": _("Ce qu’il faut retenir"), "by": active}],
        "advice": " ".join(_advice(sheet, url if purpose != whole else "")),
    }


def _advice(sheet: Sheet | None, url: str) -> Iterator[str]:
    """What to open beside: the resource that the step leads to, the kit itself when its text is not all there."""
    if sheet is not None:
        yield _("À ouvrir\u00a0: %(title)s, %(url)s.") % {"title": sheet.title, "url": settings.ORIGIN + sheet.url}
    if url:
        yield _("Le texte entier de cette étape est dans le kit\u00a0: %(url)s.") % {"url": url}


def _on_one_line(text: str) -> str:
    """A room shows a step in one paragraph: what was a list follows on."""
    said = [" · ".join(block.items) if isinstance(block, Items) else block.text for block in blocks_of(text)]
    return " ".join(" ".join(said).split())
