"""Steps of a session: whether it begins with a welcome; the link of the mail of a step, which leads one member to the room."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from alliage.notifications.registry import Message
from alliage.notifications.timing import zone_of
from alliage.rooms.enums import Role
from alliage.ui.templatetags.ui import date_fr

if TYPE_CHECKING:
    from alliage.accounts.models import Member
    from alliage.codev.models import Session
    from alliage.rooms.models import Room
    from alliage.rooms.phases import Sheet

_SALT = "alliage.codev.session_steps"
LIVES = timedelta(days=60)
# The phase where the group meets and chooses the subject, in the run sheets that have one.
WELCOME = "accueil"


def has_welcome(sheet: "Sheet") -> bool:
    """Without one, who brings the situation is known before."""
    return sheet.phases[0].code == WELCOME


def suits(sheet: "Sheet") -> bool:
    """Whether a run sheet that a member made is one of codevelopment: somebody is listened to, others consult, someone animates."""
    return {Role.FACILITATOR, Role.CLIENT, Role.CONSULTANT} <= set(sheet.roles)


def name_outside(room: "Room", platform: "Sheet") -> str:
    """The present step, as a mail may say it: what a member typed in a run sheet stays in the group."""
    title = room.current.title if room.current else ""
    if title in {phase.title for phase in platform.phases}:
        return title
    return _("%(rank)d sur %(count)d") % {"rank": room.phase + 1, "count": len(room.sheet.phases)}


def may_choose(room: "Room | None") -> bool:
    """Whether the subject may still be chosen: once the work began, another would put its client out of the session in one gesture."""
    if room is None or not room.is_open:
        return True
    return room.current is not None and room.current.code == WELCOME


@dataclass(frozen=True)
class Told:
    """What one member is told of a step: its name comes from the platform's own run sheets (`name_outside`)."""

    session: "Session"
    member: "Member"
    step: str
    ends_at: datetime | None

    def attached(self) -> "Session":
        """The session, which notifications know, with what is told to this member."""
        self.session.told = self  # type: ignore[attr-defined]
        return self.session


def about_step(session: "Session", _by: Any) -> Message:
    told: Told = session.told  # type: ignore[attr-defined]
    with timezone.override(zone_of(told.member.time_zone)):
        until = date_fr(timezone.localtime(told.ends_at), "moment") if told.ends_at else ""
    words = {"step": told.step, "until": until}
    title = _("Séance par écrit, étape «\u00a0%(step)s\u00a0», jusqu’au %(until)s") % words
    return Message(title, path(session, told.member))


def path(session: "Session", member: "Member") -> str:
    return reverse("codev:session_link", args=[signing.dumps([session.pk, member.pk], salt=_SALT)])


def read(token: str) -> tuple[int, int] | None:
    """The numbers of the session and of the member whose link it is; None when it is not ours, or too old."""
    try:
        session, member = signing.loads(token, salt=_SALT, max_age=LIVES)
    except signing.BadSignature:
        return None
    return int(session), int(member)
