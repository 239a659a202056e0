"""Organisations that a document names: brought in with its words, and nothing more."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db import transaction

from alliage.directory.enums import PlacePrecision
from alliage.directory.loading import Document, mention_values
from alliage.directory.models import Entry, Mention
from alliage.directory.services.entries import rebuilt, save
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.territories.models import Territory


def _place(row: dict[str, Any], report: Counter[str]) -> dict[str, Any]:
    """The territory that the organisation's name tells, when the territories are imported."""
    if "territory" not in row:
        return {"territory": None, "place_precision": PlacePrecision.UNKNOWN}
    territory = Territory.objects.filter(kind=row["territory"]["kind"], code=row["territory"]["code"]).first()
    if territory is None:
        report["unplaced"] += 1
        return {"territory": None, "place_precision": PlacePrecision.UNKNOWN}
    return {"territory": territory, "place_precision": row["place_precision"]}


def _category(row: dict[str, Any], report: Counter[str]) -> Term | None:
    if "category" not in row:
        return None
    term = Term.objects.filter(vocabulary=Vocabulary.CATEGORIES, code=row["category"]).first()
    if term is None:
        report["uncategorised"] += 1
    return term


def _write_mentions(organisation: Entry, document: Document, rows: list[dict[str, Any]]) -> None:
    organisation.mentions.filter(document=document.code).delete()
    Mention.objects.bulk_create(
        Mention(organisation=organisation, document=document.code, position=position, **mention_values(row))
        for position, row in enumerate(rows, 1)
    )


def _load_one(row: dict[str, Any], document: Document, report: Counter[str], *, now: datetime) -> str:
    known = Entry.objects.filter(slug=row["slug"]).first()
    if known and known.confirmed_on:
        return "kept"
    other_names, note = row.get("other_names", ""), row.get("note", "")
    values = {
        "name": row["name"],
        "other_names": other_names,
        "presentation": note,
        "category": _category(row, report),
        "category_basis": row.get("category_basis", ""),
        "source": document.source,
        "source_on": document.source_on,
        **_place(row, report),
    }
    if known and all(getattr(known, name) == value for name, value in values.items()):
        return "unchanged"
    organisation = known or Entry(slug=row["slug"], created_at=now)
    for name, value in values.items():
        setattr(organisation, name, value)
    save(organisation, now=now)
    return "changed" if known else "added"


@transaction.atomic
def load_organisations(document: Document, *, now: datetime) -> Counter[str]:
    """Bring in the organisations that a document names, with its words and nothing more.

    An organisation that confirmed its own record is never overwritten; one that was hidden stays hidden. The report
    counts `added`, `changed`, `unchanged`, `kept` (confirmed), `unplaced` (territories not imported yet) and
    `uncategorised` (taxonomy not loaded yet): running the command again later fills these.
    """
    report: Counter[str] = Counter()
    for row in document.organisations:
        outcome = _load_one(row, document, report, now=now)
        report[outcome] += 1
        if outcome != "kept":
            _write_mentions(Entry.objects.get(slug=row["slug"]), document, row["mentions"])
    rebuilt()  # mentions may have changed where the entries did not
    return report
