"""Writes of questionnaires: created, revised, opened, answered, closed, forgotten."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from alliage.questionnaires import answers as reading
from alliage.questionnaires import links, respondents
from alliage.questionnaires.enums import OPENING_MOVES, OpeningState, Shows
from alliage.questionnaires.models import Opening, Questionnaire, Response, Version
from alliage.questionnaires.questions import clean_text, dump, read
from alliage.refusals import Refusal

LONGEST_TITLE = 200
LONGEST_INTRODUCTION = 5000
HIGHEST_FLOOR = 100


class QuestionnaireRefused(Refusal):
    """The rules of questionnaires say no."""


class AnswersRefused(QuestionnaireRefused):
    """Some answers are not right: `errors` says which, by code of question. Nothing was kept."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(_("Des réponses sont à revoir."))
        self.errors = errors


@dataclass(frozen=True)
class Terms:
    """How an opening is asked. The floor is how many answers it takes before any figure is shown."""

    is_anonymous: bool = True
    floor: int = 5
    shows: str = Shows.AT_END
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    has_link: bool = False


@dataclass(frozen=True)
class Scope:
    """The object of an upper folder that something is for."""

    code: str = ""
    id: str = ""


# --- Questions -----------------------------------------------------------------------------------------------------


@transaction.atomic
def create(
    title: str, questions: Any, *, introduction: str = "", scope: Scope | None = None, by: Any, now: datetime
) -> Questionnaire:
    """A questionnaire and its first version. `questions` as data, or as `questions.Question`s."""
    where = scope or Scope()
    found = Questionnaire.objects.create(
        title=_title(title),
        introduction=clean_text(introduction)[:LONGEST_INTRODUCTION],
        scope=where.code,
        scope_id=str(where.id),
        owner=by,
        created_at=now,
    )
    Version.objects.create(questionnaire=found, number=1, questions=_data(questions), created_at=now)
    return found


def _title(text: str) -> str:
    title = " ".join(clean_text(text).split())[:LONGEST_TITLE].strip()
    if not title:
        raise QuestionnaireRefused(_("Donnez un titre à ce questionnaire."))
    return title


def _data(questions: Any) -> list[dict[str, Any]]:
    """Data of questions that were read: what is stored always reads again."""
    return dump(read(dump(questions) if isinstance(questions, tuple) else questions))


@transaction.atomic
def revise(questionnaire: Questionnaire, questions: Any, *, by: Any, now: datetime) -> Version:  # noqa: ARG001 the name of every service
    """Write its questions: in the last version while nobody was asked it, else in a new one."""
    row = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    last = row.versions.order_by("-number")[0]
    data = _data(questions)
    if last.questions == data:
        return last
    if last.frozen_at is not None or last.openings.exists():
        return Version.objects.create(questionnaire=row, number=last.number + 1, questions=data, created_at=now)
    last.questions, last.created_at = data, now
    last.save(update_fields=["questions", "created_at"])
    return Version.objects.get(pk=last.pk)


# --- Openings ------------------------------------------------------------------------------------------------------


@transaction.atomic
def prepare(
    version: Version,
    terms: Terms | None = None,
    *,
    scope: Scope | None = None,
    by: Any,  # noqa: ARG001 as above
    now: datetime,
) -> Opening:
    """An opening that nobody answers yet; for the object of its questionnaire unless another is given."""
    said = terms or Terms()
    _check_terms(said)
    where = scope or Scope(version.questionnaire.scope, version.questionnaire.scope_id)
    seed = secrets.token_urlsafe(32) if said.has_link else None
    return Opening.objects.create(
        version=version,
        scope=where.code,
        scope_id=str(where.id),
        opens_at=said.opens_at,
        closes_at=said.closes_at,
        is_anonymous=said.is_anonymous,
        floor=said.floor,
        shows=said.shows,
        seed=seed,
        token_digest=links.digest(links.secret_from(seed)) if seed else None,
        created_at=now,
    )


