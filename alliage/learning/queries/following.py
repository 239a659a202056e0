"""Reads of those who follow paths: where one is, what comes next, what is proposed to oneself and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from alliage.learning import quizzes
from alliage.learning.enums import LENGTHS, Depth, Length
from alliage.learning.models import Diagnostic, Follow, Path, Step, StepDone, TerritoryFile
from alliage.learning.queries import paths

FIRST = "premier-kilometre"
PROPOSED = 3
# A wish from there on is a reason by itself.
STRONG_WISH = 3


def follow_of(path: Path, member: Any) -> Follow | None:
    """Where this person is in it; one query, none for a visitor."""
    if not member.is_authenticated:
        return None
    return Follow.objects.filter(path=path, member=member.pk).select_related("file__territory", "member").first()


def files_of(member: Any) -> list[TerritoryFile]:
    """Territories for which this person may follow a path."""
    found = TerritoryFile.objects.filter(people__member=member.pk).select_related("territory")
    return list(found.order_by("territory__name", "pk"))


@dataclass(frozen=True)
class Progress:
    """Where someone is: `done` holds what was done or written of each step, by its number."""

    steps: list[Step]
    done: dict[int, StepDone] = field(default_factory=dict)

    def is_done(self, step: Step) -> bool:
        return step.pk in self.done and self.done[step.pk].done_at is not None

    @property
    def count(self) -> int:
        return sum(self.is_done(step) for step in self.steps)

    @property
    def total(self) -> int:
        return len(self.steps)

    @property
    def next_step(self) -> Step | None:
        """Where one was: the first that is not done."""
        return next((step for step in self.steps if not self.is_done(step)), None)

    @property
    def minutes_left(self) -> int:
        return sum(step.minutes for step in self.steps if not self.is_done(step))


def progress(follow: Follow, steps: Sequence[Step]) -> Progress:
    """Of one's version; one query."""
    rows = StepDone.objects.filter(follow=follow)
    return Progress(paths.in_version(steps, follow.length), {row.step_id: row for row in rows})


def kept_of_others(follow: Follow) -> list[StepDone]:
    """What was written beside steps that the path has no more; one query."""
    rows = StepDone.objects.filter(follow=follow, step__position=None).select_related("step")
    return [row for row in rows.order_by("pk") if row.note or row.answers.get("text")]


def quiz_score(step: Step, answers: Mapping[str, Any]) -> int:
    """How many are right; of a quiz that is no more, none."""
    questions = step.quiz.read() if step.quiz else ()
    return quizzes.score(quizzes.corrected(questions, step.right, answers))


def quiz_marks(found: Progress) -> tuple[int, int]:
    """Right answers, of how many questions, over the quizzes that were answered."""
    done = [(step, found.done[step.pk]) for step in found.steps if step.quiz is not None and step.pk in found.done]
    said = [(step, row.answers["quiz"]) for step, row in done if "quiz" in row.answers]
    asked = sum(len(step.quiz.read()) for step, _answers in said if step.quiz)
    return sum(quiz_score(step, answers) for step, answers in said), asked


# --- « Mes parcours » ------------------------------------------------------------------------------------------------


def mine(member: Any) -> QuerySet[Follow]:
    """All that this person follows, with `asked` and `finished` steps of their version; one query."""
    found = Follow.objects.filter(member=member.pk).select_related("path__lever", "file__territory")
    return found.annotate(
        asked=Count("path__steps", filter=in_version("path__steps"), distinct=True),
        finished=Count("done", filter=in_version("done__step") & Q(done__done_at__isnull=False), distinct=True),
    ).order_by("-started_at", "-pk")


def in_version(step: str) -> Q:
    """Steps that the path still has, in the version of whoever follows it."""
    inside = Q(length=Length.LONG)
    for length in (Length.MEDIUM, Length.SHORT):
        inside |= Q(("length", length), (f"{step}__length__in", LENGTHS[length]))
    return Q((f"{step}__position__isnull", False)) & inside


CURRENT, PROPOSALS, DONE, ASIDE = "en-cours", "a-venir", "termine", "de-cote"


def sorted_out(found: Sequence[Follow]) -> dict[str, list[Follow]]:
    """By the tabs of the page."""
    tabs: dict[str, list[Follow]] = {CURRENT: [], DONE: [], ASIDE: []}
    for each in found:
        tabs[ASIDE if each.set_aside_at else DONE if each.completed_at else CURRENT].append(each)
    return tabs


@dataclass(frozen=True)
class Proposal:
    """A path, and why: « parce que… »."""

    path: Path
    why: str
    file: TerritoryFile | None = None


