"""The board of needs of a workshop: by column, added to, chosen from, stopped; the same for its mirrors."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.events.forms.needs import NewNeedForm
from alliage.events.models import Board, Subgroup
from alliage.events.queries import needs as queries
from alliage.events.queries import workshops
from alliage.events.services import boards as services
from alliage.events.services import needs, subgroups
from alliage.events.specification_texts import WORDS, ranked, sentence_of
from alliage.events.views.workshop_doors import at_workshop, board_crumbs, board_of, is_robot
from alliage.events.workshop_enums import Priority
from alliage.events.workshop_people import Place, wrote
from alliage.formats import csv
from alliage.refusals import Refusal
from alliage.ui import honeypot, limits

# A column shows so many needs; one alone, all of them.
SHOWN = 30
SHOWN_ALONE = 400
PER_PERSON = "60/10m"


@require_http_methods(["GET", "HEAD", "POST"])
@at_workshop()
@limits.limit("events.need", per_person=PER_PERSON)
def board(request: HttpRequest, place: Place) -> HttpResponse:
    """Read it, and put a need on it."""
    groups = workshops.subgroups_named(place.root, place.person)
    if request.method == "POST":
        form = NewNeedForm(request.POST, subgroups=groups)
        if form.is_valid() and (answer := _add(request, place, form, groups)) is not None:
            return answer
        return _shown(request, place, groups, form, status=422)
    here = next((each for each in groups if each.is_mine), None)  # type: ignore[attr-defined]
    initial = {"name": place.person.name, "subgroup": str(here.pk) if here else ""}
    return _shown(request, place, groups, NewNeedForm(initial=initial, subgroups=groups))


def _add(request: HttpRequest, place: Place, form: NewNeedForm, groups: list[Subgroup]) -> HttpResponse | None:
    chosen = next((each for each in groups if str(each.pk) == form.cleaned_data["subgroup"]), None)
    try:
        if is_robot(request):
            raise Refusal(str(honeypot.ROBOT))
        need = needs.add_need(
            board_of(place),
            form.said(),
            by=place.person,
            now=timezone.now(),
            act=form.cleaned_data["act_key"],
            session=place.session,
            subgroup=chosen,
            signed=form.signed(),
        )
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return None
    messages.success(request, _("Votre besoin est au tableau."))
    return redirect(f"{reverse('events:board', args=[place.session.pk])}#besoin-{need.number}")


def _asked(request: HttpRequest, groups: list[Subgroup]) -> tuple[str, Subgroup | None]:
    column = request.GET.get("colonne", "")
    group = next((each for each in groups if str(each.pk) == request.GET.get("sous-groupe", "")), None)
    return (column if column in Priority.values else ""), group


def _shown(
    request: HttpRequest, place: Place, groups: list[Subgroup], form: NewNeedForm, status: int = 200
) -> HttpResponse:
    column, group = _asked(request, groups)
    found: Board | None = place.board
    rows = (
        queries.of_board(found, place.person, holds=place.standing.holds, subgroup=group.pk if group else None)
        if found is not None
        else []
    )
    columns = queries.columns(rows)
    spent = queries.spent(found, place.person) if found is not None else 0
    votes_each = found.votes_each if found is not None else Board._meta.get_field("votes_each").default  # noqa: SLF001
    for need in rows:
        need.is_mine = wrote(place.person, need)
        need.can_change = place.standing.holds or need.is_mine
    context = {
        "crumbs": board_crumbs(place),
        "place": place,
        "session": place.session,
        "board": found,
        "is_open": found is None or found.is_open,
        "columns": [each for each in columns if not column or each.code == column],
        "all_columns": columns,
        "column": column,
        "most": SHOWN_ALONE if column else SHOWN,
        "groups": groups,
        "group": group,
        "total": len(rows),
        "spent": spent,
        "votes_each": votes_each,
        "left": max(votes_each - spent, 0),
        "form": form,
        "priorities": Priority.choices,
        "exports": [{"label": "CSV", "url": reverse("events:board_csv", args=[place.session.pk])}],
    }
    return render(request, "events/board.html", context, status=status)


@require_safe
@at_workshop()
def export(request: HttpRequest, place: Place) -> HttpResponseBase:
    """Every need of the board, for those who read it."""
    rows = ranked(queries.whole(queries.live(place.board)).select_related("subgroup")) if place.board else []
    header = [
        "numero", "priorite", "voix", "phrase", "en_tant_que", "besoin", "afin_de",
        "exemple", "contrainte", "donnee", "point_non_tranche", "objection", "sous_groupe", "auteurs", "vient_de",
    ]  # fmt: skip
    lines = (
        [
            need.number,
            need.get_priority_display(),
            need.votes_count,
            sentence_of(need),
            *(getattr(need, name) for name in WORDS),
            need.subgroup.title if need.subgroup else "",
            queries.named(need.authors.all()),
            " ".join(str(link.source.number) for link in need.came_from.all()),
        ]
        for need in rows
    )
    return csv.response(f"besoins-{place.root.pk}.csv", header, lines, excel=request.GET.get("excel") == "1")


@require_POST
@at_workshop(holds=True)
def act(request: HttpRequest, place: Place) -> HttpResponse:
    """Stop the board, open it again, say how many choices each has, take what was said in the rooms."""
    deed, now, by = request.POST.get("act", ""), timezone.now(), place.person
    try:
        if deed == "close":
            services.close(board_of(place), by=by, now=now)
        elif deed == "reopen":
            services.reopen(board_of(place), by=by, now=now)
        elif deed == "votes":
            services.set_votes(board_of(place), _number(request.POST.get("votes_each", "")), by=by, now=now)
        elif deed == "gather":
            came = subgroups.gather_all(workshops.subgroups(workshops.sessions(place.root)), now=now)
            messages.success(request, _said_gathered(came))
        else:
            messages.error(request, _("Ce geste n’existe pas ici."))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("events:board", place.session.pk)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def _said_gathered(came: int) -> str:
    if not came:
        return _("Tout ce qui a été dit dans les salles est déjà au tableau.")
    return (_("Un besoin repris des salles."), _("%(count)s besoins repris des salles."))[came > 1] % {"count": came}
