"""What an import did to each record, so that it can be undone.

An importer tells it:

    organisation.save(force_insert=True)
    importing.journal.created(organisation)

    before = importing.journal.before(organisation)      # before changing anything, lists included
    organisation.name = …; organisation.save(); organisation.leviers.set(…)
    importing.journal.updated(organisation, before)

    importing.journal.removed(link)                       # before link.delete()

In a dry run nothing is kept. A refused row takes back what it told. A record told several times keeps its first state.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any
from uuid import UUID

from alliage.imports.enums import Action

if TYPE_CHECKING:
    from django.db.models import Model

    from alliage.imports.records import Snapshot

FLUSH_EVERY = 500


class Journal:
    """`run_id` is the import's number; without it nothing is kept. `unnoticed`: see `registry.Undo`."""

    def __init__(self, run_id: UUID | None = None, unnoticed: Collection[str] = ()) -> None:
        self.run_id = run_id
        self._unnoticed = unnoticed
        self.number = 0
        self.is_settled = False  # written piece by piece, with how each record looks
        self._waiting: list[Any] = []
        self._row: list[Any] = []

    # --- What importers call ----------------------------------------------------------------------------------------

    def before(self, record: "Model") -> "Snapshot":
        """What the record holds; call it before changing anything."""
        from alliage.imports.records import snapshot

        return snapshot(record) if self.run_id else {}

    def created(self, record: "Model", *, number: int = 0, label: str = "") -> None:
        """`number` is the row's, for importers that write all rows at the end; `label` is for records without a name."""
        self._note(Action.CREATED, record, None, number, label)

    def updated(self, record: "Model", before: "Snapshot", *, number: int = 0, label: str = "") -> None:
        self._note(Action.UPDATED, record, before, number, label)

    def removed(self, record: "Model", *, number: int = 0) -> None:
        """Call it before the record is deleted."""
        self._note(Action.REMOVED, record, self.before(record), number)

    def _note(self, action: Action, record: "Model", before: "Snapshot | None", number: int, label: str = "") -> None:
        if self.run_id is None:
            return
        from alliage.imports.models import Change
        from alliage.imports.records import label_of

        self._row.append(
            Change(
                run_id=self.run_id,
                number=number or self.number,
                action=action,
                model=label_of(record),
                object_id=str(record.pk),
                label=(label or str(record))[:200],
                before=before,
            )
        )

    # --- What the engine calls --------------------------------------------------------------------------------------

    def begin(self, number: int) -> None:
        self.number = number
        self._row = []

    def keep(self) -> None:
        """The row is accepted."""
        self._waiting += self._row
        self._row = []
        if len(self._waiting) >= FLUSH_EVERY and not self.is_settled:
            self._flush()

    def drop(self) -> None:
        """The row is refused: what it wrote is taken back by the database."""
        self._row = []

    def close(self) -> bool:
        """Write what waits and remember how each record looks now; True when there is something to undo."""
        self.keep()
        self._flush()
        if self.run_id is None:
            return False
        from alliage.imports.models import Change

        if self.is_settled:
            return Change.objects.filter(run=self.run_id).exists()
        return (
            remember_looks(self.run_id, self._unnoticed) if Change.objects.filter(run=self.run_id).exists() else False
        )

    def settle(self) -> None:
        """At the end of one short writing: keep what it did, with how each record looks now."""
        self.keep()
        told, self._waiting = self._waiting, []
        first: dict[tuple[str, str], Any] = {}
        for change in told:
            first.setdefault((change.model, change.object_id), change)
        by_model: dict[str, list[Any]] = {}
        for change in first.values():
            by_model.setdefault(change.model, []).append(change)
        for label, changes in by_model.items():
            _settle(self.run_id, label, changes, self._unnoticed)

    def _flush(self) -> None:
        if self._waiting:
            from alliage.imports.models import Change

            Change.objects.bulk_create(self._waiting, ignore_conflicts=True)
            self._waiting = []


def _settle(run_id: UUID | None, label: str, changes: list[Any], unnoticed: Collection[str]) -> None:
    """Keep changes to one table; a record that an earlier piece told keeps what it was before that one."""
    from django.apps import apps

    from alliage.imports.models import Change
    from alliage.imports.records import fingerprint, snapshots

    pks = [change.object_id for change in changes]
    looks = snapshots(apps.get_model(label), pks)
    known = set(Change.objects.filter(run=run_id, model=label, object_id__in=pks).values_list("object_id", flat=True))
    for change in changes:
        if change.action != Action.REMOVED and change.object_id in looks:
            change.after = fingerprint(looks[change.object_id], unnoticed)
        if change.object_id in known:
            Change.objects.filter(run=run_id, model=label, object_id=change.object_id).update(after=change.after)
    Change.objects.bulk_create(change for change in changes if change.object_id not in known)


def remember_looks(run_id: UUID, unnoticed: Collection[str] = ()) -> bool:
    """Note how each record looks once the import is over, to know later whether someone changed it since."""
    from django.apps import apps

    from alliage.imports.models import Change
    from alliage.imports.records import fingerprint, snapshots

    told = Change.objects.filter(run=run_id).exclude(action=Action.REMOVED)
    for label in list(told.order_by().values_list("model", flat=True).distinct()):
        model, last = apps.get_model(label), 0
        while changes := list(told.filter(model=label, pk__gt=last).order_by("pk")[:FLUSH_EVERY]):
            looks = snapshots(model, [change.object_id for change in changes])
            for change in changes:
                there = looks.get(change.object_id)
                change.after = fingerprint(there, unnoticed) if there else ""
            Change.objects.bulk_update(changes, ["after"])
            last = changes[-1].pk
    return True
