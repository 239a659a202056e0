"""What sessions add: their rooms, the steps told of those in writing, erasing, personal data."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from alliage.accounts.registry import PersonalData, personal_data
from alliage.codev import session_steps
from alliage.codev.queries import sessions as queries
from alliage.codev.services import session_erasing, session_words
from alliage.codev.services import sessions as services
from alliage.jobs.registry import Periodic, schedule
from alliage.notifications.registry import NotificationKind, kinds
from alliage.rooms.models import Participant, Room
from alliage.rooms.registry import Beside, Purpose, purposes


def url(room: Room) -> str:
    """The page of the session that a room is for."""
    found = queries.of_room(room)
    return found.get_absolute_url() if found is not None else ""


def beside(room: Room, person: Participant) -> Beside | None:
    """During the welcome: what the last client tells first, then the subjects among which the group chooses."""
    if room.current is None or room.current.code != session_steps.WELCOME or person.member is None:
        return None
    found = queries.welcome(room, person.member)
    return Beside("codev/_room_welcome.html", found) if found is not None else None


purposes.add(
    Purpose(
        services.PURPOSE,
        _("Séance de codéveloppement"),
        services.entry,
        url=url,
        closed=services.room_closed,
        moved=services.step_began,
        beside=beside,
    )
)
kinds.add(
    NotificationKind(
        services.STEP,
        _("Les étapes d’une séance par écrit"),
        _("Quelle étape commence, jusqu’à quand, et votre lien. Jamais un mot de ce qui s’y dit."),
        describe=session_steps.about_step,
    )
)
schedule.add(
    Periodic(
        "codev.erase_sessions",
        timedelta(hours=6),
        lambda now: session_erasing.erase_due(now=now),
        _("Effacer les séances dont le jour est venu"),
    )
)
personal_data.add(
    PersonalData(
        "codev.sessions",
        _("Mes sujets et ce que j’ai dit des séances de mes groupes"),
        queries.export_of,
        session_words.forget_member,
    )
)
