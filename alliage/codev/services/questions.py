"""Writes of questions: posted, changed, corrected, shown to everyone, closed, withdrawn, hidden; what a leaving member leaves."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from alliage.codev.help_enums import ASKING, QuestionKind, Readers, Reuse
from alliage.codev.models import Answer, Call, Complement, HelpDraft, Question, Thank, Unwanted, WatchWeek
from alliage.codev.services import calls, help_drafts, watch
from alliage.directory.working_days import PARIS, zone_of
from alliage.refusals import Refusal
from alliage.search.services import changed
from alliage.taxonomy.models import Term
from alliage.territories.folding import fold
from alliage.territories.models import Territory

SEARCHED = "question"
LONGEST = 6000
LONGEST_TITLE = 140
GREETINGS = ("bonjour", "bonsoir", "salut", "hello", "chers", "cheres", "cher", "chere", "bien le bonjour")
# A sentence that ends so early says nothing of the question.
SHORTEST_TITLE = 12


class QuestionRefused(Refusal):
    """The rules of questions say no."""


@dataclass(frozen=True)
class Said:
    """What is posted: one text is enough."""

    text: str
    kind: str = QuestionKind.HELP
    readers: str = Readers.MEMBERS
    terms: Iterable[Term] = field(default=())
    territory: Territory | None = None


# --- Post ----------------------------------------------------------------------------------------------------------


def post(said: Said, *, by: Any, now: datetime, sent: str = "", tab: str = "") -> Question:
    """Post a question to the network, and send it to the few members whose practice answers it. The same display of a form
    posts once. What comes from a group comes here rewritten by its author, and by nobody else."""
    key = _key(sent, by.pk, said.text) if sent else None

    def make() -> Question:
        made = Question(author=by, sent_key=key, is_demo=by.is_demo, created_at=now, active_at=now, kind=said.kind)
        made.readers = Readers(said.readers)
        write(made, said, now=now)
        help_drafts.done_with(by, help_drafts.QUESTION, tab=tab, now=now)
        calls.call(made, now=now, most=calls.AT_FIRST)
        return made

    return once(Question, key, make)


def once(model: Any, key: str | None, make: Callable[[], Any]) -> Any:
    """What was already made from the same display of a form, even at this very moment, or what is made now."""
    same = model.objects.filter(sent_key=key).first() if key else None
    if same is not None:
        return same
    try:
        with transaction.atomic():
            return make()
    except IntegrityError:
        same = model.objects.filter(sent_key=key).first() if key else None
        if same is None:
            raise
        return same


def _key(*parts: Any) -> str:
    return sha256(repr(parts).encode(errors="replace")).hexdigest()


key_of = _key


def cleaned(text: str, longest: int = LONGEST) -> str:
    """A text as it is kept; refused when it says nothing, or too much."""
    kept = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()
    if not kept:
        raise QuestionRefused(_("Écrivez quelques mots."))
    if len(kept) > longest:
        raise QuestionRefused(_("Ce texte est trop long\u00a0: %(count)d caractères au plus.") % {"count": longest})
    return kept


def title_of(text: str) -> str:
    """The first line or sentence that says something: greetings do not."""
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    told = [line for line in lines if not _greets(line)] or lines
    sentence = _first_sentence(told[0])
    if len(sentence) <= LONGEST_TITLE:
        return sentence
    return f"{sentence[: LONGEST_TITLE - 1].rsplit(' ', 1)[0].rstrip(',;:–- ')}…"[:LONGEST_TITLE]


def _greets(line: str) -> bool:
    words = fold(line)
    return len(words) <= 40 and any(words == each or words.startswith(f"{each} ") for each in GREETINGS)


def _first_sentence(line: str) -> str:
    for spot, sign in enumerate(line):
        ends = sign in ".?!…" and (spot + 1 == len(line) or line[spot + 1] == " ")
        if ends and spot >= SHORTEST_TITLE:
            return line[: spot + 1].rstrip(".") if sign == "." else line[: spot + 1]
    return line.rstrip(".")


def write(question: Question, said: Said, *, now: datetime) -> None:
    """What is said of a question, the title and the days that follow from it; for those who hold its lock."""
    question.text = cleaned(said.text)
    question.title = title_of(question.text)
    question.territory = said.territory
    if question.kind in ASKING and question.watch_at is None:
        question.watch_at, question.subject_at = watch.due(question.created_at, zone=_zone(question))
    terms = list(said.terms)
    place = said.territory.name if said.territory else ""
    question.search_text = fold(" ".join([question.text, place, *(term.label for term in terms)]))
    question.save()
    question.terms.set(terms)
    changed(SEARCHED, [question.pk], now=now)


def _zone(question: Question) -> str:
    """Where its days are counted: its territory, else its author."""
    if question.territory is not None:
        return zone_of(question.territory)
    return question.author.time_zone if question.author is not None else PARIS


# --- Change --------------------------------------------------------------------------------------------------------


@transaction.atomic
def edit(question: Question, said: Said, *, now: datetime) -> None:
    """Change the text and what it is about; the earlier text stays readable."""
    row = lock(question)
    _refuse_closed(row)
    text = cleaned(said.text)
    if text != row.text:
        row.texts.create(text=row.text, written_at=row.edited_at or row.created_at, replaced_at=now)
        row.edited_at = now
    write(row, said, now=now)
    question.refresh_from_db()


@transaction.atomic
def correct(question: Question, terms: Iterable[Term], territory: Territory | None, *, now: datetime) -> None:
    """Correct what it is about, in one gesture; those whom it newly concerns are asked, within the cap."""
    row = lock(question)
    _refuse_closed(row)
    write(row, Said(text=row.text, terms=terms, territory=territory), now=now)
    if row.waits:
        calls.call(row, now=now, most=calls.AT_FIRST)
    question.refresh_from_db()


@transaction.atomic
def show_to(question: Question, readers: str, *, now: datetime) -> None:
    """Change who reads it. Answers of others were written for members: they never become public by this."""
    row = lock(question)
    others = Answer.objects.filter(question=row).exclude(author=row.author)
    said = Complement.objects.filter(answer__question=row).exclude(author=row.author)
    if readers == Readers.PUBLIC and row.readers != readers and (others.exists() or said.exists()):
        raise QuestionRefused(
            _(
                "Des membres ont répondu pour le réseau seulement\u00a0: leurs réponses ne peuvent pas devenir publiques."
            )
        )
    row.readers = Readers(readers)
    row.save(update_fields=["readers"])
    changed(SEARCHED, [row.pk], now=now)
    question.refresh_from_db()


@transaction.atomic
def say_reuse(question: Question, reuse: str) -> None:
    """Whether its own text may enter a resource."""
    Question.objects.filter(pk=question.pk).update(reuse=Reuse(reuse))
    question.refresh_from_db()


@transaction.atomic
def close(question: Question, *, now: datetime) -> None:
    """No more answers are awaited. Twice is once."""
    Question.objects.filter(pk=question.pk, closed_at=None).update(closed_at=now)
    changed(SEARCHED, [question.pk], now=now)
    question.refresh_from_db()


@transaction.atomic
def reopen(question: Question, *, now: datetime) -> None:
    Question.objects.filter(pk=question.pk).update(closed_at=None, active_at=now)
    changed(SEARCHED, [question.pk], now=now)
    question.refresh_from_db()


@transaction.atomic
def withdraw(question: Question, *, now: datetime) -> None:
    """Erase it, while nobody else wrote under it."""
    row = lock(question)
    if Answer.objects.filter(question=row).exclude(author=row.author).exists():
        raise QuestionRefused(
            _("Des personnes vous ont répondu\u00a0: vous pouvez clore cette question, ou en changer le texte.")
        )
    changed(SEARCHED, [row.pk], now=now)
    row.delete()


@transaction.atomic
def leave_subjects(question: Question, *, now: datetime) -> None:
    """No longer a subject of codevelopment: its author does not want it, or a group took it. It does not come back."""
    Question.objects.filter(pk=question.pk, subject_left_at=None).update(subject_left_at=now)
    question.refresh_from_db()


def hide(obj: Question, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the moderation's log knows who
    Question.objects.filter(pk=obj.pk).update(is_hidden=True)
    changed(SEARCHED, [obj.pk], now=now)


def restore(obj: Question, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    Question.objects.filter(pk=obj.pk).update(is_hidden=False)
    changed(SEARCHED, [obj.pk], now=now)


def lock(question: Question) -> Question:
    return Question.objects.select_for_update(of=("self",)).select_related("author", "territory").get(pk=question.pk)


def _refuse_closed(row: Question) -> None:
    if row.closed_at is not None:
        raise QuestionRefused(_("Cette question est close\u00a0: rouvrez-la d’abord. Rien n’a été changé."))


# --- The account closes --------------------------------------------------------------------------------------------


@transaction.atomic
def forget_member(member: Any, *, now: datetime) -> None:
    """What nobody answered goes; what others answered, and what one answered them, stays unsigned, without its earlier texts."""
    mine = Question.objects.filter(author=member)
    answered = Answer.objects.exclude(author=member).values("question_id")
    changed(SEARCHED, mine.values_list("pk", flat=True), now=now)
    said = Answer.objects.filter(author=member).exclude(question__in=mine).values_list("question_id", flat=True)
    changed(SEARCHED, said, now=now)
    mine.exclude(pk__in=answered).delete()
    for question in mine:
        question.texts.all().delete()
    for answer in Answer.objects.filter(author=member):
        answer.texts.all().delete()
    mine.update(author=None, accepted_by=None)
    Question.objects.filter(accepted_by=member).update(accepted_by=None)
    Answer.objects.filter(author=member).update(author=None)
    Complement.objects.filter(author=member).update(author=None)
    for thank in Thank.objects.filter(member=member):
        Answer.objects.filter(pk=thank.answer_id).update(thanks_count=F("thanks_count") - 1)
    for table in (Thank, Call, Unwanted, WatchWeek, HelpDraft):
        table.objects.filter(member=member).delete()


def export_of(member: Any) -> dict[str, Any]:
    """What a member wrote here and what was sent to them, for their own copy."""
    of = Q(author=member)
    return {
        "questions": list(Question.objects.filter(of).order_by("pk").values("kind", "readers", "text", "created_at")),
        "reponses": list(Answer.objects.filter(of).order_by("pk").values("question_id", "text", "reuse", "created_at")),
        "complements": list(Complement.objects.filter(of).order_by("pk").values("answer_id", "text", "created_at")),
        "mercis": list(Thank.objects.filter(member=member).order_by("pk").values("answer_id", "created_at")),
        "questions_recues": list(
            Call.objects.filter(member=member).order_by("pk").values("question_id", "reasons", "state", "sent_at")
        ),
        "sujets_sans_envoi": list(
            Unwanted.objects.filter(member=member).order_by("pk").values_list("term__label", flat=True)
        ),
        "semaines_de_veille": list(WatchWeek.objects.filter(member=member).values_list("monday", flat=True)),
        "brouillons": list(HelpDraft.objects.filter(member=member).order_by("pk").values("place", "kept", "saved_at")),
    }
