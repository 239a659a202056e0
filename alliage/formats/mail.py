"""Mails: one template gives the subject, the plain text and the HTML.

A mail's template extends `formats/mail/base.html` and fills its blocks `subject`, `body`, and if need be `reason` (why
this person gets it) and `unsubscribe`. It is plain HTML (`p`, `h2`, `ul`, `a`, `a class="button"`, `blockquote`):
styles are added here, in each element, since mail programs read no style sheet. Links may be paths of this site.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.html import escape

_FONT = "font-family:'Atkinson Hyperlegible Next',Verdana,Arial,sans-serif"
STYLES = {
    "body": f"margin:0;padding:0;background:#fbf8f3;color:#1d2b2f;{_FONT};font-size:17px;line-height:1.6",
    "header": "max-width:600px;margin:0 auto;padding:24px 24px 0",
    "main": "max-width:600px;margin:0 auto;padding:8px 24px 16px",
    "footer": "max-width:600px;margin:0 auto;padding:16px 24px 32px;color:#5b676b;font-size:15px",
    "h1": "font-size:24px;line-height:1.3;margin:16px 0",
    "h2": "font-size:19px;line-height:1.3;margin:24px 0 8px",
    "p": "margin:0 0 16px",
    "ul": "margin:0 0 16px;padding-left:24px",
    "ol": "margin:0 0 16px;padding-left:24px",
    "li": "margin:0 0 6px",
    "a": "color:#0f5c5c",
    "hr": "border:0;border-top:1px solid #dcebe7;margin:24px 0",
    "blockquote": "margin:0 0 16px;padding:2px 0 2px 16px;border-left:3px solid #dcebe7",
    "a.button": "display:inline-block;padding:12px 20px;border-radius:10px;background:#9a3f17;color:#ffffff;"
    "text-decoration:none;font-weight:600",
    "p.code": "font-size:30px;font-weight:700;letter-spacing:4px;margin:0 0 16px",
    "p.sign": "margin:0;font-size:18px;font-weight:700;color:#0f5c5c",
}


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail. `media` is its type, with its parameters if need be; a text is in UTF-8."""

    name: str
    media: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """A mail ready to be sent: one line of subject, the same content as text and as HTML."""

    subject: str
    text: str
    html: str

    def message(self, to: Sequence[str], *, headers: dict[str, str] | None = None) -> EmailMultiAlternatives:
        """Address it."""
        message = EmailMultiAlternatives(self.subject, self.text, to=list(to), headers=headers)
        message.attach_alternative(self.html, "text/html")
        return message


def render(template: str, context: dict[str, Any]) -> Mail:
    """Render a mail from its template."""
    reader = _Reader(settings.ORIGIN)
    reader.feed(render_to_string(template, {"origin": settings.ORIGIN, **context}))
    reader.close()
    return Mail(subject=_SPACES.sub(" ", reader.subject).strip(), text=reader.text(), html="".join(reader.html))


# Not \s: it would take the non-breaking spaces of French away.
_SPACES = re.compile(r"[ \t\r\n]+")
_BLOCKS = {"p", "h1", "h2", "h3", "ul", "ol", "li", "blockquote", "div", "table", "tr", "header", "main", "footer"}


class _Reader(HTMLParser):
    """Reads the rendered template once: adds styles and whole links to the HTML, and writes the text beside."""

    def __init__(self, origin: str) -> None:
        super().__init__(convert_charrefs=False)
        self.origin = origin
        self.html: list[str] = []
        self.subject = ""
        self._paragraphs: list[str] = [""]
        self._place = ""
        self._link: tuple[str, int] | None = None

    def text(self) -> str:
        written: list[str] = []
        for paragraph in self._paragraphs:
            lines = [_SPACES.sub(" ", line).strip(" ") for line in paragraph.split("\n")]
            content = "\n".join(line for line in lines if line)
            if not content:
                continue
            follows = content.startswith("- ") and bool(written) and written[-1].startswith("- ")
            # Mail programs know a signature by its two dashes and a space.
            written += ["\n" if follows else "\n\n", "-- " if content == "--" else content]
        return "".join(written).strip() + "\n"

    def handle_decl(self, decl: str) -> None:
        self.html.append(f"<!{decl}>")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if values.get("href", "").startswith("/"):
            values["href"] = self.origin + values["href"]
        style = STYLES.get(f"{tag}.{values.get('class', '')}", STYLES.get(tag))
        if style and "style" not in values:
            values["style"] = style
        written = "".join(f' {name}="{escape(value)}"' for name, value in values.items())
        self.html.append(f"<{tag}{written}>")
        self._start_text(tag, values)

    def _start_text(self, tag: str, values: dict[str, str]) -> None:
        if tag in {"title", "main", "footer"}:
            self._place = tag
        if tag == "footer":
            self._paragraphs += ["-- ", ""]
        elif tag in _BLOCKS:
            self._paragraphs.append("- " if tag == "li" else "")
        elif tag == "br":
            self._paragraphs[-1] += "\n"
        elif tag == "a":
            self._link = (values.get("href", ""), len(self._paragraphs[-1]))

    def handle_endtag(self, tag: str) -> None:
        self.html.append(f"</{tag}>")
        if tag == self._place:
            self._place = ""
        if tag == "a" and self._link is not None:
            address, start = self._link
            label = self._paragraphs[-1][start:].strip()
            if address and label != address:
                self._paragraphs[-1] += f"\u00a0: {address}"
            self._link = None
        elif tag in _BLOCKS:
            self._paragraphs.append("")

    def handle_data(self, data: str) -> None:
        self.html.append(data)
        self._add(data)

    def handle_entityref(self, name: str) -> None:
        self.html.append(f"&{name};")
        self._add(unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self.html.append(f"&#{name};")
        self._add(unescape(f"&#{name};"))

    def _add(self, text: str) -> None:
        if self._place == "title":
            self.subject += text
        elif self._place:
            self._paragraphs[-1] += text.replace("\n", " ")
