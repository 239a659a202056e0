"""Who may import."""

from typing import Any

from alliage.imports.models import ImportRun
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
