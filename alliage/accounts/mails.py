"""Mails of accounts: codes, invitations, changes. Sent at once, never logged, never queued (they hold secrets)."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from smtplib import SMTPException
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _

from alliage.formats import mail
from alliage.refusals import Refusal

logger = logging.getLogger(__name__)


class MailNotSent(Refusal):
    """The mail server, or the folder of kept mails, does not take the mail."""


@contextmanager
def refusing_when_not_sent() -> Iterator[None]:
    """Turn the failure of a sending into words for the page. The log names the failure, never an address."""
    try:
        yield
    except (SMTPException, OSError) as error:
        logger.error("A mail could not be sent: %s.", type(error).__name__)  # noqa: TRY400 its trace holds addresses
        raise MailNotSent(
            _(
                "Le courrier n’est pas parti : le serveur de courrier ne répond pas. "
                "Attendez quelques minutes, puis recommencez."
            )
        ) from None


def build_mail(
    template_prefix: str, *, to: Sequence[str], context: dict[str, Any], headers: dict[str, str] | None = None
) -> EmailMultiAlternatives:
    """Build a mail (subject, text and HTML) from `<prefix>.html`."""
    return mail.render(f"{template_prefix}.html", context).message(to, headers=headers)
