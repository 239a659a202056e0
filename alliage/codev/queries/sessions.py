"""Reads of sessions: the page of one, those of a group, its health for who facilitates, what a member takes away."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.timezone import localdate

from alliage.codev.enums import Coming, EncounterState, GroupKind, MemberState
from alliage.codev.models import (
    Commitment,
    Encounter,
    Group,
    Learning,
    Membership,
    Observer,
    Presence,
    RatingCount,
    RatingGiven,
    Session,
    SessionResource,
    Subject,
    SubjectVote,
)
from alliage.codev.queries.messages import resource_said
from alliage.codev.session_enums import CommitmentState, Scale, SessionState
from alliage.library.queries.resources import shown
from alliage.library.services.resources import KIND as RESOURCE
from alliage.rooms.enums import CardState, Role
from alliage.rooms.models import Card, Participant, Room, Turn
from alliage.search.queries import listing
from alliage.search.queries.hits import Hit

SIMILAR = 3
LEAST_TYPED = 12
READ = 400
LATELY = 3
# Fewer answers would tell who gave them.
LEAST_RATED = 3
# Captures that the page of a session shows to its whole group once it ended.
SHOWN_AFTERWARDS = ("contrat", "retenu", "appris")
LINKED = ("room", "client", "facilitator", "subject__author", "subject__question", "encounter__group")


def of_encounter(group: Group, number: int, member: Any) -> Any:
    """The session of an encounter of this group, with its encounter, and `is_rated`: whether this member said what she thinks
    of it; None for none, one query."""
    rated = Exists(RatingGiven.objects.filter(session=OuterRef("pk"), member=member.pk))
    found = Session.objects.filter(encounter=number, encounter__group=group)
    return found.annotate(is_rated=rated).select_related(*LINKED).first()


def of_client(group_pk: int, number: int, member: Any) -> Session | None:
    """The session of an encounter to which this member brought the situation, even once she left the group; one query."""
    found = Session.objects.filter(encounter=number, encounter__group=group_pk, client=member.pk)
    return found.select_related(*LINKED).first()


def keep_with(room: Room, session: Session) -> None:
    """Who enters a room had its session read: what the same page says of it next asks nothing more."""
    room.__dict__["_codev_session"] = session


def of_room(room: Room) -> Session | None:
    """The session of a room, with all that its page says; one query, none when the room was just entered."""
    if "_codev_session" not in room.__dict__:
        found = Session.objects.filter(room=room).select_related(*LINKED).first()
        if found is None:
            return None
        keep_with(room, found)
    kept: Session = room.__dict__["_codev_session"]
    return kept


def by_number(pk: int) -> Session | None:
    return Session.objects.filter(pk=pk).select_related(*LINKED).first()


def of_group(group: Group) -> QuerySet[Session]:
    """Those of a group, the last encounter first."""
    found = Session.objects.filter(encounter__group=group).select_related("encounter__group", "client", "room")
    return found.order_by("-encounter__starts_at", "-pk")


def noted(group: Group) -> QuerySet[Session]:
    """Those whose room may hold notes, the first encounter first."""
    return of_group(group).filter(room__erased_at=None, room__isnull=False).order_by("encounter__starts_at", "pk")


# --- Before ----------------------------------------------------------------------------------------------------------


def subjects(session: Session, member: Any) -> list[Any]:
    """Those proposed, the most chosen first, with `votes_count` and `is_my_choice`; one query."""
    mine = Count("votes", filter=Q(votes__member=member.pk))
    found = Subject.objects.filter(session=session).select_related("author", "question")
    return list(
        found.annotate(votes_count=Count("votes"), is_my_choice=mine).order_by("-votes_count", "-urgency", "created_at")
    )


def subject(session: Session, pk: int) -> Subject | None:
    found = Subject.objects.filter(session=session, pk=pk).select_related(
        "author", "question", "session__encounter__group"
    )
    return found.first()


def similar(found: Subject, viewer: Any) -> list[Hit]:
    """« Situations proches déjà travaillées »: resources that the library already has. The text is asked in memory, and kept nowhere."""
    text = found.shown_question.title if found.shown_question else found.text
    asked = " ".join(f"{text} {found.stakes}".split())[:READ]
    if len(asked) < LEAST_TYPED:
        return []
    answer = listing.find(RESOURCE, viewer=viewer, q=asked, order=listing.RELEVANCE, per_page=SIMILAR, counts=False)
    return answer.hits


@dataclass(frozen=True)
class Seats:
    """Who is what: names by role, absent ones left out."""

    client: str
    facilitators: list[str]
    observers: list[str]
    consultants: list[str]
    is_observing: bool = False


def seats(session: Session, member: Any) -> Seats:
    """Two queries."""
    watching = set(Observer.objects.filter(session=session).values_list("member", flat=True)) if session.pk else set()
    inside = Membership.objects.filter(group=session.encounter.group_id, state=MemberState.ACTIVE)
    absent = Presence.objects.filter(encounter=session.encounter_id, coming=Coming.NO).values("member")
    facilitators, observers, consultants = [], [], []
    for row in inside.exclude(member__in=absent).select_related("member").order_by("member__name", "pk"):
        name = row.member.get_full_name()
        if row.member_id == session.client_id:
            continue
        if row.member_id == session.facilitator_id or (session.facilitator_id is None and row.is_facilitator):
            facilitators.append(name)
        elif row.member_id in watching:
            observers.append(name)
        else:
            consultants.append(name)
    client = session.client.get_full_name() if session.client else ""
    return Seats(client, facilitators, observers, consultants, member.pk in watching)


def previous(session: Session) -> Session | None:
    """The last session of the group that ended before this one: its client's return opens this one."""
    return _before(session).first()


