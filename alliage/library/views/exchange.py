"""What goes out and comes in: the open data file and its codebook, the links that died, resources taken over from a bank."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.accounts.permissions import is_animator
from alliage.library import dumps, permissions
from alliage.library.queries import dump as dump_queries
from alliage.library.queries import links as link_queries
from alliage.library.services import harvest, links
from alliage.library.views.resources import found_or_404
from alliage.refusals import Refusal

PER_PAGE = 30
DUMP_NAME = "ressources-alliage.zip"
# Text to copy, never a link that we follow: whether the copy exists, nobody asked.
ARCHIVE = "https://web.archive.org/web/"


# --- Open data -----------------------------------------------------------------------------------------------------


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """The codebook, and the file when it is ready."""
    context = {
        "crumbs": [(_("Ressources"), reverse("library:index")), (_("Données ouvertes"), "")],
        "fields": dump_queries.fields(),
        "licences": dump_queries.licences(),
        "parts": dumps.parts(),
        "dump": dump_queries.ready(),
    }
    return render(request, "library/data.html", context)


@require_safe
def data_file(request: HttpRequest) -> HttpResponseBase:
    """The whole file, or « in a few minutes » while it is made again: what was withdrawn since is never given."""
    made = dump_queries.ready()
    if made is None or not default_storage.exists(made.name):
        answer = HttpResponse(
            _("Ce fichier se prépare\u00a0: recommencez dans cinq minutes."),
            status=503,
            content_type="text/plain; charset=utf-8",
        )
        answer["Retry-After"] = "300"
        return answer
    etag = f'"{made.sha256[:32]}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    given = FileResponse(default_storage.open(made.name, "rb"), as_attachment=True, filename=DUMP_NAME)
    given["ETag"], given["Access-Control-Allow-Origin"] = etag, "*"
    given["Cache-Control"] = "no-cache"
    return given


# --- Links that no longer answer -----------------------------------------------------------------------------------


@never_cache
@require_safe
@login_required
def dead_links(request: HttpRequest) -> HttpResponse:
    if not is_animator(request.user):
        raise PermissionDenied
    page = Paginator(link_queries.dead(), PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "crumbs": [
            (_("Mon espace"), "/mon-espace/"),
            (_("Bureau"), reverse("moderation:desk")),
            (_("Liens qui ne répondent plus"), ""),
        ],
        "page": page,
        "rows": [
            {
                "link": link,
                "archive": f"{ARCHIVE}{link.url}",
                "is_ours": not permissions.follows_a_bank(link.resource),
            }
            for link in page
        ],
    }
    return render(request, "library/dead_links.html", context)


@require_POST
@login_required
def check_link(request: HttpRequest, pk: str) -> HttpResponse:
    if not is_animator(request.user):
        raise PermissionDenied
    link = link_queries.by_number(int(pk))
    if link is None:
        raise Http404
    links.ask_again(link, by=request.user, now=timezone.now())
    messages.success(request, _("Contrôle demandé\u00a0: rechargez cette page dans une minute."))
    return redirect("library:dead_links")


# --- Outside banks -------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def take_over(request: HttpRequest, pk: str) -> HttpResponse:
    """« Prendre la suite »: it is written here from now on, and no longer follows its bank."""
    resource = found_or_404(request, int(pk))
    is_done = resource.owner_id == request.user.pk and resource.source_code.startswith(harvest.TAKEN)
    if is_done:
        return redirect(resource.get_absolute_url())
    if not permissions.can_take_over_from_bank(request.user, resource):
        raise PermissionDenied
    if request.method == "POST":
        try:
            harvest.take_over(resource, by=request.user, now=timezone.now())
        except Refusal as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("Cette ressource est à vous\u00a0: vous pouvez l’écrire ici."))
        return redirect(resource.get_absolute_url())
    crumbs = [
        (_("Ressources"), reverse("library:index")),
        (resource.title, resource.get_absolute_url()),
        (_("Prendre la suite"), ""),
    ]
    return render(request, "library/take_over.html", {"resource": resource, "crumbs": crumbs})
