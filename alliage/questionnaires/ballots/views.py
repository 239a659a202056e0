"""An opening on paper, for those who hold it: print ballots, send photographs, confirm what was read."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alliage.paper import pages, sheets
from alliage.paper.forms import RowsForm
from alliage.questionnaires import permissions, queries
from alliage.questionnaires.ballots import services
from alliage.questionnaires.models import Ballot, Opening
from alliage.refusals import Refusal
from alliage.ui import limits


def _desk_or_404(request: HttpRequest, pk: str) -> pages.Desk:
    """Of an opening, for those who hold it; for others it does not exist."""
    found = queries.opening_by_number(int(pk))
    if found is None or not permissions.can_hold(request.user, found):
        raise Http404(f"No opening {pk} for this person.")
    return _desk(found)


def _desk(found: Opening) -> pages.Desk:
    return pages.Desk(
        kind=services.KIND,
        about=found,
        url=lambda name, *more: reverse(f"questionnaires:{name}", args=[found.pk, *more]),
        title=found.version.questionnaire.title,
        heading=_("Répondre sur papier"),
        lead=_(
            "Pour une salle sans réseau\u00a0: imprimez, faites cocher, photographiez. Vous confirmez ce qui est douteux."
        ),
        word=_("Bulletin"),
        closed=services.why_not(found),
        advice=(
            _("Un bulletin par personne, un stylo bleu ou noir, pas de nom."),
            _("Qui répond sur papier ne répond pas aussi en ligne\u00a0: rien ne permet de le savoir."),
            _("Posez à plat. Plusieurs bulletins imprimés sur la même feuille tiennent sur une photo."),
            _("Une fois les bulletins comptés, détruisez-les."),
        ),
        back=(_("Revenir à la consultation"), found.get_absolute_url()),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limits.limit("questionnaires.paper", per_person="120/1h")
def paper(request: HttpRequest, pk: str) -> HttpResponse:
    """The three steps: print, photograph, confirm."""
    return pages.papers(request, _desk_or_404(request, pk))


@never_cache
@require_safe
@limits.limit("questionnaires.paper_sheets", per_person="30/1h")
def ballots(request: HttpRequest, pk: str) -> HttpResponse:
    """The file to print."""
    desk = _desk_or_404(request, pk)
    found: Opening = desk.about
    printing = sheets.Printing(
        desk.kind,
        found,
        found.version_id,
        desk.title,
        _("Cochez d’une croix, au stylo. Sans votre nom."),
        _("Anonyme. Les quatre carrés noirs restent visibles."),
    )
    return pages.printed(request, desk, printing, f"bulletins-{found.pk}.pdf")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limits.limit("questionnaires.paper_slip", per_person="600/1h")
def ballot(request: HttpRequest, pk: str, number: str) -> HttpResponse:
    """Settle what is doubtful, look at the rest; nothing counts before."""
    desk = _desk_or_404(request, pk)
    slip = pages.slip_or_404(desk, number)
    if request.method == "POST" and request.POST.get("act") == "remove":
        return pages.removed(request, desk, slip)
    form = _form(request, desk, slip)
    if request.method == "POST" and form is not None and _confirmed(request, slip, form):
        return redirect(pages.next_of(desk))
    context = {
        "name": desk.name_of(slip),
        "slip": slip,
        "form": form,
        "base": desk.url("paper_slip", slip.pk),
        "desk_url": desk.url("paper"),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "questionnaires/ballots/ballot.html", context, status=status)


def _form(request: HttpRequest, desk: pages.Desk, slip: Ballot) -> RowsForm | None:
    """Its boxes, once it is read."""
    laid = desk.kind.laid(desk.about, slip.edition) if slip.is_read else None
    return RowsForm(request.POST or None, page=laid.page, boxes=slip.boxes) if laid is not None else None


def _confirmed(request: HttpRequest, slip: Ballot, form: RowsForm) -> bool:
    if not form.is_valid():
        return False
    given: dict[str, Any] = form.cleaned_data
    try:
        services.confirm(slip, given, by=request.user, now=timezone.now())
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return False
    messages.success(request, _("Le bulletin est compté, la photo est effacée."))
    return True


@never_cache
@require_safe
def line(request: HttpRequest, pk: str, number: str, code: str) -> HttpResponse:
    """One question of the picture."""
    desk = _desk_or_404(request, pk)
    return pages.line(desk, pages.slip_or_404(desk, number), code)
