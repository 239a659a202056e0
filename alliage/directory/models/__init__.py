"""Tables of the directory, one file per noun."""

from alliage.directory.models.alliances import Alliance
from alliage.directory.models.changes import EntryChange
from alliage.directory.models.contacts import Contact
from alliage.directory.models.deeds import DeedChoice
from alliage.directory.models.embeds import EmbedCount, EmbedHost
from alliage.directory.models.entries import (
    Edition,
    Entry,
    EntryArea,
    EntryTerm,
    address,
)
from alliage.directory.models.freshness import FreshnessAct, Reminder
from alliage.directory.models.inviting import EntryInvitation
from alliage.directory.models.joining import JoinRequest
from alliage.directory.models.knowledge import Knowledge
from alliage.directory.models.memberships import Membership
from alliage.directory.models.mentions import Mention
from alliage.directory.models.needs import Alert, Need, NeedAnswer
from alliage.directory.models.requests import HelpRequest, RequestMessage, RequestRecipient

__all__ = [
    "Alert",
    "Alliance",
    "Contact",
    "DeedChoice",
    "Edition",
    "EmbedCount",
    "EmbedHost",
    "Entry",
    "EntryArea",
    "EntryChange",
    "EntryInvitation",
    "EntryTerm",
    "FreshnessAct",
    "HelpRequest",
    "JoinRequest",
    "Knowledge",
    "Membership",
    "Mention",
    "Need",
    "NeedAnswer",
    "Reminder",
    "RequestMessage",
    "RequestRecipient",
    "address",
]