def _check_terms(said: Terms) -> None:
    if said.shows not in Shows.values:
        raise QuestionnaireRefused(_("Dites à qui les résultats sont montrés."))
    if not 0 <= said.floor <= HIGHEST_FLOOR:
        raise QuestionnaireRefused(_("Le plancher va de 0 à %(count)d réponses.") % {"count": HIGHEST_FLOOR})
    if said.floor and said.shows == Shows.AT_ONCE:
        raise QuestionnaireRefused(
            _(
                "Avec un plancher, une consultation montre ses résultats à la clôture\u00a0: avant, on devinerait qui a répondu quoi."
            )
        )
    if said.opens_at and said.closes_at and said.closes_at <= said.opens_at:
        raise QuestionnaireRefused(_("La clôture vient après l’ouverture."))


def lock(opening: Opening) -> Opening:
    return Opening.objects.select_for_update(of=("self",)).select_related("version").get(pk=opening.pk)


def _move(row: Opening, state: str) -> None:
    if state not in OPENING_MOVES[row.state]:
        raise QuestionnaireRefused(
            _("Cette consultation est close\u00a0: elle ne se rouvre pas. Préparez-en une autre.")
            if row.is_closed
            else _("Cette consultation n’est pas encore ouverte.")
        )
    row.state = state


