"""Files of territories: mine, open one, the page of one, its means; those that ask to be accompanied."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.accounts.permissions import is_animator
from alliage.learning import permissions
from alliage.learning.enums import FileRole
from alliage.learning.forms.files import AskForm, MeansForm, OpenForm
from alliage.learning.models import TerritoryFile
from alliage.learning.queries import files as queries
from alliage.learning.registry import file_parts
from alliage.learning.services import files as services
from alliage.learning.services import invitations
from alliage.learning.views.finding import crumbs, file_crumbs, file_or_404, member_of, written_or_404
from alliage.refusals import Refusal
from alliage.territories import grammar
from alliage.territories.models import Territory
from alliage.ui import limits

# A share of two files would tell of them.
FEWEST_SHOWN = 5


@never_cache
@require_safe
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The files I am in."""
    context = {"crumbs": crumbs((_("Mes dossiers"), "")), "mine": queries.mine(request.user)}
    return render(request, "learning/files.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("learning.file_new", per_person="30/1h")
def new(request: HttpRequest) -> HttpResponse:
    """Open the file of a territory; when it has one already, ask to come in."""
    form = OpenForm(request.POST if request.method == "POST" else None, initial=_wanted(request))
    if request.method == "POST" and form.is_valid():
        return _opened(request, form.cleaned_data["territory"])
    context = {"crumbs": crumbs((_("Ouvrir un dossier"), "")), "form": form}
    return render(request, "learning/file_new.html", context, status=422 if form.errors else 200)


def _wanted(request: HttpRequest) -> dict[str, str]:
    """The territory of the page one comes from."""
    return {"territory": request.GET.get("territoire", "")[:60].replace("\0", "")}


def _opened(request: HttpRequest, territory: Territory) -> HttpResponse:
    there = queries.of_territory(territory)
    if there is not None:
        return redirect(
            "learning:file" if permissions.can_see_file(request.user, there) else "learning:file_ask", there.pk
        )
    try:
        made = services.open_file(territory, by=member_of(request), now=timezone.now())
    except Refusal as refusal:
        messages.warning(request, refusal.message)
        return redirect("learning:file_new")
    messages.success(request, _("Le dossier est ouvert. Il n’est lu que par les personnes que vous y faites entrer."))
    return redirect(made)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("learning.file_ask", per_person="20/1h")
def ask(request: HttpRequest, pk: str) -> HttpResponse:
    """The territory has a file: ask its people to come in. Nothing of it is shown but its territory."""
    file = queries.file_by_number(int(pk))
    if file is None:
        raise Http404(f"No file {pk}.")
    if permissions.can_see_file(request.user, file):
        return redirect(file)
    form = AskForm(request.POST if request.method == "POST" else None)
    asked = queries.request_of(request.user, file)
    if request.method == "POST" and asked is None and form.is_valid():
        services.ask(file, word=form.cleaned_data["word"], by=member_of(request), now=timezone.now())
        messages.success(request, _("Votre demande est partie. La réponse arrivera dans vos notifications."))
        return redirect(request.path)
    context = {
        "crumbs": crumbs((_("Demander à entrer"), "")),
        "title": grammar.title(file.territory),
        "form": form,
        "asked": asked,
        "is_held": any(each.role == FileRole.HOLDER for each in file.people.all()),
    }
    return render(request, "learning/file_ask.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
@login_required
def take_back(request: HttpRequest, pk: str) -> HttpResponse:
    """Take one's own request back."""
    file = queries.file_by_number(int(pk))
    asked = queries.request_of(request.user, file) if file else None
    if asked is None:
        raise Http404(f"This person asked nothing of file {pk}.")
    invitations.withdraw(asked, by=member_of(request), now=timezone.now())
    messages.success(request, _("Votre demande est retirée."))
    return redirect("learning:home")


# --- One file --------------------------------------------------------------------------------------------------------


@never_cache
@require_safe
@login_required
def file(request: HttpRequest, pk: str) -> HttpResponse:
    """What each noun says of it, in the order of the parts."""
    found = file_or_404(request, pk)
    now = timezone.now()
    context = {
        "crumbs": file_crumbs(found),
        "file": found,
        "title": grammar.title(found.territory),
        "role": permissions.role_in(request.user, found),
        "writes": permissions.can_write_file(request.user, found),
        "holds": permissions.holds_file(request.user, found),
        "is_demo": any(each.member.is_demo for each in found.people.all()),
        "parts": _parts(found, request, now),
    }
    return render(request, "learning/file.html", context)


def _parts(file: TerritoryFile, request: HttpRequest, now: datetime) -> list[tuple[str, str, str]]:
    """Code, title and content of each part that has something to say; each template sees its own context alone."""
    asked = sorted(file_parts, key=lambda part: part.position)
    found = ((part.code, part.render(file, request.user, now)) for part in asked)
    return [
        (code.replace(".", "-"), section.title, render_to_string(section.template, section.context, request))
        for code, section in found
        if section is not None
    ]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def means(request: HttpRequest, pk: str) -> HttpResponse:
    """What the territory declares of its means, and whether it asks to be accompanied."""
    found = written_or_404(request, pk)
    given = request.POST if request.method == "POST" else None
    form = MeansForm(given, initial={"means": found.means, "wants_help": found.wants_help})
    if given is not None and form.is_valid():
        services.declare(found, **form.cleaned_data, by=member_of(request), now=timezone.now())
        messages.success(request, _("C’est noté."))
        return redirect(found)
    context = {"crumbs": file_crumbs(found, (_("Nos moyens"), "")), "file": found, "form": form}
    return render(request, "learning/file_means.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
@login_required
def history(request: HttpRequest, pk: str) -> HttpResponse:
    """Everything that happened in the file."""
    found = file_or_404(request, pk)
    context = {"crumbs": file_crumbs(found, (_("Histoire"), "")), "file": found, "events": queries.history(found)}
    return render(request, "learning/file_history.html", context)


# --- The least equipped first ----------------------------------------------------------------------------------------


@never_cache
@require_safe
@login_required
def accompaniment(request: HttpRequest) -> HttpResponse:
    """Territories that ask to be accompanied, by the rule that the page says; for catalysts and animators."""
    animates = is_animator(request.user)
    helps = queries.is_catalyst(request.user)
    if not (animates or helps):
        raise PermissionDenied
    context = {
        "crumbs": crumbs((_("Accompagner un territoire"), "")),
        "asking": queries.asking(request.user),
        "helps": helps,
        "share": queries.share() if animates else None,
        "fewest": FEWEST_SHOWN,
    }
    return render(request, "learning/accompaniment.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("learning.accompany", per_person="20/1h")
def accompany(request: HttpRequest, pk: str) -> HttpResponse:
    """« Je propose d’accompagner »: a request to the people of the file."""
    file = queries.file_by_number(int(pk))
    if file is None or not file.wants_help or not queries.is_catalyst(request.user):
        raise Http404(f"File {pk} asks nothing of this person.")
    form = AskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.ask(
                file, word=form.cleaned_data["word"], role=FileRole.CATALYST, by=member_of(request), now=timezone.now()
            )
        except Refusal as refusal:
            messages.warning(request, refusal.message)
        else:
            messages.success(request, _("Votre proposition est partie. La réponse arrivera dans vos notifications."))
        return redirect("learning:accompaniment")
    context = {
        "crumbs": crumbs((_("Accompagner un territoire"), reverse("learning:accompaniment")), (_("Proposer"), "")),
        "title": grammar.title(file.territory),
        "form": form,
    }
    return render(request, "learning/accompany.html", context, status=422 if form.errors else 200)
