"""Reads the mailbox where answers arrive (IMAP), when the site has one of its own.

A mail is taken, then marked as read: cut between the two, it is read again, and known by its digest.
"""

import imaplib
import logging
import ssl
from collections.abc import Callable
from datetime import datetime
from urllib.parse import unquote, urlsplit

from django.conf import settings

from alliage.notifications.services.replies import receive

logger = logging.getLogger(__name__)
AT_ONCE = 100
TIMEOUT = 20


def read_mailbox(*, clock: Callable[[], datetime]) -> int:
    """Take what is unread; answers how many mails were read. Nothing is configured: zero."""
    if not settings.REPLY_MAILBOX or not settings.REPLY_ADDRESS:
        return 0
    box = _open()
    try:
        _state, found = box.search(None, "UNSEEN")
        numbers = found[0].split()[:AT_ONCE]
        for number in numbers:
            _state, parts = box.fetch(number, "(BODY.PEEK[])")
            raw = parts[0][1] if isinstance(parts[0], tuple) else b""
            outcome = receive(raw, now=clock())
            box.store(number, "+FLAGS", "\\Seen")
            logger.info("Answer by mail: %s", outcome.value)
        return len(numbers)
    finally:
        box.logout()


def _open() -> imaplib.IMAP4:
    at = urlsplit(settings.REPLY_MAILBOX)
    host, port = at.hostname or "localhost", at.port
    box: imaplib.IMAP4
    if at.scheme == "imaps":
        box = imaplib.IMAP4_SSL(host, port or 993, ssl_context=ssl.create_default_context(), timeout=TIMEOUT)
    else:
        box = imaplib.IMAP4(host, port or 143, timeout=TIMEOUT)
    box.login(unquote(at.username or ""), unquote(at.password or ""))
    box.select(at.path.lstrip("/") or "INBOX")
    return box
