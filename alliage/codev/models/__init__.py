"""Tables of codev, one file per noun."""

from alliage.codev.models.answers import Answer, AnswerText, Birth, Complement, Thank
from alliage.codev.models.availabilities import Availability
from alliage.codev.models.commitments import Commitment
from alliage.codev.models.compositions import ComposedGroup, Composition, Seat, SeatRequest, SeatWish
from alliage.codev.models.cycles import Cycle, DatePoll, PollAnswer, PollDate, Turn
from alliage.codev.models.duos import Duo, DuoMember, DuoRound, DuoTurn
from alliage.codev.models.encounters import CalendarLink, Encounter, Presence
from alliage.codev.models.groups import Group
from alliage.codev.models.lessons import Lesson
from alliage.codev.models.memberships import Membership
from alliage.codev.models.messages import (
    Mention,
    Message,
    MessageFile,
    MessageFlag,
    MessageVersion,
    Reaction,
    ReactionKind,
)
from alliage.codev.models.questions import Call, HelpDraft, Question, QuestionText, Unwanted
from alliage.codev.models.sessions import (
    Learning,
    Observer,
    RatingCount,
    RatingGiven,
    Session,
    SessionKeeping,
    SessionResource,
    Subject,
    SubjectVote,
)
from alliage.codev.models.threads import Thread, ThreadDraft, ThreadRead
from alliage.codev.models.watch import WatchWeek
from alliage.codev.models.widenings import Carrying, CarryState, Widening

__all__ = [
    "Answer",
    "AnswerText",
    "Availability",
    "Birth",
    "CalendarLink",
    "Call",
    "CarryState",
    "Carrying",
    "Commitment",
    "Complement",
    "ComposedGroup",
    "Composition",
    "Cycle",
    "DatePoll",
    "Duo",
    "DuoMember",
    "DuoRound",
    "DuoTurn",
    "Encounter",
    "Group",
    "HelpDraft",
    "Learning",
    "Lesson",
    "Membership",
    "Mention",
    "Message",
    "MessageFile",
    "MessageFlag",
    "MessageVersion",
    "Observer",
    "PollAnswer",
    "PollDate",
    "Presence",
    "Question",
    "QuestionText",
    "RatingCount",
    "RatingGiven",
    "Reaction",
    "ReactionKind",
    "Seat",
    "SeatRequest",
    "SeatWish",
    "Session",
    "SessionKeeping",
    "SessionResource",
    "Subject",
    "SubjectVote",
    "Thank",
    "Thread",
    "ThreadDraft",
    "ThreadRead",
    "Turn",
    "Unwanted",
    "WatchWeek",
    "Widening",
]
