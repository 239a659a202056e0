"""Writes of imports, one file per noun: the runs, what is done in the background, the undoing, the outside sources."""

from alliage.imports.services.background import carry_out
from alliage.imports.services.reading import carry_out_read
from alliage.imports.services.runs import (
    JOB,
    PURPOSE,
    ImportRefused,
    clean_up,
    explain_words,
    give_up,
    go_back,
    is_stuck,
    kind_of,
    receive,
    settle_duplicates,
    try_out,
    write,
)
from alliage.imports.services.sources import (
    READ_JOB,
    change_source,
    follow_source,
    forget_stale,
    pause,
    read_due,
    read_source,
    resume,
    stop_following,
)
from alliage.imports.services.undoing import UNDO_JOB, UndoReport, carry_out_undo, forget_journals, forget_record, undo

__all__ = [
    "JOB",
    "PURPOSE",
    "READ_JOB",
    "UNDO_JOB",
    "ImportRefused",
    "UndoReport",
    "carry_out",
    "carry_out_read",
    "carry_out_undo",
    "change_source",
    "clean_up",
    "explain_words",
    "follow_source",
    "forget_journals",
    "forget_record",
    "forget_stale",
    "give_up",
    "go_back",
    "is_stuck",
    "kind_of",
    "pause",
    "read_due",
    "read_source",
    "receive",
    "resume",
    "settle_duplicates",
    "stop_following",
    "try_out",
    "undo",
    "write",
]
