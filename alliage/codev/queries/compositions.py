"""Reads of calls and of those who answer them; what the composer knows of each, from their profile."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from alliage.codev.composing import Person, Rules, slots
from alliage.codev.composing_enums import CompositionState, WishKind
from alliage.codev.enums import GroupKind, MemberState
from alliage.codev.models import ComposedGroup, Composition, Membership, SeatRequest, SeatWish
from alliage.codev.queries.availabilities import zone_name
from alliage.codev.registry import who_come_first
from alliage.directory.enums import EntryKind
from alliage.directory.models import Entry, EntryTerm
from alliage.directory.models import Membership as Belonging
from alliage.jobs.models import Job
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories.enums import Kind

OPEN = (CompositionState.OPEN, CompositionState.PROPOSED)


def every() -> QuerySet[Composition]:
    """For the desk: the latest first, with how many answered."""
    counted = Count("requests", filter=Q(requests__member__is_active=True))
    return Composition.objects.annotate(asked=counted).order_by("-created_at", "-pk")


def to_compose() -> QuerySet[Composition]:
    """What waits for an animator: calls whose last day is past or whose proposal is to be read."""
    is_over = Q(state=CompositionState.OPEN, closes_on__lt=timezone.localdate())
    return Composition.objects.filter(is_over | Q(state=CompositionState.PROPOSED))


def answerable(today: date) -> QuerySet[Composition]:
    """Calls that a member may answer now, the first to close first."""
    return Composition.objects.filter(state=CompositionState.OPEN, closes_on__gte=today).order_by("closes_on", "pk")


def for_member(member: Any, today: date) -> list[Composition]:
    """Calls that she may answer, and those that she answered and whose groups are not made; `is_answered`."""
    mine = SeatRequest.objects.filter(composition=OuterRef("pk"), member=member.pk)
    can_answer = Q(state=CompositionState.OPEN, closes_on__gte=today)
    found = Composition.objects.annotate(is_answered=Exists(mine))
    return list(found.filter(can_answer | Q(is_answered=True, state__in=OPEN)).order_by("closes_on", "pk"))


def request_of(member: Any, composition: Composition) -> SeatRequest | None:
    return SeatRequest.objects.filter(composition=composition, member=member.pk).first()


def wishes_of(request: SeatRequest) -> QuerySet[SeatWish]:
    return request.wishes.select_related("member").order_by("kind", "pk")


def can_answer(composition: Composition, now: datetime) -> bool:
    """Until its last day, everywhere: Paris decides for a date."""
    return composition.state == CompositionState.OPEN and timezone.localdate(now) <= composition.closes_on


def running_job(composition: Composition) -> Job | None:
    """The work that composes it now."""
    job = Job.objects.filter(pk=composition.job_id).first() if composition.job_id else None
    return job if job and not job.is_finished else None


def rules_of(composition: Composition) -> Rules:
    codes = tuple(term.code for term in taxonomy.terms(Vocabulary.METIERS))
    ideal = min(max(7, composition.smallest), composition.largest)
    return Rules(composition.smallest, ideal, composition.largest, composition.minutes, metiers=codes)


# --- What the composer knows -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Gathered:
    """Everyone who answered a call and whose account is open, as the composer reads them; by member's number."""

    composition: Composition
    rules: Rules
    people: list[Person]
    requests: dict[int, SeatRequest]
    groups: list[ComposedGroup]

    @property
    def names(self) -> dict[int, str]:
        return {pk: request.member.get_full_name() for pk, request in self.requests.items()}

    def zone(self, member_pk: int) -> str:
        return zone_name(self.requests[member_pk].member)


