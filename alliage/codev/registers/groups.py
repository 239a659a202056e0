"""What groups add: the menu, what is told of who comes in, reports, « mon espace », personal data."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.accounts.registry import PersonalData, personal_data
from alliage.codev.models import Group, Membership
from alliage.codev.queries import memberships
from alliage.codev.services import groups as services
from alliage.codev.services import memberships as joining
from alliage.moderation.registry import Reportable, reportable
from alliage.notifications.registry import Message, NotificationKind, kinds
from alliage.ui.registry import MenuEntry, menu

SHOWN = 3


def about_people(row: Membership, _by: Any) -> Message:
    """What is said never leaves the group: the kind's label is the title."""
    return Message("–", reverse("codev:group_people", args=[row.group_id]))


def about_invitation(row: Membership, _by: Any) -> Message:
    return Message("–", reverse("codev:group_join", args=[row.group_id]))


def about_group(row: Membership, _by: Any) -> Message:
    return Message("–", row.group.get_absolute_url())


def can_report(_user: Any, group: Group) -> bool:
    return not group.is_hidden


menu.add(
    MenuEntry(
        code="codev",
        label=_("Codéveloppement"),  # type: ignore[arg-type]
        url="/codev/",
        icon="exchange",
        position=3,
        hint=_("Des séances entre pairs, en ligne, pour avancer ensemble sur une situation vécue."),  # type: ignore[arg-type]
    )
)
kinds.add(
    NotificationKind(
        code=joining.ASKED,
        label=_("Quelqu’un demande à rejoindre un groupe que vous facilitez"),
        help=_("Pour répondre à qui attend."),
        describe=about_people,
        confidential=True,
    )
)
kinds.add(
    NotificationKind(
        code=joining.INVITED,
        label=_("Une invitation à rejoindre un groupe"),
        help=_("Quelqu’un du réseau vous propose une place."),
        describe=about_invitation,
        confidential=True,
    )
)
kinds.add(
    NotificationKind(
        code=joining.ANSWERED,
        label=_("Une réponse à une demande ou à une invitation dans un groupe"),
        help=_("Votre demande est acceptée ou non\u00a0; la personne que vous avez invitée est entrée."),
        describe=about_group,
        confidential=True,
    )
)
kinds.add(
    NotificationKind(
        code=joining.LIFE,
        label=_("Votre place dans un groupe a changé"),
        help=_("La facilitation vous est confiée, ou vous n’en faites plus partie."),
        describe=about_group,
        confidential=True,
    )
)
reportable.add(
    Reportable(
        code="codev.group",
        model=Group,
        label=_("groupe"),
        can_see=can_report,
        hide=services.hide,
        restore=services.restore,
        url=Group.get_absolute_url,
        title=lambda group: str(group.name),
        author=lambda group: group.created_by,
    )
)
personal_data.add(
    PersonalData(
        "codev.groups",
        _("Groupes dont je fais partie"),
        memberships.export_of,
        lambda member: joining.forget_member(member, now=timezone.now()),
    )
)
