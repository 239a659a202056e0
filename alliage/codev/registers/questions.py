"""What questions add: search, what is told, « mon espace », moderation, personal data, the panel « née d’une question »."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.accounts.models import Member
from alliage.accounts.registry import PersonalData, personal_data
from alliage.codev.help_permissions import can_answer
from alliage.codev.models import Call, Question
from alliage.codev.queries import answers, questions
from alliage.codev.searchable import KIND as SEARCHABLE
from alliage.codev.services import answers as giving
from alliage.codev.services import calls
from alliage.codev.services import questions as services
from alliage.codev.services.questions import QuestionRefused
from alliage.library.models import Resource
from alliage.library.registry import Panel, Section, panels
from alliage.moderation.registry import Reportable, reportable
from alliage.notifications.registry import Message, NotificationKind, Reply, kinds, replies
from alliage.search.registry import kinds as searchable_kinds

SHOWN = 3


def sent(call: Call, _by: Any) -> Message:
    """Its title and why; the text stays on its page."""
    why = "\u00a0; ".join(call.reasons)
    title = _("Une question pour vous\u00a0: %(title)s") % {"title": call.question.title}
    return Message(
        title, f"{call.question.get_absolute_url()}#pour-vous", _("Pourquoi vous\u00a0: %(why)s.") % {"why": why}
    )


def born(resource: Resource, request: HttpRequest) -> Section | None:
    """Where it comes from; the title for those who read the question. One query."""
    birth = answers.birth_of(resource)
    if birth is None:
        return None
    question = birth.answer.question
    readable = not question.is_hidden and (question.is_public or request.user.is_authenticated)
    context = {"title": question.title, "url": birth.answer.get_absolute_url()} if readable else {}
    return Section(_("Née d’une question"), "codev/question_born_panel.html", context)


def answer_by_mail(object_id: str, *, by: Any, text: str, now: Any, sent: str) -> str:
    """The answer to a question that was sent to somebody."""
    call = Call.objects.select_related("question").filter(pk=object_id, member=by).first()
    if call is None or not questions.readable(by).filter(pk=call.question_id).exists():
        raise QuestionRefused(_("Cette question n’est plus là."))
    if not can_answer(by, call.question):
        raise QuestionRefused(_("Vous ne pouvez pas répondre à cette question."))
    return giving.give(call.question, text, by=by, now=now, sent=sent).get_absolute_url()


def forget(member: Member) -> None:
    services.forget_member(member, now=timezone.now())


searchable_kinds.add(SEARCHABLE)
panels.add(Panel("codev.born", 35, born))
kinds.add(
    NotificationKind(
        calls.SENT,
        gettext_lazy("Questions que l’on m’adresse"),
        gettext_lazy("Une question du réseau répond à ce que vous pratiquez\u00a0: quatre par mois au plus."),
        describe=sent,
    )
)
replies.add(Reply(calls.SENT, answer_by_mail))
reportable.add(
    Reportable(
        code="codev.question",
        model=Question,
        label=gettext_lazy("question aux pairs"),
        can_see=lambda user, question: questions.readable(user).filter(pk=question.pk).exists(),
        hide=services.hide,
        restore=services.restore,
        url=Question.get_absolute_url,
        title=lambda question: str(question.title),
        author=lambda question: question.author,
    )
)
personal_data.add(
    PersonalData(
        "codev.questions", gettext_lazy("Entraide\u00a0: questions, réponses, veille"), services.export_of, forget
    )
)
