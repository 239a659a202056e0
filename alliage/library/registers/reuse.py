"""What reuse adds to the page of a resource and to the folders below: panels, acts, what is told, moderation, personal data."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.accounts.registry import PersonalData, personal_data
from alliage.library import drawing
from alliage.library.enums import ResourceKind, SuggestionState, UseKind
from alliage.library.models import Adaptation, Resource, Suggestion
from alliage.library.queries import reuse as queries
from alliage.library.queries import transferability
from alliage.library.queries.desk import desk_of
from alliage.library.registry import Act, Acting, Panel, Section, acts, panels
from alliage.library.services import reuse as services
from alliage.library.views.resources import asked_place, place_of_reader
from alliage.moderation.registry import DeskQueue, Reportable, queues, reportable
from alliage.notifications.enums import Frequency
from alliage.notifications.registry import Message, NotificationKind, kinds
from alliage.territories import grammar
from alliage.ui.registry import DeskPanel, desk_panels

DESK_URL = "/ressources/retours/?vue=equipe"

# --- On the page of a resource -------------------------------------------------------------------------------------


def conditions(resource: Resource, request: HttpRequest) -> Section | None:
    """What it needs, checked on the reader's territory; a query only for what the directory tells."""
    if not resource.content.get("conditions"):
        return None
    found = transferability.fit(resource.content, place_of_reader(request), request)
    context = {
        "fit": found,
        "place": grammar.title(found.place) if found.place else asked_place(request),
        "place_token": f"{found.place.kind}:{found.place.code}" if found.place else "",
        "asked": "" if found.place else asked_place(request),
    }
    return Section(_("Est-ce transposable chez vous ?"), "library/transfer_panel.html", context)


def lineage(resource: Resource, _request: HttpRequest) -> Section | None:
    """Where it comes from, what it became; one query, none for a resource without a family."""
    tree = queries.lineage(resource)
    if tree is None:
        return None
    here, origin = queries.around(tree)
    context = {"drawing": drawing.draw(tree), "here": here, "origin": origin, "count": resource.adapted_count}
    return Section(_("Lignée"), "library/lineage_panel.html", context)


def uses(resource: Resource, request: HttpRequest) -> Section | None:
    """How many find it useful, use it; never who. One query for a member, none for a visitor."""
    if not resource.is_shown:
        return None
    said = queries.said_by(request.user, resource) if request.user.is_authenticated else set()
    marks = [
        _mark(UseKind.USEFUL, _("Utile"), "heart", resource.useful_count, said),
        _mark(UseKind.USED, _("Nous l’utilisons"), "check", resource.used_count, said),
    ]
    return Section(_("Elle vous sert ?"), "library/reuse_panel.html", {"marks": marks})


def _mark(kind: UseKind, label: str, icon: str, count: int, said: set[str]) -> dict[str, Any]:
    """One button, with how many said it; nothing for nobody yet."""
    words = {
        UseKind.USEFUL: (_("utile à %(count)d membre"), _("utile à %(count)d membres")),
        UseKind.USED: (_("utilisée par %(count)d membre"), _("utilisée par %(count)d membres")),
    }[kind]
    counted = words[count > 1] % {"count": count} if count else ""
    return {"code": kind.value, "label": label, "icon": icon, "is_said": kind in said, "said": counted}


def acts_of(resource: Resource, _request: HttpRequest) -> list[Act]:
    if not resource.is_shown:
        return []
    is_main = resource.kind != ResourceKind.KIT  # a kit is run first
    return [Act(_("Nous l’avons adapté"), reverse("library:adapt", args=[resource.pk]), "exchange", is_main=is_main)]


panels.add(Panel("library.conditions", 10, conditions))
panels.add(Panel("library.lineage", 30, lineage))
panels.add(Panel("library.uses", 60, uses))
acts.add(Acting("library.reuse", 20, acts_of))


# --- « Mon espace », what is told ------------------------------------------------------------------------------------


def desk_panel(request: HttpRequest) -> dict[str, Any] | None:
    """What readers ask and nobody answered; read with the kits and the collections of the page."""
    waiting = desk_of(request).asked
    return {"waiting": waiting} if waiting else None


