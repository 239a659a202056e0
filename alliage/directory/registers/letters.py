"""What letters add to the page of a territory."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from alliage.directory.views.letters import BOOKLET_KINDS, LETTER_KINDS
from alliage.territories.models import Territory
from alliage.territories.registry import Panel, Section, panels


def to_print(territory: Territory, _request: HttpRequest) -> Section | None:
    """The letter of a commune or EPCI, the directory of a région or département."""
    where = [territory.kind, territory.code]
    if territory.kind in LETTER_KINDS:
        context = {"url": reverse("directory:letter", args=where), "is_letter": True}
    elif territory.kind in BOOKLET_KINDS:
        context = {"url": reverse("directory:booklet", args=where), "is_letter": False}
    else:
        return None
    return Section(_("À imprimer"), "directory/_to_print_panel.html", context)


panels.add(Panel("directory.letters", 80, to_print, is_local=False))
