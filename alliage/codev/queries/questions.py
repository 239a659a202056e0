"""Reads of questions: who may read which, the list and its filters, what is said on a page. Nothing of a group is ever here."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from alliage.accounts.permissions import is_animator
from alliage.codev.help_enums import ASKING, QuestionKind, Readers
from alliage.codev.models import Call, Question
from alliage.directory.enums import EntryKind, Visibility
from alliage.directory.filters import Place, place_of
from alliage.directory.models import Entry
from alliage.directory.queries.alliances import in_territory
from alliage.prepared import Prepared
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.territories import grammar
from alliage.territories.folding import fold
from alliage.territories.models import Territory

PER_PAGE = 20
LONGEST = 200
MOST_WORDS = 6
UNANSWERED, MINE = "sans-reponse", "les-miennes"
VIEWS = (UNANSWERED, MINE)
# Vocabularies of what a question is about, in the order of its page.
SUBJECTS = (Vocabulary.LEVIERS, Vocabulary.METIERS, Vocabulary.MISSIONS, Vocabulary.ODD)
Questions = QuerySet[Question]


# --- Who reads what ------------------------------------------------------------------------------------------------


def public() -> Questions:
    """What everyone reads, and all that exports, feeds and the home page may hold."""
    return Question.objects.filter(readers=Readers.PUBLIC, is_hidden=False)


def visible(viewer: Any) -> Questions:
    """What this person reads: members read all of them, others those that are for everyone."""
    return _visible(to_members=_reads_all(viewer))


def _reads_all(viewer: Any) -> bool:
    return bool(viewer is not None and viewer.is_authenticated and viewer.is_active)


def _visible(*, to_members: bool) -> Questions:
    return Question.objects.filter(is_hidden=False) if to_members else public()


def readable(viewer: Any) -> Questions:
    """The same, and one's own that was hidden; animators read what they hid."""
    if not _reads_all(viewer):
        return public()
    if is_animator(viewer):
        return Question.objects.all()
    return Question.objects.filter(Q(is_hidden=False) | Q(author=viewer.pk))


def question(pk: int, viewer: Any) -> Question | None:
    found = readable(viewer).filter(pk=pk).select_related("territory", "author", "accepted_by")
    return found.prefetch_related("terms").first()


# --- Filters -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """The filters of `/entraide/`, as the address says them."""

    q: str = ""
    kind: str = ""
    levier: str = ""
    territory: Place | None = None
    view: str = ""

    def parameters(self) -> dict[str, str]:
        place = f"{self.territory.kind}:{self.territory.code}" if self.territory else ""
        said = {"q": self.q, "nature": self.kind, "levier": self.levier, "territoire": place, "etat": self.view}
        return {name: value for name, value in said.items() if value}

    def query(self) -> str:
        return urlencode(self.parameters(), safe=":")

    def without(self, name: str) -> "Asked":
        if name == "territoire":
            return replace(self, territory=None)
        attribute = {"nature": "kind", "etat": "view"}.get(name, name)
        changed: dict[str, Any] = {attribute: ""}
        return replace(self, **changed)

    def labels(self) -> list[tuple[str, str]]:
        """Name and words of each filter in force; the view is said by tabs."""
        term = taxonomy.term(Vocabulary.LEVIERS, self.levier)
        said = {
            "q": f"«\u00a0{self.q}\u00a0»",
            "nature": str(QuestionKind(self.kind).label).capitalize() if self.kind else "",
            "levier": term.label if term else "",
            "territoire": grammar.title(self.territory) if self.territory else "",
        }
        return [(name, said[name]) for name in self.parameters() if name in said]


def asked(given: Any) -> Asked:
    """Read an address; what names nothing is left out."""
    names = ("q", "nature", "levier", "territoire", "lieu", "etat")
    words = {name: " ".join(str(given.get(name, "")).replace("\0", "").split())[:LONGEST] for name in names}
    if "lieu" in given and not words["lieu"]:
        words["territoire"] = ""
    return Asked(
        q=words["q"],
        kind=words["nature"] if words["nature"] in QuestionKind.values else "",
        levier=words["levier"] if taxonomy.term(Vocabulary.LEVIERS, words["levier"]) else "",
        territory=place_of(words),
        view=words["etat"] if words["etat"] in VIEWS else "",
    )


def filtered(found: Questions, wanted: Asked, viewer: Any) -> Questions:
    for word in fold(wanted.q).split()[:MOST_WORDS]:
        found = found.filter(search_text__contains=word)
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.levier:
        found = found.filter(_about(Vocabulary.LEVIERS, wanted.levier))
    if wanted.territory:
        found = found.filter(in_territory(wanted.territory))
    if wanted.view == UNANSWERED:
        found = found.filter(waiting_rows())
    if wanted.view == MINE:
        found = found.filter(author=viewer.pk)
    return found


def _about(vocabulary: str, code: str) -> Exists:
    term = taxonomy.term(vocabulary, code)
    rows = Question.terms.through.objects.filter(question_id=OuterRef("pk"), term_id=term.pk if term else 0)
    return Exists(rows)


def waiting_rows() -> Q:
    """Those that wait for a first answer: the same answer as `Question.waits`."""
    return Q(kind__in=ASKING, answer_count=0, closed_at__isnull=True, is_hidden=False)


