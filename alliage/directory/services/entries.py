"""Writes of entries that every other write goes through: what is found, who must read again, hiding."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from alliage.directory.enums import Visibility
from alliage.directory.models import Alliance, Edition, Entry, EntryArea, EntryTerm, Need
from alliage.directory.searchable_alliances import CODE as ALLIANCES
from alliage.directory.searchable_needs import CODE as NEEDS
from alliage.search.services import changed
from alliage.taxonomy.models import Term
from alliage.territories.folding import fold, search_words
from alliage.territories.models import Territory

THE_ROW = 1


def folded(name: str, *further: str) -> dict[str, str]:
    """The columns that sorting and searching read. « Le RAMEAU » is sorted at R."""
    words = fold(name).split()
    sorted_words = words[1:] if len(words) > 1 and words[0] in ("le", "la", "les") else words
    found = _words(name, *further)
    return {"sort_name": " ".join(sorted_words)[:200], "search_text": found, "members_text": found}


def _words(*texts: str) -> str:
    return f" {' '.join(' '.join(search_words(text)) for text in texts if text)} "


def texts_of(entry: Entry, *groups: str) -> dict[str, str]:
    """What may be found of an entry, by anyone and by members: a field is found by those who may read it.

    `groups` are the names of the organisations and teams of a person.
    """
    always = [entry.name, entry.other_names]
    by_field = {
        "function": [entry.function],
        "presentation": [entry.presentation],
        "memberships": list(groups),
    }
    public, members = list(always), list(always)
    for field, texts in by_field.items():
        seen_by = getattr(entry, f"{field}_visibility")
        if seen_by == Visibility.PUBLIC:
            public += texts
        if seen_by != Visibility.NOBODY:
            members += texts
    return {
        "sort_name": folded(entry.name)["sort_name"],
        "search_text": _words(*public),
        "members_text": _words(*members),
    }


def touched(pks: Collection[int], *, now: datetime) -> int:
    """Say that these entries changed, in the transaction that changes them: lists, maps and search read them again.

    The number is taken under a lock kept until the commit, so that a later commit never hides behind an earlier number.
    """
    number = _next_number()
    Entry.objects.filter(pk__in=pks).update(edition=number, updated_at=now)
    by_kind: dict[str, list[int]] = defaultdict(list)
    for pk, kind in Entry.objects.filter(pk__in=pks).values_list("pk", "kind"):
        by_kind[kind].append(pk)
    for kind, found in by_kind.items():
        changed(kind, found, now=now)
    # What it seeks and offers bears its name, and is seen by those who see it; so does what it does with another.
    changed(NEEDS, Need.objects.filter(entry__in=pks).values_list("pk", flat=True), now=now)
    with_others = Alliance.objects.filter(Q(first__in=pks) | Q(second__in=pks))
    changed(ALLIANCES, with_others.values_list("pk", flat=True), now=now)
    return number


def rebuilt() -> int:
    """Say that entries were deleted, or changed at large: every process reads the directory again."""
    number = _next_number()
    Edition.objects.filter(pk=THE_ROW).update(rebuilt=number)
    return number


def _next_number() -> int:
    with transaction.atomic():
        if not Edition.objects.filter(pk=THE_ROW).update(number=F("number") + 1):
            Edition.objects.get_or_create(pk=THE_ROW)
            Edition.objects.filter(pk=THE_ROW).update(number=F("number") + 1)
        return Edition.objects.values_list("number", flat=True).get(pk=THE_ROW)


@transaction.atomic
def save(
    entry: Entry,
    *,
    now: datetime,
    terms: Iterable[Term] | None = None,
    areas: Iterable[Territory] | None = None,
) -> Entry:
    """Write an entry with its terms and areas (None leaves them), its searched texts and its edition."""
    entry.updated_at = now
    groups = entry.memberships.values_list("group__name", flat=True) if entry.pk else ()
    for column, value in texts_of(entry, *groups).items():
        setattr(entry, column, value)
    entry.full_clean(exclude=["category", "scale", "territory", "owner", "photo"])
    entry.save()
    if terms is not None:
        _only(EntryTerm, entry, "term_id", {term.pk for term in terms})
    if areas is not None:
        _only(EntryArea, entry, "territory_id", {territory.pk for territory in areas})
    entry.edition = touched([entry.pk], now=now)
    return entry


def _only(model: Any, entry: Entry, column: str, wanted: set[int]) -> None:
    """Leave exactly the wanted rows beside an entry."""
    kept = set(model.objects.filter(entry=entry).values_list(column, flat=True))
    model.objects.filter(entry=entry, **{f"{column}__in": kept - wanted}).delete()
    model.objects.bulk_create(model(entry=entry, **{column: pk}) for pk in sorted(wanted - kept))


@transaction.atomic
def hide(obj: Entry, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the actor is in the moderation's log
    """Take an entry off every page, after a report for instance. Its own visibility is kept for `restore`."""
    Entry.objects.filter(pk=obj.pk).update(is_hidden=True)
    touched([obj.pk], now=now)


@transaction.atomic
def restore(obj: Entry, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """Show again what was hidden, to whom it was shown before."""
    Entry.objects.filter(pk=obj.pk).update(is_hidden=False)
    touched([obj.pk], now=now)
