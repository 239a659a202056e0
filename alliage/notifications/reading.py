"""Reads a mail sent in answer to ours: to what it answers, who sent it, what they typed above the text they answer to.

Nothing here trusts the mail: its sender can be forged, which is why the address it answers to is secret (`reply_address`).
"""

import base64
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr
from hashlib import sha256
from html.parser import HTMLParser

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

_SALT = "alliage.notifications.reply"
# What our mails say above everything else: mail programs quote it, so that what is above is what was typed.
_MARKED = re.compile(r"Répondez au-dessus de cette ligne")
# How programs announce what they quote, when they left our line out (RFC 3676 for the signature).
_QUOTED = re.compile(
    r"^(Le .{4,200} a écrit\s*:|On .{4,200} wrote:|-{2,} ?(Message d.origine|Original Message).*|_{10,}|De\s*:\s.*@.*|-- )$"
)
_TAGS_OF_LINES = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "blockquote"}
_UNSEEN = {"style", "script", "head", "title"}
LONGEST = 1_000_000


def mark() -> str:
    return _("— Répondez au-dessus de cette ligne —")


def reply_address(notification_pk: int) -> str:
    """Where the answer to one notification goes: « reponses+r1f-abcd…@exemple.fr ». 32 letters of proof, whatever their case."""
    box, _at, host = settings.REPLY_ADDRESS.partition("@")
    return f"{box}+r{notification_pk:x}-{_proof(notification_pk)}@{host}"


def _proof(notification_pk: int) -> str:
    signed = salted_hmac(_SALT, str(notification_pk), algorithm="sha256").digest()[:20]
    return base64.b32encode(signed).decode().lower()


@dataclass(frozen=True)
class Received:
    """A mail as we understood it. `notification_pk` is None when no address of it is one of ours."""

    notification_pk: int | None
    sender: str
    text: str
    digest: str
    is_automatic: bool = False
    has_files: bool = False


def read(raw: bytes) -> Received:
    """Never raises: a mail that cannot be read answers nothing."""
    try:
        message = message_from_bytes(raw[:LONGEST], policy=policy.default)
        return Received(
            notification_pk=_answered(message),
            sender=parseaddr(str(message.get("From", "")))[1].lower(),
            text=_typed(message),
            digest=sha256(str(message.get("Message-ID", "")).encode() or raw).hexdigest(),
            is_automatic=_is_automatic(message),
            has_files=any(True for _part in message.iter_attachments()),
        )
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):  # what the library raises on broken mails
        return Received(None, "", "", sha256(raw).hexdigest(), is_automatic=True)


def _answered(message: EmailMessage) -> int | None:
    box, _at, host = settings.REPLY_ADDRESS.lower().partition("@")
    ours = re.compile(rf"{re.escape(box)}\+r([0-9a-f]{{1,15}})-([a-z2-7]{{32}})@{re.escape(host)}")
    named = [
        str(value) for name in ("To", "Cc", "Delivered-To", "X-Original-To") for value in message.get_all(name, [])
    ]
    for _name, address in getaddresses(named):
        found = ours.fullmatch(address.lower())
        if found and constant_time_compare(found[2], _proof(int(found[1], 16))):
            return int(found[1], 16)
    return None


def _is_automatic(message: EmailMessage) -> bool:
    """Out-of-office, lists, errors: answered by nobody, and never by us (RFC 3834)."""
    submitted = str(message.get("Auto-Submitted", "no")).strip().lower()
    return (
        not submitted.startswith("no")
        or str(message.get("Precedence", "")).strip().lower() in {"bulk", "junk", "list", "auto_reply"}
        or any(message.get(name) for name in ("List-Id", "X-Autoreply", "X-Autorespond"))
        or str(message.get("Return-Path", "")).strip() == "<>"
    )


def _typed(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    content = str(body.get_content())
    if body.get_content_type() == "text/html":
        reader = _Text()
        reader.feed(content)
        reader.close()
        content = "".join(reader.written)
    return above(content)


def above(content: str) -> str:
    """What was typed, without what it answers to."""
    lines = content.replace("\r\n", "\n").split("\n")
    kept: list[str] = []
    for rank, line in enumerate(lines):
        joined = f"{line} {lines[rank + 1]}".strip() if rank + 1 < len(lines) else line.strip()
        if _MARKED.search(line) or _QUOTED.match(line.rstrip("\n")) or _QUOTED.match(joined):
            break
        kept.append(line.rstrip())
    while kept and (not kept[-1] or kept[-1].startswith(">")):
        kept.pop()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


class _Text(HTMLParser):
    """The text of a page, a line for each block."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 the library's own signature
        self._unseen += tag in _UNSEEN
        if tag in _TAGS_OF_LINES:
            self.written.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN and self._unseen > 0
        if tag == "p":
            self.written.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.written.append(re.sub(r"[ \t\r\n]+", " ", data))
