"""« Mes preuves »: what the person did on the platform, under the four métiers, and what others see of it."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alliage.directory.forms.deeds import DeedsForm
from alliage.directory.queries import deeds as queries
from alliage.directory.queries.held import held
from alliage.directory.services import deeds as services
from alliage.refusals import Refusal
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.ui.limits import limit

PER_PAGE = 40


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limit("directory.deeds", per_person="300/1h")
def mine(request: HttpRequest) -> HttpResponse:
    member: Any = request.user
    now = timezone.now()
    form = DeedsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.change(form.said(), by=member, now=now)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("C’est enregistré."))
            return redirect(_back(request.GET.get("page", "")))
    found = queries.of_member(member, now=now)
    rows = [(group, deed) for group in queries.grouped(found) for deed in group.deeds]
    shown = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    typed = form.said().metiers if form.is_bound and hasattr(form, "cleaned_data") else {}
    context = {
        "crumbs": [(_("Mon espace"), "/mon-espace/"), (_("Mes preuves"), "")],
        "form": form,
        "page": shown,
        "groups": _groups(shown.object_list, typed),
        "kinds": queries.kinds_of(found, member),
        "sorts": any(deed.is_sorted_by_hand for _group, deed in shown.object_list),
        "any_shown": any(deed.is_chosen for deed in found),
        "metiers": taxonomy.terms(Vocabulary.METIERS),
        "entry": held(request).own,
        "floor": queries.FLOOR,
    }
    return render(request, "directory/deeds.html", context, status=422 if form.errors else 200)


def _groups(rows: Any, typed: dict[queries.Ref, str]) -> list[dict[str, Any]]:
    """Lines of one page by métier, each with what was typed, else what is known."""
    return [
        {
            "label": group.label,
            "lines": [{"deed": deed, "code": typed.get(deed.ref, "".join(deed.metiers))} for _group, deed in lines],
        }
        for group, lines in groupby(rows, key=lambda row: row[0])
    ]


def _back(page: str) -> str:
    query = f"?page={page}" if page.isascii() and page.isdecimal() else ""
    return f"{reverse('directory:deeds')}{query}#liste"
