"""What the directory says of its entries, in sentences made from what is known."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.directory.enums import Blur, EntryKind, PlacePrecision, Reach, Role
from alliage.directory.models import Entry
from alliage.directory.queries.shown import Shown
from alliage.taxonomy.models import Term
from alliage.territories import grammar

if TYPE_CHECKING:
    from alliage.directory.queries.lists import Line


class Part(NamedTuple):
    """What an organisation did in one part of a document: the columns of a Mention that a list reads."""

    sequence: int | None
    title: str
    role: str


@cache
def role_labels() -> dict[str, str]:
    """Read once: translating and hashing a label for every line of a list costs more than the list."""
    return {str(role.value): str(role.label) for role in Role}


def parts_of(organisation: Entry) -> list[Part]:
    return [Part(mention.sequence, mention.title, mention.role) for mention in organisation.mentions.all()]


def _where(part: Part, pattern: str) -> str:
    """« Séquence 3, L’engagement territorial des entreprises », « Temps 2 », « Présentation de la journée »."""
    if part.sequence:
        return pattern % {"number": part.sequence, "title": part.title}
    return part.title.split("\u00a0:")[0]


def reason(parts: Iterable[Part]) -> str:
    """Why it is in the list: the parts of the day it had, and what it did there."""
    labels, pattern = role_labels(), _("Séquence %(number)s, %(title)s")
    roles: dict[str, dict[str, None]] = {}
    for part in parts:
        roles.setdefault(_where(part, pattern), {})[labels[part.role]] = None
    said = " · ".join(f"{where}\u00a0: {', '.join(names)}" for where, names in roles.items())
    return _("Rencontre de 2020, %(parts)s") % {"parts": f"{said[0].lower()}{said[1:]}"} if said else ""


def reach(line: "Line", asked: Any) -> str:
    """What it is to the territory that is asked: « Agit dans la Loire. »"""
    if line.reach is None:
        return ""
    if line.reach == Reach.NATIONAL:
        return _("Agit dans toute la France")
    where = grammar.at(line.where) if line.where else ""
    if line.reach == Reach.EQUAL or not where:
        return _("Agit %(at)s") % {"at": where or grammar.at(asked)}
    if line.reach == Reach.INSIDE:
        return _("Agit %(at)s, sur une partie du territoire") % {"at": where}
    return _("Agit %(at)s, dont ce territoire fait partie") % {"at": where}


def reasons(line: "Line", asked: Any = None) -> str:
    """Why it is in the list: where it acts, then what it does, or what a document says of it."""
    metiers = ", ".join(term.label for term in line.metiers)
    said = reason(line.parts) if not metiers else ""
    return " · ".join(text for text in (reach(line, asked) if asked else "", metiers, said) if text)


def facts(line: "Line") -> list[str]:
    """Two facts: what it is, where it is."""
    what = line.function or line.category
    where = _("toute la France") if line.is_national else named(line.areas) or line.place
    return [fact for fact in (what, where or _("Lieu non précisé")) if fact]


def named(names: Sequence[str], most: int = 3) -> str:
    """« Guyane, Martinique, Mayotte et 2 autres »."""
    first, others = ", ".join(names[:most]), len(names) - most
    if others <= 0:
        return first
    return ngettext("%(first)s et %(count)s autre", "%(first)s et %(count)s autres", others) % {
        "first": first,
        "count": others,
    }


def summary(read: Shown, parts: Iterable[Part]) -> str:
    """One line of a feed."""
    return " · ".join(text for text in (read.function, reason(parts), read.presentation) if text)


def why(organisation: Entry) -> str:
    """Why it may matter: where one met it."""
    titles = list(dict.fromkeys(part.title for part in parts_of(organisation) if part.sequence))
    if not titles:
        return _("Dans le programme de la Rencontre du 8 juillet 2020.")
    quoted = [f"«\u00a0{nested(title)}\u00a0»" for title in titles]
    first, last = ", ".join(quoted[:-1]), quoted[-1]
    names = _("%(first)s et %(last)s") % {"first": first, "last": last} if first else last
    return _("À la Rencontre du 8 juillet 2020\u00a0: %(names)s.") % {"names": names}


def nested(text: str) -> str:
    """Quotation marks inside a quotation: “ ”."""
    return text.replace("«\u00a0", "“").replace("\u00a0»", "”")


def lead(read: Shown, metiers: Sequence[Term]) -> str:
    """Why it may matter: what it does, in one sentence; empty when it says nothing of it."""
    names = [f"{term.label[0].lower()}{term.label[1:]}" for term in metiers]
    if not names:
        return ""
    last = names[-1] if len(names) == 1 else f"{', '.join(names[:-1])} et {names[-1]}"
    if read.kind == EntryKind.CATALYST:
        return _("Peut vous aider pour\u00a0: %(metiers)s.") % {"metiers": last}
    return _("Pratique la catalyse\u00a0: %(metiers)s.") % {"metiers": last}


def place(entry: Entry, read: Shown) -> str:
    """Where its office is, as it may be read; what a document does not say is told."""
    if read.territory:
        return grammar.title(read.territory)
    return _("non précisé par le programme") if entry.mentions.all() and not entry.territory_id else ""


def place_basis(entry: Entry, read: Shown) -> str:
    return _("le nom de l’organisation") if read.territory and entry.place_precision == PlacePrecision.NAME else ""


def precision(entry: Entry, read: Shown) -> str:
    """How far the point on the map may be from the true place; nothing where there is no such point."""
    if read.latitude is None or not read.blur or entry.withdrawn_on is not None:
        return ""
    return _("position approchée, %(within)s") % {"within": Blur(read.blur).label}


def spaced(phone: str) -> str:
    """« 02 61 91 42 31 »: ten digits by twos; anything else as it was written."""
    if len(phone) != 10 or not phone.isdigit():
        return phone
    return "\u00a0".join(phone[start : start + 2] for start in range(0, 10, 2))
