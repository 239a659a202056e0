"""What translations add: what is told, the desk, moderation, personal data."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.accounts.registry import PersonalData, personal_data
from alliage.library.enums import Language, TranslationState
from alliage.library.models import Translation
from alliage.library.queries import translations as queries
from alliage.library.queries.desk import desk_of
from alliage.library.services import translations as services
from alliage.moderation.registry import DeskQueue, Reportable, queues, reportable
from alliage.notifications.registry import Message, NotificationKind, kinds
from alliage.ui.registry import DeskPanel, desk_panels


def review_url(translation: Translation) -> str:
    return reverse("library:translation_review", args=[translation.resource_id, translation.language])


def proposed(translation: Translation, _by: Any) -> Message:
    """Never its text: it is read on its own page."""
    words = {"title": translation.resource.title, "language": Language(translation.language).label}
    return Message(
        _("« %(title)s » : une traduction attend une relecture (%(language)s)") % words, review_url(translation)
    )


def settled(translation: Translation, _by: Any) -> Message:
    words = {"title": translation.resource.title}
    if translation.state == TranslationState.PUBLISHED:
        return Message(_("« %(title)s » : votre traduction est publiée") % words, translation.get_absolute_url())
    edit = reverse("library:translation_edit", args=[translation.resource_id, translation.language])
    return Message(_("« %(title)s » : votre traduction est à reprendre") % words, edit)


def desk_panel(request: HttpRequest) -> dict[str, Any] | None:
    """What one is translating; read with the kits and the collections of the page."""
    found = [
        {
            "title": line.said,
            "url": reverse("library:translation_edit", args=[line.number, line.who]),
            "language": Language(line.who).label,
            "state": TranslationState(line.more).label,
        }
        for line in desk_of(request).translations
    ]
    return {"translations": found} if found else None


desk_panels.add(DeskPanel("library.translations", "library/translation_desk.html", desk_panel, position=33))
kinds.add(
    NotificationKind(
        services.PROPOSED,
        gettext_lazy("Traductions de mes ressources"),
        gettext_lazy("Une traduction attend que vous la relisiez et la publiiez."),
        describe=proposed,
    )
)
kinds.add(
    NotificationKind(
        services.MINE,
        gettext_lazy("Mes traductions"),
        gettext_lazy("Publiées, ou à reprendre."),
        describe=settled,
    )
)
queues.add(
    DeskQueue(
        "library.translations",
        gettext_lazy("Traductions à relire"),
        None,
        "/ressources/traductions-a-relire/",
        position=34,
        help=gettext_lazy("Leurs auteurs peuvent les publier ; vous aussi."),
        rows=queries.waiting,
    )
)
reportable.add(
    Reportable(
        code="library.translation",
        model=Translation,
        label=gettext_lazy("traduction"),
        can_see=queries.is_visible,
        hide=services.hide_translation,
        restore=services.restore_translation,
        url=Translation.get_absolute_url,
        title=lambda translation: translation.resource.title,
        author=lambda translation: translation.translator,
    )
)
personal_data.add(
    PersonalData(
        "library.translations", gettext_lazy("Mes traductions de ressources"), services.export_of, services.forget
    )
)
