"""Cards of needs on paper, for those who hold the workshop: print, photograph, type what is written."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliage.events.forms.need_cards import CardForm
from alliage.events.models import NeedCard, Subgroup
from alliage.events.queries import workshops
from alliage.events.services import need_cards as services
from alliage.events.views.workshop_doors import at_workshop, board_crumbs
from alliage.events.workshop_people import Place
from alliage.paper import pages, sheets
from alliage.refusals import Refusal
from alliage.ui import limits


def _desk(place: Place) -> pages.Desk:
    session = place.session
    is_open = place.board is None or place.board.is_open
    board = reverse("events:board", args=[session.pk])
    return pages.Desk(
        kind=services.KIND,
        about=session,
        url=lambda name, *more: reverse(f"events:need_{name}", args=[session.pk, *more]),
        title=place.root.title,
        heading=_("Des besoins sur papier"),
        lead=_("Pour une salle sans réseau\u00a0: imprimez des cartes, faites écrire, photographiez, recopiez."),
        word=_("Carte"),
        closed="" if is_open else _("Ce tableau est arrêté\u00a0: l’animation peut le rouvrir."),
        advice=(
            _("Un besoin par carte, au stylo, en lettres lisibles."),
            _("Quatre cartes par feuille\u00a0: découpées ou non, elles se photographient par quatre."),
            _("Rien n’est au tableau avant que vous l’ayez recopié."),
            _("Une fois les cartes recopiées, détruisez-les."),
        ),
        back=(_("Revenir au tableau"), board),
        crumbs=board_crumbs(place, (_("Sur papier"), "")),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_workshop(holds=True)
@limits.limit("events.need_paper", per_person="120/1h")
def paper(request: HttpRequest, place: Place) -> HttpResponse:
    """The three steps: print, photograph, type."""
    return pages.papers(request, _desk(place))


@require_safe
@at_workshop(holds=True)
@limits.limit("events.need_paper_sheets", per_person="30/1h")
def cards(request: HttpRequest, place: Place) -> HttpResponse:
    """The file to print."""
    desk = _desk(place)
    printing = sheets.Printing(
        desk.kind,
        place.session,
        services.edition_of(place.session),
        place.root.title,
        _("Un besoin par carte, au stylo."),
        _("Lue puis recopiée par l’animation. Les quatre carrés noirs restent visibles."),
    )
    return pages.printed(request, desk, printing, f"cartes-{place.session.pk}.pdf")


@require_http_methods(["GET", "HEAD", "POST"])
@at_workshop(holds=True)
@limits.limit("events.need_paper_slip", per_person="600/1h")
def card(request: HttpRequest, place: Place, number: str) -> HttpResponse:
    """What is written, in a picture, beside the form of a need; nothing is on the board before."""
    desk = _desk(place)
    slip: NeedCard = pages.slip_or_404(desk, number)
    if request.method == "POST" and request.POST.get("act") == "remove":
        return pages.removed(request, desk, slip)
    groups = [
        each for each in workshops.subgroups_named(place.root, place.person) if each.sequence_id == slip.session_id
    ]
    form = CardForm(request.POST or None, card=slip, subgroups=groups) if slip.is_read else None
    if request.method == "POST" and form is not None and _confirmed(request, place, slip, form, groups):
        return redirect(pages.next_of(desk))
    context = {
        "crumbs": board_crumbs(place, (_("Sur papier"), desk.url("paper")), (desk.name_of(slip), "")),
        "name": desk.name_of(slip),
        "slip": slip,
        "form": form,
        "groups": groups,
    }
    return render(request, "events/need_card.html", context, status=422 if form is not None and form.errors else 200)


def _confirmed(request: HttpRequest, place: Place, slip: NeedCard, form: CardForm, groups: list[Subgroup]) -> bool:
    if not form.is_valid():
        return False
    chosen = next((each for each in groups if str(each.pk) == form.cleaned_data["subgroup"]), None)
    try:
        need = services.confirm(
            slip, form.said(), by=place.person, now=timezone.now(), subgroup=chosen, signed=form.signed()
        )
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return False
    said = _("Le besoin n°\u00a0%(number)s est au tableau, la photo est effacée.")
    messages.success(request, said % {"number": need.number})
    return True
