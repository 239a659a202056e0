"""Reads of affirmations: as they are worded today, the version to ask, what changed from one version to the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alliage.learning.enums import Wording
from alliage.learning.models import Statement
from alliage.learning.services.statements import FORMS, IN_SHORT, SHORT, levers
from alliage.questionnaires.models import Version
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories.enums import Kind
from alliage.territories.models import Territory

_WORDINGS = {
    Kind.COMMUNE: Wording.COMMUNE,
    Kind.EPCI: Wording.GROUPED,
    Kind.EPT: Wording.GROUPED,
    Kind.DEPARTEMENT: Wording.LARGE,
    Kind.REGION: Wording.LARGE,
    Kind.COM: Wording.LARGE,
}


def wording_for(territory: Territory | None) -> str:
    """How affirmations are said to this territory."""
    found = _WORDINGS.get(Kind(territory.kind)) if territory else None
    return str(found or Wording.ANY)


def version_for(territory: Territory | None, lever: str = "") -> Version | None:
    """The questions to ask today: the short form, or the deep form of a lever; None where there is no such form."""
    name = f"{lever or SHORT}:{wording_for(territory)}"
    found = Version.objects.filter(questionnaire__scope=FORMS, questionnaire__scope_id=name)
    return found.select_related("questionnaire").order_by("-number").first()


def lever_titles() -> dict[str, str]:
    """The levers' names, in their order; a lever that the network withdrew keeps its code."""
    named = {term.code: term.label for term in taxonomy.terms(Vocabulary.LEVIERS)}
    return {code: named.get(code, code) for code in levers()}


@dataclass(frozen=True)
class Lever:
    code: str
    title: str
    statements: list[Statement]

    @property
    def is_deep(self) -> bool:
        return any(row.rank > IN_SHORT for row in self.statements)

    @property
    def short(self) -> list[Statement]:
        return [row for row in self.statements if row.rank <= IN_SHORT]

    @property
    def further(self) -> list[Statement]:
        return [row for row in self.statements if row.rank > IN_SHORT]


def by_lever() -> list[Lever]:
    """Every affirmation, under its lever; one query."""
    rows = list(Statement.objects.order_by("lever", "rank"))
    return [Lever(code, title, [row for row in rows if row.lever == code]) for code, title in lever_titles().items()]


def deep_levers() -> dict[str, str]:
    """Levers with a deep form, and their names; one query."""
    deep = set(Statement.objects.filter(rank__gt=IN_SHORT).values_list("lever", flat=True))
    return {code: title for code, title in lever_titles().items() if code in deep}


def by_code(lever: str, rank: int) -> Statement | None:
    return Statement.objects.filter(lever=lever, rank=rank).first()


# --- Versions --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """One affirmation from one version to the next; `before` empty: it came in, `after` empty: it went."""

    code: str
    before: str
    after: str


@dataclass(frozen=True)
class Written:
    """A version of a form, and what it changed."""

    form: str
    wording: str
    number: int
    at: datetime
    changes: list[Change]

    @property
    def kind(self) -> str:
        """Of which territories it is."""
        return str(Wording(self.wording).label)


def history() -> list[Written]:
    """Every version of every form, the last first, with what changed; one query. First versions change nothing."""
    found: list[Written] = []
    before: dict[str, dict[str, str]] = {}
    rows = Version.objects.filter(questionnaire__scope=FORMS).select_related("questionnaire")
    for row in rows.order_by("questionnaire", "number"):
        name = row.questionnaire.scope_id
        form, _colon, wording = name.partition(":")
        now = {each["code"]: each["title"] for each in row.questions}
        found.append(Written(form, wording, row.number, row.created_at, _changes(before.get(name, now), now)))
        before[name] = now
    return sorted(found, key=lambda each: (each.at, each.number), reverse=True)


def _changes(before: dict[str, str], after: dict[str, str]) -> list[Change]:
    codes: Sequence[str] = [*after, *(code for code in before if code not in after)]
    pairs = ((code, before.get(code, ""), after.get(code, "")) for code in codes)
    return [Change(code, old, new) for code, old, new in pairs if old != new]
