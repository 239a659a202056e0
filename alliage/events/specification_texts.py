"""What a macro-cahier des charges holds, as plain data: its parts, its needs, and how both are read from a board.

A content is {"sections": {code: text}, "needs": [plain need]}; a plain need is {"number", "priority", the words of a need, "votes",
"authors": [rows of NeedAuthor], "from": [{"number", "sentence"}]}.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.events import sentences
from alliage.events.models import Need
from alliage.events.models.needs import LONGEST
from alliage.events.workshop_enums import RANKS, Priority

LONGEST_SECTION = 12_000
WORDS = tuple(LONGEST)
NEEDS = "besoins"


@dataclass(frozen=True)
class Part:
    """`asked`: nobody signs without it."""

    code: str
    label: Any
    help: Any
    asked: bool = False


PARTS = (
    Part("contexte", gettext_lazy("Contexte"), gettext_lazy("D’où vient cette demande, ce qui existe déjà."), asked=True),
    Part("publics", gettext_lazy("Publics"), gettext_lazy("Pour qui\u00a0: qui s’en servira, qui en bénéficiera."), asked=True),
    Part(NEEDS, gettext_lazy("Besoins priorisés"), ""),
    Part("exemples", gettext_lazy("Exemples"), gettext_lazy("Ce qui existe ailleurs et dont on peut partir.")),
    Part("contraintes", gettext_lazy("Contraintes"), gettext_lazy("Ce qu’il faut respecter\u00a0: droit, budget, accès, temps.")),
    Part("donnees", gettext_lazy("Données"), gettext_lazy("Ce qu’il faut savoir ou réunir, et qui l’a.")),
    Part("criteres", gettext_lazy("Critères de réussite"), gettext_lazy("À quoi l’on verra que c’est réussi."), asked=True),
    Part("non_tranches", gettext_lazy("Points non tranchés"), gettext_lazy("Ce qui reste à décider, et par qui.")),
    Part("objections", gettext_lazy("Objections"), gettext_lazy("Les désaccords, tels qu’ils ont été dits.")),
    Part("suites", gettext_lazy("Suites"), gettext_lazy("Qui fait quoi maintenant, et quand on en reparle.")),
)  # fmt: skip
TEXTS = tuple(part for part in PARTS if part.code != NEEDS)


def sentence_of(need: Need | Mapping[str, Any]) -> str:
    """Of a row or of a plain need."""
    role, wish, aim = (
        (need.role, need.wish, need.aim) if isinstance(need, Need) else (need["role"], need["wish"], need["aim"])
    )
    return sentences.sentence(role, wish, aim)


def ranked(needs: Iterable[Any]) -> list[Any]:
    """Rows with `votes_count`: the columns of the board, then the most chosen, then the first said."""
    return sorted(needs, key=lambda need: (RANKS[need.priority], -need.votes_count, need.number))


def plain(need: Any) -> dict[str, Any]:
    """A row with its votes counted, its authors and what it came from loaded."""
    return {
        "number": need.number,
        "priority": need.priority,
        **{name: getattr(need, name) for name in WORDS},
        "votes": need.votes_count,
        "authors": [author.pk for author in need.authors.all()],
        "from": [{"number": link.source.number, "sentence": sentence_of(link.source)} for link in need.came_from.all()],
    }


def gathered(needs: list[dict[str, Any]], name: str, more: Iterable[str] = ()) -> str:
    """What several needs say under one heading, each with its number; then what was written apart."""
    said = [f"- {each[name].strip()} ({_('besoin n°')}\u00a0{each['number']})" for each in needs if each[name].strip()]
    return "\n".join([*said, *(f"- {' '.join(text.split())}" for text in more)])[:LONGEST_SECTION]


def first_sections(
    needs: list[dict[str, Any]], *, context: str, examples: Iterable[str], open_points: Iterable[str]
) -> dict[str, str]:
    """What the parts begin with: nothing is invented, what nobody said is left to be written."""
    roles = list(dict.fromkeys(each["role"].strip() for each in needs if each["role"].strip()))
    return {
        "contexte": context[:LONGEST_SECTION],
        "publics": "\n".join(f"- {role}" for role in roles)[:LONGEST_SECTION],
        "exemples": gathered(needs, "example", examples),
        "contraintes": gathered(needs, "constraint"),
        "donnees": gathered(needs, "needed_data"),
        "criteres": "",
        "non_tranches": gathered(needs, "open_point", open_points),
        "objections": gathered(needs, "objection"),
        "suites": "",
    }


def cleaned(sections: Mapping[str, str]) -> dict[str, str]:
    return {
        part.code: str(sections.get(part.code, "")).replace("\x00", "").replace("\r\n", "\n").strip()[:LONGEST_SECTION]
        for part in TEXTS
    }


def columns(needs: Iterable[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """(label of a priority, its needs), those that hold something."""
    rows = list(needs)
    found = [
        (str(Priority(code).label), [each for each in rows if each["priority"] == code]) for code in Priority.values
    ]
    return [(label, there) for label, there in found if there]
