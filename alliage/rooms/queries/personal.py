"""What rooms keep about a member: their own export, and what leaves with the account."""

from typing import Any

from alliage.rooms.models import Card, Participant, Room, RunSheet


def export_of(member: Any) -> list[dict[str, Any]]:
    """The rooms where this member was, and their own words there."""
    found = []
    for person in Participant.objects.filter(member=member).select_related("room"):
        cards = Card.objects.filter(author=person).order_by("number")
        found.append(
            {
                "room": person.room.title,
                "role": person.role,
                "joined_at": person.joined_at,
                "written": [{"at": card.written_at, "text": card.text} for card in cards],
            }
        )
    sheets: list[dict[str, Any]] = [{"run_sheet": sheet.content} for sheet in RunSheet.objects.filter(owner=member)]
    return found + sheets


def forget(member: Any) -> None:
    """Their words and their name leave every room; run sheets are theirs, and go too."""
    people = Participant.objects.filter(member=member)
    Card.objects.filter(author__in=people).delete()
    people.delete()
    RunSheet.objects.filter(owner=member).delete()
    Room.objects.filter(created_by=member).update(created_by=None)