@transaction.atomic
def open_now(opening: Opening, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """People may answer. Twice is once."""
    row = lock(opening)
    if not row.is_open:
        _open(row, now=now)
    opening.refresh_from_db()


def _open(row: Opening, *, now: datetime) -> None:
    _move(row, OpeningState.OPEN)
    if row.closes_at and row.closes_at <= now:
        raise QuestionnaireRefused(_("La date de clôture est passée\u00a0: changez-la d’abord."))
    row.opened_at = now
    row.save(update_fields=["state", "opened_at"])
    Version.objects.filter(pk=row.version_id, frozen_at=None).update(frozen_at=now)


@transaction.atomic
def plan(opening: Opening, *, opens_at: datetime | None, closes_at: datetime | None, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """Change when it opens and closes, as long as it is not closed."""
    row = lock(opening)
    if row.is_closed:
        _move(row, OpeningState.OPEN)
    _check_terms(Terms(opens_at=opens_at, closes_at=closes_at))
    row.opens_at, row.closes_at = opens_at, closes_at
    row.save(update_fields=["opens_at", "closes_at"])
    opening.refresh_from_db()


@transaction.atomic
def close(opening: Opening, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """Nobody answers any more, for good; what was not sent is thrown away. Twice is once.

    Of an anonymous opening the answers are written again in an order drawn by lot, under random keys, at the moment of
    the end: from then on nobody, not even the site, tells who answered what.
    """
    row = lock(opening)
    if not row.is_closed:
        _close(row, now=now)
    opening.refresh_from_db()


def _close(row: Opening, *, now: datetime) -> None:
    _move(row, OpeningState.CLOSED)
    row.closed_at = now
    row.save(update_fields=["state", "closed_at"])
    row.responses.filter(answered_at=None).delete()
    if row.is_anonymous:
        _cut(row, now=now)
    else:
        row.responses.exclude(draft=None).update(draft=None)


def _cut(row: Opening, *, now: datetime) -> None:
    kept = list(row.responses.values_list("answers", flat=True))
    secrets.SystemRandom().shuffle(kept)
    row.responses.all().delete()
    Response.objects.bulk_create(
        [Response(opening=row, respondent=secrets.token_hex(32), answers=said, answered_at=now) for said in kept],
        batch_size=500,
    )


def move_due(now: datetime) -> None:
    """Open and close what was planned."""
    to_open = Q(state=OpeningState.PREPARED, opens_at__lte=now) & (Q(closes_at=None) | Q(closes_at__gt=now))
    for row in Opening.objects.filter(to_open | Q(state=OpeningState.OPEN, closes_at__lte=now)):
        _in_time(row, now=now)


def _is_over(row: Opening, now: datetime) -> bool:
    return row.closes_at is not None and row.closes_at <= now


def _is_due(row: Opening, now: datetime) -> bool:
    """Time opens or closes it."""
    if _is_over(row, now):
        return row.is_open
    return row.state == OpeningState.PREPARED and row.opens_at is not None and row.opens_at <= now


@transaction.atomic
def _in_time(opening: Opening, *, now: datetime) -> None:
    """Open or close it if it is still due once locked."""
    row = lock(opening)
    if not _is_due(row, now):
        return
    if row.is_open:
        _close(row, now=now)
    else:
        _open(row, now=now)


# --- Answers -------------------------------------------------------------------------------------------------------


def answer(
    opening: Opening, given: Mapping[str, Any], *, respondent: str, now: datetime, is_draft: bool = False
) -> Response:
    """Keep what someone answers (typed values, as answers.py says); sent again, it replaces what was there until the end.

    `is_draft`: kept for later, counted nowhere; what was already sent stays as it is. Raises AnswersRefused.
    """
    if _is_due(opening, now):
        # Apart: what time did to the opening stays done, even when the answer is refused.
        _in_time(opening, now=now)
    with transaction.atomic():
        row = lock(opening)
        if not row.is_open or _is_over(row, now):
            raise QuestionnaireRefused(_why_not(row, now))
        said = reading.check(row.version.read(), given, is_complete=not is_draft)
        if said.errors:
            raise AnswersRefused(said.errors)
        return _write(row, said.answers, key=respondents.key(row, respondent), now=now, is_draft=is_draft)


def _why_not(row: Opening, now: datetime) -> str:
    if row.is_closed or _is_over(row, now):
        return _("Cette consultation est close\u00a0: elle ne reçoit plus de réponses.")
    return _("Cette consultation n’est pas encore ouverte.")


def _write(row: Opening, said: dict[str, Any], *, key: str, now: datetime, is_draft: bool) -> Response:
    changes: dict[str, Any] = {"draft": said} if is_draft else {"answers": said, "draft": None, "answered_at": now}
    if row.is_anonymous and not is_draft:
        # When someone answered would tell who did.
        changes["answered_at"] = row.opened_at
    response, _is_new = Response.objects.update_or_create(opening=row, respondent=key, defaults=changes)
    return response


@transaction.atomic
def take_back(opening: Opening, *, respondent: str, now: datetime) -> None:
    """Someone takes their answer back, until the end. Twice is once."""
    row = lock(opening)
    if row.is_closed:
        raise QuestionnaireRefused(_why_not(row, now))
    row.responses.filter(respondent=respondents.key(row, respondent)).delete()


# --- Forgetting ----------------------------------------------------------------------------------------------------


@transaction.atomic
def erase_respondent(respondent: str, *, scope: str = "") -> None:
    """Forget all that somebody answered. In what is closed and anonymous nothing of theirs is left to find.

    Keys that an upper folder numbers itself (« p34 ») are those of its own openings: it gives its `scope`.
    """
    asked = Opening.objects.filter(scope=scope) if scope else Opening.objects.all()
    Response.objects.filter(respondent=respondent, opening__in=asked.filter(is_anonymous=False)).delete()
    keys = [respondents.key(row, respondent) for row in asked.filter(is_anonymous=True, state=OpeningState.OPEN)]
    Response.objects.filter(respondent__in=keys).delete()


@transaction.atomic
def forget_scope(scope: Scope) -> None:
    """Everything that was asked for an object that goes: questions, openings, answers."""
    Opening.objects.filter(scope=scope.code, scope_id=str(scope.id)).delete()
    Questionnaire.objects.filter(
        ~Exists(Opening.objects.filter(version__questionnaire=OuterRef("pk"))), scope=scope.code, scope_id=str(scope.id)
    ).delete()


@transaction.atomic
def forget_member(member: Any) -> None:
    """What they answered goes; what they wrote for others stays, without their name."""
    erase_respondent(respondents.of_member(member))
    Questionnaire.objects.filter(owner=member).update(owner=None)
