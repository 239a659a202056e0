"""The letter of a territory, the mail merge of a département, the printed directory of a région."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliage.directory import letters, printed
from alliage.formats import csv, pdf
from alliage.territories import queries as territories
from alliage.territories.enums import Kind
from alliage.territories.models import Territory
from alliage.territories.snapshot import Row, snapshot
from alliage.ui import limits

LETTER_KINDS = (Kind.COMMUNE, Kind.EPCI, Kind.EPT)
BOOKLET_KINDS = (Kind.REGION, Kind.DEPARTEMENT, Kind.COM)
MERGED_KINDS = (Kind.COMMUNE, Kind.EPCI)
# A browser asks again soon: who withdraws an entry leaves the paper too.
SECONDS = 300
# Documents made for one person: enough for every commune of a canton, too few to keep a processor busy.
PER_PERSON = "120/10m"
MERGES_PER_PERSON = "60/10m"


def _territory(kind: str, code: str, kinds: tuple[Kind, ...]) -> Territory:
    found = territories.territory(kind, code) if kind in kinds else None
    if found is None:
        raise Http404(f"No territory {kind} {code}.")
    return found


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What can be printed, and how."""
    context = {
        "crumbs": [(_("Annuaire"), reverse("directory:index")), (_("Lettres et annuaires à imprimer"), "")],
        "regions": [
            {"name": row.name, "url": reverse("directory:booklet", args=[row.kind, row.code])}
            for row in (*territories.regions(), *snapshot().by_kind[Kind.COM])
        ],
        "departements": [
            {"name": row.name, "code": row.code, "url": reverse("directory:letters_merge", args=[row.kind, row.code])}
            for row in (*territories.departements(), *snapshot().by_kind[Kind.COM])
        ],
    }
    return render(request, "directory/letters.html", context)


@require_safe
def letter(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    territory = _territory(kind, code, LETTER_KINDS)
    return _printed(request, territory, letters.letter, f"lettre-{kind}-{code}.pdf")


@require_safe
def booklet(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    territory = _territory(kind, code, BOOKLET_KINDS)
    return _printed(request, territory, letters.booklet, f"annuaire-{kind}-{code}.pdf")


def _printed(request: HttpRequest, territory: Territory, make: Callable[..., bytes], filename: str) -> HttpResponse:
    """What is kept is given to all; what must be made is counted: a robot does not keep the site busy with paper."""
    now = timezone.now()
    key = (make.__name__, territory.kind, territory.code)
    document = printed.kept(key, now=now)
    if document is None:
        excess = limits.count(request, "directory.printed", per_person=PER_PERSON)
        if excess:
            return _later(request, excess)
        document = printed.made(key, lambda: make(territory, now=now), now=now)
    answer = pdf.response(document, filename)
    patch_cache_control(answer, max_age=SECONDS, public=True)
    return answer


def _later(request: HttpRequest, excess: limits.Excess) -> HttpResponse:
    context = {"crumbs": [(_("Annuaire"), reverse("directory:index"))], "minutes": -(-excess.retry_after // 60)}
    return limits.too_many(render(request, "directory/letters_later.html", context), excess)


@require_safe
def merge(request: HttpRequest, kind: str, code: str) -> HttpResponseBase:
    """A line for each commune and EPCI of a département, ready for a mail merge."""
    territory = _territory(kind, code, (Kind.DEPARTEMENT, Kind.COM))
    excess = limits.count(request, "directory.merge", per_person=MERGES_PER_PERSON)
    if excess:
        return _later(request, excess)
    wanted = request.GET.get("nature", "")
    rows = [row for row in _inside(territory) if wanted not in MERGED_KINDS or row.kind == wanted]
    name = f"publipostage-{code}.csv"
    return csv.response(name, letters.COLUMNS, letters.merge_rows(rows), excel="excel" in request.GET)


def _inside(territory: Territory) -> list[Row]:
    land = snapshot()
    epcis = [row for row in land.epcis_of.get(territory.id, ()) if row.kind in MERGED_KINDS]
    return [*epcis, *sorted(land.communes_of.get(territory.id, ()), key=lambda row: row.code)]
