"""What rooms keep about a member: their own export, and what leaves with the account."""

from typing import Any

from django.db.models import F

from alliage.questionnaires import polls
from alliage.questionnaires import queries as questionnaires
from alliage.questionnaires.services import erase_respondent
from alliage.rooms.models import Caption, Card, CardVote, Message, Participant, Room, RunSheet
from alliage.rooms.services.polls import SCOPE, respondent, scope_of


def export_of(member: Any) -> list[dict[str, Any]]:
    """The rooms where this member was, and their own words and answers there."""
    found = []
    for person in Participant.objects.filter(member=member).select_related("room"):
        cards = Card.objects.filter(author=person).order_by("number")
        lines = Caption.objects.filter(author=person).order_by("number")
        found.append(
            {
                "room": person.room.title,
                "role": person.role,
                "joined_at": person.joined_at,
                "written": [{"at": card.written_at, "text": card.text} for card in cards],
                "captions": [{"at": line.said_at, "text": line.text} for line in lines],
                "messages": list(Message.objects.filter(author=person).order_by("number").values("said_at", "text")),
                "polls": _polls_of(person),
            }
        )
    sheets: list[dict[str, Any]] = [{"run_sheet": sheet.content} for sheet in RunSheet.objects.filter(owner=member)]
    return found + sheets


def _polls_of(person: Participant) -> list[dict[str, Any]]:
    """What they answered, where it can still be told: the closed anonymous ones no longer know whose answer is whose."""
    openings = list(questionnaires.openings_of(scope_of(person.room)))
    said = polls.answers_of(openings, respondent(person))
    return [
        {"question": polls.question_of(opening).title, "answer": said[opening.pk]}
        for opening in openings
        if opening.pk in said
    ]


def forget(member: Any) -> None:
    """Their words, their answers and their name leave every room; run sheets are theirs, and go too."""
    people = Participant.objects.filter(member=member)
    Card.objects.filter(author__in=people).delete()
    # What they chose among the words of others is counted no more.
    Card.objects.filter(pk__in=CardVote.objects.filter(participant__in=people).values("card")).update(
        votes_count=F("votes_count") - 1
    )
    Caption.objects.filter(author__in=people).delete()
    for person in people:
        erase_respondent(respondent(person), scope=SCOPE)
    people.delete()
    RunSheet.objects.filter(owner=member).delete()
    Room.objects.filter(created_by=member).update(created_by=None)
