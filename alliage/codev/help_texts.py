"""The five ready texts of « Entraide »: a beginning to fill, never a form to obey. The first line becomes the title."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliage.codev.help_enums import QuestionKind


@dataclass(frozen=True)
class ReadyText:
    """`label` is on the button; `text` is what it writes in the box."""

    kind: QuestionKind
    label: str | Promise
    text: str | Promise


READY = (
    ReadyText(
        QuestionKind.HELP,
        _("Demande d’aide"),
        _(
            "Je cherche de l’aide pour…\n\nOù nous en sommes\u00a0:\n\nCe que nous avons déjà essayé\u00a0:\n\nCe qui nous aiderait\u00a0:"
        ),
    ),
    ReadyText(
        QuestionKind.STORY,
        _("Retour"),
        _(
            "Retour sur…\n\nCe que nous avons fait\u00a0:\n\nCe qui a marché, ce qui n’a pas marché\u00a0:\n\nCe que nous referions autrement\u00a0:"
        ),
    ),
    ReadyText(
        QuestionKind.NOTICE,
        _("Annonce"),
        _("À noter…\n\nQuoi, pour qui\u00a0:\n\nQuand et où\u00a0:\n\nPour en savoir plus\u00a0:"),
    ),
    ReadyText(
        QuestionKind.MINUTES,
        _("Compte rendu"),
        _(
            "Compte rendu de…\n\nCe qui a été dit\u00a0:\n\nCe qui est décidé\u00a0:\n\nLa suite, et qui s’en charge\u00a0:"
        ),
    ),
    ReadyText(
        QuestionKind.SUBJECT,
        _("Proposition de sujet"),
        _(
            "J’aimerais travailler avec d’autres sur…\n\nPourquoi maintenant\u00a0:\n\nCe que j’attends d’un groupe\u00a0:"
        ),
    ),
)


def ready_text(kind: str) -> str:
    return next((str(each.text) for each in READY if each.kind == kind), "")


def with_ready_text(typed: str, kind: str) -> str:
    """The box once a ready text is asked: what was typed stays, another ready text that nobody filled gives way."""
    typed = typed.replace("\r\n", "\n").strip()
    ready = ready_text(kind)
    if not typed or any(typed == str(each.text).strip() for each in READY):
        return ready
    return typed if ready in typed else f"{typed}\n\n{ready}"
