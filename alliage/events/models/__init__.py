"""Tables of `events`, one file per noun."""

from alliage.events.models.cards import NeedCard
from alliage.events.models.events import Event
from alliage.events.models.exhibition import Panel
from alliage.events.models.live import Arrival, Contribution, Stay
from alliage.events.models.needs import Need, NeedAuthor, NeedLink, NeedVersion, NeedVote
from alliage.events.models.preparing import Rehearsal, Sheet, Task
from alliage.events.models.proceedings import Minutes, Proceedings, ProceedingsVersion
from alliage.events.models.programme import Appearance, Item, Partner, Sequence, Speaker, Steward, Temps
from alliage.events.models.registrations import Attendee, Seat, Star
from alliage.events.models.series import Occurrence, Series
from alliage.events.models.specifications import FollowUp, Signature, Specification, SpecificationVersion
from alliage.events.models.telling import AttendeeMail, ProgrammeLink, SentReminder, Word
from alliage.events.models.workshops import Board, Subgroup, SubgroupSeat

__all__ = [
    "Appearance",
    "Arrival",
    "Attendee",
    "AttendeeMail",
    "Board",
    "Contribution",
    "Event",
    "FollowUp",
    "Item",
    "Minutes",
    "Need",
    "NeedAuthor",
    "NeedCard",
    "NeedLink",
    "NeedVersion",
    "NeedVote",
    "Occurrence",
    "Panel",
    "Partner",
    "Proceedings",
    "ProceedingsVersion",
    "ProgrammeLink",
    "Rehearsal",
    "Seat",
    "SentReminder",
    "Sequence",
    "Series",
    "Sheet",
    "Signature",
    "Speaker",
    "Specification",
    "SpecificationVersion",
    "Star",
    "Stay",
    "Steward",
    "Subgroup",
    "SubgroupSeat",
    "Task",
    "Temps",
    "Word",
]
