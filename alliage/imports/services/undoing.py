"""Undo an import: what it created goes, what it changed is put back, unless someone changed it since."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.apps import apps
from django.db import IntegrityError, router, transaction
from django.db.models import Model
from django.db.models.deletion import Collector, ProtectedError, RestrictedError
from django.utils.translation import gettext as _

from alliage.imports import records
from alliage.imports.engine import let_others_write
from alliage.imports.enums import Action, State
from alliage.imports.models import Change, ImportRun, RowReport
from alliage.imports.registry import ImportKind, Undo
from alliage.imports.services.rows import forget_of_records
from alliage.imports.services.runs import ImportRefused, follow, kind_of, move
from alliage.jobs.context import JobCancelled, JobContext

UNDO_JOB = "imports.undo"
# What records were before an import may be personal: it is not kept longer than the regret of having imported.
KEEP_JOURNALS = timedelta(days=30)
TOGETHER = 200
# Changes undone in one transaction: others may write between two.
AT_ONCE = 500
MOST_KEPT_TOLD = 1_000


@dataclass
class UndoReport:
    """What undoing did. `kept` says what was left as it is, and why: (record, reason)."""

    removed: int = 0
    restored: int = 0
    kept_count: int = 0
    kept: list[tuple[str, str]] = field(default_factory=list)

    def keep(self, label: str, reason: str) -> None:
        self.kept_count += 1
        if len(self.kept) < MOST_KEPT_TOLD:
            self.kept.append((label, reason))

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "UndoReport":
        return cls(**{**data, "kept": [(label, reason) for label, reason in data["kept"]]})


def undo(import_run: ImportRun, *, by: Any, now: datetime) -> ImportRun:
    """Start the undoing of an import in the background. It can be done once."""
    if kind_of(import_run).undo is None:
        raise ImportRefused(_("Cette sorte d’import ne s’annule pas."))
    with transaction.atomic():
        locked = ImportRun.objects.select_for_update().get(pk=import_run.pk)
        if not locked.is_undoable:
            raise ImportRefused(
                _("Cet import ne s’annule pas, ou ne s’annule plus : il l’est déjà, ou il est trop ancien.")
            )
        locked = move(import_run, State.UNDOING, undone_by_id=by.pk, error="")
        follow(
            locked, UNDO_JOB, _("Annulation de l’import de « %(name)s »") % {"name": locked.file_name}, by=by, now=now
        )
    locked.refresh_from_db()
    return locked


def carry_out_undo(context: JobContext, run_id: str, *, clock: Any) -> None:
    """Undo all, by short pieces: what a killed worker left is undone by the next, or when it is asked again."""
    import_run = ImportRun.objects.filter(pk=run_id, state=State.UNDOING).first()
    if import_run is None:
        return
    try:
        total = Change.objects.filter(run=import_run).count()
        report = take_back(
            import_run,
            kind_of(import_run),
            now=clock(),
            told=lambda done: context.progress(done, total, _("Annulation des changements")),
        )
        ImportRun.objects.filter(pk=run_id).update(
            state=State.UNDONE, undo_report=report.as_json(), undone_at=clock(), is_undoable=False
        )
        RowReport.objects.filter(run=import_run).delete()  # what they said is no longer anywhere
    except (Exception, JobCancelled) as error:
        _note_stopped(run_id, is_asked=isinstance(error, JobCancelled))
        raise


def _note_stopped(run_id: str, *, is_asked: bool) -> None:
    stopped = ImportRun.objects.filter(pk=run_id, state=State.UNDOING)
    if stopped.filter(undo_report__isnull=False).exists():
        message = _(
            "L’annulation s’est arrêtée en chemin. Ce qui est défait le reste ; annulez l’import à nouveau pour défaire la suite."
        )
    else:
        message = "" if is_asked else _("L’annulation n’a pas abouti. Rien n’a changé.")
    stopped.update(state=State.DONE, error=message)


def take_back(
    import_run: ImportRun, kind: ImportKind, *, now: datetime, told: Callable[[int], Any] | None = None
) -> UndoReport:
    """Take back all that an import wrote, the last first, each piece kept on its own with the report so far."""
    assert kind.undo is not None
    report = UndoReport.from_json(import_run.undo_report) if import_run.undo_report else UndoReport()
    work = _Undoing(kind.undo, set(_created(import_run)), report)
    done = 0
    while changes := list(Change.objects.filter(run=import_run).order_by("-pk")[:AT_ONCE]):
        if told is not None:
            told(done)
        start = monotonic()
        with transaction.atomic():
            for group in _groups(changes):
                work.take_back(group)
            if kind.undo.after is not None:
                kind.undo.after(work.done, now)
            Change.objects.filter(pk__in=[change.pk for change in changes]).delete()
            if import_run.state == State.UNDOING:
                ImportRun.objects.filter(pk=import_run.pk).update(undo_report=report.as_json())
        work.done = []
        done += len(changes)
        if len(changes) == AT_ONCE:
            let_others_write(monotonic() - start)
    if work.around and kind.undo.last is not None:
        with transaction.atomic():
            kind.undo.last(work.around, now)
    return report


def _created(import_run: ImportRun) -> Iterator[tuple[str, str]]:
    created = Change.objects.filter(run=import_run, action=Action.CREATED)
    yield from created.values_list("model", "object_id").iterator()


def _groups(changes: Iterable[Change]) -> Iterator[list[Change]]:
    """The changes in their order, by groups of the same action on the same table."""
    group: list[Change] = []
    for change in changes:
        alike = group and (group[0].model, group[0].action) == (change.model, change.action)
        if group and (not alike or len(group) == TOGETHER):
            yield group
            group = []
        group.append(change)
    if group:
        yield group


class _Undoing:
    """Takes changes back, and says what it could not."""

    def __init__(self, rules: Undo, created: set[tuple[str, str]], report: UndoReport) -> None:
        self._rules = rules
        self._created = created
        self.report = report
        self.done: list[tuple[str, str]] = []
        self.around: set[int] = set()

    def take_back(self, group: list[Change]) -> None:
        """Take back changes of one action on one table."""
        model = apps.get_model(group[0].model)
        action = group[0].action
        if action == Action.REMOVED:
            for change in group:
                self._make_again(model, change)
            return
        there = {str(pk): record for pk, record in model._base_manager.in_bulk(_pks(model, group)).items()}
        looks = records.snapshots(model, list(there))
        same = [change for change in group if self._is_same(change, there, looks)]
        if action == Action.CREATED:
            self._remove(model, same, there)
        else:
            for change in same:
                self._put_back(model, change)

    def _is_same(self, change: Change, there: dict[str, Model], looks: dict[str, records.Snapshot]) -> bool:
        record = there.get(change.object_id)
        if record is None:
            if change.action == Action.UPDATED:
                self.report.keep(change.label, _("supprimée depuis l’import"))
            return False
        look = records.fingerprint(looks[change.object_id], self._rules.unnoticed)
        reason = _("modifiée depuis l’import") if look != change.after else ""
        if not reason and self._rules.keep is not None:
            reason = self._rules.keep(record)
        if reason:
            self.report.keep(change.label, reason)
            self._created.discard((change.model, change.object_id))  # it goes with nothing else of the import
        return not reason

    # --- Created ----------------------------------------------------------------------------------------------------

    def _remove(self, model: type[Model], changes: list[Change], there: dict[str, Model]) -> None:
        """Delete together what nothing else hangs on; one by one when something does."""
        if not changes:
            return
        if not self._hanging(model, [there[change.object_id] for change in changes]):
            self._count_removed(changes, there)
            return
        for change in changes:
            if reason := self._hanging(model, [there[change.object_id]]):
                self.report.keep(change.label, reason)
            else:
                self._count_removed([change], there)

    def _count_removed(self, changes: list[Change], there: dict[str, Model]) -> None:
        if self._rules.around is not None:
            self.around.update(*(self._rules.around(there[change.object_id]) for change in changes))
        self.report.removed += len(changes)
        self.done += [(change.model, change.object_id) for change in changes]

    def _hanging(self, model: type[Model], doomed: list[Model]) -> str:
        """Delete records, unless others that the import did not make would go too, or forbid it: then say so.

        What the import made itself and hangs on them was made after them: it is gone already.
        """
        collector = Collector(using=router.db_for_write(model))
        try:
            collector.collect(doomed)
        except (ProtectedError, RestrictedError):
            return _("d’autres fiches s’y rattachent")
        along: Counter[str] = Counter()
        going = {(records.label_of(record), str(record.pk)) for record in doomed}
        for gone, found in [*collector.data.items(), *((query.model, query) for query in collector.fast_deletes)]:
            label = records.label_of(gone)
            if gone._meta.auto_created or label in self._rules.along:
                continue
            along.update(
                str(gone._meta.verbose_name)
                for record in found
                if (label, str(record.pk)) not in going and (label, str(record.pk)) not in self._created
            )
        if along:
            return _("ce qui s’y rattache a été ajouté depuis (%(what)s)") % {"what": ", ".join(sorted(along))}
        collector.delete()
        return ""

    # --- Changed, removed -------------------------------------------------------------------------------------------

    def _put_back(self, model: type[Model], change: Change) -> None:
        assert change.before is not None
        try:
            with transaction.atomic():
                records.put_back(model, change.object_id, change.before)
        except IntegrityError:
            self.report.keep(change.label, _("son ancien contenu contredit une autre fiche"))
            return
        self._count_restored(change)

    def _make_again(self, model: type[Model], change: Change) -> None:
        assert change.before is not None
        if model._base_manager.filter(pk=change.object_id).exists():
            return
        try:
            with transaction.atomic():
                records.make_again(model, change.before)
        except IntegrityError:
            self.report.keep(change.label, _("elle ne peut plus être remise : une autre a pris sa place"))
            return
        self._count_restored(change)

    def _count_restored(self, change: Change) -> None:
        self.report.restored += 1
        self.done.append((change.model, change.object_id))


def _pks(model: type[Model], changes: list[Change]) -> list[Any]:
    return [model._meta.pk.to_python(change.object_id) for change in changes]


def forget_record(label: str, pks: list[Any]) -> None:
    """Forget what imports know of records whose owner erased them: an undoing must not bring them back."""
    forget_of_records(label, pks)
    Change.objects.filter(model=label, object_id__in=[str(pk) for pk in pks]).delete()


def forget_journals(now: datetime) -> None:
    """Forget what records were before old imports, and what their rows said: these can no longer be undone."""
    RowReport.objects.filter(run__finished_at__lt=now - KEEP_JOURNALS).delete()
    old = ImportRun.objects.filter(is_undoable=True, finished_at__lt=now - KEEP_JOURNALS, state=State.DONE)
    with transaction.atomic():
        Change.objects.filter(run__in=old).delete()
        old.update(is_undoable=False)
