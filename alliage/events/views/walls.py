"""The « mise en commun »: the first needs of every workshop, or of every sub-group of one, on one wall that a room reads."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliage.events.enums import SequenceKind
from alliage.events.queries import needs, workshops
from alliage.events.specification_texts import sentence_of
from alliage.events.views.workshop_doors import at_workshop
from alliage.events.workshop_people import Place

TOP = 5


@require_safe
@at_workshop()
def wall(request: HttpRequest, place: Place) -> HttpResponse:
    """For a gathering: one column for each workshop, its mirrors in it. For a workshop: one for each sub-group."""
    if place.root.kind == SequenceKind.WORKSHOP:
        groups = workshops.subgroups_named(place.root, place.person)
        tops = needs.wall_of_subgroups(place.board, groups, most=TOP) if place.board is not None else []
    else:
        tops = needs.wall(workshops.workshops_of(place.root), most=TOP)
    for top in tops:
        for need in top.needs:
            need.sentence = sentence_of(need)
    context = {
        "place": place,
        "session": place.session,
        "tops": tops,
        "back": reverse("events:workshop", args=[place.session.pk]),
        "total": sum(top.count for top in tops),
        "title": _("Mise en commun"),
    }
    return render(request, "events/wall.html", context)
