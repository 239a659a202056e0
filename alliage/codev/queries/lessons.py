"""Reads of lessons: one's own, the text that it starts from, the names that the assistant looks for."""

from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from alliage.accounts.models import Member
from alliage.codev.masking import Names
from alliage.codev.models import Lesson, Session
from alliage.codev.session_enums import LessonState, Masked
from alliage.directory.enums import EntryKind
from alliage.directory.models import Entry
from alliage.rooms.enums import Role
from alliage.rooms.models import Card, Participant
from alliage.territories.enums import Kind
from alliage.territories.snapshot import snapshot

PLACES = {
    Kind.COMMUNE: _("une commune"),
    Kind.EPCI: _("une intercommunalité"),
    Kind.EPT: _("une intercommunalité"),
    Kind.DEPARTEMENT: _("un département"),
    Kind.REGION: _("une région"),
    Kind.COM: _("un territoire d’outre-mer"),
    Kind.CUSTOM: _("un territoire de projet"),
}


def mine(member: Any) -> list[Lesson]:
    return list(Lesson.objects.filter(author=member).select_related("resource", "session__encounter__group"))


def of_author(pk: int, member: Any) -> Lesson | None:
    """A lesson for who writes it, and for nobody else."""
    found = Lesson.objects.filter(pk=pk, author=member.pk)
    return found.select_related("resource", "session__encounter__group", "author").first()


# --- What it starts from ---------------------------------------------------------------------------------------------


def prefilled(session: Session, member: Member) -> dict[str, str]:
    """The client's own cards and the contract: nothing that others wrote."""
    cards = _own_cards(session, member)
    return {
        "contexte": _joined(cards, "situation"),
        "deroulement": _joined(cards, "contrat"),
        "echecs": "",
        "enseignements": "\n\n".join(filter(None, (_joined(cards, "retenu"), _joined(cards, "appris")))),
    }


def _own_cards(session: Session, member: Member) -> list[Card]:
    """Hers as the client, and the contract that facilitators noted with her."""
    if session.room_id is None:
        return []
    cards = (
        Card.objects.filter(room=session.room_id).exclude(state="hidden").select_related("author").order_by("number")
    )
    return [card for card in cards if _is_hers(card, member)]


def _is_hers(card: Card, member: Member) -> bool:
    author = card.author
    if author is None:
        return False
    return author.member_id == member.pk or (card.kind == "contrat" and author.role == Role.FACILITATOR)


def _joined(cards: list[Card], kind: str) -> str:
    return "\n\n".join(card.text for card in cards if card.kind == kind)


# --- What the assistant looks for ------------------------------------------------------------------------------------


def names_for(lesson: Lesson) -> Names:
    """Those who were there and the group's members, then the directory, then the territories; three queries."""
    names = Names()
    session = lesson.session
    if session is not None:
        names.add(session.encounter.group.name, Masked.ORGANISATION)
        for name in _close(session):
            names.add_person(name, is_close=True)
    return with_directory(names)


def with_directory(names: Names) -> Names:
    """Those of the directory and of the territories beside; one query."""
    for kind, name, others in Entry.objects.values_list("kind", "name", "other_names").order_by("pk"):
        if kind == EntryKind.CATALYST:
            names.add_person(name)
            continue
        for each in (name, *_others(others)):
            names.add(each, Masked.ORGANISATION)
    return names.with_(_places(snapshot().version))


def _others(text: str) -> list[str]:
    return [part for part in text.split(";") if part.strip()]


def _close(session: Session) -> list[str]:
    """Names of the people of the group, whatever became of their place, and those said in the room."""
    members = Member.objects.filter(codev_memberships__group=session.encounter.group_id).values_list("name", flat=True)
    people = Participant.objects.filter(room=session.room_id).values_list("name", flat=True)
    return sorted({name for name in (*members, *people) if name})


@lru_cache(maxsize=2)
def _places(version: str) -> Names:  # noqa: ARG001 read again when the reference data changes
    names = Names()
    current = snapshot()
    # The largest first: « Centre » is a region before it is anything else.
    for kind in (Kind.REGION, Kind.COM, Kind.DEPARTEMENT, Kind.COMMUNE, Kind.EPCI, Kind.EPT, Kind.CUSTOM):
        for row in current.by_kind.get(kind, []):
            names.add(row.name, Masked.PLACE, instead=str(PLACES[kind]))
    for parts in current.known.parts.values():
        for part in parts:
            names.add(part.name, Masked.PLACE, instead=str(PLACES[Kind.COMMUNE]))
    return names


# --- Personal data ---------------------------------------------------------------------------------------------------


def export_of(member: Any) -> list[dict[str, Any]]:
    """One's own texts, what one signed and when."""
    return [
        {
            "etat": LessonState(row.state).label,
            "textes": row.texts,
            "signe_le": row.signed_at,
            "version_de_l_accord": row.wording_version,
            "retire_le": row.withdrawn_at,
            "ressource": row.resource_id,
        }
        for row in Lesson.objects.filter(author=member).order_by("pk")
    ]


def label_of(lesson: Lesson) -> str:
    """What its author reads in a list: the title she gave, or nothing of it once it left."""
    return lesson.texts.get("title") or (lesson.resource.title if lesson.resource else str(_("Retour d’expérience")))
