"""What the search holds of « Entraide »: questions and their answers, for members alone unless their author said everyone.

Nothing of a group is here: these tables never hold any. Authors are not among the words: who asked is read on the page.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from alliage.codev.help_enums import QuestionKind
from alliage.codev.models import Answer, Complement, Question
from alliage.codev.queries import questions
from alliage.codev.services.questions import SEARCHED
from alliage.search import places
from alliage.search.registry import MEMBERS, PUBLIC, Document, SearchableKind
from alliage.taxonomy.enums import Vocabulary

CHUNK = 200
FACETS = ("levier", "metier", "odd", "nature")
NAMES = {Vocabulary.LEVIERS: "levier", Vocabulary.METIERS: "metier", Vocabulary.ODD: "odd"}
SUMMARY = 240


def documents(ids: Sequence[int] | None) -> Iterator[Document]:
    found = Question.objects.filter(is_hidden=False).order_by("pk")
    if ids is not None:
        found = found.filter(pk__in=ids)
    said = Prefetch("complements", Complement.objects.filter(is_hidden=False))
    answers = Prefetch("answers", Answer.objects.filter(is_hidden=False).prefetch_related(said))
    for question in found.select_related("territory").prefetch_related("terms", answers).iterator(chunk_size=CHUNK):
        yield document(question)


def document(question: Question) -> Document:
    terms = questions.terms_of(question)
    answers = list(question.answers.all())
    said = [text for answer in answers for text in (answer.text, *(each.text for each in answer.complements.all()))]
    kind = str(QuestionKind(question.kind).label)
    count = ngettext("%(count)d réponse", "%(count)d réponses", question.answer_count) % {
        "count": question.answer_count
    }
    place = question.territory
    return Document(
        id=question.pk,
        title=question.title,
        url=question.get_absolute_url(),
        summary=" ".join(question.text.split())[:SUMMARY],
        body="\n\n".join([question.text, *said]),
        keywords=[kind, *(term.label for term in terms), *([place.name, place.postal_codes] if place else [])],
        facts=[kind.capitalize(), count, *([str(_("démonstration"))] if question.is_demo else [])],
        audiences=[PUBLIC if question.is_public else MEMBERS],
        places=places.of(place),
        weight=1.0 if question.accepted_id else 0.0,
        facets=[
            f"nature:{question.kind}",
            *(f"{NAMES[Vocabulary(term.vocabulary)]}:{term.code}" for term in terms if term.vocabulary in NAMES),
        ],
        dated_on=localtime(question.active_at).date(),
    )


def visible(viewer: Any) -> QuerySet[Question]:
    return questions.visible(viewer)


KIND = SearchableKind(
    code=SEARCHED,
    slug="entraide",
    label=_("question aux pairs"),
    label_plural=_("Entraide"),
    position=15,
    documents=documents,
    visible=visible,
    facets=FACETS,
    is_steady=True,
)
