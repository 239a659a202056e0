"""Who someone is at a workshop: a member, someone registered by a personal link, or both; and what they may do there.

Someone without an account is known by a signed cookie, which `?inscription=<personal link>` leaves and which says nothing but numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.accounts.permissions import is_animator
from alliage.events.enums import StewardRole
from alliage.events.models import Attendee, Board, Event, Need, Sequence, Steward, Subgroup

COOKIE = "inscrit"
COOKIE_DAYS = 60
MOST_KEPT = 10
_SIGNER = Signer(salt="alliage.events.workshops")


@dataclass(frozen=True)
class Person:
    """Who acts. A member who is registered is both."""

    member: Member | None = None
    attendee: Attendee | None = None

    @property
    def name(self) -> str:
        if self.attendee is not None and self.attendee.name:
            return str(self.attendee.name)
        return self.member.get_full_name() if self.member is not None else str(_("Une personne de l’atelier"))

    @property
    def rows(self) -> Q:
        """The rows of theirs, in any table that knows both."""
        found = Q(pk__in=[])
        if self.attendee is not None:
            found |= Q(attendee=self.attendee)
        if self.member is not None:
            found |= Q(member=self.member)
        return found


@dataclass(frozen=True)
class Standing:
    """`holds`: facilitates, moderates or reports the workshop, one of its mirrors or of its sub-groups, or organises the event.
    `reports`: the workshop or one of its mirrors as a whole."""

    person: Person
    is_registered: bool = False
    holds: bool = False
    organises: bool = False
    reports: bool = False

    @property
    def reads(self) -> bool:
        """Who reads what a workshop writes before it is published: those who come and those who hold it."""
        return self.is_registered or self.holds


@dataclass(frozen=True)
class Place:
    """A session of a workshop, the workshop that it is a session of, and where someone stands in it."""

    session: Sequence
    root: Sequence
    board: Board | None
    standing: Standing

    @property
    def event(self) -> Event:
        return self.session.event

    @property
    def person(self) -> Person:
        return self.standing.person


def place(user: Any, cookies: Mapping[str, str], pk: int) -> Place | None:
    """Two queries for a member, one for a visitor whom nothing makes known; None: for this person, there is nothing there."""
    member = user if user.is_authenticated and user.is_active else None
    found = _sequences(member).filter(pk=pk).first()
    if found is None:
        return None
    organises = _organises(member, found)
    if not found.event.is_public and not organises:
        return None
    attendee = _attendee(found.event_id, member, cookies)
    standing = Standing(
        Person(member, attendee),
        is_registered=attendee is not None,
        holds=organises or bool(found.is_held),
        organises=organises,
        reports=bool(found.is_reported),
    )
    root = found.mirror_of or found
    root.event = found.event
    return Place(found, root, getattr(root, "board", None), standing)


def _sequences(member: Member | None) -> Any:
    found = Sequence.objects.select_related("event", "parent", "board", "mirror_of__board").alias(
        root=Coalesce("mirror_of_id", "id")
    )
    if member is None:
        return found.annotate(is_held=Value(0), is_organised=Value(0), is_reported=Value(0))
    # What gathers workshops is held by those who hold one of them: they show the wall.
    workshop = Q(sequence=OuterRef("root")) | Q(sequence__mirror_of=OuterRef("root"))
    family = workshop | Q(sequence__parent=OuterRef("root"))
    stewards = Steward.objects.filter(family, member=member)
    tending = Subgroup.objects.filter(family).filter(Q(facilitator=member) | Q(rapporteur=member))
    organisers = Event.organisers.through.objects.filter(event=OuterRef("event_id"), member=member)
    return found.annotate(
        is_held=Exists(stewards) | Exists(tending),
        is_organised=Exists(organisers),
        is_reported=Exists(Steward.objects.filter(workshop, member=member, role=StewardRole.RAPPORTEUR)),
    )


def _organises(member: Member | None, sequence: Any) -> bool:
    """As `permissions.can_organise`, without another query."""
    if member is None:
        return False
    return is_animator(member) or sequence.event.owner_id == member.pk or sequence.is_organised


def _attendee(event_id: int, member: Member | None, cookies: Mapping[str, str]) -> Attendee | None:
    known = Q(member=member) if member is not None else Q(pk__in=kept(cookies))
    if member is None and not kept(cookies):
        return None
    return Attendee.objects.filter(known, event=event_id, confirmed_at__isnull=False, forgotten_at=None).first()


def person_of_event(user: Any, cookies: Mapping[str, str], event_id: int | None) -> Attendee | None:
    """Who someone is among those registered to an event."""
    member = user if user.is_authenticated and user.is_active else None
    return _attendee(event_id, member, cookies) if event_id is not None else None


def sessions_of(root: Sequence) -> Q:
    """The workshop and its mirrors."""
    return Q(pk=root.pk) | Q(mirror_of=root)


def can_change(standing: Standing, need: Need) -> bool:
    """Whoever said it, and those who hold the workshop."""
    return standing.holds or wrote(standing.person, need)


def reports(standing: Standing, need: Need) -> bool:
    """Who reports the workshop, or the sub-group where it was said. Reads `need.subgroup` as the page loaded it."""
    member, group = standing.person.member, need.subgroup
    return standing.reports or (member is not None and group is not None and group.rapporteur_id == member.pk)


def wrote(person: Person, need: Need) -> bool:
    """Reads `need.authors` as the page loaded them."""
    return any(
        (person.attendee is not None and author.attendee_id == person.attendee.pk)
        or (person.member is not None and author.member_id == person.member.pk)
        for author in need.authors.all()
    )


# --- Someone without an account ---------------------------------------------------------------------------------------


def kept(cookies: Mapping[str, str]) -> list[int]:
    """The registrations that this browser opened."""
    try:
        said = _SIGNER.unsign(str(cookies.get(COOKIE, "")))
    except BadSignature:
        return []
    return [int(each) for each in said.split(".") if each.isdigit()]


def keep(request: HttpRequest, response: HttpResponse, attendee: Attendee) -> None:
    """Remember who opened their personal link; the last ones only."""
    numbers = [attendee.pk, *(pk for pk in kept(request.COOKIES) if pk != attendee.pk)][:MOST_KEPT]
    response.set_cookie(
        COOKIE,
        _SIGNER.sign(".".join(map(str, numbers))),
        max_age=COOKIE_DAYS * 86_400,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
