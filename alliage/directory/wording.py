"""What the directory says of an organisation, in sentences made from what is known."""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from django.utils.translation import gettext as _

from alliage.directory.enums import Role
from alliage.directory.models import Organisation


class Part(NamedTuple):
    """What an organisation did in one part of a document: the columns of a Mention that a list reads."""

    sequence: int | None
    title: str
    role: str


@cache
def role_labels() -> dict[str, str]:
    """Read once: translating and hashing a label for every line of a list costs more than the list."""
    return {str(role.value): str(role.label) for role in Role}


def parts_of(organisation: Organisation) -> list[Part]:
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
    return " · ".join(f"{where}\u00a0: {', '.join(names)}" for where, names in roles.items())


def why(organisation: Organisation) -> str:
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
