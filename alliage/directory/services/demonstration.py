"""The fictitious network of the demonstration: people, organisations and teams, from a data file."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from alliage.accounts.models import Member
from alliage.directory.enums import AllianceState, EntryKind, Means, NeedState, PlacePrecision, Visibility
from alliage.directory.models import Alliance, DeedChoice, Entry, EntryArea, EntryTerm, Membership, Need
from alliage.directory.services import deeds
from alliage.directory.services.entries import texts_of, touched
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.territories.folding import fold
from alliage.territories.models import Territory

# The lists of a row of the file, and the vocabulary that each names.
LISTS = {
    "metiers": Vocabulary.METIERS,
    "missions": Vocabulary.MISSIONS,
    "leviers": Vocabulary.LEVIERS,
    "odd": Vocabulary.ODD,
}


class _Known:
    """Terms, territories and members that the rows name, read in three queries."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.terms = {(term.vocabulary, term.code): term for term in Term.objects.all()}
        codes = {place.partition(":")[2] for row in rows for place in (row["office"], *row["areas"])}
        found = Territory.objects.filter(code__in=codes)
        self.places = {f"{place.kind}:{place.code}": place for place in found}
        owners = {row["owner"] for row in rows if "owner" in row}
        self.members = {member.email: member for member in Member.objects.filter(email__in=owners)}


@transaction.atomic
def load_demonstration(rows: list[dict[str, Any]], *, now: datetime) -> int:
    """Add the fictitious entries that are not there yet, and say how many. Those that are there are left as they are."""
    there = set(Entry.objects.filter(slug__in=[row["slug"] for row in rows]).values_list("slug", flat=True))
    new = [row for row in rows if row["slug"] not in there]
    if not new:
        return 0
    known = _Known(new)
    names = {row["slug"]: row["name"] for row in rows}
    groups = {row["slug"]: [names[group["slug"]] for group in row.get("groups", ())] for row in rows}
    entries = Entry.objects.bulk_create(
        [_entry(row, known, groups[row["slug"]], now=now) for row in new], batch_size=200
    )
    _attach(new, entries, known)
    _gather(new)
    touched([entry.pk for entry in entries], now=now)
    return len(entries)


@transaction.atomic
def load_demonstration_alliances(rows: list[dict[str, Any]], *, now: datetime) -> int:
    """Add the fictitious alliances between entries that are there, confirmed; say how many. Safe to repeat."""
    slugs = {row[side] for row in rows for side in ("first", "second")}
    entries = {entry.slug: entry for entry in Entry.objects.filter(slug__in=slugs)}
    terms = {(term.vocabulary, term.code): term for term in Term.objects.all()}
    found = Territory.objects.filter(code__in={row["territory"].partition(":")[2] for row in rows})
    known = {f"{place.kind}:{place.code}": place for place in found}
    added = 0
    ends: set[int] = set()
    for row in rows:
        if row["first"] not in entries or row["second"] not in entries:
            continue
        first, second = sorted((entries[row["first"]], entries[row["second"]]), key=lambda entry: entry.pk)
        alliance, is_new = Alliance.objects.get_or_create(
            first=first,
            second=second,
            subject=row["subject"],
            defaults={
                "partnership": terms.get((Vocabulary.PARTNERSHIPS, row["partnership"])),
                "territory": known.get(row["territory"]),
                "since": row["since"],
                "until": row.get("until"),
                "outcome": row["outcome"],
                "state": AllianceState.CONFIRMED,
                "confirmed_at": now,
                "is_demo": True,
            },
        )
        if is_new:
            goals = [terms[Vocabulary.ODD, code] for code in row["odd"] if (Vocabulary.ODD, code) in terms]
            alliance.goals.set(goals)
            added += 1
            ends |= {first.pk, second.pk}
    if ends:
        touched(sorted(ends), now=now)
    return added


@transaction.atomic
def load_demonstration_needs(rows: list[dict[str, Any]], *, now: datetime) -> int:
    """Add the fictitious needs, offers and calls of entries that are there; say how many. Safe to repeat.

    Nobody is told: they are there from the start. An entry without the one of the file has it again for ninety days.
    """
    entries = {entry.slug: entry for entry in Entry.objects.filter(slug__in={row["entry"] for row in rows})}
    terms = {(term.vocabulary, term.code): term for term in Term.objects.all()}
    found = Territory.objects.filter(code__in={row["territory"].partition(":")[2] for row in rows})
    places = {f"{place.kind}:{place.code}": place for place in found}
    there = set(Need.objects.filter(is_demo=True).values_list("entry_id", "title"))
    added = 0
    for row in rows:
        entry = entries.get(row["entry"])
        if entry is None or (entry.pk, row["title"]) in there:
            continue
        place, opened_at = places.get(row["territory"]), now - timedelta(days=row["opened_days_ago"])
        need = Need.objects.create(
            entry=entry,
            side=row["side"],
            kind=row["kind"],
            title=row["title"],
            text=row["text"],
            search_text=fold(" ".join([row["title"], row["text"], entry.name, place.name if place else ""])),
            partnership=terms.get((Vocabulary.PARTNERSHIPS, row["partnership"])),
            territory=place,
            state=row["state"],
            outcome=row.get("outcome", ""),
            opened_at=opened_at,
            expires_at=opened_at + timedelta(days=90),
            ended_at=now if row["state"] == NeedState.MET else None,
            created_at=opened_at,
            updated_at=opened_at,
            is_demo=True,
        )
        named = [(Vocabulary.ODD, code) for code in row["odd"]] + [
            (Vocabulary.LEVIERS, code) for code in row["leviers"]
        ]
        need.terms.set(terms[each] for each in named if each in terms)
        added += 1
    touched([entry.pk for entry in entries.values()] if added else [], now=now)
    return added


