"""Who is asked: the few members whose practice answers a question, each with the reason told to them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from math import log2

from django.db.models import Count
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alliage.accounts.models import Member
from alliage.codev.help_enums import MOST_A_MONTH, CallState
from alliage.codev.models import Answer, Call, Question, Unwanted
from alliage.codev.queries import questions
from alliage.directory.enums import EntryKind
from alliage.directory.models import Entry, EntryTerm
from alliage.directory.queries import matching, understanding
from alliage.notifications import queries as notifications
from alliage.notifications.enums import Frequency
from alliage.notifications.registry import kinds
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.territories import grammar
from alliage.territories.models import Territory
from alliage.territories.queries import containers
from alliage.territories.snapshot import Row, snapshot

LOOKED_AT = 24
ANSWERED = 1.5
MOST_REASONS = 3
WORDS = {
    Vocabulary.LEVIERS: gettext_lazy("votre fiche dit que vous travaillez le levier «\u00a0%(label)s\u00a0»"),
    Vocabulary.METIERS: gettext_lazy("votre fiche dit que vous exercez le métier «\u00a0%(label)s\u00a0»"),
    Vocabulary.MISSIONS: gettext_lazy("votre fiche dit que vous pratiquez la mission «\u00a0%(label)s\u00a0»"),
    Vocabulary.ODD: gettext_lazy("votre fiche dit que vous agissez pour l’objectif «\u00a0%(label)s\u00a0»"),
}


@dataclass
class Candidate:
    """`terms` are the subjects of the question that the entry of this member bears; `answered`, how often they answered on them."""

    member_id: int
    score: float = 0.0
    entry: Entry | None = None
    terms: list[Term] = field(default_factory=list)
    answered: int = 0


def month_of(now: datetime) -> str:
    return f"{now:%Y-%m}"


def candidates(question: Question, *, now: datetime) -> list[Candidate]:
    """Members who may be asked, the best first; never the author, who was asked already, who had enough this month or said no."""
    terms = questions.terms_of(question)
    found = _by_practice(question, terms, now)
    _add_those_who_answered(found, question, terms)
    members = _open(found, question, terms, now)
    kept = [found[member.pk] for member in members]
    return sorted(kept, key=lambda each: (-each.score, each.member_id))


def _by_practice(question: Question, terms: list[Term], now: datetime) -> dict[int, Candidate]:
    place = snapshot().by_id.get(question.territory_id) if question.territory_id else None
    wanted = understanding.understand("", chosen=[questions.code_of(term) for term in terms])
    held = list(Entry.objects.filter(kind=EntryKind.CATALYST, owner__is_active=True).values_list("pk", flat=True))
    matched = matching.find(wanted, place, need=question.text, today=localdate(now), limit=LOOKED_AT, among=held)
    scores = {each.shown.pk: each.score for each in (*matched.here, *matched.elsewhere)}
    entries = Entry.objects.filter(pk__in=scores).select_related("territory")
    bearing: dict[int, list[Term]] = {}
    for pk, term_id in EntryTerm.objects.filter(entry__in=scores, term__in=terms).values_list("entry_id", "term_id"):
        bearing.setdefault(pk, []).extend(term for term in terms if term.pk == term_id)
    return {
        entry.owner_id: Candidate(entry.owner_id, scores[entry.pk], entry, bearing.get(entry.pk, []))
        for entry in entries
        if entry.owner_id is not None
    }


def _add_those_who_answered(found: dict[int, Candidate], question: Question, terms: list[Term]) -> None:
    """Those who answered questions on the same subjects."""
    if not terms:
        return
    alike = Question.terms.through.objects.filter(term__in=terms).exclude(question=question.pk).values("question_id")
    given = Answer.objects.filter(
        question_id__in=alike, is_hidden=False, question__is_hidden=False, author__isnull=False
    )
    for member_id, count in given.values_list("author_id").annotate(count=Count("pk")).order_by("-count")[:LOOKED_AT]:
        one = found.setdefault(member_id, Candidate(member_id))
        one.answered = count
        one.score += ANSWERED * log2(1 + count)


def _open(found: dict[int, Candidate], question: Question, terms: list[Term], now: datetime) -> list[Member]:
    """Those of them who may be written to about this."""
    asked = Call.objects.filter(question=question).values("member_id")
    refusing = Unwanted.objects.filter(term__in=terms).values("member_id")
    full = Call.objects.filter(month=month_of(now), turn=MOST_A_MONTH).values("member_id")
    members = Member.objects.filter(pk__in=found, is_active=True).exclude(pk=question.author_id or 0)
    willing = list(members.exclude(pk__in=asked).exclude(pk__in=refusing).exclude(pk__in=full))
    kind = kinds.get("codev.question_sent")
    wanted = notifications.frequencies_of(kind, willing) if kind else {}
    return [member for member in willing if wanted.get(member.pk) != Frequency.NEVER]


def reasons(one: Candidate, question: Question) -> list[str]:
    """« Pourquoi vous »: what is true of them, in the second person."""
    said = [str(WORDS[Vocabulary(term.vocabulary)] % {"label": term.label}) for term in one.terms]
    if one.answered:
        words = ngettext(
            "vous avez déjà répondu à une question sur ce sujet",
            "vous avez déjà répondu à %(count)d questions sur ce sujet",
            one.answered,
        )
        said.insert(0, words % {"count": one.answered})
    place = _shared_place(one.entry.territory if one.entry else None, question.territory)
    if place:
        said.append(_("votre fiche vous situe au même endroit\u00a0: %(place)s") % {"place": place})
    return said[:MOST_REASONS] or [_("votre fiche parle de ce sujet")]


def _shared_place(own: Territory | None, asked: Territory | None) -> str:
    """The smallest territory that holds both."""
    if own is None or asked is None:
        return ""
    mine: list[Territory | Row] = [own, *containers(own)]
    around = {asked.pk, *(each.id for each in containers(asked))}
    return next((grammar.title(each) for each in mine if each.id in around), "")


def waiting_for(member: object, limit: int) -> list[Call]:
    """Questions sent to a member that wait for them; one query."""
    rows = Call.objects.filter(member=getattr(member, "pk", None), state=CallState.SENT, question__is_hidden=False)
    found = rows.filter(question__closed_at__isnull=True).select_related("question__territory", "question__author")
    return list(found.order_by("-sent_at", "-pk")[:limit])


def unwanted(member: Member) -> Iterable[Unwanted]:
    return Unwanted.objects.filter(member=member).select_related("term").order_by("term__vocabulary", "term__position")


def relevant_people() -> dict[int, Entry]:
    """Members with a page in the directory, by number: whom the weekly choice of questions is for. One query and one prefetch."""
    found = Entry.objects.filter(kind=EntryKind.CATALYST, owner__isnull=False, owner__is_active=True, is_hidden=False)
    entries = found.select_related("owner", "territory").prefetch_related("entry_terms")
    return {entry.owner_id: entry for entry in entries if entry.owner_id is not None}
