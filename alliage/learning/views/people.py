"""Who is in a file: invite, answer, change a role, leave, hand over; the files that nobody holds."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from alliage.accounts import secret_links
from alliage.accounts.permissions import is_animator
from alliage.learning import file_links, permissions
from alliage.learning.enums import FileRole
from alliage.learning.forms.files import HandOverForm, InviteForm, OpenForm, RoleForm
from alliage.learning.models import FileInvitation, FileMember
from alliage.learning.queries import files as queries
from alliage.learning.services import files, handing_over
from alliage.learning.services import invitations as services
from alliage.learning.views.finding import crumbs, file_crumbs, file_or_404, member_of, written_or_404
from alliage.refusals import Refusal
from alliage.territories import grammar
from alliage.ui import limits


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("learning.file_people", per_person="60/1h")
def people(request: HttpRequest, pk: str) -> HttpResponse:
    """Everyone of the file sees who is in it; its team invites and answers."""
    file = file_or_404(request, pk)
    writes = permissions.can_write_file(request.user, file)
    if request.method == "POST" and not writes:
        raise Http404(f"File {pk} is not written by this person.")
    form = InviteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.invite(
                file, given["email"], role=given["role"], word=given["word"], by=member_of(request), now=timezone.now()
            )
        except Refusal as refusal:
            form.add_error("email", refusal.message)
        else:
            messages.success(request, _("L’invitation est partie. La personne entre en ouvrant son lien."))
            return redirect(request.path)
    context = {
        "crumbs": file_crumbs(file, (_("Personnes"), "")),
        "file": file,
        "title": grammar.title(file.territory),
        "people": file.people.all(),
        "waiting": queries.invitations(file) if writes else [],
        "form": form,
        "writes": writes,
        "holds": permissions.holds_file(request.user, file),
        "roles": FileRole,
    }
    return render(request, "learning/file_people.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
@login_required
def person(request: HttpRequest, pk: str, number: str) -> HttpResponse:
    """Change what someone does in the file, or take them out."""
    file = written_or_404(request, pk)
    found = queries.person(file, int(number))
    if found is None:
        raise Http404(f"Nobody {number} in this file.")
    try:
        _act(request, found)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("learning:file_people", file.pk)


def _act(request: HttpRequest, found: FileMember) -> None:
    by, now = member_of(request), timezone.now()
    if request.POST.get("act") == "remove":
        files.remove(found, by=by, now=now)
        messages.success(request, _("Cette personne ne fait plus partie du dossier."))
        return
    form = RoleForm(request.POST)
    if form.is_valid():
        files.change_role(found, form.cleaned_data["role"], by=by, now=now)
        messages.success(request, _("Le rôle est changé."))


@never_cache
@require_POST
@login_required
def waiting(request: HttpRequest, pk: str, number: str) -> HttpResponse:
    """Accept or refuse who asks; withdraw an invitation."""
    file = written_or_404(request, pk)
    found = queries.invitation(file, int(number))
    if found is None:
        messages.warning(request, _("Cette demande n’attend plus de réponse."))
        return redirect("learning:file_people", file.pk)
    try:
        _answer(request, found)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("learning:file_people", file.pk)


def _answer(request: HttpRequest, found: FileInvitation) -> None:
    act, by, now = request.POST.get("act", ""), member_of(request), timezone.now()
    if act == "accept":
        files.accept(found, by=by, now=now)
        messages.success(request, _("Cette personne est entrée dans le dossier."))
    elif act == "refuse":
        files.refuse(found, by=by, now=now)
        messages.success(request, _("La réponse est partie."))
    elif act == "withdraw" and not found.is_asked:
        services.withdraw(found, by=by, now=now)
        messages.success(request, _("L’invitation est retirée\u00a0: son lien n’ouvre plus rien."))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What a link of invitation opens: who invites, into which territory's file; signed in, one comes in."""
    found = file_links.invitation_of(token)
    if found is None:
        raise Http404("No invitation has this link.")
    if request.method == "POST" and request.user.is_authenticated:
        try:
            services.accept(found, by=member_of(request), now=timezone.now())
        except Refusal as refusal:
            messages.warning(request, refusal.message)
            return redirect("learning:home")
        messages.success(request, _("Vous êtes dans le dossier."))
        return redirect(found.file)
    context = {"invitation": found, "title": grammar.title(found.file.territory), "path": request.path}
    return secret_links.private(render(request, "learning/file_invitation.html", context))


# --- Leave, hand over ------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def leave(request: HttpRequest, pk: str) -> HttpResponse:
    """Leave a file; who holds it hands it over first."""
    file = file_or_404(request, pk)
    if permissions.holds_file(request.user, file) and queries.may_take(file):
        return redirect("learning:file_hand_over", file.pk)
    if request.method == "POST":
        files.leave(file, by=member_of(request), now=timezone.now())
        messages.success(request, _("Vous avez quitté le dossier."))
        return redirect("learning:home")
    context = {
        "crumbs": file_crumbs(file, (_("Quitter"), "")),
        "file": file,
        "title": grammar.title(file.territory),
        "holds": permissions.holds_file(request.user, file),
    }
    return render(request, "learning/file_leave.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def hand_over(request: HttpRequest, pk: str) -> HttpResponse:
    """« Je quitte mon poste »: who takes the file. An animator too, when whoever held it has left: it leaves a trace."""
    file = queries.file_by_number(int(pk))
    if file is None or not permissions.can_hand_over(request.user, file):
        raise Http404(f"File {pk} is not handed over by this person.")
    holds = permissions.holds_file(request.user, file)
    given = request.POST if request.method == "POST" else None
    form = HandOverForm(given, people=queries.may_take(file), by_address=not holds)
    if given is not None and form.is_valid():
        said = form.cleaned_data
        try:
            handing_over.hand_over(
                file, said["member"], leaves=said.get("leaves", True), by=member_of(request), now=timezone.now()
            )
        except Refusal as refusal:
            form.add_error("to", refusal.message)
        else:
            messages.success(request, _("Le dossier a changé de mains. La personne est prévenue."))
            return redirect("learning:home" if holds else "learning:files_left")
    context = {
        "crumbs": file_crumbs(file, (_("Confier le dossier"), "")) if holds else crumbs((_("Confier un dossier"), "")),
        "file": file,
        "title": grammar.title(file.territory),
        "form": form,
        "holds": holds,
        "holder": None if holds else queries.holder(file),
    }
    return render(request, "learning/file_hand_over.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def left(request: HttpRequest) -> HttpResponse:
    """For animators: files that nobody holds, by their territory alone; and the door to another whose holder left."""
    if not is_animator(request.user):
        raise PermissionDenied
    form = OpenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        there = queries.of_territory(form.cleaned_data["territory"])
        if there is not None:
            return redirect("learning:file_hand_over", there.pk)
        form.add_error("territory", _("Ce territoire n’a pas de dossier."))
    context = {
        "crumbs": crumbs((_("Dossiers à confier"), "")),
        "files": [(each.pk, grammar.title(each.territory)) for each in queries.without_holder()],
        "form": form,
    }
    return render(request, "learning/files_left.html", context, status=422 if form.errors else 200)
