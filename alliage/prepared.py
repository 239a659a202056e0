"""Queries whose SQL is written once, and addresses likewise: to build a query costs many times what the database takes to answer.

    _NAMED = Prepared(lambda kind, code: Territory.objects.filter(kind=kind, code=code).order_by()[:1])
    found = _NAMED("commune", "42218")

Nothing of an answer is kept: the database is asked each time. For the queries of the most visited pages only.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import chain, count
from typing import Any
from urllib.parse import quote

from django.db import connections
from django.db.models import QuerySet
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable, get_related_populators
from django.urls import reverse
from django.utils.http import RFC3986_SUBDELIMS

# What stands for a value while the SQL is written: unlike any constant of a query.
_FIRST_NUMBER, _FIRST_MOMENT = 1_900_000_001, datetime(1003, 1, 1, tzinfo=UTC)
Row = Sequence[Any]


class Prepared:
    """Answers what `list(query(*values))` does, for values that are numbers (`int`), texts, moments (aware `datetime`), days
    (`date`) and lists of numbers that are not empty.

    `query` depends on nothing else than these values. It is of models, with `select_related`, `only` and `annotate`, or of a
    `values_list` of columns, unions included; without `prefetch_related`.
    """

    def __init__(self, query: Callable[..., QuerySet[Any, Any]]) -> None:
        self._query = query
        self._written: dict[tuple[Any, ...], _Written] = {}

    def __call__(self, *values: int | str | date | Sequence[int]) -> list[Any]:
        shape = tuple(len(each) if isinstance(each, list) else type(each) for each in values)
        written = self._written.get(shape)
        if written is None:
            written = self._written[shape] = _Written(self._query, shape)
        return written.asked(_flat(values))


def _flat(values: Sequence[Any]) -> list[Any]:
    return list(chain.from_iterable(each if isinstance(each, list) else (each,) for each in values))


def _examples(shape: Sequence[Any]) -> list[Any]:
    """Values of these kinds, none of them twice; a number of the shape is the length of a list."""
    rank = count()

    def example(kind: Any) -> Any:
        if kind is datetime:
            return _FIRST_MOMENT + timedelta(days=next(rank))
        if kind is date:
            return _FIRST_MOMENT.date() + timedelta(days=next(rank))
        return _FIRST_NUMBER + next(rank) if kind is int else f"\N{REPLACEMENT CHARACTER}{next(rank)}"

    return [[example(int) for _ in range(kind)] if isinstance(kind, int) else example(kind) for kind in shape]


def _adapted(value: Any, connection: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


class _Written:
    """The SQL of a query for values of these kinds, and how its rows are read."""

    def __init__(self, query: Callable[..., QuerySet[Any, Any]], shape: Sequence[Any]) -> None:
        examples = _examples(shape)
        found = query(*examples)
        self._alias = found.db
        connection = connections[self._alias]
        compiler = found.query.get_compiler(connection=connection)
        self._sql, parameters = compiler.as_sql()
        ranks = {_adapted(each, connection): rank for rank, each in enumerate(_flat(examples))}
        # For each parameter of the SQL: the rank of its value, or a constant.
        self._parameters = [(ranks.get(each), each) for each in parameters]
        if {rank for rank, _constant in self._parameters} - {None} != set(ranks.values()):
            raise ValueError("A value of a prepared query is not in its SQL.")
        self._converters = list(compiler.get_converters([column[0] for column in compiler.select]).items())
        self._read = _reader(found, compiler)

    def asked(self, values: list[Any]) -> list[Any]:
        connection = connections[self._alias]
        given = [_adapted(each, connection) for each in values]
        parameters = [constant if rank is None else given[rank] for rank, constant in self._parameters]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, parameters)
            rows = cursor.fetchall()
        if self._converters:
            rows = [self._converted(row, connection) for row in rows]
        return [self._read(row) for row in rows]

    def _converted(self, row: Row, connection: Any) -> Row:
        values = list(row)
        for place, (converters, expression) in self._converters:
            for convert in converters:
                values[place] = convert(values[place], expression, connection)
        return values


def _reader(found: QuerySet[Any, Any], compiler: Any) -> Callable[[Row], Any]:
    """How Django itself makes what a query answers from a row."""
    kind = found._iterable_class  # noqa: SLF001 what Django's own iterables read
    if kind is ValuesListIterable:
        return tuple
    if kind is FlatValuesListIterable:
        return lambda row: row[0]
    prefetched = found._prefetch_related_lookups  # type: ignore[attr-defined]  # noqa: SLF001
    if kind is not ModelIterable or prefetched:
        raise ValueError("A query of this kind is not prepared.")
    return _model_reader(found.db, compiler)


def _model_reader(alias: str, compiler: Any) -> Callable[[Row], Any]:
    info, select = compiler.klass_info, compiler.select
    model, first, after = info["model"], info["select_fields"][0], info["select_fields"][-1] + 1
    # A set: `from_db` looks every column of the table up in it.
    names: Any = frozenset(column[0].target.attname for column in select[first:after])
    related: list[Any] = get_related_populators(info, select, alias)  # type: ignore[call-arg]  # of a later Django in the stubs
    for each in related:
        each.init_list = frozenset(each.init_list)
    annotated = list((compiler.annotation_col_map or {}).items())

    def read(row: Row) -> Any:
        made = model.from_db(alias, names, row[first:after])
        for each in related:
            each.populate(row, made)
        for name, place in annotated:
            setattr(made, name, row[place])
        return made

    return read


class Address:
    """`reverse(name, args=values)` of a route, written once: lists write dozens of them.

    `name` is that of a route without choices; values are numbers, or texts that its pattern takes.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._pieces: dict[tuple[type, ...], list[str]] = {}

    def __call__(self, *values: int | str) -> str:
        kinds = tuple(map(type, values))
        pieces = self._pieces.get(kinds)
        if pieces is None:
            pieces = self._pieces[kinds] = self._written(kinds)
        written = [pieces[0]]
        for value, after in zip(values, pieces[1:], strict=True):
            written += (quote(value, safe=_UNQUOTED) if isinstance(value, str) else str(value), after)
        return "".join(written)

    def _written(self, kinds: tuple[type, ...]) -> list[str]:
        examples = [_FIRST_NUMBER + rank if kind is int else f"text-{rank}-text" for rank, kind in enumerate(kinds)]
        rest, pieces = reverse(self._name, args=examples), []
        for example in examples:
            before, _example, rest = rest.partition(str(example))
            pieces.append(before)
        return [*pieces, rest]


# What `reverse` leaves as it is in an address.
_UNQUOTED = f"{RFC3986_SUBDELIMS}/~:@"
