"""What other folders add: what files are for, and who may read them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alliage.files.enums import Kind
from alliage.registry import Registry

if TYPE_CHECKING:
    from datetime import datetime

    from django_stubs_ext import StrOrPromise

    from alliage.files.models import StoredFile

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Purpose:
    """A use of files: which kinds, how heavy, and who may read them.

    A `public` file is read by anyone who has its address, and cached. Otherwise `may_read(user, file)` decides; the
    person who sent the file may always read it. `text_read(file, now)` is called once the text of a document was read.
    """

    code: str
    label: "StrOrPromise"
    kinds: frozenset[Kind]
    max_bytes: int = 10 * MEGABYTE
    public: bool = False
    may_read: "Callable[[Any, StoredFile], bool] | None" = None
    extract_text: bool = False
    text_read: "Callable[[StoredFile, datetime], None] | None" = None


purposes: Registry[Purpose] = Registry("files.purposes", "What files are for, and who may read them.")
