"""Jobs for tests, and kinds of jobs that exist for one test."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import factory
from django.contrib.auth import get_user_model
from django.utils import timezone

from alliage.jobs.models import Job
from alliage.registry import Registry

_people = count(1)


def someone() -> Any:
    """Give one more member, without knowing what a member is: accounts are above this folder."""
    return get_user_model().objects.create_user(f"quelquun{next(_people)}@exemple.fr")


class JobFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Job

    kind = "test.kind"
    label = "Un travail"
    created_at = factory.LazyFunction(timezone.now)


@contextmanager
def registered(registry: Registry[Any], *items: Any) -> Iterator[None]:
    """Add items to a registry for the time of a test."""
    before = dict(registry._items)
    try:
        for item in items:
            registry.add(item)
        yield
    finally:
        registry._items.clear()
        registry._items.update(before)
