"""What a page needs to show a document to one person: as a page of its own, or inside the page of a room."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from alliage.writing import exports, permissions, queries, rendering
from alliage.writing.models import Document
from alliage.writing.registry import Visit, Writer, purposes
from alliage.writing.services.changes import MOST_CHARACTERS


@dataclass(frozen=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True)
class Shown:
    """`is_signed`: its authors are said below it. `key` names what this browser keeps of this person until it is sent; it
    says nothing of them."""

    document: Document
    writer: Writer
    text: str
    authors: list[str]
    level: int
    is_signed: bool = True

    @property
    def content(self) -> SafeString:
        return rendering.html(self.text, self.level)

    @property
    def live_url(self) -> str:
        return f"/direct/ecriture/{self.document.pk}"

    @property
    def key(self) -> str:
        return salted_hmac("alliage.writing", f"{self.document.pk} {self.writer.key}").hexdigest()[:20]

    @property
    def is_confidential(self) -> bool:
        purpose = purposes.get(self.document.scope)
        return purpose is None or purpose.is_confidential

    @property
    def longest(self) -> str:
        """In digits alone, for an attribute."""
        return str(MOST_CHARACTERS)

    @property
    def exports(self) -> list[Link]:
        if not self.writer.can_take:
            return []
        return [
            Link(label, reverse("writing:export", args=[self.document.pk, extension]))
            for extension, label in exports.LABELS.items()
        ]

    @property
    def signed(self) -> str:
        if not self.authors:
            return _("Personne n’a encore écrit ici.")
        return _("Écrit par %(names)s.") % {"names": ", ".join(self.authors)}


def shown(document: Document, visit: Visit, *, level: int = 2) -> Shown | None:
    """None when the document does not exist for them; two queries, and those of the purpose."""
    writer = permissions.writer_of(document, visit)
    if writer is None:
        return None
    return Shown(document, writer, queries.text_of(document), queries.authors_of(document), level)