def adapted(told: Adaptation, _by: Any) -> Message:
    """Where, when that is said; never who in a mail."""
    words = {"title": told.original.title}
    if told.territory is not None:
        words |= {"place": grammar.title(told.territory)}
        return Message(_("« %(title)s » a été adaptée : %(place)s") % words, told.get_absolute_url(), _("Ce qui a changé est raconté dans la lignée."))  # fmt: skip
    return Message(_("« %(title)s » a été adaptée ailleurs") % words, told.get_absolute_url(), _("Ce qui a changé est raconté dans la lignée."))  # fmt: skip


def asked(suggestion: Suggestion, _by: Any) -> Message:
    """Its words stay on the page."""
    title = _("Un lecteur propose un changement à « %(title)s »") % {"title": suggestion.resource.title}
    return Message(title, reverse("library:suggestion", args=[suggestion.pk]))


def asked_desk(suggestion: Suggestion, _by: Any) -> Message:
    title = _("Un lecteur propose un changement à «\u00a0%(title)s\u00a0», que personne ne tient") % {
        "title": suggestion.resource.title
    }
    return Message(title, reverse("library:suggestion", args=[suggestion.pk]))


def answered(suggestion: Suggestion, _by: Any) -> Message:
    words = {"title": suggestion.resource.title if suggestion.resource.is_shown else _("Une ressource")}
    if suggestion.state == SuggestionState.DONE:
        title = _("« %(title)s » : votre proposition est faite") % words
    else:
        title = _("« %(title)s » : une réponse à votre proposition") % words
    return Message(title, suggestion.get_absolute_url(), _("La réponse vous attend sur la page."))


desk_panels.add(DeskPanel("library.reuse", "library/reuse_desk.html", desk_panel, position=32))
kinds.add(
    NotificationKind(
        services.ADAPTED,
        gettext_lazy("Adaptations de mes ressources"),
        gettext_lazy("Un autre territoire dit avoir adapté une ressource que vous tenez ou signez."),
        describe=adapted,
    )
)
kinds.add(
    NotificationKind(
        services.ASKED,
        gettext_lazy("Ce que des lecteurs me proposent"),
        gettext_lazy("Un lecteur propose un changement à l’une de vos ressources."),
        describe=asked,
    )
)
kinds.add(
    NotificationKind(
        services.ASKED_DESK,
        gettext_lazy("Ce que des lecteurs proposent, sans personne pour répondre"),
        gettext_lazy("Pour l’équipe d’animation\u00a0: personne ne tient la ressource, ou elle suit une autre banque."),
        default_frequency=Frequency.DAILY,
        describe=asked_desk,
    )
)
queues.add(
    DeskQueue(
        "library.suggestions",
        gettext_lazy("Changements proposés par des lecteurs"),
        None,
        DESK_URL,
        position=33,
        help=gettext_lazy("Personne ne tient la ressource, ou la proposition attend depuis quinze jours."),
        rows=lambda: queries.for_the_desk(timezone.now()),
    )
)
kinds.add(
    NotificationKind(
        services.ANSWERED,
        gettext_lazy("Suites de mes propositions aux auteurs"),
        gettext_lazy("Les auteurs répondent : fait, ou non retenu avec un mot."),
        describe=answered,
    )
)


# --- Moderation, personal data ---------------------------------------------------------------------------------------


reportable.add(
    Reportable(
        code="library.adaptation",
        model=Adaptation,
        label=gettext_lazy("adaptation"),
        can_see=queries.is_visible,
        hide=services.hide_adaptation,
        restore=services.restore_adaptation,
        url=Adaptation.get_absolute_url,
        title=lambda told: told.original.title,
        author=lambda told: told.by,
    )
)
reportable.add(
    Reportable(
        code="library.suggestion",
        model=Suggestion,
        label=gettext_lazy("proposition d’un lecteur"),
        can_see=queries.can_read_suggestion,
        hide=services.hide_suggestion,
        restore=services.restore_suggestion,
        url=lambda suggestion: reverse("library:suggestion", args=[suggestion.pk]),
        title=lambda suggestion: suggestion.resource.title,
        author=lambda suggestion: suggestion.by,
    )
)
personal_data.add(
    PersonalData(
        "library.reuse",
        gettext_lazy("Adaptations, « utile », propositions aux auteurs"),
        services.export_of,
        services.forget,
    )
)