def _before(session: Session) -> QuerySet[Session]:
    return of_group(session.encounter.group).filter(
        state=SessionState.ENDED, encounter__starts_at__lt=session.encounter.starts_at
    )


@dataclass(frozen=True)
class Welcome:
    """What the room of a session shows while the group meets. `returned`: what the client of the last one tells first."""

    session: Session
    subjects: list[Any]
    returned: list[Commitment]

    @property
    def previous(self) -> Session | None:
        """The session that this return is of."""
        return self.returned[0].session if self.returned else None


def welcome(room: Room, member: Any) -> Welcome | None:
    """Three queries, two when the room was just entered."""
    found = of_room(room)
    if found is None or found.is_erased:
        return None
    last = _before(found).values("pk")[:1]
    told = Commitment.objects.filter(session=Subquery(last)).select_related("member", "session__client")
    return Welcome(found, subjects(found, member), list(told))


# --- After -----------------------------------------------------------------------------------------------------------


@dataclass
class Said:
    """What remains of a session for its group, from the cards of its room."""

    contract: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    learnt: list[tuple[str, str]] = field(default_factory=list)


def said(session: Session) -> Said:
    """One query."""
    found = Said()
    if session.room_id is None:
        return found
    cards = Card.objects.filter(room=session.room_id, kind__in=SHOWN_AFTERWARDS, state=CardState.SHOWN)
    for card in cards.select_related("author").order_by("number"):
        if card.kind == "contrat":
            found.contract.append(card.text)
        elif card.kind == "retenu":
            found.kept.append(card.text)
        else:
            found.learnt.append((card.author.name if card.author else "", card.text))
    return found


def learnings(session: Session) -> list[Learning]:
    return list(Learning.objects.filter(session=session).select_related("member"))


@dataclass(frozen=True)
class Rated:
    """A mean, once enough people answered."""

    label: str
    mean: float
    count: int


def ratings(session: Session) -> list[Rated]:
    """One query; nothing below three answers."""
    sums: dict[str, list[int]] = {}
    for row in RatingCount.objects.filter(session=session):
        total = sums.setdefault(row.scale, [0, 0])
        total[0] += row.value * row.count
        total[1] += row.count
    return [
        Rated(str(Scale(scale).label), round(total / count, 1), count)
        for scale, (total, count) in sorted(sums.items(), key=lambda each: Scale.values.index(each[0]))
        if count >= LEAST_RATED
    ]


def commitments(session: Session) -> list[Commitment]:
    return list(Commitment.objects.filter(session=session).select_related("member"))


def commitment(session: Session, pk: int, member: Any) -> Commitment | None:
    return Commitment.objects.filter(session=session, pk=pk, member=member.pk).first()


# --- The group's health ------------------------------------------------------------------------------------------------


@dataclass
class Health:
    """For those who facilitate. `quiet`: members who neither spoke nor wrote in the last sessions."""

    quiet: list[str] = field(default_factory=list)
    looked_at: int = 0
    due: list[Commitment] = field(default_factory=list)
    without_client: list[Encounter] = field(default_factory=list)
    promised: int = 0
    kept: int = 0


