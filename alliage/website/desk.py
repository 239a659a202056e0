"""What « mon espace » shows: where to start, the member's territory, and the parts that other functions add."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from alliage.accounts.enums import Role
from alliage.accounts.permissions import can_change_roles, is_animator
from alliage.territories.models import Territory
from alliage.ui.registry import desk_panels
from alliage.website import queries


@dataclass(frozen=True)
class Step:
    """Something to do next, why, and where."""

    title: str
    why: str
    label: str
    url: str


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    why: str


def build(request: HttpRequest) -> dict[str, Any]:
    territory = queries.home_territory(request.user)  # type: ignore[arg-type]
    return {
        "territory": territory,
        "steps": next_steps(request, territory),
        "news": queries.news_in_brief(),
        "panels": panels(request),
        "tools": tools(request),
    }


def next_steps(request: HttpRequest, territory: Territory | None) -> list[Step]:
    """What to do next, the most useful first; never empty."""
    steps = [*_about_me(request, territory), *_about_the_site(request)]
    if territory:
        steps.append(
            Step(
                _("Voyez qui ressemble à votre territoire"),
                _("Sa page propose des territoires semblables, et dit en quoi : c’est par là qu’on s’inspire."),
                _("Ouvrir sa page"),
                territory.get_absolute_url(),
            )
        )
    steps.append(
        Step(
            _("Repérez avec qui faire alliance"),
            _("L’annuaire montre les organisations du réseau, ce qu’elles font et où."),
            _("Parcourir l’annuaire"),
            "/annuaire/",
        )
    )
    return steps


def _about_me(request: HttpRequest, territory: Territory | None) -> list[Step]:
    steps = []
    if getattr(request.user, "lacks_second_factor", False):
        steps.append(
            Step(
                _("Protégez votre compte"),
                _("Votre rôle donne accès à ce qui appartient à d’autres : il s’ouvre avec une deuxième preuve."),
                _("Ajouter une deuxième preuve"),
                reverse("mfa_index"),
            )
        )
    if territory is None:
        steps.append(
            Step(
                _("Choisissez votre territoire"),
                _("Sa page sera à un clic, et ce qui vous est proposé partira de lui."),
                _("Choisir mon territoire"),
                reverse("website:find_territory"),
            )
        )
    return steps


def _about_the_site(request: HttpRequest) -> list[Step]:
    """Animators complete what the first content left to them."""
    if not (_holds_a_role(request.user) and request.user.has_perm("wagtailadmin.access_admin")):
        return []
    return [
        Step(
            _("Complétez « %(title)s »") % {"title": page.title},
            _("Cette page, obligatoire, attend des renseignements que seul l’exploitant du site connaît."),
            _("Compléter la page"),
            reverse("wagtailadmin_pages:edit", args=[page.pk]),
        )
        for page in queries.incomplete_pages()[:1]
    ]


def _holds_a_role(user: Any) -> bool:
    """Whether rights are worth asking the database for: before animators, none opens one of these doors."""
    return bool(user.is_superuser or user.role in (Role.ANIMATOR, Role.ADMINISTRATOR))


def panels(request: HttpRequest) -> list[str]:
    """The parts of other functions that have something to show, rendered, in order."""
    shown: list[str] = []
    for panel in sorted(desk_panels, key=lambda panel: panel.position):
        context = panel.build(request)
        if context is not None:
            shown.append(render_to_string(panel.template, context, request=request))
    return shown


def tools(request: HttpRequest) -> list[Link]:
    """Every door this person may open, each with what is behind it."""
    user = request.user
    may = _holds_a_role(user)
    links = [
        (True, Link(_("Mon compte"), "/compte/", _("nom, adresse, connexion, données personnelles"))),
        (True, Link(_("Mon agenda"), "/mon-agenda/", _("toutes vos dates, et un lien pour votre téléphone"))),
        (True, Link(_("Mes notifications"), "/notifications/", _("ce qui vous est écrit, et comment"))),
        (
            may and user.has_perm("wagtailadmin.access_admin"),
            Link(_("Gestion du site"), reverse("wagtailadmin_home"), _("pages, actualités, images")),
        ),
        (is_animator(user), Link(_("Modération"), "/moderation/", _("signalements à traiter"))),
        (is_animator(user), Link(_("Lettre du réseau"), "/lettre/preparer/", _("choisir des actualités, les envoyer"))),
        (is_animator(user), Link(_("Invitations"), "/compte/invitations/", _("faire entrer quelqu’un"))),
        (can_change_roles(user), Link(_("Membres et rôles"), "/compte/membres/", _("qui tient quel rôle"))),
        (
            may and user.has_perm("imports.run_import"),
            Link(_("Imports"), "/imports/", _("fiches, territoires, indicateurs, sources suivies ailleurs")),
        ),
        (
            may and (user.has_perm("imports.run_import") or user.has_perm("jobs.view_job")),
            Link(_("Travaux"), "/travaux/", _("ce qui se fait en arrière-plan, et où cela en est")),
        ),
    ]
    return [link for shown, link in links if shown]
