"""Writes of imports and harvests: many entries at once, told to the journal of the import, undone exactly."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import CASCADE, Model, Q
from django.db.models.deletion import get_candidate_relations_to_delete
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from alliage.directory.enums import EntryKind, Visibility
from alliage.directory.models import Alliance, Entry, EntryArea, EntryTerm, Membership, Need
from alliage.directory.models.entries import address
from alliage.directory.searchable_alliances import CODE as ALLIANCES
from alliage.directory.searchable_needs import CODE as NEEDS
from alliage.directory.services.entries import rebuilt, texts_of, touched
from alliage.imports.records import label_of
from alliage.imports.registry import Importing, SourceRef
from alliage.imports.services import forget_record
from alliage.search.services import changed
from alliage.ui.templatetags.ui import date_fr

if TYPE_CHECKING:
    from alliage.directory.importers.batch import Plan

TOGETHER = 500
FOLLOWED = "source:"
FROM_A_FILE = "file:"
# What goes with an entry without question; anything else that hangs on it keeps it.
ALONG = frozenset({"directory.EntryTerm", "directory.EntryArea", "directory.EntryInvitation"})
# What a harvested entry that must stay, since others hang on it, no longer says.
PERSONAL: dict[str, Any] = {
    "other_names": "", "function": "", "presentation": "", "cross_border": "", "phone": "", "email": "", "website": "",
    "links": [], "latitude": None, "longitude": None, "photo": None, "source_url": "",
}  # fmt: skip
# Columns that a source of personal data takes away when it is no longer followed.
FORGOTTEN = frozenset({*PERSONAL, "phone_visibility"})


def code_of_source(number: int) -> str:
    return f"{FOLLOWED}{number}"


def code_of_file(kind: str, name: str) -> str:
    """Files of the same source are the same source; without one, all files of a kind are."""
    return f"{FROM_A_FILE}{kind}:{slugify(name)[:40] or 'import'}"


def url_of(kind: str, slug: str) -> str:
    return address(slug, kind)


def kept_because(entry: Entry, source_code: str) -> str:
    """Why an import may not write into an entry; "" when it may."""
    if entry.owner_id is not None:
        return _("la fiche « %(name)s », tenue par qui elle présente : elle reste telle quelle") % {"name": entry.name}
    if entry.confirmed_on is not None:
        return _("la fiche « %(name)s », confirmée le %(date)s : elle reste telle quelle") % {
            "name": entry.name,
            "date": date_fr(entry.confirmed_on),
        }
    if entry.source_code.startswith(FOLLOWED) and entry.source_code != source_code:
        return _("la fiche « %(name)s », qui suit un annuaire extérieur : elle reste telle quelle") % {
            "name": entry.name
        }
    return ""


# --- Write ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def write(kind: EntryKind, plans: "Sequence[Plan]", vocabulary: Mapping[int, str], *, importing: Importing) -> None:
    """Write what the rows ask: new entries by groups, changes one by one."""
    new = [plan for plan in plans if not plan.pk]
    for start in range(0, len(new), TOGETHER):
        _create(kind, new[start : start + TOGETHER], importing)
    known = [plan for plan in plans if plan.pk]
    for start in range(0, len(known), TOGETHER):
        _change(known[start : start + TOGETHER], vocabulary, importing)
        _tie(kind, [(plan.pk, plan) for plan in known[start : start + TOGETHER] if plan.links], importing)


def _create(kind: EntryKind, plans: "Sequence[Plan]", importing: Importing) -> None:
    now = importing.now
    entries = [Entry(kind=kind, created_at=now, updated_at=now, **plan.values) for plan in plans]
    for entry in entries:
        for column, value in texts_of(entry).items():
            setattr(entry, column, value)
    Entry.objects.bulk_create(entries, batch_size=TOGETHER)
    pairs = list(zip(entries, plans, strict=True))
    EntryTerm.objects.bulk_create(
        EntryTerm(entry=entry, term_id=pk) for entry, plan in pairs for pk in sorted(plan.terms or ())
    )
    EntryArea.objects.bulk_create(
        EntryArea(entry=entry, territory_id=pk) for entry, plan in pairs for pk in sorted(plan.areas or ())
    )
    touched([entry.pk for entry in entries], now=now)
    for entry, plan in pairs:
        importing.journal.created(entry, number=plan.number)
        importing.journal.keep()
    _tie(kind, [(entry.pk, plan) for entry, plan in pairs if plan.links], importing)


def _change(plans: "Sequence[Plan]", vocabulary: Mapping[int, str], importing: Importing) -> None:
    pks = [plan.pk for plan in plans]
    entries = Entry.objects.in_bulk(pks)
    groups: dict[int, list[str]] = {}
    for pk, name in Membership.objects.filter(person__in=pks).values_list("person_id", "group__name"):
        groups.setdefault(pk, []).append(name)
    for plan in plans:
        entry = entries.get(plan.pk)
        if entry is None or entry.owner_id is not None:
            continue  # gone, or taken in hand, since the rows were read
        before = importing.journal.before(entry)
        for name, value in plan.values.items():
            setattr(entry, name, value)
        texts = texts_of(entry, *groups.get(entry.pk, ()))
        for column, value in texts.items():
            setattr(entry, column, value)
        entry.save(update_fields=[*plan.values, *texts])
        importing.journal.updated(entry, before, number=plan.number)
        if plan.terms is not None:
            there = EntryTerm.objects.filter(entry=entry, term__in=list(vocabulary))
            _only(there, "term_id", plan.terms, EntryTerm, entry, importing, plan.number)
        if plan.areas is not None:
            there_areas = EntryArea.objects.filter(entry=entry)
            _only(there_areas, "territory_id", plan.areas, EntryArea, entry, importing, plan.number)
        importing.journal.keep()
    touched(pks, now=importing.now)


def _tie(kind: EntryKind, asked: "Sequence[tuple[int, Plan]]", importing: Importing) -> None:
    """Make the links that the rows ask for, give them their roles; what may be found of the people follows."""
    if not asked:
        return
    mine, theirs = ("person_id", "group_id") if kind == EntryKind.CATALYST else ("group_id", "person_id")
    others = {other for _pk, plan in asked for other in plan.links}
    ends = sorted(others.union(pk for pk, _plan in asked))
    entries = Entry.objects.in_bulk(ends)
    before = {pk: importing.journal.before(entry) for pk, entry in entries.items()}
    there = {
        (link.person_id, link.group_id): link
        for link in Membership.objects.filter(**{f"{mine}__in": [pk for pk, _plan in asked], f"{theirs}__in": others})
    }
    for pk, plan in asked:
        for position, (other, role) in enumerate(plan.links.items()):
            if not (_is_free(entries.get(pk)) and _is_free(entries.get(other))):
                continue  # gone, or taken in hand, since the rows were read
            person, group = (pk, other) if kind == EntryKind.CATALYST else (other, pk)
            link = there.get((person, group))
            name = entries[group].name
            label = f"{name} ({role})" if role else name  # never hers: the journal is shown
            if link is None:
                made = Membership.objects.create(person_id=person, group_id=group, role=role, position=position)
                importing.journal.created(made, number=plan.number, label=label)
            else:
                was = importing.journal.before(link)
                link.role = role
                link.save(update_fields=["role"])
                importing.journal.updated(link, was, number=plan.number, label=label)
            importing.journal.keep()
    _find_people([entry for entry in entries.values() if entry.kind == EntryKind.CATALYST])
    touched(ends, now=importing.now)
    numbers = {other: plan.number for _pk, plan in asked for other in plan.links} | {
        pk: plan.number for pk, plan in asked
    }
    for pk, entry in entries.items():
        importing.journal.updated(entry, before[pk], number=numbers[pk])
        importing.journal.keep()


def _is_free(entry: Entry | None) -> bool:
    return entry is not None and entry.owner_id is None


def _find_people(people: "Sequence[Entry]") -> None:
    """A person is found by the names of her organisations too."""
    names: dict[int, list[str]] = {}
    found = Membership.objects.filter(person__in=[person.pk for person in people]).order_by("position", "pk")
    for pk, name in found.values_list("person_id", "group__name"):
        names.setdefault(pk, []).append(name)
    for person in people:
        texts = texts_of(person, *names.get(person.pk, ()))
        Entry.objects.filter(pk=person.pk).update(**texts)


def _only(
    there: Any, column: str, wanted: set[int], model: Any, entry: Entry, importing: Importing, number: int
) -> None:
    """Leave exactly the wanted rows beside an entry, and tell the journal."""
    kept = {getattr(row, column): row for row in there}
    for pk in sorted(kept.keys() - wanted):
        importing.journal.removed(kept[pk], number=number)
        kept[pk].delete()
    for pk in sorted(wanted - kept.keys()):
        importing.journal.created(model.objects.create(entry=entry, **{column: pk}), number=number)


# --- Take back ------------------------------------------------------------------------------------------------------


def after_undo(kind: EntryKind, done: Sequence[tuple[str, str]], now: datetime) -> None:
    """Lists, maps and the search read again; the entries that came back keep the dates they had."""
    pks = {int(pk) for model, pk in done if model == label_of(Entry)}
    if done:
        rebuilt()
    _read_again(kind, pks, now)


def _read_again(kind: str, pks: Collection[int], now: datetime) -> None:
    """The search reads these entries again, each as what it is (`kind`, for one that is gone), and all that bears their names."""
    its_kind = dict(Entry.objects.filter(pk__in=pks).values_list("pk", "kind"))
    by_kind: dict[str, list[int]] = defaultdict(list)
    for pk in pks:
        by_kind[its_kind.get(pk, kind)].append(pk)
    for each, found in by_kind.items():
        changed(each, found, now=now)
    changed(NEEDS, Need.objects.filter(entry__in=pks).values_list("pk", flat=True), now=now)
    with_others = Alliance.objects.filter(Q(first__in=pks) | Q(second__in=pks))
    changed(ALLIANCES, with_others.values_list("pk", flat=True), now=now)


def people_of(record: Model) -> list[int]:
    """Who is found by a record: a person, by the names of her organisations."""
    return [record.person_id] if isinstance(record, Membership) else []


def find_again(pks: Collection[int], now: datetime) -> None:
    """People whose links are gone are no longer found by them, even where their entry, changed since, is not put back."""
    wanted = sorted(pks)
    for start in range(0, len(wanted), TOGETHER):
        some = wanted[start : start + TOGETHER]
        _find_people(list(Entry.objects.filter(pk__in=some)))
        _read_again(EntryKind.CATALYST, some, now)
    rebuilt()


def reason_to_keep(record: Model) -> str:
    """An entry that someone took in hand since the import is theirs, and so is what it is linked to."""
    if isinstance(record, Entry):
        is_held = record.owner_id is not None
    elif isinstance(record, Membership):
        ends = Entry.objects.filter(pk__in=[record.person_id, record.group_id])
        is_held = ends.filter(owner__isnull=False).exists()
    else:
        is_held = False
    return _("quelqu’un la tient maintenant") if is_held else ""


# --- Harvests -------------------------------------------------------------------------------------------------------


def _of_source(kind: EntryKind, number: int) -> Any:
    """Entries that follow the source; one that somebody holds or confirmed is no longer the source's."""
    return Entry.objects.filter(
        kind=kind, source_code=code_of_source(number), owner__isnull=True, confirmed_on__isnull=True
    )


