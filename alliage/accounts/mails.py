"""Mails of accounts: codes, invitations, changes. Sent at once, never logged, never queued (they hold secrets)."""

from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMultiAlternatives

from alliage.formats import mail


def build_mail(
    template_prefix: str, *, to: Sequence[str], context: dict[str, Any], headers: dict[str, str] | None = None
) -> EmailMultiAlternatives:
    """Build a mail (subject, text and HTML) from `<prefix>.html`."""
    return mail.render(f"{template_prefix}.html", context).message(to, headers=headers)
