"""« En faire une ressource »: a proposal of the library begun from an answer, with the texts of those who agree, and no other."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliage.codev.help_enums import REUSABLE, Reuse
from alliage.codev.models import Answer, Birth, Question
from alliage.codev.services.answers import AnswerRefused
from alliage.library.content import LONGEST, Content
from alliage.library.enums import WRITABLE, ResourceKind
from alliage.library.models import Proposal
from alliage.library.services import contributing, proposals
from alliage.notifications.services import notify
from alliage.taxonomy.enums import Vocabulary

REUSE = "codev.answer_reuse"
BEFORE, AFTER = "contexte", "deroulement"
LISTS = {Vocabulary.LEVIERS: "leviers", Vocabulary.METIERS: "metiers", Vocabulary.ODD: "odd"}


def begin(answer: Answer, *, by: Any, now: datetime) -> Birth:
    """Begin a resource, once: `by` writes it, as any draft of theirs. Who has not said is asked."""
    already = Birth.objects.filter(answer=answer).select_related("resource").first()
    if already is not None:
        return already
    try:
        with transaction.atomic():
            return _begin(answer, by=by, now=now)
    except IntegrityError:
        return Birth.objects.select_related("resource").get(answer=answer)


def _begin(answer: Answer, *, by: Any, now: datetime) -> Birth:
    question = answer.question
    proposal = proposals.begin(_content(answer, by=by), by=by, now=now, is_demo=by.is_demo)
    made = Birth.objects.create(answer=answer, resource=proposal.resource, by=by, created_at=now)
    for text in (answer, question):
        author = text.author
        if author is not None and author != by and text.reuse == Reuse.ASK:
            notify(author, REUSE, answer, by=by, now=now)
    return made


def _content(answer: Answer, *, by: Any) -> Content:
    question = answer.question
    terms: dict[str, list[str]] = {name: [] for name in LISTS.values()}
    for term in question.terms.all():
        if term.vocabulary in LISTS:
            terms[LISTS[Vocabulary(term.vocabulary)]].append(term.code)
    place = question.territory
    sections, authors = {}, []
    for code, text in ((BEFORE, question), (AFTER, answer)):
        if _may_use(text, by):
            sections[code] = text.text
        authors += _credited(text, by)
    title = question.title if _may_use(question, by) else _("Sans titre")
    return {
        "kind": ResourceKind.FEEDBACK.value,
        "title": title[: LONGEST["title"]],
        "licence": contributing.UNTIL_CHOSEN,
        "sections": sections,
        "authors": _once(authors),
        "territories": [f"{place.kind}:{place.code}"] if place is not None and _may_use(question, by) else [],
        **terms,
    }


def _may_use(text: Question | Answer, by: Any) -> bool:
    return text.author_id == by.pk or text.reuse in REUSABLE


def _credited(text: Question | Answer, by: Any) -> list[dict[str, str]]:
    """Its author as one of the resource, when they agree to be named; who begins it signs what they wrote."""
    author = text.author
    if author is None or not (author == by or text.reuse == Reuse.NAMED):
        return []
    return contributing.author_of(author)


def _once(authors: list[dict[str, str]]) -> list[dict[str, str]]:
    found = {(each["name"], each["entry"]): each for each in authors}
    return list(found.values())


@transaction.atomic
def say_reuse(answer: Answer, reuse: str, *, now: datetime) -> bool:
    """Whether one's answer may enter a resource. When one was begun and is still being written, the text joins it at once: True.

    What has already joined it is not taken out from here: it is in the hands of who writes.
    """
    row = Answer.objects.select_for_update(of=("self",)).select_related("author").get(pk=answer.pk)
    used = row.reuse in REUSABLE
    birth = Birth.objects.filter(answer=row).select_related("resource").first()
    if birth is not None and used and reuse not in REUSABLE:
        raise AnswerRefused(
            _(
                "Votre texte est déjà dans une ressource\u00a0: demandez à qui l’écrit de l’en retirer. Rien n’a été changé."
            )
        )
    row.reuse = Reuse(reuse)
    row.save(update_fields=["reuse"])
    answer.refresh_from_db()
    if birth is None or row.reuse not in REUSABLE:
        return False
    return _join(row, birth, now=now)


def _join(answer: Answer, birth: Birth, *, now: datetime) -> bool:
    """Add the text, and the name when it is agreed, to the proposal that is being written."""
    proposal = Proposal.objects.filter(resource=birth.resource, state__in=WRITABLE).first()
    if proposal is None:
        return False
    content = proposal.content
    sections = dict(content["sections"])
    if answer.text not in sections.get(AFTER, ""):
        sections[AFTER] = f"{sections.get(AFTER, '')}\n\n{answer.text}".strip()
    authors = _once([*content["authors"], *_credited(answer, birth.by)]) if birth.by is not None else content["authors"]
    said = {**content, "sections": sections, "authors": authors}
    proposals.write(proposal, said, token=proposal.token, by=proposal.author, now=now, note=proposal.note)
    return True


def foreseen(answer: Answer, *, by: Any) -> list[dict[str, Any]]:
    """What a resource begun by this member would hold of the question and of the answer, and under whose name."""
    return [
        {
            "is_question": text is not answer,
            "is_used": _may_use(text, by),
            "is_mine": text.author_id == by.pk,
            "is_named": bool(_credited(text, by)),
            "name": text.author.get_full_name() if text.author is not None else "",
            "is_asked": text.author is not None and text.author != by and text.reuse == Reuse.ASK,
        }
        for text in (answer.question, answer)
    ]