def known(kind: EntryKind, number: int) -> list[str]:
    return list(
        _of_source(kind, number)
        .filter(is_hidden=False, withdrawn_on__isnull=True)
        .values_list("external_id", flat=True)
    )


@transaction.atomic
def withdraw(kind: EntryKind, importing: Importing, keys: Collection[str]) -> int:
    """Take away entries that are no longer at the source; what others have tied to one is seen by nobody."""
    assert importing.source is not None
    wanted = sorted(keys)
    count = 0
    for start in range(0, len(wanted), TOGETHER):
        found = list(
            _of_source(kind, importing.source.id)
            .filter(external_id__in=wanted[start : start + TOGETHER])
            .order_by("pk")
        )
        count += len(found)
        gone, tied = _parted(found)
        for model in (EntryTerm, EntryArea):
            for row in model.objects.filter(entry__in=gone):
                importing.journal.removed(row)
        for entry in gone:
            importing.journal.removed(entry)
        importing.journal.keep()
        for entry in tied:
            before = importing.journal.before(entry)
            entry.visibility, entry.withdrawn_on = Visibility.NOBODY, timezone.localdate(importing.now)
            said = _emptied(entry) if importing.source.is_personal else []
            entry.save(update_fields=["visibility", "withdrawn_on", *said])
            importing.journal.updated(entry, before)
        importing.journal.keep()
        _delete(kind, gone, tied, now=importing.now)
    return count


