"""The landing page, the method and its affirmations; diagnostics of a file: open, invite, follow, close."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.accounts.permissions import is_animator
from alliage.formats import qr
from alliage.learning import permissions, respondent_links
from alliage.learning.forms.diagnostics import InviteForm, NewForm, StatementForm
from alliage.learning.models import Diagnostic, TerritoryFile
from alliage.learning.queries import diagnostics as queries
from alliage.learning.queries import files, papers, statements
from alliage.learning.services import diagnostics as services
from alliage.learning.services import respondents
from alliage.learning.services import statements as wording
from alliage.learning.views.finding import (
    crumbs,
    diagnostic_or_404,
    file_crumbs,
    file_or_404,
    member_of,
    written_or_404,
)
from alliage.refusals import Refusal
from alliage.ui import limits

SHOWN = 5


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What it is, and two doors: try without an account, open the file of one's territory."""
    is_in = request.user.is_authenticated
    context = {
        "crumbs": [(_("Diagnostic"), "")],
        "mine": files.mine(request.user, limit=SHOWN) if is_in else [],
        "animates": is_animator(request.user),
        "helps": files.is_catalyst(request.user),
        "levers": statements.lever_titles(),
    }
    return render(request, "learning/home.html", context)


# --- The method ------------------------------------------------------------------------------------------------------