def proposals(member: Any, followed: Sequence[Follow], *, limit: int = PROPOSED * 2) -> list[Proposal]:
    """From the last result of each of one's territories, the least equipped levers first; three queries."""
    files = files_of(member)
    last: dict[int | None, Diagnostic] = {}
    for each in _closed(files):
        last.setdefault(each.file_id, each)
    taken = {each.path_id for each in followed}
    free = [path for path in _all() if path.pk not in taken]
    found: dict[int, Proposal] = {}
    for file in files:
        for proposal in _from(last.get(file.pk), file, free):
            found.setdefault(proposal.path.pk, proposal)
    return list(found.values())[:limit] or _to_begin(free)


def _closed(files: Sequence[TerritoryFile]) -> QuerySet[Diagnostic]:
    found = Diagnostic.objects.filter(file__in=files, depth=Depth.SHORT, closed_at__isnull=False)
    return found.order_by("-closed_at", "-pk")


def _all() -> list[Path]:
    return list(paths.proposed().select_related("lever").order_by("title"))


def _to_begin(among: Sequence[Path]) -> list[Proposal]:
    first = next((path for path in among if path.slug == FIRST), None)
    return [Proposal(first, _("parce que c’est par là que l’on commence, avec ou sans diagnostic"))] if first else []


def of_file(file: TerritoryFile, *, limit: int = PROPOSED) -> list[Proposal]:
    """« Parcours pour vous », on the page of a file; two queries."""
    return _from(_closed([file]).first(), file, _all())[:limit]


def level_of(file: TerritoryFile, lever: str) -> int | None:
    """Where the last diagnostic of a territory places a lever; one query."""
    last = _closed([file]).first()
    return (last.result or {}).get("levers", {}).get(lever, {}).get("level") if last else None


def _from(last: Diagnostic | None, file: TerritoryFile, among: Sequence[Path]) -> list[Proposal]:
    """One path per lever that the result asks for, in the order of `_wanted`."""
    levers: dict[str, Any] = (last.result or {}).get("levers", {}) if last else {}
    found = []
    for lever, why in _wanted(levers):
        level = int(levers[lever].get("level") or 0)
        path = next((each for each in among if _speaks_to(each, lever, level)), None)
        if path is not None:
            found.append(Proposal(path, why, file))
    return found


def _speaks_to(path: Path, lever: str, level: int) -> bool:
    return path.lever is not None and path.lever.code == lever and path.level in (0, level)


def _wanted(levers: dict[str, Any]) -> list[tuple[str, str]]:
    """Levers known and still low, or wished for: the lowest first, then the most wished; each with its reason."""
    known = [(code, one) for code, one in levers.items() if one.get("level")]
    ordered = sorted(known, key=lambda pair: (pair[1]["level"], -(pair[1].get("wish") or 0)))
    return [(code, _reason(one)) for code, one in ordered if one["level"] <= 2 or _is_wished(one)]


def _is_wished(one: dict[str, Any]) -> bool:
    return (one.get("wish") or 0) >= STRONG_WISH


def _reason(one: dict[str, Any]) -> str:
    words = {"level": one["level"]}
    if _is_wished(one):
        return (
            _("parce que votre dernier diagnostic place ce levier au niveau %(level)s, et que vous en avez envie")
            % words
        )
    return _("parce que votre dernier diagnostic place ce levier au niveau %(level)s") % words


# --- « Mon espace », export ------------------------------------------------------------------------------------------


def current(member: Any, *, limit: int) -> list[Follow]:
    """What is under way; one query."""
    return list(mine(member).filter(set_aside_at=None, completed_at=None)[:limit])


def export_of(member: Any) -> list[dict[str, Any]]:
    """What someone takes away of what they followed: their notes and answers are here, and nowhere else."""
    found = (
        Follow.objects.filter(member=member).select_related("path", "file__territory").prefetch_related("done__step")
    )
    return [
        {
            "parcours": follow.path.title,
            "version": follow.get_length_display(),
            "territoire": follow.file.territory.name if follow.file else None,
            "commence_le": follow.started_at,
            "mis_de_cote_le": follow.set_aside_at,
            "termine_le": follow.completed_at,
            "etapes": [
                {
                    "titre": row.step.title,
                    "faite_le": row.done_at,
                    "note": row.note,
                    "texte": row.answers.get("text", ""),
                    "reponses": row.answers.get("quiz", {}),
                }
                for row in follow.done.all()
            ],
        }
        for follow in found
    ]


def by_code(pk: int | None, *, now: datetime) -> Follow | None:
    """The completed path that an attestation speaks of; None when there is none any more."""
    if pk is None:
        return None
    found = Follow.objects.filter(pk=pk, completed_at__isnull=False, completed_at__lte=now)
    return found.select_related("path__lever", "member", "file__territory").first()
