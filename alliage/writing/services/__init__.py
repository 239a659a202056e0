"""Every write of co-writing: documents, their changes, their versions."""

from alliage.writing.services.changes import (
    Change,
    Closed,
    Gone,
    Incomplete,
    RightsChanged,
    TooLong,
    WritingRefused,
    append,
    apply,
    compact,
    write,
)
from alliage.writing.services.documents import (
    changed_rights,
    changed_rights_in,
    close,
    create,
    erase,
    erase_in,
    forget_member,
    rename,
    reopen,
)
from alliage.writing.services.versions import name_version, remove_version, restore_version

__all__ = [
    "Change",
    "Closed",
    "Gone",
    "Incomplete",
    "RightsChanged",
    "TooLong",
    "WritingRefused",
    "append",
    "apply",
    "changed_rights",
    "changed_rights_in",
    "close",
    "compact",
    "create",
    "erase",
    "erase_in",
    "forget_member",
    "name_version",
    "remove_version",
    "rename",
    "reopen",
    "restore_version",
    "write",
]
