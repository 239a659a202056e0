"""Who may import, undo, follow an outside directory."""

from typing import Any

from alliage.imports.models import ImportRun, Source
from alliage.imports.registry import ImportKind, kinds


def can_import(user: Any) -> bool:
    """True for those who may import something on the site."""
    return bool(user.has_perm("imports.run_import"))


def can_run(user: Any, kind: ImportKind) -> bool:
    return can_import(user) and (not kind.permission or bool(user.has_perm(kind.permission)))


def can_see(user: Any, run: ImportRun) -> bool:
    """Those who may run an import of this kind; of a kind that no longer exists, those who may import."""
    kind = kinds.get(run.kind)
    return can_run(user, kind) if kind is not None else can_import(user)


def can_undo(user: Any, run: ImportRun) -> bool:
    """Those who may run this import, while its journal is kept and its kind knows how to take it back."""
    kind = kinds.get(run.kind)
    return run.is_undoable and kind is not None and kind.undo is not None and can_run(user, kind)


def can_follow(user: Any, kind: ImportKind) -> bool:
    """Those who may import this may also follow an outside directory of it."""
    return kind.harvest is not None and can_run(user, kind)


def can_manage(user: Any, source: Source) -> bool:
    """Those who may import its kind; of a kind that no longer exists, those who may import."""
    kind = kinds.get(source.kind)
    return can_run(user, kind) if kind is not None else can_import(user)