@transaction.atomic
def forget(kind: EntryKind, source: SourceRef, now: datetime) -> int:
    """Take away all that comes from the source, and what imports remember of it."""
    found = list(_of_source(kind, source.id).order_by("pk"))
    for start in range(0, len(found), TOGETHER):
        gone, tied = _parted(found[start : start + TOGETHER])
        pks = [entry.pk for entry in (*gone, *tied)]
        forget_record(label_of(Entry), pks)
        for entry in tied:
            entry.visibility, entry.withdrawn_on = Visibility.NOBODY, timezone.localdate(now)
            entry.external_id = ""
            entry.save(update_fields=["visibility", "withdrawn_on", "external_id", *_emptied(entry)])
        _delete(kind, gone, tied, now=now)
    return len(found)


def _emptied(entry: Entry) -> list[str]:
    """Take from an entry all that says who or what it was, its address included; answers the columns to save.

    At a source of people, what it no longer gives is asked to be forgotten; what it gives again is written again.
    """
    for name, value in PERSONAL.items():
        setattr(entry, name, value)
    entry.name, entry.slug = _("Fiche retirée"), f"fiche-{entry.pk}-retiree"
    texts = texts_of(entry)
    for column, text in texts.items():
        setattr(entry, column, text)
    return [*PERSONAL, "name", "slug", *texts]


