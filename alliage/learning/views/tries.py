"""Try without an account; take a try into a file; come in by a link passed around."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alliage.accounts import secret_links
from alliage.learning import respondent_links
from alliage.learning.forms.diagnostics import TryForm
from alliage.learning.models import TerritoryFile
from alliage.learning.permissions import can_see_file
from alliage.learning.queries import files as file_queries
from alliage.learning.services import files, respondents
from alliage.learning.services import tries as services
from alliage.learning.views.finding import crumbs, member_of
from alliage.refusals import Refusal
from alliage.territories import grammar
from alliage.ui import honeypot, limits


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limits.limit("learning.try", per_person="20/1h")
def begin(request: HttpRequest) -> HttpResponse:
    """Choose a territory, or none; the address that follows is secret, and erased after sixty days."""
    wanted = request.GET.get("territoire", "")[:60].replace("\0", "")
    form = TryForm(request.POST if request.method == "POST" else None, initial={"territory": wanted})
    if request.method == "POST" and form.is_valid():
        try:
            who = services.begin(form.cleaned_data["territory"], now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect(respondent_links.path_of(who))
    context = {"crumbs": crumbs((_("Essayer"), "")), "form": form, "days": services.KEPT.days}
    return render(request, "learning/try.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("learning.try_keep", per_person="30/1h")
def keep(request: HttpRequest, token: str) -> HttpResponse:
    """Put a try into the file of its territory: one of mine, or one that is opened now."""
    who = respondent_links.respondent_of(token)
    if who is None or who.diagnostic.file_id is not None:
        raise Http404("No try has this link.")
    territory = who.diagnostic.territory
    mine = [
        each for each in file_queries.writable(request.user) if territory is None or each.territory_id == territory.pk
    ]
    if request.method == "POST":
        there = None if mine or territory is None else file_queries.of_territory(territory)
        if there is not None:
            messages.warning(
                request,
                _(
                    "Ce territoire a déjà un dossier\u00a0: demandez à y entrer. Votre essai est gardé à son adresse secrète."
                ),
            )
            return redirect("learning:file" if can_see_file(request.user, there) else "learning:file_ask", there.pk)
        try:
            file = _chosen(request, mine) or _fresh(request, who.diagnostic)
            if file is None:
                return redirect("learning:file_new")
            made = services.take_into(who, file, by=member_of(request), now=timezone.now())
        except Refusal as refusal:
            messages.warning(request, refusal.message)
            return redirect(request.path)
        messages.success(
            request, _("Votre essai est dans le dossier. Vous pouvez maintenant inviter d’autres personnes.")
        )
        return redirect(made)
    context = {
        "crumbs": crumbs((_("Garder cet essai"), "")),
        "mine": [(each.pk, grammar.title(each.territory)) for each in mine],
        "place": grammar.title(territory) if territory else "",
    }
    return secret_links.private(render(request, "learning/try_keep.html", context))


def _chosen(request: HttpRequest, mine: list[TerritoryFile]) -> TerritoryFile | None:
    return next((each for each in mine if str(each.pk) == request.POST.get("file")), None)


def _fresh(request: HttpRequest, diagnostic: object) -> TerritoryFile | None:
    """The file of the try's territory, opened now."""
    territory = getattr(diagnostic, "territory", None)
    return files.open_file(territory, by=member_of(request), now=timezone.now()) if territory else None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limits.limit("learning.join", per_person="30/1h")
def join(request: HttpRequest, token: str) -> HttpResponse:
    """The link passed around: one gesture makes a personal link, so that robots that follow links answer nothing."""
    found = respondent_links.shared_by(token)
    if found is None:
        # Of a diagnostic that is over, or of none: nothing tells which.
        return secret_links.private(render(request, "learning/join.html", {"is_over": True}, status=404))
    if request.method == "POST" and not honeypot.is_sprung(request.POST):
        try:
            who = respondents.come_by_link(found, now=timezone.now())
        except Refusal as refusal:
            messages.error(request, refusal.message)
            return redirect(request.path)
        return redirect(respondent_links.path_of(who))
    context = {"place": grammar.title(found.territory) if found.territory else "", "path": request.path}
    return secret_links.private(render(request, "learning/join.html", context))