# --- Lists ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Counts:
    total: int
    unanswered: int
    mine: int


def counts(wanted: Asked, viewer: Any) -> Counts:
    """How many each tab holds, in one query."""
    found = filtered(visible(viewer), replace(wanted, view=""), viewer)
    return Counts(
        **found.order_by().aggregate(
            total=Count("pk"),
            unanswered=Count("pk", filter=waiting_rows()),
            mine=Count("pk", filter=Q(author=viewer.pk) if viewer.is_authenticated else Q(pk=None)),
        )
    )


def rows(wanted: Asked, viewer: Any) -> Questions:
    return with_details(filtered(visible(viewer), wanted, viewer)).order_by("-active_at", "-pk")


def with_details(found: Questions) -> Questions:
    return found.select_related("territory", "author").prefetch_related("terms")


def exported(wanted: Asked) -> Questions:
    """What anyone may take away: only what is for everyone, whoever asks."""
    return with_details(filtered(public(), replace(wanted, view=wanted.view if wanted.view == UNANSWERED else ""), None)).order_by("-created_at", "-pk")  # fmt: skip


def unanswered(viewer: Any, limit: int) -> list[Question]:
    """Those that wait for a first answer, the oldest of the last ones first; one query."""
    return list(reversed(_unanswered(limit, to_members=_reads_all(viewer))()))


@cache
def _unanswered(limit: int, *, to_members: bool) -> Prepared:
    """Written once: the home page asks it."""
    return Prepared(
        lambda: (
            _visible(to_members=to_members)
            .filter(waiting_rows())
            .select_related("territory")
            .only(*_ON_A_LINE)
            .order_by("-created_at", "-pk")[:limit]
        )
    )


_ON_A_LINE = (
    "kind", "readers", "title", "answer_count", "closed_at", "created_at", "is_demo", "is_hidden",
    "territory__kind", "territory__code", "territory__name", "territory__nature", "territory__article_code",
)  # fmt: skip


def subjects(viewer_limit: int) -> list[Question]:
    """Questions proposed as subjects of codevelopment, the oldest first: for those who facilitate."""
    found = Question.objects.filter(
        is_hidden=False, subject_since__isnull=False, subject_left_at__isnull=True, closed_at__isnull=True
    )
    return list(with_details(found).order_by("subject_since", "pk")[:viewer_limit])


def late(now: datetime) -> Questions:
    """Without an answer after the delay of the watch: what an animator's desk counts."""
    return Question.objects.filter(waiting_rows(), watch_at__lte=now)


# --- What is said of one -------------------------------------------------------------------------------------------


def terms_of(asked_question: Question) -> list[Term]:
    """What it is about, in the order of the vocabularies; from memory once `terms` was prefetched."""
    numbers = {term.pk for term in asked_question.terms.all()}
    return [term for vocabulary in SUBJECTS for term in taxonomy.terms(vocabulary) if term.pk in numbers]


def code_of(term: Term) -> str:
    return f"{term.vocabulary}:{term.code}"


@dataclass(frozen=True)
class Person:
    """Someone who speaks: the name of the account, and the page that they show to whoever reads."""

    name: str
    url: str = ""


def people(members: Iterable[Any], viewer: Any) -> dict[int, Person]:
    """Names of those who speak on a page, by number; one query, none for nobody."""
    known = {each.pk: each for each in members if each is not None}
    if not known:
        return {}
    levels = [Visibility.PUBLIC] + ([Visibility.MEMBERS] if viewer.is_authenticated else [])
    entries = Entry.objects.filter(owner__in=known, kind=EntryKind.CATALYST, is_hidden=False, visibility__in=levels)
    urls = {entry.owner_id: entry.get_absolute_url() for entry in entries.only("owner_id", "kind", "slug")}
    return {pk: Person(each.get_full_name(), urls.get(pk, "")) for pk, each in known.items()}


def gone() -> Person:
    return Person(_("Quelqu’un qui a quitté le réseau"))


def call_of(asked_question: Question, viewer: Any) -> Call | None:
    """That it was sent to this person."""
    if not viewer.is_authenticated:
        return None
    return Call.objects.filter(question=asked_question, member=viewer.pk).first()


def record(asked_question: Question) -> dict[str, Any]:
    """A question that everyone reads, as plain data. Who asks is on its page, not in files that travel."""
    place: Territory | None = asked_question.territory
    terms = terms_of(asked_question)
    return {
        "id": asked_question.pk,
        "kind": asked_question.kind,
        "kind_label": str(QuestionKind(asked_question.kind).label),
        "title": asked_question.title,
        "text": asked_question.text,
        "leviers": [term.code for term in terms if term.vocabulary == Vocabulary.LEVIERS],
        "metiers": [term.code for term in terms if term.vocabulary == Vocabulary.METIERS],
        "odd": [term.code for term in terms if term.vocabulary == Vocabulary.ODD],
        "territory_kind": place.kind if place else None,
        "territory_code": place.code if place else None,
        "territory_name": place.name if place else None,
        "answers": asked_question.answer_count,
        "is_answered": asked_question.accepted_id is not None,
        "asked_on": asked_question.created_at.date(),
        "last_on": asked_question.active_at.date(),
        "is_demo": asked_question.is_demo,
        "url": settings.ORIGIN + asked_question.get_absolute_url(),
    }