@require_safe
def method(request: HttpRequest) -> HttpResponse:
    """Every affirmation, the rule of levels in plain words, versions and what each changed."""
    history = statements.history()
    context = {
        "crumbs": crumbs((_("La méthode"), "")),
        "levers": statements.by_lever(),
        "answers": wording.data()["levels"],
        "changed": [each for each in history if each.changes],
        "animates": is_animator(request.user),
    }
    return render(request, "learning/method.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def statement(request: HttpRequest, lever: str, rank: str) -> HttpResponse:
    """Word an affirmation again: a new version of the questions, answers already given stay with theirs."""
    if not is_animator(request.user):
        raise PermissionDenied
    found = statements.by_code(lever, int(rank))
    if found is None:
        raise Http404(f"No affirmation {lever}-{rank}.")
    form = StatementForm(request.POST if request.method == "POST" else None, statement=found)
    if request.method == "POST" and form.is_valid():
        try:
            wording.revise(found, form.worded(), by=member_of(request), now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(
                request,
                _(
                    "C’est enregistré. Les prochains diagnostics poseront la question ainsi\u00a0; ceux en cours ne changent pas."
                ),
            )
            return redirect("learning:method")
    context = {
        "crumbs": crumbs((_("La méthode"), "/diagnostic/methode/"), (found.code, "")),
        "form": form,
        "statement": found,
    }
    return render(request, "learning/statement.html", context, status=422 if form.errors else 200)


# --- Diagnostics of a file -------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("learning.diagnostic_new", per_person="30/1h")
def new(request: HttpRequest, pk: str) -> HttpResponse:
    """Open a diagnostic: short, or deep on a lever."""
    file = written_or_404(request, pk)
    form = NewForm(request.POST if request.method == "POST" else None, deep=statements.deep_levers())
    if request.method == "POST" and form.is_valid():
        try:
            made = services.open_diagnostic(
                file, lever=form.cleaned_data["lever"], by=member_of(request), now=timezone.now()
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect(made)
    context = {"crumbs": file_crumbs(file, (_("Ouvrir un diagnostic"), "")), "file": file, "form": form}
    return render(request, "learning/diagnostic_new.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("learning.respondents", per_person="60/1h")
def diagnostic(request: HttpRequest, pk: str, number: str) -> HttpResponse:
    """Where it stands: who is asked, by role, how many answered; the team invites, reminds, closes."""
    file = file_or_404(request, pk)
    found = diagnostic_or_404(file, number)
    writes = permissions.can_write_file(request.user, file)
    form = InviteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not writes:
            raise Http404(f"File {pk} is not written by this person.")
        if form.is_valid() and _invited(request, found, form):
            return redirect(found)
    return render(
        request, "learning/diagnostic.html", _context(file, found, form, writes), status=422 if form.errors else 200
    )


def _context(file: TerritoryFile, found: Diagnostic, form: InviteForm, writes: bool) -> dict[str, Any]:
    counts = queries.counts(found)
    address = respondent_links.shared_address_of(found) if writes else ""
    return {
        "crumbs": file_crumbs(file, (queries.title_of(found), "")),
        "file": file,
        "diagnostic": found,
        "title": queries.title_of(found),
        "counts": counts,
        "answered": sum(each.answered for each in counts),
        "asked": sum(each.asked for each in counts),
        "waiting": queries.waiting(found) if writes and not found.is_closed else [],
        "address": address,
        "code": qr.svg(address, title=_("Répondre au diagnostic")) if address else "",
        "form": form,
        "writes": writes,
    }


def _invited(request: HttpRequest, found: Diagnostic, form: InviteForm) -> bool:
    given = form.cleaned_data
    try:
        done = respondents.invite(
            found, given["addresses"], role=given["role"], by=member_of(request), now=timezone.now()
        )
    except Refusal as refusal:
        form.add_error("addresses", refusal.message)
        return False
    if done.unread:
        words = ", ".join(done.unread)
        messages.warning(request, _("Ces adresses n’ont pas la forme attendue\u00a0: %(words)s.") % {"words": words})
    if done.already:
        messages.info(request, _("Déjà invitées\u00a0: %(count)d.") % {"count": done.already})
    if done.sent:
        said = ngettext("Une invitation est partie.", "%(count)d invitations sont parties.", done.sent)
        messages.success(request, said % {"count": done.sent})
    return True


@never_cache
@require_POST
@login_required
def act(request: HttpRequest, pk: str, number: str) -> HttpResponse:
    """Make or stop the link to pass around, remind, take an invitation back."""
    file = written_or_404(request, pk)
    found = diagnostic_or_404(file, number)
    try:
        _act(request, found)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect(found)


def _act(request: HttpRequest, found: Diagnostic) -> None:
    wanted, by, now = request.POST.get("act", ""), member_of(request), timezone.now()
    if wanted == "share":
        services.share(found, by=by, now=now)
        messages.success(request, _("Le lien est prêt."))
    elif wanted == "stop":
        services.stop_sharing(found, by=by, now=now)
        messages.success(request, _("Le lien n’ouvre plus rien. Les réponses déjà commencées continuent."))
    elif wanted == "remind":
        count = respondents.remind(found, by=by, now=now)
        said = ngettext("Un rappel est parti.", "%(count)d rappels sont partis.", count) % {"count": count}
        messages.success(
            request,
            said if count else _("Personne à relancer\u00a0: nous avons écrit à chacun il y a moins d’un jour."),
        )
    elif wanted == "withdraw":
        _withdraw(request, found)


def _withdraw(request: HttpRequest, found: Diagnostic) -> None:
    number = request.POST.get("who", "")
    one = queries.waiting_one(found, int(number)) if number.isdecimal() and len(number) <= 18 else None
    if one is not None:
        respondents.withdraw(one, by=member_of(request), now=timezone.now())
        messages.success(request, _("L’invitation est retirée."))


@never_cache
@require_POST
@login_required
def answer_mine(request: HttpRequest, pk: str, number: str) -> HttpResponse:
    """Someone of the file answers too, by a link of their own."""
    file = file_or_404(request, pk)
    found = diagnostic_or_404(file, number)
    try:
        mine = respondents.of_member(found, by=member_of(request), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect(found)
    return redirect(respondent_links.path_of(mine))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def close(request: HttpRequest, pk: str, number: str) -> HttpResponse:
    """Asked once more, then the result is made."""
    file = written_or_404(request, pk)
    found = diagnostic_or_404(file, number)
    if found.is_closed:
        return redirect(found)
    if request.method == "POST":
        try:
            services.close(found, by=member_of(request), now=timezone.now())
        except Refusal as refusal:
            messages.error(request, refusal.message)
            return redirect(found)
        messages.success(request, _("Le diagnostic est clos. Voici ce qu’il montre."))
        return redirect("learning:result", file.pk, found.number)
    counts = queries.counts(found)
    context = {
        "crumbs": file_crumbs(file, (queries.title_of(found), found.get_absolute_url()), (_("Terminer"), "")),
        "diagnostic": found,
        "title": queries.title_of(found),
        "answered": sum(each.answered for each in counts),
        "waiting_count": sum(each.asked - each.answered for each in counts),
        "papers": papers.unconfirmed(found),
    }
    return render(request, "learning/diagnostic_close.html", context)