@transaction.atomic
def load_demonstration_deeds(rows: list[dict[str, Any]], *, now: datetime) -> int:
    """What the fictitious people show of what they did, by kind, before they did it or after; say how many kinds were added. Safe to repeat."""
    people = {
        each.email: each for each in Member.objects.filter(email__in=[row["member"] for row in rows], is_demo=True)
    }
    there = set(DeedChoice.objects.filter(member__in=people.values(), key="").values_list("member", "source"))
    wanted = [(people[row["member"]], source) for row in rows if row["member"] in people for source in row["shows"]]
    new = [(member, source) for member, source in wanted if (member.pk, source) not in there]
    for member, source in new:
        deeds.change(deeds.Said(shows=(source, "")), by=member, now=now)
    return len(new)


def _entry(row: dict[str, Any], known: _Known, groups: list[str], *, now: datetime) -> Entry:
    category, scale = (Vocabulary.CATEGORIES, row["category"]), (Vocabulary.SCALES, row["scale"])
    place = known.places.get(row["office"])
    confirmed_on = (now - timedelta(days=row["confirmed_days_ago"])).date()
    entry = Entry(
        kind=EntryKind(row["kind"]),
        slug=row["slug"],
        name=row["name"],
        function=row.get("function", ""),
        presentation=row["presentation"],
        category=known.terms.get(category),
        scale=known.terms.get(scale),
        means=row.get("means", Means.UNKNOWN),
        territory=place,
        place_precision=PlacePrecision.SEAT if place else PlacePrecision.UNKNOWN,
        is_national=row.get("is_national", False),
        cross_border=row.get("cross_border", ""),
        phone=row.get("phone", ""),
        phone_visibility=row.get("phone_visibility", Visibility.NOBODY),
        visibility=row.get("visibility", Visibility.PUBLIC),
        is_demo=True,
        owner=known.members.get(row.get("owner", "")),
        confirmed_on=confirmed_on,
        created_at=now,
        updated_at=now,
        **_chosen(row),
    )
    for column, value in texts_of(entry, *groups).items():
        setattr(entry, column, value)
    return entry


def _chosen(row: dict[str, Any]) -> dict[str, Visibility]:
    """Who sees the fields that the person does not show to everyone."""
    members = {f"{field}_visibility": Visibility.MEMBERS for field in row.get("members_only", ())}
    return members | {f"{field}_visibility": Visibility.NOBODY for field in row.get("hides", ())}


def _attach(rows: Iterable[dict[str, Any]], entries: Iterable[Entry], known: _Known) -> None:
    """The terms and areas of each entry."""
    terms: list[EntryTerm] = []
    areas: list[EntryArea] = []
    for row, entry in zip(rows, entries, strict=True):
        named = ((vocabulary, code) for key, vocabulary in LISTS.items() for code in row[key])
        terms += [EntryTerm(entry=entry, term=known.terms[each]) for each in named if each in known.terms]
        places = dict.fromkeys(row["areas"])
        areas += [EntryArea(entry=entry, territory=known.places[each]) for each in places if each in known.places]
    EntryTerm.objects.bulk_create(terms, batch_size=500)
    EntryArea.objects.bulk_create(areas, batch_size=500)


def _gather(rows: Iterable[dict[str, Any]]) -> None:
    """Who belongs to what, said by the person's row (`groups`) or by the team's (`people`)."""
    said = [(row["slug"], group["slug"], group) for row in rows for group in row.get("groups", ())]
    said += [(person["slug"], row["slug"], person) for row in rows for person in row.get("people", ())]
    slugs = {slug for person, group, _how in said for slug in (person, group)}
    pks = dict(Entry.objects.filter(slug__in=slugs).values_list("slug", "pk"))
    Membership.objects.bulk_create(
        (
            Membership(
                person_id=pks[person], group_id=pks[group], role=how["role"], is_editor=how["is_editor"], position=rank
            )
            for rank, (person, group, how) in enumerate(said)
        ),
        batch_size=500,
        ignore_conflicts=True,
    )
