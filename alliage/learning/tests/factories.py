"""Files, diagnostics and answers for tests."""

from datetime import UTC, datetime
from typing import Any

import factory

from alliage.accounts.models import Member
from alliage.accounts.tests.factories import MemberFactory
from alliage.learning import respondent_links
from alliage.learning.enums import FileRole, RespondentRole
from alliage.learning.models import Diagnostic, FileMember, Respondent, TerritoryFile
from alliage.learning.services import diagnostics
from alliage.questionnaires import services as engine
from alliage.questionnaires.models import Opening, Questionnaire
from alliage.territories.tests.factories import TerritoryFactory

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
LEVERS = ("qualifier", "ecosysteme", "strategie", "modele", "alliance", "numerique", "pertinence")
SCOPE = diagnostics.SCOPE
LEVELS = [
    {"code": "1", "title": "Pas encore"},
    {"code": "2", "title": "Un début, ici ou là"},
    {"code": "3", "title": "C’est installé"},
    {"code": "4", "title": "C’est partagé et cela sert à d’autres"},
]


def statement(code: str, title: str) -> dict[str, Any]:
    return {"code": code, "kind": "one", "title": title, "options": LEVELS, "may_not_know": True, "help": "Une aide."}


def questions(levers: tuple[str, ...] = LEVERS, *, per_lever: int = 4) -> list[dict[str, Any]]:
    """The questions of a short form, with words of tests."""
    found: list[dict[str, Any]] = []
    for lever in levers:
        found += [statement(f"{lever}-{rank}", f"Affirmation {lever} {rank}") for rank in range(1, per_lever + 1)]
        found.append(statement(f"envie-{lever}", f"Envie {lever}"))
        found.append({"code": f"preuve-{lever}", "kind": "text", "title": f"Un exemple pour {lever}"})
    return found


def opened(asked: list[dict[str, Any]] | None = None, *, now: datetime = NOW) -> Opening:
    """An opening of our questions, that may be answered; the same version as before when the questions are the same."""
    scope = engine.Scope("tests.form", "tests")
    form = Questionnaire.objects.filter(scope=scope.code, scope_id=scope.id).first()
    data = asked or questions()
    if form is None:
        form = engine.create("Diagnostic de test", data, scope=scope, by=None, now=now)
    version = engine.revise(form, data, by=None, now=now)
    terms = engine.Terms(is_anonymous=False, floor=0, shows="holders")
    opening = engine.prepare(version, terms, scope=engine.Scope(SCOPE, "tests"), by=None, now=now)
    engine.open_now(opening, by=None, now=now)
    return opening


class TerritoryFileFactory(factory.django.DjangoModelFactory):
    """A file with its holder: `TerritoryFileFactory(holder=member)`; `holder=NOBODY` for a file that nobody holds."""

    class Meta:
        model = TerritoryFile
        skip_postgeneration_save = True

    territory = factory.SubFactory(TerritoryFactory)
    created_at = NOW

    @factory.post_generation
    def holder(self: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create and extracted is not NOBODY:
            enter(self, extracted or MemberFactory(), FileRole.HOLDER)


NOBODY = object()


def enter(file: TerritoryFile, member: Member, role: str = FileRole.TEAM) -> FileMember:
    """Someone in a file."""
    return FileMember.objects.create(file=file, member=member, role=role, joined_at=NOW)


def holder_of(file: TerritoryFile) -> Member:
    return file.people.get(role=FileRole.HOLDER).member


class DiagnosticFactory(factory.django.DjangoModelFactory):
    """An open diagnostic of a file; `file=None` for a try."""

    class Meta:
        model = Diagnostic

    file = factory.SubFactory(TerritoryFileFactory)
    territory = factory.LazyAttribute(lambda one: one.file.territory if one.file else None)
    opening = factory.LazyFunction(opened)
    opened_at = NOW


class RespondentFactory(factory.django.DjangoModelFactory):
    """Someone who may answer by their link: `respondent_links.token_of(respondent.seed)`."""

    class Meta:
        model = Respondent

    diagnostic = factory.SubFactory(DiagnosticFactory)
    role = RespondentRole.AGENT
    seed = factory.Sequence(lambda n: f"graine-{n}")
    token_digest = factory.LazyAttribute(lambda one: _digest(one.seed))
    invited_at = NOW


def _digest(seed: str) -> str:
    return respondent_links.digest(respondent_links.token_of(seed))


def said(diagnostic: Diagnostic, levels: dict[str, Any], wishes: dict[str, Any] | None = None) -> dict[str, str]:
    """Typed answers: the same level to every affirmation of a lever. What is not in the diagnostic's questions is left out."""
    answers: dict[str, str] = {}
    for question in diagnostic.opening.version.read():
        lever, _dash, rank = question.code.rpartition("-")
        if rank.isdecimal() and lever in levels:
            answers[question.code] = str(levels[lever])
    return answers | {f"envie-{lever}": str(level) for lever, level in (wishes or {}).items()}


def answered(
    diagnostic: Diagnostic,
    *,
    role: str = RespondentRole.AGENT,
    shows_role: bool = False,
    wishes: dict[str, Any] | None = None,
    member: Member | None = None,
    **levels: Any,
) -> Respondent:
    """Someone answered: `answered(diagnostic, alliance=2, numerique="?")`; a lever left out is not answered."""
    who = RespondentFactory(diagnostic=diagnostic, role=role, shows_role=shows_role, member=member, answered_at=NOW)
    engine.answer(diagnostic.opening, said(diagnostic, levels, wishes), respondent=who.key, now=NOW)
    return who


def closed(diagnostic: Diagnostic, *, now: datetime = NOW) -> Diagnostic:
    """The diagnostic once it is closed, with its result (shape in scoring.py)."""
    diagnostics.close(diagnostic, by=None, now=now)
    diagnostic.refresh_from_db()
    return diagnostic


def closed_diagnostic(file: TerritoryFile | None = None, *, now: datetime = NOW, **levels: Any) -> Diagnostic:
    """A closed diagnostic that one agent answered, at level 2 everywhere unless said."""
    more = {"file": file} if file is not None else {}
    made = DiagnosticFactory(opened_at=now, **more)
    answered(made, **(dict.fromkeys(LEVERS, 2) | levels))
    return closed(made, now=now)
