"""What workshops add: rooms and pages of sub-groups, needs that come back by themselves or on paper, that
become posts, moderation, personal data."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.accounts.registry import PersonalData, personal_data
from alliage.directory.registry import NeedOrigin, need_origins
from alliage.events import need_origins as origins
from alliage.events import workshop_people as people
from alliage.events.models import Need, Specification, Subgroup
from alliage.events.queries import needs as need_queries
from alliage.events.queries import specifications as specification_queries
from alliage.events.queries import workshops as queries
from alliage.events.services import need_cards, workshop_erasing
from alliage.events.services import needs as need_services
from alliage.events.services import specifications as specification_services
from alliage.events.services import subgroups as services
from alliage.events.specification_texts import sentence_of
from alliage.files.enums import Kind as FileKind
from alliage.files.models import StoredFile
from alliage.files.registry import MEGABYTE
from alliage.files.registry import Purpose as FilePurpose
from alliage.files.registry import purposes as file_purposes
from alliage.jobs.models import Job
from alliage.jobs.registry import JobKind, Periodic, kinds, schedule
from alliage.moderation.registry import Reportable, reportable
from alliage.paper import queries as paper_queries
from alliage.paper import services as paper
from alliage.rooms.enums import Role
from alliage.rooms.models import Room
from alliage.rooms.registry import Entry
from alliage.rooms.registry import Purpose as RoomPurpose
from alliage.rooms.registry import purposes as room_purposes
from alliage.writing.models import Document
from alliage.writing.registry import Purpose, Visit, Writer, member_key
from alliage.writing.registry import purposes as writing_purposes

# --- Rooms -----------------------------------------------------------------------------------------------------------


def _subgroup_of(room: Room) -> Subgroup | None:
    return Subgroup.objects.filter(room=room).select_related("sequence").first()


def entry(user: Any, room: Room) -> Entry | None:
    """Those who hold the workshop facilitate; whoever sits here takes part, whoever sits elsewhere observes.

    The door is on the page of the workshop, for those who come: someone without an account enters by it.
    """
    found = _subgroup_of(room)
    if found is None:
        return None
    place = people.place(user, {}, found.sequence_id)
    if place is None or not place.standing.reads:
        return None
    if place.standing.holds:
        return Entry(Role.FACILITATOR, may_facilitate=True)
    sits = queries.subgroup_of(found.sequence, place.person)
    return Entry(Role.PARTICIPANT if sits in (None, found.rank) else Role.OBSERVER)


def url(room: Room) -> str:
    found = _subgroup_of(room)
    return found.get_absolute_url() if found is not None else ""


room_purposes.add(
    RoomPurpose(
        services.PURPOSE, _("Sous-groupe d’un atelier"), entry, by_link=True, url=url, closed=services.room_closed
    )
)
schedule.add(
    Periodic(
        "events.gather_needs",
        timedelta(minutes=2),
        lambda now: services.gather_due(now=now),
        _("Reprendre au tableau les besoins dits dans les salles des sous-groupes"),
    )
)


# --- The page of a sub-group -----------------------------------------------------------------------------------------


def writer(visit: Visit, scope_id: str) -> Writer | None:
    """Those who come to the workshop read; those who sit there, or hold it, write, until the board is closed."""
    found = Subgroup.objects.filter(pk=scope_id).first() if scope_id.isdigit() else None
    place = people.place(visit.member, visit.cookies, found.sequence_id) if found is not None else None
    if found is None or place is None or not place.standing.reads:
        return None
    person = place.person
    key = member_key(person.member) if person.member is not None else f"attendee:{person.attendee.pk}"  # type: ignore[union-attr]
    writes = place.board is None or place.board.is_open
    if writes and not place.standing.holds:
        writes = queries.subgroup_of(found.sequence, person) in (None, found.rank)
    return Writer(key, person.name, can_write=writes, can_manage=place.standing.holds)


def where(document: Document) -> tuple[str, str]:
    found = Subgroup.objects.filter(pk=document.scope_id).first()
    return (found.get_absolute_url(), str(_("Le sous-groupe"))) if found is not None else ("", "")


writing_purposes.add(Purpose(services.PURPOSE, _("Page d’un sous-groupe"), writer, where))


need_origins.add(NeedOrigin(origins.SAID, origins.begun_said, origins.born_said))
need_origins.add(NeedOrigin(origins.REPORTED, origins.begun_reported, origins.born_reported))

# --- Cards on paper --------------------------------------------------------------------------------------------------


def may_read_card(user: Any, stored: StoredFile) -> bool:
    """Those who hold the workshop: what is written by hand is theirs to type."""
    found = paper_queries.of_file(need_cards.KIND, stored)
    place = people.place(user, {}, found.session_id) if found is not None else None
    return place is not None and place.standing.holds


def page_of(job: Job) -> str:
    """Where what was read waits for someone."""
    return reverse("events:need_paper", args=[job.payload["about"]])


file_purposes.add(
    FilePurpose(
        code=need_cards.PURPOSE,
        label=_("photo d’une carte de besoin"),
        kinds=frozenset({FileKind.IMAGE}),
        max_bytes=15 * MEGABYTE,
        may_read=may_read_card,
    )
)
kinds.add(
    JobKind(
        need_cards.KIND.job,
        need_cards.KIND.label,
        lambda context, payload: paper.read_waiting(need_cards.KIND, context, payload, now=timezone.now()),
        retries=1,
        result_url=page_of,
    )
)
schedule.add(
    Periodic(
        "events.erase_need_cards",
        timedelta(days=1),
        lambda now: paper.erase_old(need_cards.KIND, now=now),
        _("Effacer les photos de cartes de besoin après sept jours"),
        offset=timedelta(hours=4, minutes=20),
    )
)


# --- Moderation, personal data ---------------------------------------------------------------------------------------


def can_see_need(user: Any, need: Need) -> bool:
    place = people.place(user, {}, need.board.sequence_id)
    return place is not None and place.standing.reads


def can_see_specification(user: Any, specification: Specification) -> bool:
    """Everyone, once it is published; its event’s people and its holder before."""
    if specification.is_public:
        return True
    if user.is_authenticated and specification.owner_id == user.pk:
        return True
    if specification.board is None:
        return False
    place = people.place(user, {}, specification.board.sequence_id)
    return place is not None and place.standing.reads


def _first_author(need: Need) -> Any:
    found = need.authors.exclude(member=None).select_related("member").first()
    return found.member if found is not None else None


reportable.add(
    Reportable(
        code="events.need",
        model=Need,
        label=_("besoin d’un atelier"),
        can_see=can_see_need,
        hide=need_services.hide,
        restore=need_services.restore,
        url=Need.get_absolute_url,
        title=sentence_of,
        author=_first_author,
    )
)
reportable.add(
    Reportable(
        code="events.specification",
        model=Specification,
        label=_("cahier des charges"),
        can_see=can_see_specification,
        hide=specification_services.hide,
        restore=specification_services.restore,
        url=lambda specification: reverse("events:specification", args=[specification.pk]),
        title=lambda specification: str(specification.title),
        author=lambda specification: specification.owner,
    )
)


def export_of(member: Any) -> dict[str, Any]:
    return {"besoins": need_queries.export_of(member), "cahiers": specification_queries.export_of(member)}


personal_data.add(
    PersonalData("events.workshops", _("Ce que j’ai dit dans les ateliers"), export_of, workshop_erasing.forget_member)
)
