"""What the exhibition adds: its images, what is told, moderation, personal data."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.accounts.registry import PersonalData, personal_data
from alliage.events.exhibition_enums import PanelState
from alliage.events.models import Panel
from alliage.events.permissions import can_organise, can_see_event
from alliage.events.queries import exhibition as queries
from alliage.events.services import panels as services
from alliage.files.enums import Kind
from alliage.files.models import StoredFile
from alliage.files.registry import MEGABYTE, Purpose, purposes
from alliage.moderation.registry import Reportable, reportable
from alliage.notifications.registry import Message, NotificationKind, kinds


def can_see(user: Any, panel: Panel) -> bool:
    """What is shown, with its event; before, its author and the organisers."""
    if panel.is_public and can_see_event(user, panel.event):
        return True
    return bool(user.is_authenticated) and (panel.author_id == user.pk or can_organise(user, panel.event))


def may_read_image(user: Any, file: StoredFile) -> bool:
    panel = Panel.objects.filter(image=file).select_related("event").first()
    return panel is not None and can_see(user, panel)


def proposed(panel: Panel, _by: Any) -> Message:
    return Message(
        _("Un panneau est proposé pour l’exposition\u00a0: %(title)s") % {"title": panel.title},
        reverse("events:panels", args=[panel.event.slug]),
    )


def decided(panel: Panel, _by: Any) -> Message:
    if panel.state == PanelState.SHOWN:
        return Message(
            _("Votre panneau est exposé\u00a0: %(title)s") % {"title": panel.title}, panel.get_absolute_url()
        )
    edit = reverse("events:panel_edit", args=[panel.event.slug, panel.pk])
    return Message(_("Votre panneau n’est pas retenu\u00a0: %(title)s") % {"title": panel.title}, edit, panel.reason)


purposes.add(
    Purpose(
        services.PURPOSE,
        gettext_lazy("Images de l’exposition"),
        frozenset({Kind.IMAGE}),
        max_bytes=5 * MEGABYTE,
        may_read=may_read_image,
    )
)
kinds.add(
    NotificationKind(
        services.PROPOSED,
        gettext_lazy("Panneaux proposés à l’exposition"),
        gettext_lazy("Quelqu’un propose un panneau pour une rencontre que vous organisez."),
        describe=proposed,
    )
)
kinds.add(
    NotificationKind(
        services.DECIDED,
        gettext_lazy("Panneaux que je propose"),
        gettext_lazy("Votre panneau est exposé, ou n’est pas retenu."),
        describe=decided,
    )
)
reportable.add(
    Reportable(
        code="events.panel",
        model=Panel,
        label=gettext_lazy("panneau d’exposition"),
        can_see=can_see,
        hide=services.hide,
        restore=services.restore,
        url=Panel.get_absolute_url,
        title=lambda panel: str(panel.title),
        author=lambda panel: panel.author,
    )
)
personal_data.add(
    PersonalData(
        "events.panels",
        gettext_lazy("Panneaux que je propose à une exposition"),
        queries.export_of,
        services.forget_member,
    )
)
