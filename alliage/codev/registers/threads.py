"""What threads add to the folders below: notifications, files, reports, personal data."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.accounts.registry import PersonalData, personal_data
from alliage.codev import permissions, thread_mails
from alliage.codev.models import Message, MessageFile, Thread
from alliage.codev.queries import threads as queries
from alliage.codev.services import messages as services
from alliage.codev.services import widenings
from alliage.codev.services.attachments import FILE, PICTURE
from alliage.files.enums import Kind
from alliage.files.models import StoredFile
from alliage.files.registry import MEGABYTE, Purpose, purposes
from alliage.moderation.registry import Reportable, reportable
from alliage.notifications.registry import Message as Told
from alliage.notifications.registry import NotificationKind, kinds


def told(thread: Thread, _by: Any) -> Told:
    """The address alone: confidential kinds keep their label and the link."""
    return Told("", f"{thread.get_absolute_url()}#nouveau")


def may_read_file(user: Any, stored: StoredFile) -> bool:
    held = MessageFile.objects.select_related("message__thread__group").filter(file=stored).first()
    if held is None:
        return False
    found = permissions.standing(user, held.message.thread.group)
    return permissions.can_read_message(user, found, held.message)


def can_report(user: Any, message: Message) -> bool:
    found = permissions.standing(user, message.thread.group)
    return permissions.can_read_message(user, found, message) and message.removed_at is None


def author_of(message: Message) -> Any:
    """Whom a decision is told to: nobody when animators would learn who asked without saying a name."""
    return None if message.is_pseudonymous else message.author


def forget(member: Any) -> None:
    services.forget_member(member, now=timezone.now())


kinds.add(
    NotificationKind(
        thread_mails.TOLD,
        _("Un nouveau message dans votre groupe"),
        _("Ce qui s’écrit dans les échanges de vos groupes. Sur la page d’un groupe, vous choisissez pour lui seul."),
        default_frequency=thread_mails.DEFAULT_FREQUENCY,
        confidential=True,
        describe=told,
    )
)
kinds.add(
    NotificationKind(
        thread_mails.CALLED,
        _("On vous appelle dans votre groupe"),
        _("Quelqu’un écrit votre nom dans un échange d’un de vos groupes."),
        confidential=True,
        describe=told,
    )
)
kinds.add(
    NotificationKind(
        thread_mails.FLAGGED,
        _("Un message à regarder dans votre groupe"),
        _("Pour qui facilite un groupe\u00a0: une personne du groupe vous demande de regarder un message."),
        confidential=True,
        describe=told,
    )
)
kinds.add(
    NotificationKind(
        widenings.ASKED,
        _("On vous demande de partager une réponse"),
        _("Une question de votre groupe est posée à tout le réseau : vous seul décidez si votre réponse y va aussi."),
        confidential=True,
        describe=told,
    )
)
purposes.add(
    Purpose(
        code=FILE,
        label=_("fichier d’un échange de groupe"),
        kinds=frozenset({Kind.DOCUMENT, Kind.IMAGE, Kind.TABLE}),
        max_bytes=10 * MEGABYTE,
        may_read=may_read_file,
    )
)
purposes.add(
    Purpose(
        code=PICTURE,
        label=_("image d’une question posée sans dire son nom"),
        kinds=frozenset({Kind.IMAGE}),
        max_bytes=10 * MEGABYTE,
        may_read=may_read_file,
    )
)
reportable.add(
    Reportable(
        code="codev.message",
        model=Message,
        label=_("message d’un groupe"),
        can_see=can_report,
        hide=services.hide,
        restore=services.restore,
        url=Message.get_absolute_url,
        title=str,
        author=author_of,
    )
)
personal_data.add(PersonalData("codev.threads", _("Ce que j’écris dans mes groupes"), queries.personal_copy, forget))
