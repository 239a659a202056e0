"""What upper folders add: whose seat is looked for first when groups are composed."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alliage.registry import Registry

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class First:
    """`among(members)`: of these numbers of members, those who come first; one query. Nobody reads who they are; all read the `rule`."""

    code: str
    rule: "StrOrPromise"
    among: Callable[[Collection[int]], set[int]]


firsts: Registry[First] = Registry("codev.firsts", "Who comes first when groups are composed and seats are scarce.")


def who_come_first(members: Collection[int]) -> set[int]:
    return {pk for first in firsts for pk in first.among(members)}
