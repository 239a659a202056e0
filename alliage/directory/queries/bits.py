"""Sets of rows as packed bits: one per value of a facet, so that counting a facet is an `and` and a count of ones."""

from typing import Any

import numpy as np

Bits = np.ndarray  # of uint64; row r is bit r % 64 of word r // 64


def packed(mask: np.ndarray) -> Bits:
    """From one boolean per row."""
    words = -(-len(mask) // 64)
    whole = np.zeros(words * 8, np.uint8)
    short = np.packbits(mask, bitorder="little")
    whole[: len(short)] = short
    return whole.view(np.uint64)


def of_rows(rows: np.ndarray, size: int) -> Bits:
    """From the numbers of the rows."""
    mask = np.zeros(size, bool)
    mask[rows] = True
    return packed(mask)


def rows_of(bits: Bits, size: int) -> np.ndarray:
    """Numbers of the rows, in order."""
    return np.flatnonzero(np.unpackbits(bits.view(np.uint8), count=size, bitorder="little"))


def count(bits: Bits) -> int:
    return int(np.bitwise_count(bits).sum())


def empty(size: int) -> Bits:
    return np.zeros(-(-size // 64), np.uint64)


def by_value(rows: np.ndarray, values: np.ndarray, size: int) -> dict[int, Bits]:
    """The set of rows of each value."""
    order = np.argsort(values, kind="stable")
    found, starts = np.unique(values[order], return_index=True)
    groups = np.split(rows[order], starts[1:]) if len(found) else []
    return {int(value): of_rows(group, size) for value, group in zip(found, groups, strict=True)}


def either(sets: Any, size: int) -> Bits:
    """Their union; empty for none."""
    union = empty(size)
    for each in sets:
        union = union | each
    return union
