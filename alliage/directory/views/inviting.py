"""Invite the people whose entry somebody else began; the page that they open."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alliage.directory import inviting_links, permissions
from alliage.directory.queries import inviting as queries
from alliage.directory.queries import profiles
from alliage.directory.services import inviting as services
from alliage.imports.models import ImportRun
from alliage.refusals import Refusal

LONGEST_NUMBER = 19  # a longer one is none of the database's
PER_PAGE = 100


# --- Animators ------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def to_invite(request: HttpRequest) -> HttpResponse:
    """Those to invite, of one import or all; POST writes to those ticked, or to the whole list."""
    if not permissions.can_create_for(request.user):
        raise PermissionDenied
    run = _run(request.GET.get("import", ""))
    found = queries.to_invite(run_id=run.pk if run else None, now=timezone.now())
    if request.method == "POST":
        return _ask(request, found)
    page = Paginator(found.people, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "run": run,
        "page": page,
        "query": urlencode({"import": run.pk}) if run else "",
        "silent": found.silent,
        "most": services.MOST_AT_ONCE,
    }
    return render(request, "directory/to_invite.html", context)


def _run(written: str) -> ImportRun | None:
    if not written:
        return None
    try:
        run = ImportRun.objects.filter(pk=UUID(written)).only("pk", "file_name").first()
    except ValueError:
        run = None
    if run is None:
        raise Http404(f"No import {written}.")
    return run


def _ask(request: HttpRequest, found: queries.ToInvite) -> HttpResponse:
    member: Any = request.user
    people = found.people
    if "all" not in request.POST:
        asked = request.POST.getlist("fiche")[:PER_PAGE]
        people = people.filter(pk__in=[each for each in asked if each.isdecimal() and len(each) < LONGEST_NUMBER])
    try:
        job = services.ask(people.values_list("pk", flat=True), by=member, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect(request.get_full_path())
    return redirect(job)


# --- The person -----------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """What is written of the person, to hold or to erase. The signed link is the right to read and to erase."""
    entry = inviting_links.read(token)
    if entry is None:
        return render(request, "directory/invited_gone.html", status=404)
    member: Any = request.user
    if request.method == "POST":
        try:
            if request.POST.get("act") == "erase":
                services.erase(entry, now=timezone.now())
                messages.success(
                    request,
                    _(
                        "C’est effacé\u00a0: rien de cette fiche n’est gardé, et aucun fichier ne la refera avec votre adresse."
                    ),
                )
                return redirect("directory:index")
            if request.POST.get("act") == "take" and member.is_authenticated:
                taken = services.take(entry, by=member, now=timezone.now())
                messages.success(request, _("Cette fiche est à vous. Personne d’autre ne peut la publier."))
                return redirect(profiles.url(taken, "preview"))
        except Refusal as refusal:
            messages.error(request, refusal.message)
        return redirect(request.path)
    enter = {"adresse": entry.email, "next": request.path}
    context = {
        "entry": entry,
        "is_theirs": services.is_theirs(member, entry),
        "enter_url": f"{reverse('account_login')}?{urlencode(enter)}",
    }
    return render(request, "directory/invited.html", context)
