"""Reads the mails that were kept (demonstration mode)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import nh3
from django.conf import settings

from alliage.accounts.models import Member

NEWEST = 200
_NAME = re.compile(r"(\d{1,19})-[0-9a-f]{8}")
# Reserved names (RFC 2606, and the example domain of our demonstration): nobody receives mail there.
_NOBODYS = re.compile(r"@(.+\.)?(exemple\.fr|example\.(com|net|org)|example|test|invalid|localhost)$", re.IGNORECASE)
_TAGS = {"p", "h2", "h3", "ul", "ol", "li", "a", "blockquote", "strong", "em", "br", "hr", "table", "tr", "td", "th"}


@dataclass(frozen=True)
class KeptMail:
    """One kept mail; `html` is sanitised."""

    name: str
    sent_at: datetime
    to: str
    sender: str
    subject: str
    text: str
    html: str
    headers: list[tuple[str, str]]
    files: list[str]


def newest(*, all_of_them: bool) -> list[KeptMail]:
    """The newest mails, newest first; `all_of_them` on this machine only (see `_showable`)."""
    paths = sorted(_folder().glob("*.eml"), key=lambda path: path.name, reverse=True)[:NEWEST]
    kept = [mail for path in paths if (mail := _read(path)) is not None]
    return kept if all_of_them else _showable(kept)


def find(name: str, *, all_of_them: bool) -> KeptMail | None:
    """One mail by its name, or None when there is none that may be shown."""
    if not _NAME.fullmatch(name):
        return None
    mail = _read(_folder() / f"{name}.eml")
    if mail is None or all_of_them:
        return mail
    return next(iter(_showable([mail])), None)


def _folder() -> Path:
    return Path(settings.MAIL_DIR)


def _showable(mails: list[KeptMail]) -> list[KeptMail]:
    """When the demonstration can be reached from elsewhere, only mails to persons who do not exist: somebody may have
    typed a real address, and whoever reads its code signs in as them."""
    personas = set(Member.objects.filter(is_demo=True).values_list("email", flat=True))
    return [mail for mail in mails if mail.to.lower() in personas or _NOBODYS.search(mail.to)]


def _read(path: Path) -> KeptMail | None:
    found = _NAME.fullmatch(path.stem)
    try:
        content = path.read_bytes()
    except OSError:
        return None
    if found is None:
        return None
    message = message_from_bytes(content, policy=policy.default)
    html = _part(message, "html")
    return KeptMail(
        name=path.stem,
        sent_at=datetime.fromtimestamp(int(found[1]) / 1e9, tz=UTC),
        to=str(message["To"] or ""),
        sender=str(message["From"] or ""),
        subject=str(message["Subject"] or ""),
        text=_part(message, "plain"),
        html=_clean(html),
        headers=[(name, str(value)) for name, value in message.items()],
        files=[part.get_filename() or part.get_content_type() for part in message.iter_attachments()],
    )


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body(preferencelist=(kind,))
    return str(body.get_content()) if body is not None else ""


def _clean(html: str) -> str:
    """What a mail program would show, without its styles, and without anything that acts."""
    return nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags={"script", "style", "title", "head"},
        attributes={"a": {"href", "class"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener",
    )