def gather(composition: Composition) -> Gathered:
    """Eight queries, whatever the number of people."""
    rows = composition.requests.filter(member__is_active=True).select_related(
        "member__codev_availability", "seat__group"
    )
    requests = {request.member_id: request for request in rows}
    known = profiles(requests)
    wishes = _wishes(composition)
    companions = _companions(requests)
    first = who_come_first(requests)
    people = [
        Person(
            id=pk,
            free=_free(request.member, composition.starts_on),
            with_colleagues=request.with_colleagues,
            wishes=frozenset(wishes.get((pk, WishKind.TOGETHER), ())),
            avoids=frozenset(wishes.get((pk, WishKind.APART), ())),
            companions=frozenset(companions.get(pk, set()) - {pk}),
            comes_first=pk in first,
            **known.get(pk, {}),
        )
        for pk, request in sorted(requests.items())
    ]
    groups = list(composition.groups.select_related("group").order_by("number"))
    return Gathered(composition, rules_of(composition), people, requests, groups)


def _free(member: Any, on: date) -> int:
    said = getattr(member, "codev_availability", None)
    return slots.free_half_hours(said.blocks, zone_name(member), on) if said else 0


def _wishes(composition: Composition) -> dict[tuple[int, str], set[int]]:
    found: dict[tuple[int, str], set[int]] = {}
    rows = SeatWish.objects.filter(request__composition=composition)
    for mine, other, kind in rows.values_list("request__member", "member", "kind"):
        found.setdefault((mine, kind), set()).add(other)
    return found


def _companions(members: Any) -> dict[int, set[int]]:
    """Who was in a codev group with whom."""
    rows = Membership.objects.filter(
        member__in=list(members), group__kind=GroupKind.CODEV, state__in=[MemberState.ACTIVE, MemberState.LEFT]
    )
    of_group: dict[int, set[int]] = {}
    for group, member in rows.values_list("group", "member"):
        of_group.setdefault(group, set()).add(member)
    found: dict[int, set[int]] = {}
    for together in of_group.values():
        for one in together:
            found.setdefault(one, set()).update(together)
    return found


def profiles(members: Any) -> dict[int, dict[str, Any]]:
    """Métiers, leviers, region and organisations of each, from their own entry of the directory."""
    entries = Entry.objects.filter(owner__in=list(members), kind=EntryKind.CATALYST)
    of_entry = {entry.pk: entry for entry in entries.select_related("territory__region", "territory__com")}
    codes: dict[tuple[int, str], set[str]] = {}
    terms = EntryTerm.objects.filter(entry__in=of_entry, term__vocabulary__in=[Vocabulary.METIERS, Vocabulary.LEVIERS])
    for entry, vocabulary, code in terms.values_list("entry", "term__vocabulary", "term__code"):
        codes.setdefault((entry, vocabulary), set()).add(code)
    groups: dict[int, set[int]] = {}
    for person, group in Belonging.objects.filter(person__in=of_entry).values_list("person", "group"):
        groups.setdefault(person, set()).add(group)
    return {
        entry.owner_id: {
            "metiers": frozenset(codes.get((pk, Vocabulary.METIERS), ())),
            "leviers": frozenset(codes.get((pk, Vocabulary.LEVIERS), ())),
            "region": region_of(entry.territory),
            "organisations": frozenset(groups.get(pk, ())),
        }
        for pk, entry in of_entry.items()
        if entry.owner_id is not None
    }


def region_of(territory: Any) -> str:
    """The name of its region, or of its collectivity overseas; nothing when unknown."""
    if territory is None:
        return ""
    if territory.kind in (Kind.REGION, Kind.COM):
        return str(territory.name)
    above = territory.region or territory.com
    return str(above.name) if above else ""


def export_of(member: Any) -> list[dict[str, Any]]:
    """Her answers and her wishes; what others wish about her is theirs."""
    rows = SeatRequest.objects.filter(member=member).select_related("composition").prefetch_related("wishes__member")
    return [
        {
            "appel": row.composition.title,
            "accepte_des_collegues": row.with_colleagues,
            "souhaits": [
                {"souhait": wish.get_kind_display(), "personne": wish.member.get_full_name()}
                for wish in row.wishes.all()
            ],
            "le": row.created_at,
        }
        for row in rows
    ]