@transaction.atomic
def keep(kind: EntryKind, source: SourceRef, now: datetime) -> int:
    """The entries of a source that is no longer followed become ours: they can be edited, and say where they came from."""
    found = list(_of_source(kind, source.id).order_by("pk"))
    taken = set(Entry.objects.filter(source_code=code_of_file(kind, source.name)).values_list("external_id", flat=True))
    for entry in found:
        entry.source_code = code_of_file(kind, source.name)
        if entry.external_id in taken:
            entry.external_id = ""
        entry.save(update_fields=["source_code", "external_id"])
    for start in range(0, len(found), TOGETHER):
        touched([entry.pk for entry in found[start : start + TOGETHER]], now=now)
    return len(found)


def _parted(entries: list[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Those that nothing else hangs on, and those that people have tied to something (members, alliances, requests)."""
    pks = _tied([entry.pk for entry in entries])
    return [entry for entry in entries if entry.pk not in pks], [entry for entry in entries if entry.pk in pks]


def _tied(pks: list[int]) -> set[int]:
    """Those whose deletion would take along more than their own words; one query for each sort of tie."""
    found: set[int] = set()
    entry: Any = Entry._meta  # noqa: SLF001 the documented way to relations
    relations: Any = get_candidate_relations_to_delete(entry)
    for relation in relations:
        if relation.on_delete is CASCADE and label_of(relation.related_model) not in ALONG:
            rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": pks})  # noqa: SLF001 as above
            found.update(rows.values_list(relation.field.attname, flat=True))
    return found


def _delete(kind: EntryKind, gone: list[Entry], tied: list[Entry], *, now: datetime) -> None:
    pks = [entry.pk for entry in gone]
    Entry.objects.filter(pk__in=pks).delete()
    rebuilt()
    changed(kind, pks, now=now)
    if tied:
        touched([entry.pk for entry in tied], now=now)
