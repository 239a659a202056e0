"""What agreements add: the door on the page of an alliance, « mon espace », what is told, personal data."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy

from alliage.accounts.registry import PersonalData, personal_data
from alliage.agreements.models import Agreement
from alliage.agreements.queries import agreements as queries
from alliage.agreements.services import agreements as services
from alliage.agreements.services import members
from alliage.directory.models import Alliance
from alliage.directory.queries.held import held
from alliage.notifications.registry import Message, NotificationKind, kinds
from alliage.ui.registry import DeskPanel, PageAct, desk_panels, page_acts


def desk_panel(request: HttpRequest) -> dict[str, Any] | None:
    """The door, for those who speak for an organisation: that page has no query to spare."""
    return {} if held(request).spoken_for else None


def act_of_alliance(obj: Any, request: HttpRequest) -> str:
    """On the page of an alliance, for those who may change it. No query."""
    if not isinstance(obj, Alliance) or not request.user.is_authenticated:
        return ""
    return render_to_string("agreements/_alliance_act.html", {"url": f"{reverse('agreements:new')}?alliance={obj.pk}"})


def about(agreement: Agreement, _by: Any) -> Message:
    """The kind's label is all that is told: neither what for, nor with whom."""
    return Message("–", agreement.get_absolute_url())


desk_panels.add(DeskPanel("agreements", "agreements/_desk.html", desk_panel, position=31))
page_acts.add(PageAct("agreements.live", 4, act_of_alliance))
for _code, _label, _help in (
    (
        services.INVITED,
        gettext_lazy("Votre organisation est invitée dans un accord d’alliance"),
        gettext_lazy("Pour rejoindre l’accord, ou dire non."),
    ),
    (
        services.LIFE,
        gettext_lazy("Un de vos accords d’alliance avance"),
        gettext_lazy("Un partenaire arrive ou part, tous ont signé, l’accord commence, il est clos."),
    ),
    (
        services.SIGNED,
        gettext_lazy("Un partenaire a signé la convention d’un de vos accords"),
        gettext_lazy("Peut-être votre signature est-elle attendue."),
    ),
    (
        services.REVIEW,
        gettext_lazy("Le bilan de santé d’un de vos accords"),
        gettext_lazy("Il est temps de le faire, votre réponse est attendue, ou le résultat se lit."),
    ),
):
    kinds.add(NotificationKind(_code, _label, _help, describe=about, confidential=True))
personal_data.add(
    PersonalData(
        "agreements",
        gettext_lazy("Mes accords d’alliance, mes signatures et mes réponses aux bilans"),
        queries.export_of,
        members.forget_member,
    )
)
