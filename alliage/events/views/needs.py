"""One need: its words and versions, where it comes from; said otherwise, merged, split, chosen, ranked."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.events import need_origins
from alliage.events.forms.needs import NeedForm, SplitForm
from alliage.events.models import Need
from alliage.events.queries import needs as queries
from alliage.events.services import merging, voting
from alliage.events.services import needs as services
from alliage.events.specification_texts import WORDS, sentence_of
from alliage.events.views.workshop_doors import at_workshop, board_crumbs, is_robot, need_or_404
from alliage.events.workshop_enums import NeedState, Priority
from alliage.events.workshop_people import Place, can_change
from alliage.refusals import Refusal
from alliage.ui import honeypot, limits

PER_PERSON = "120/10m"


def _back(place: Place, number: int | None = None) -> str:
    url = reverse("events:board", args=[place.session.pk])
    return f"{url}#besoin-{number}" if number else url


def _url(place: Place, need: Need, name: str = "events:need") -> str:
    return reverse(name, args=[place.session.pk, need.number])


def _changed_or_403(place: Place, need: Need) -> Need:
    if not can_change(place.standing, need):
        raise PermissionDenied
    return need


@require_safe
@at_workshop()
def need(request: HttpRequest, place: Place, number: str) -> HttpResponse:
    """Its words, its authors, its versions, its lineage."""
    found: Any = need_or_404(place, number)
    tree = queries.lineage(found)
    context = {
        "crumbs": board_crumbs(place, (_("Besoin n° %(number)s") % {"number": found.number}, "")),
        "place": place,
        "session": place.session,
        "need": found,
        "sentence": sentence_of(found),
        "authors": queries.named(found.authors.all()),
        "details": [(services.LABELS[name], getattr(found, name)) for name in WORDS[3:] if getattr(found, name)],
        "versions": [(each, sentence_of(each.content)) for each in found.versions.all()],
        "tree": tree if tree.sources else None,
        "became": queries.became(found),
        "can_change": can_change(place.standing, found) and found.is_live,
        "offer": need_origins.offer(place, found),
        "is_open": place.board.is_open,  # type: ignore[union-attr]
        "is_withdrawn": found.state == NeedState.WITHDRAWN and not tree.sources,
        "priorities": Priority.choices,
    }
    return render(request, "events/need.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@at_workshop()
@limits.limit("events.need_change", per_person=PER_PERSON)
def change(request: HttpRequest, place: Place, number: str) -> HttpResponse:
    """Say it otherwise: what was changed meanwhile is shown beside what was typed."""
    found = _changed_or_403(place, need_or_404(place, number))
    initial = {name: getattr(found, name) for name in WORDS} | {"edition": found.edition}
    form = NeedForm(request.POST if request.method == "POST" else None, initial=initial)
    now_says = ""
    if request.method == "POST" and form.is_valid():
        try:
            if is_robot(request):
                raise Refusal(str(honeypot.ROBOT))
            seen = form.cleaned_data["edition"] or 0
            services.change_need(found, form.said(), seen=seen, by=place.person, now=timezone.now())
        except services.ChangedMeanwhile as refusal:
            form.add_error(None, refusal.message)
            now_says = sentence_of(found)
            form.data = {**request.POST.dict(), "edition": str(found.edition)}
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("C’est enregistré. Les mots d’avant restent lisibles."))
            return redirect(_url(place, found))
    context = {
        "crumbs": board_crumbs(place, (_("Modifier"), "")),
        "session": place.session,
        "need": found,
        "form": form,
        "now_says": now_says,
    }
    return render(request, "events/need_change.html", context, status=422 if form.errors else 200)


# --- Merge, split ----------------------------------------------------------------------------------------------------


def _chosen(request: HttpRequest, place: Place) -> list[Any]:
    """Those that were ticked, as they stand."""
    numbers = {
        int(each) for each in request.GET.getlist("n")[:100] if each.isascii() and each.isdigit() and len(each) < 9
    }
    if place.board is None or not numbers:
        return []
    rows = queries.live(place.board, hidden=place.standing.holds).filter(number__in=numbers)
    return list(queries.whole(rows).order_by("number"))


def _first_words(chosen: list[Any]) -> dict[str, str]:
    """What the merged need begins with: the words of the most chosen, the details of all."""
    first = max(chosen, key=lambda each: (each.votes_count, -each.number))
    words = {name: getattr(first, name) for name in WORDS[:3]}
    for name in WORDS[3:]:
        words[name] = "\n".join(dict.fromkeys(getattr(each, name) for each in chosen if getattr(each, name)))
    return words


@require_http_methods(["GET", "HEAD", "POST"])
@at_workshop()
def merge(request: HttpRequest, place: Place) -> HttpResponse:
    """Those that were ticked on the board become one, in words that one rereads; every author is kept."""
    if not place.standing.holds:
        raise PermissionDenied
    chosen = _chosen(request, place)
    if request.method != "POST" and len(chosen) < 2:
        messages.error(request, _("Cochez au moins deux besoins du tableau, puis «\u00a0Fusionner\u00a0»."))
        return redirect(_back(place))
    form = NeedForm(request.POST if request.method == "POST" else None, initial=_first_words(chosen) if chosen else {})
    if request.method == "POST" and form.is_valid() and place.board is not None:
        try:
            made = merging.merge(
                place.board, chosen, form.said(), by=place.person, now=timezone.now(), act=form.cleaned_data["act_key"]
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(
                request,
                _("Les besoins sont fusionnés\u00a0: tous leurs auteurs signent, les originaux restent lisibles."),
            )
            return redirect(_back(place, made.number))
    context = {
        "crumbs": board_crumbs(place, (_("Fusionner"), "")),
        "session": place.session,
        "form": form,
        "chosen": [(each, sentence_of(each), queries.named(each.authors.all())) for each in chosen],
    }
    return render(request, "events/need_merge.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@at_workshop()
def split(request: HttpRequest, place: Place, number: str) -> HttpResponse:
    """Several needs from one; empty blanks make none."""
    if not place.standing.holds:
        raise PermissionDenied
    found = need_or_404(place, number)
    asked = request.POST.get("count") or request.GET.get("parties") or "2"
    count = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 3 else 2
    initial = {f"{name}-{rank}": getattr(found, name) for rank in range(2) for name in ("role", "wish", "aim")}
    form = SplitForm(request.POST if request.method == "POST" else None, count=count, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            merging.split(found, form.said(), by=place.person, now=timezone.now(), act=form.cleaned_data["act_key"])
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(
                request, _("Le besoin est séparé\u00a0: chaque partie garde ses auteurs, l’original reste lisible.")
            )
            return redirect(_back(place))
    context = {
        "crumbs": board_crumbs(place, (_("Séparer"), "")),
        "session": place.session,
        "need": found,
        "sentence": sentence_of(found),
        "form": form,
        "more_url": f"{_url(place, found, 'events:need_split')}?parties={form.count + 1}",
    }
    return render(request, "events/need_split.html", context, status=422 if form.errors else 200)


# --- Acts ------------------------------------------------------------------------------------------------------------


@require_POST
@at_workshop()
@limits.limit("events.need_act", per_person="300/10m")
def act(request: HttpRequest, place: Place, number: str) -> HttpResponse:
    """Choose, rank, withdraw, put back, undo."""
    found = need_or_404(place, number)
    deed, by, now = request.POST.get("act", ""), place.person, timezone.now()
    try:
        if deed in ("vote", "unvote"):
            voting.vote(found, wanted=deed == "vote", by=by, now=now)
        elif deed in ("withdraw", "put_back"):
            _changed_or_403(place, found)
            (merging.withdraw if deed == "withdraw" else merging.put_back)(found, by=by, now=now)
        elif not place.standing.holds:
            raise PermissionDenied
        elif deed == "rank":
            services.prioritise(found, request.POST.get("priority", ""), by=by, now=now)
        elif deed == "undo":
            merging.undo(found, by=by, now=now)
            messages.success(request, _("C’est défait\u00a0: les besoins d’origine sont de nouveau au tableau."))
        else:
            messages.error(request, _("Ce geste n’existe pas ici."))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect(_url(place, found) if request.POST.get("from") == "need" else _back(place, found.number))
