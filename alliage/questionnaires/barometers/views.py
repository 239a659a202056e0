"""« Baromètres »: the list, one of them, its figures in open formats and as a feed; written by animators."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alliage.formats import csv, json, rss
from alliage.questionnaires.barometers import counted, queries, services
from alliage.questionnaires.barometers.forms import BarometerForm, CountedForm, FigureForm
from alliage.questionnaires.models import Barometer, Opening, PublishedFigure
from alliage.refusals import Refusal

FORMS = ("csv", "json", "rss")


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Baromètres"), reverse("questionnaires:barometers")), *more]


def _found_or_404(slug: str) -> Barometer:
    found = queries.by_slug(slug)
    if found is None:
        raise Http404(f"No barometer {slug}.")
    return found


def _origin(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def _exports(path: str) -> list[dict[str, str]]:
    return [{"label": extension.upper(), "url": f"{path}.{extension}"} for extension in FORMS]


# --- Read ----------------------------------------------------------------------------------------------------------


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every barometer, and its figures."""
    found = list(queries.barometers())
    shown = queries.figures(found)
    context = {
        "barometers": [(each, shown[each.pk]) for each in found],
        "exports": _exports("/barometres"),
        "can_write": queries.can_write(request.user),
    }
    return render(request, "questionnaires/barometers/index.html", context)


@require_safe
def barometer(request: HttpRequest, slug: str) -> HttpResponse:
    found = _found_or_404(slug)
    context = {
        "crumbs": _crumbs((found.title, "")),
        "barometer": found,
        "figures": queries.figures([found])[found.pk],
        "exports": _exports(f"/barometres/{found.slug}"),
        "can_write": queries.can_write(request.user),
    }
    return render(request, "questionnaires/barometers/barometer.html", context)


@require_safe
def export(request: HttpRequest, extension: str, slug: str = "") -> HttpResponseBase:
    """The figures of one barometer, or of all; `?excel=1` for a spreadsheet."""
    found = _found_or_404(slug) if slug else None
    if extension == "rss":
        return _as_rss(request, found)
    count, rows = queries.figure_rows(found, _origin(request))
    if extension == "json":
        return json.response(count, rows)
    name = f"barometre-{found.slug}.csv" if found else "barometres.csv"
    return csv.response(name, queries.COLUMNS, (list(row.values()) for row in rows), excel="excel" in request.GET)


def _as_rss(request: HttpRequest, found: Barometer | None) -> HttpResponse:
    """The figures published last: a feed announces one with what makes it checkable, never alone."""
    asked = rss.page(request)
    shown = queries.published_last(found)[asked.rows]
    entries = [rss.Entry(_announced(each), each.get_absolute_url(), queries.checkable(each), each.published_at) for each in shown]  # fmt: skip
    title = found.title if found else _("Baromètres")
    page = found.get_absolute_url() if found else reverse("questionnaires:barometers")
    lead = _("Les chiffres publiés ou corrigés en dernier, chacun avec sa source et sa date.")
    return rss.response(title, page, lead, entries, feed_url=request.path, page=asked)


def _announced(figure: PublishedFigure) -> str:
    """A part is read with the figure that it is drawn from."""
    said = f"{queries.words_of(figure)} {figure.statement}"
    whole = figure.part_of
    if whole is None:
        return said
    return _("%(whole)s, dont %(part)s") % {"whole": f"{queries.words_of(whole)} {whole.statement}", "part": said}


# --- Write ---------------------------------------------------------------------------------------------------------


def _writing_or_403(request: HttpRequest) -> None:
    if not queries.can_write(request.user):
        raise PermissionDenied


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def begin(request: HttpRequest) -> HttpResponse:
    _writing_or_403(request)
    form = BarometerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(services.begin(form.said(), by=request.user, now=timezone.now()))
        except Refusal as refusal:
            form.add_error(None, refusal.message)
    title = _("Ouvrir un baromètre")
    return _form(request, form, title, _crumbs((title, "")), submit=_("Ouvrir ce baromètre"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def describe(request: HttpRequest, slug: str) -> HttpResponse:
    _writing_or_403(request)
    found = _found_or_404(slug)
    form = BarometerForm(request.POST or None, barometer=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.describe(found, form.said(), by=request.user, now=timezone.now())
            return redirect(found)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
    title = _("Décrire ce baromètre")
    return _form(request, form, title, _crumbs((found.title, found.get_absolute_url()), (title, "")))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def figure_new(request: HttpRequest, slug: str) -> HttpResponse:
    """A figure read elsewhere, by hand with its source."""
    _writing_or_403(request)
    found = _found_or_404(slug)
    form = FigureForm(request.POST or None, barometer=found)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(services.publish(found, form.said(), by=request.user, now=timezone.now()))
        except Refusal as refusal:
            form.add_error(None, refusal.message)
    title = _("Publier un chiffre lu ailleurs")
    crumbs = _crumbs((found.title, found.get_absolute_url()), (title, ""))
    return _form(request, form, title, crumbs, submit=_("Publier ce chiffre"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def figure_edit(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """Correct a figure, or take it away."""
    _writing_or_403(request)
    found = _found_or_404(slug)
    figure = queries.figure(found, int(pk))
    if figure is None:
        raise Http404(f"No figure {pk} in {slug}.")
    if request.POST.get("act") == "take_away":
        services.take_away(figure, by=request.user, now=timezone.now())
        messages.success(request, _("Le chiffre est retiré."))
        return redirect(found)
    form = FigureForm(request.POST or None, barometer=found, figure=figure)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(services.correct(figure, form.said(), by=request.user, now=timezone.now()))
        except Refusal as refusal:
            form.add_error(None, refusal.message)
    title = _("Corriger ce chiffre")
    crumbs = _crumbs((found.title, found.get_absolute_url()), (title, ""))
    return _form(request, form, title, crumbs, figure=figure)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def from_opening(request: HttpRequest, slug: str) -> HttpResponse:
    """A figure counted from a closed consultation of the network (`?consultation=12`): chosen, never typed."""
    _writing_or_403(request)
    found = _found_or_404(slug)
    opening = _opening(request.GET.get("consultation", ""))
    choices = counted.figures(opening, floor=services.FLOOR) if opening else []
    form = CountedForm(request.POST or None, counted=choices)
    if request.method == "POST" and opening is not None and form.is_valid():
        made = _counted(request, found, opening, form)
        if made is not None:
            return redirect(made)
    title = _("Publier un chiffre d’une consultation")
    context = {
        "crumbs": _crumbs((found.title, found.get_absolute_url()), (title, "")),
        "title": title,
        "barometer": found,
        "openings": [] if opening else list(queries.closed_openings()[:50]),
        "opening": opening,
        "choices": choices,
        "floor": services.FLOOR,
        "form": form,
    }
    return render(request, "questionnaires/barometers/counted.html", context, status=422 if form.errors else 200)


def _counted(request: HttpRequest, found: Barometer, opening: Opening, form: CountedForm) -> PublishedFigure | None:
    said = form.cleaned_data
    try:
        return services.publish_counted(
            found, opening, said["figure"], caveat=said["caveat"], by=request.user, now=timezone.now()
        )
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return None


def _opening(number: str) -> Opening | None:
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    return queries.closed_openings().filter(pk=int(number)).first()


def _form(
    request: HttpRequest, form: Any, title: str, crumbs: Any, *, submit: str = "", figure: Any = None
) -> HttpResponse:
    context = {"crumbs": crumbs, "title": title, "form": form, "submit": submit or _("Enregistrer"), "figure": figure}
    return render(request, "questionnaires/barometers/form.html", context, status=422 if form.errors else 200)
