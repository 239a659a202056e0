"""Tables of rooms, one file per noun."""

from alliage.rooms.models.captions import Caption, Relay
from alliage.rooms.models.cards import Card, CardVote
from alliage.rooms.models.chat import Message, Reaction
from alliage.rooms.models.people import Participant, Turn
from alliage.rooms.models.rooms import Event, Room, RunSheet

__all__ = [
    "Caption",
    "Card",
    "CardVote",
    "Event",
    "Message",
    "Participant",
    "Reaction",
    "Relay",
    "Room",
    "RunSheet",
    "Turn",
]
