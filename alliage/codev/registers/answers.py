"""What answers add: what is told to those who ask and to those who answer, and moderation."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.codev.models import Answer, Complement
from alliage.codev.queries import questions
from alliage.codev.services import answers as services
from alliage.codev.services import births
from alliage.codev.services.questions import QuestionRefused
from alliage.moderation.registry import Reportable, reportable
from alliage.notifications.registry import Message, NotificationKind, Reply, kinds, replies


def _about(said: str, answer: Answer) -> Message:
    """The title of the question; what was written stays on its page."""
    return Message(said % {"title": answer.question.title}, answer.get_absolute_url())


def answered(answer: Answer, _by: Any) -> Message:
    return _about(_("Une réponse à votre question\u00a0: %(title)s"), answer)


def completed(answer: Answer, _by: Any) -> Message:
    return _about(_("Votre réponse a été complétée\u00a0: %(title)s"), answer)


def accepted(answer: Answer, _by: Any) -> Message:
    return _about(_("Votre réponse a servi\u00a0: %(title)s"), answer)


def reused(answer: Answer, _by: Any) -> Message:
    said = _about(_("Une ressource commence à partir de cette question\u00a0: %(title)s"), answer)
    return Message(said.title, said.url, _("Votre texte n’y entre que si vous le dites, avec ou sans votre nom."))


def complete_by_mail(object_id: str, *, by: Any, text: str, now: Any, sent: str) -> str:
    """Who asked, or who answered, adds a few words to an answer."""
    answer = Answer.objects.select_related("question", "author").filter(pk=object_id).first()
    if answer is None or not can_see(by, answer):
        raise QuestionRefused(_("Cette réponse n’est plus là."))
    return services.complete(answer, text, by=by, now=now, sent=sent).get_absolute_url()


def can_see(user: Any, answer: Answer) -> bool:
    return not answer.is_hidden and questions.readable(user).filter(pk=answer.question_id).exists()


def can_see_complement(user: Any, complement: Complement) -> bool:
    return not complement.is_hidden and can_see(user, complement.answer)


_KINDS = (
    (
        services.ANSWERED,
        gettext_lazy("Réponses à mes questions"),
        gettext_lazy("Quelqu’un répond à une question que vous avez posée dans «\u00a0Entraide\u00a0»."),
        answered,
    ),
    (
        services.COMPLETED,
        gettext_lazy("Mes réponses complétées"),
        gettext_lazy("Quelqu’un ajoute quelques lignes sous l’une de vos réponses."),
        completed,
    ),
    (
        services.ACCEPTED,
        gettext_lazy("Mes réponses qui ont servi"),
        gettext_lazy("La personne qui demandait dit que votre réponse lui a servi."),
        accepted,
    ),
    (
        births.REUSE,
        gettext_lazy("Mes textes dans une ressource"),
        gettext_lazy(
            "Une ressource est commencée à partir d’une question où vous avez écrit\u00a0: votre accord est demandé."
        ),
        reused,
    ),
)
for _code, _label, _help, _describe in _KINDS:
    kinds.add(NotificationKind(_code, _label, _help, describe=_describe))
for _code in (services.ANSWERED, services.COMPLETED, services.ACCEPTED):
    replies.add(Reply(_code, complete_by_mail))
reportable.add(
    Reportable(
        code="codev.answer",
        model=Answer,
        label=gettext_lazy("réponse d’entraide"),
        can_see=can_see,
        hide=services.hide,
        restore=services.restore,
        url=Answer.get_absolute_url,
        title=lambda answer: str(answer.question.title),
        author=lambda answer: answer.author,
    )
)
reportable.add(
    Reportable(
        code="codev.complement",
        model=Complement,
        label=gettext_lazy("complément d’une réponse"),
        can_see=can_see_complement,
        hide=services.hide_complement,
        restore=services.restore_complement,
        url=Complement.get_absolute_url,
        title=lambda complement: str(complement.answer.question.title),
        author=lambda complement: complement.author,
    )
)
