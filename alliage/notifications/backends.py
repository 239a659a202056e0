"""The mail server of those who have none: every mail is kept in a folder, one file each."""

import secrets
import time
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

KEEP_SECONDS = 7 * 24 * 3600


class KeptMailBackend(BaseEmailBackend):
    """Write each mail as `<moment>-<random>.eml` under MAIL_DIR, and forget those older than a week."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.MAIL_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{time.time_ns()}-{secrets.token_hex(4)}"
            draft = folder / f"{name}.new"
            try:
                draft.write_bytes(message.message().as_bytes())
            except OSError:
                draft.unlink(missing_ok=True)  # a full disk keeps no half of it
                raise
            # A reader never sees half a mail.
            draft.replace(folder / f"{name}.eml")
        _forget_old(folder)
        return len(email_messages)


def _forget_old(folder: Path) -> None:
    oldest = (time.time() - KEEP_SECONDS) * 1e9
    for path in folder.glob("*.eml"):
        moment = path.name.partition("-")[0]
        if moment.isdigit() and int(moment) < oldest:
            path.unlink(missing_ok=True)
