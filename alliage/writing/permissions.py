"""Who reads, writes and manages a document: its purpose says, its state limits."""

from dataclasses import replace

from alliage.writing.models import Document
from alliage.writing.registry import Visit, Writer, purposes


def writer_of(document: Document, visit: Visit) -> Writer | None:
    """What this person may do with the document now; None when it does not exist for them."""
    purpose = purposes.get(document.scope)
    if purpose is None:
        return None
    writer = purpose.writer(visit, document.scope_id)
    if writer is None or not writer.can_read:
        return None
    return writer if document.is_open else replace(writer, can_write=False)
