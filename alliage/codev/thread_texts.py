"""Five ready texts to begin a thread from: a label, and what one only has to complete."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReadyText(models.TextChoices):
    """What a text is for. A free text has none."""

    HELP = "help", _("demande d’aide")
    FEEDBACK = "feedback", _("retour")
    NEWS = "news", _("annonce")
    MINUTES = "minutes", _("compte rendu")
    SUBJECT = "subject", _("proposition de sujet")


BODIES = {
    ReadyText.HELP: _(
        "Ma situation, en quelques mots\u00a0:\n\nCe que j’ai déjà essayé\u00a0:\n\nCe que j’aimerais de vous\u00a0:\n"
    ),
    ReadyText.FEEDBACK: _(
        "Ce que nous avons fait, et où\u00a0:\n\nCe qui a marché\u00a0:\n\nCe qui n’a pas marché\u00a0:\n\n"
        "Ce que je referais autrement\u00a0:\n"
    ),
    ReadyText.NEWS: _(
        "Quoi\u00a0:\n\nQuand et où\u00a0:\n\nPour qui\u00a0:\n\nÀ qui répondre, avant quelle date\u00a0:\n"
    ),
    ReadyText.MINUTES: _(
        "Date et personnes présentes\u00a0:\n\nCe que nous avons dit\u00a0:\n\nCe que nous avons décidé\u00a0:\n\n"
        "Qui fait quoi, pour quand\u00a0:\n"
    ),
    ReadyText.SUBJECT: _(
        "Le sujet que je propose\u00a0:\n\nPourquoi il compte pour moi aujourd’hui\u00a0:\n\nCe qui presse\u00a0:\n\n"
        "Ce que j’attends du groupe\u00a0:\n"
    ),
}


def body_of(code: str) -> str:
    """The text to complete; nothing for a code that is none of ours."""
    return str(BODIES[ReadyText(code)]) if code in ReadyText.values else ""


def with_ready(text: str, code: str) -> str:
    """What was typed, with the ready text after it; a ready text left as it was gives its place. Nothing typed is lost."""
    typed = text.replace("\r\n", "\n").strip()
    body = body_of(code)
    return body if not typed or is_untouched(typed) else f"{typed}\n\n{body}"


def is_untouched(text: str) -> bool:
    """A ready text in which nothing was written."""
    return text.strip() in {str(body).strip() for body in BODIES.values()}