def health(group: Group, now: datetime, listed: list[Session] | None = None) -> Health:
    """`listed`: the sessions of the group, when the page has read them already. Five queries."""
    found = Health()
    rows = list(of_group(group)) if listed is None else listed
    lately = [each for each in rows if each.is_ended and each.room is not None and each.room.erased_at is None][:LATELY]
    found.looked_at = len(lately)
    found.quiet = _quiet(group, lately) if lately else []
    late = Commitment.objects.filter(
        session__encounter__group=group, state=CommitmentState.OPEN, due_on__lt=localdate(now)
    )
    found.due = list(late.select_related("member"))
    # The meetings of another group have no situation to bring.
    coming = Encounter.objects.filter(
        group=group, group__kind=GroupKind.CODEV, state=EncounterState.PLANNED, starts_at__gte=now
    )
    without = coming.filter(Q(session=None) | Q(session__client=None), Q(turn=None) | Q(turn__client=None))
    found.without_client = list(without.select_related("group").order_by("starts_at", "pk"))
    found.promised, found.kept = _kept(group)
    return found


def _quiet(group: Group, lately: list[Session]) -> list[str]:
    """Members who were in the group then, and of whom no room of these kept a word or a turn. Whoever animated or observed had
    another part."""
    wrote = Exists(Card.objects.filter(author=OuterRef("pk")))
    spoke = Exists(Turn.objects.filter(participant=OuterRef("pk"), given_at__isnull=False))
    other_part = Q(role__in=[Role.FACILITATOR, Role.OBSERVER])
    heard = Participant.objects.filter(other_part | wrote | spoke, room__in=[each.room_id for each in lately])
    first = min(each.encounter.starts_at for each in lately)
    inside = Membership.objects.filter(group=group, state=MemberState.ACTIVE, joined_at__lte=first)
    rows = inside.exclude(member__in=heard.filter(member__isnull=False).values("member"))
    return [row.member.get_full_name() for row in rows.select_related("member").order_by("member__name", "pk")]


def _kept(group: Group) -> tuple[int, int]:
    """Commitments made and kept, those of erased sessions included: a count, which names nobody."""
    done = Q(commitments__state=CommitmentState.DONE)
    # Only erased sessions have counts, and they have no commitment left: no row counts twice.
    counts = Session.objects.filter(encounter__group=group).aggregate(
        promised=Count("commitments"),
        kept=Count("commitments", filter=done),
        was_promised=Sum("promised_count", default=0),
        was_kept=Sum("kept_count", default=0),
    )
    return counts["promised"] + counts["was_promised"], counts["kept"] + counts["was_kept"]


# --- Personal data ---------------------------------------------------------------------------------------------------


def export_of(member: Any) -> dict[str, Any]:
    """One's own words and gestures; never what others said."""
    brought = Subject.objects.filter(author=member).order_by("pk")
    learnt = Learning.objects.filter(member=member).order_by("pk")
    linked = SessionResource.objects.filter(by=member, resource__in=shown()).select_related("resource").order_by("pk")
    return {
        "seances_ou_j_apportais_une_situation": [
            {"rencontre_du": row.encounter.starts_at, "etat": row.get_state_display()}
            for row in Session.objects.filter(client=member).select_related("encounter").order_by("pk")
        ],
        "seances_que_j_animais": Session.objects.filter(facilitator=member).count(),
        "sujets": [{"texte": row.text, "enjeux": row.stakes, "propose_le": row.created_at} for row in brought],
        "sujets_choisis": SubjectVote.objects.filter(member=member).count(),
        "observations": Observer.objects.filter(member=member).count(),
        "apprentissages": [{"texte": row.text, "ecrit_le": row.written_at} for row in learnt],
        "ressources_liees": [resource_said(each.resource) for each in linked],
        "avis_donnes": RatingGiven.objects.filter(member=member).count(),
    }


def commitments_of(member: Any) -> list[dict[str, Any]]:
    return [
        {
            "texte": row.text,
            "pour_le": row.due_on,
            "etat": row.get_state_display(),
            "ce_qu_il_en_est": row.news,
            "pris_le": row.taken_at,
        }
        for row in Commitment.objects.filter(member=member).order_by("pk")
    ]
