"""Any record as plain data, to remember what it was and to put it back: its own columns and its plain lists."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import ManyToManyField, Model

Snapshot = dict[str, Any]


def label_of(model: type[Model] | Model) -> str:
    return model._meta.label


def _lists(model: type[Model] | Model) -> list["ManyToManyField[Any, Any]"]:
    """The lists of other records whose links hold nothing else."""
    return [field for field in model._meta.many_to_many if _through(field)._meta.auto_created]


def _through(field: "ManyToManyField[Any, Any]") -> type[Model]:
    through = field.remote_field.through
    assert through is not None
    return through


def _fields(record: Model) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in record._meta.concrete_fields:
        value = field.value_from_object(record)
        found[field.attname] = None if value is None else field.value_to_string(record)
    return found


def snapshot(record: Model) -> Snapshot:
    """What a record holds now. Take it before changing anything."""
    lists = {field.name: sorted(getattr(record, field.name).values_list("pk", flat=True)) for field in _lists(record)}
    return {"fields": _fields(record), "lists": _plain(lists)}


def snapshots(model: type[Model], pks: Collection[Any]) -> dict[str, Snapshot]:
    """The same for many, from the database, by primary key as text: one query, and one for each list."""
    found: dict[str, Snapshot] = {
        str(record.pk): {"fields": _fields(record), "lists": {}} for record in model._base_manager.filter(pk__in=pks)
    }
    for field in _lists(model):
        members = _members(field, pks)
        for pk, snap in found.items():
            snap["lists"][field.name] = sorted(members[pk])
    return {pk: {**snap, "lists": _plain(snap["lists"])} for pk, snap in found.items()}


def _members(field: "ManyToManyField[Any, Any]", pks: Collection[Any]) -> dict[str, list[Any]]:
    mine, theirs = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
    members: dict[str, list[Any]] = defaultdict(list)
    for pk, member in _through(field)._default_manager.filter(**{f"{mine}__in": pks}).values_list(mine, theirs):
        members[str(pk)].append(member)
    return members


def _plain(lists: Mapping[str, Iterable[Any]]) -> dict[str, list[Any]]:
    return {name: [pk if isinstance(pk, int) else str(pk) for pk in pks] for name, pks in lists.items()}


def fingerprint(snap: Snapshot, unnoticed: Collection[str] = ()) -> str:
    """One short word for all that a record holds, but for the columns that say nothing of what people did (`unnoticed`)."""
    fields = {name: value for name, value in snap["fields"].items() if name not in unnoticed}
    written = json.dumps({**snap, "fields": fields}, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(written.encode()).hexdigest()


def _values(model: type[Model], snap: Snapshot) -> dict[str, Any]:
    """The columns as values; a column that is no longer in the model is left out."""
    found: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if field.attname in snap["fields"]:
            value = snap["fields"][field.attname]
            found[field.attname] = None if value is None else field.to_python(value)
    return found


def put_back(model: type[Model], pk: Any, snap: Snapshot) -> None:
    """Give a record its former columns and lists, as they were: no date of change moves."""
    values = _values(model, snap)
    values.pop(model._meta.pk.attname)
    model._base_manager.filter(pk=pk).update(**values)
    _put_lists_back(model._base_manager.get(pk=pk), snap)


def make_again(model: type[Model], snap: Snapshot) -> None:
    """Make a record that was removed, under the same number."""
    record = model(**_values(model, snap))
    model._base_manager.bulk_create([record])
    _put_lists_back(record, snap)


def _put_lists_back(record: Model, snap: Snapshot) -> None:
    for field in _lists(record):
        if field.name in snap["lists"]:
            there = field.related_model._base_manager.filter(pk__in=snap["lists"][field.name])
            getattr(record, field.name).set(there)
