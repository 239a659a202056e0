"""Who is in a group: come in, accept the charter, the people, leave."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from alliage.accounts.models import Member
from alliage.codev import permissions
from alliage.codev.enums import Access
from alliage.codev.forms.groups import CharterForm, InviteForm, JoinForm
from alliage.codev.models import Group, Membership
from alliage.codev.queries import memberships as queries
from alliage.codev.services import memberships as services
from alliage.codev.views.groups import found_or_404, group_crumbs, inside_or_403
from alliage.directory.models import Entry
from alliage.refusals import Refusal
from alliage.ui import limits

PER_PERSON = "60/10m"


# --- Come in -------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("codev.join", per_person="30/1h")
def join(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the charter, accept it, come in or ask."""
    group = found_or_404(request, pk)
    standing = permissions.standing(request.user, group)
    if standing.is_in or not group.is_active:
        return redirect(group)
    asks = not standing.is_invited and group.access != Access.OPEN
    form = JoinForm(request.POST if request.method == "POST" else None, group=group, asks=asks)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.join(group, form.pledge(), by=_member(request), now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _said_on_joining(row))
            return redirect(group)
    context = {
        "crumbs": group_crumbs(group, (_("Rejoindre"), "")),
        "group": group,
        "standing": standing,
        "asks": asks,
        "form": form,
        "is_full": group.free_seats <= 0,
        "is_by_invitation": group.access == Access.CLOSED and not standing.is_invited,
    }
    return render(request, "codev/group_join.html", context, status=422 if form.errors else 200)


def _member(request: HttpRequest) -> Member:
    member: Any = request.user
    return member


def _said_on_joining(row: Membership) -> str:
    if row.state == "active":
        return _("Vous faites partie du groupe.")
    return _(
        "Votre demande est partie. La facilitation du groupe vous répond\u00a0; la réponse arrive dans vos notifications."
    )


@never_cache
@require_POST
@login_required
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's request back, or decline an invitation."""
    group = found_or_404(request, pk)
    standing = permissions.standing(request.user, group)
    if standing.membership is None:
        raise Http404(f"Nothing waits for this person in group {pk}.")
    try:
        services.take_back(standing.membership, by=_member(request), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("C’est noté\u00a0: rien n’est plus en attente avec ce groupe."))
    return redirect(group)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def charter(request: HttpRequest, pk: int) -> HttpResponse:
    """The charter, and accepting it again when it changed."""
    group, standing = inside_or_403(request, pk)
    row: Any = standing.membership
    must_accept = row.charter_version != group.charter_version
    given = request.POST if request.method == "POST" else None
    form = CharterForm(given, initial={"charter_version": group.charter_version})
    if given is not None and form.is_valid():
        try:
            services.accept_charter(row, form.cleaned_data["charter_version"], by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Merci\u00a0: la charte est acceptée."))
            return redirect(group)
    context = {
        "crumbs": group_crumbs(group, (_("Charte"), "")),
        "group": group,
        "membership": row,
        "must_accept": must_accept,
        "standing": standing,
        "form": form,
    }
    return render(request, "codev/group_charter.html", context, status=422 if form.errors else 200)


# --- People --------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("codev.invite", per_person="40/1h")
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """Members see one another; facilitators answer, invite, hand over."""
    group = found_or_404(request, pk)
    standing = permissions.standing(request.user, group)
    tends = standing.facilitates or permissions.can_tend_people(request.user, group)
    if not standing.is_in and not tends:
        raise PermissionDenied
    form = InviteForm(request.POST if request.method == "POST" and tends else None, viewer=request.user)
    if request.method == "POST":
        if not tends:
            raise PermissionDenied
        if form.is_valid() and _invited(request, group, form):
            return redirect(request.path)
    context = {
        "crumbs": group_crumbs(group, (_("Personnes"), "")),
        "group": group,
        "standing": standing,
        "tends": tends,
        "people": list(queries.active(group)),
        "waiting": list(queries.waiting(group)) if tends else [],
        "form": form,
    }
    return render(request, "codev/group_people.html", context, status=422 if form.errors else 200)


def _invited(request: HttpRequest, group: Group, form: InviteForm) -> bool:
    """Whether the invitation left; a refusal is written on the form."""
    entry = Entry.objects.select_related("owner").filter(pk=form.cleaned_data["person"].id).first()
    try:
        if entry is None or entry.owner is None:
            raise services.MembershipRefused(
                _("Cette personne n’a pas encore de compte\u00a0: invitez-la d’abord à en ouvrir un.")
            )
        row = services.invite(group, entry.owner, by=request.user, now=timezone.now())
    except Refusal as refusal:
        form.add_error("person", refusal.message)
        return False
    if row.state == "active":
        messages.success(request, _("Cette personne avait demandé à entrer\u00a0: elle fait partie du groupe."))
    else:
        messages.success(request, _("L’invitation est partie."))
    return True


@never_cache
@require_POST
@login_required
def act(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What the facilitation does about one person: answer, take an invitation back, hand over, take off the group."""
    group = found_or_404(request, pk)
    if not permissions.can_tend_people(request.user, group):
        raise PermissionDenied
    row = queries.of_group(group, number)
    if row is None:
        raise Http404(f"No place {number} in group {pk}.")
    try:
        said = _done(request.POST.get("act", ""), row, by=_member(request))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        if said:
            messages.success(request, said)
    if not permissions.can_tend_people(request.user, group):
        return redirect(group)
    return redirect("codev:group_people", group.pk)


def _done(act: str, row: Membership, *, by: Member) -> str:
    """Do it; answers what is said of it, nothing for an unknown act."""
    known: dict[str, tuple[Callable[..., Any], str]] = {
        "accept": (partial(services.answer, accept=True), _("%s fait partie du groupe.")),
        "refuse": (partial(services.answer, accept=False), _("Votre réponse à %s est partie.")),
        "withdraw": (services.take_back, _("L’invitation de %s est retirée.")),
        "hand_over": (services.hand_over, _("%s tient maintenant la facilitation.")),
        "share": (partial(services.hand_over, keeps=True), _("%s partage maintenant la facilitation.")),
        "remove": (services.leave, _("%s ne fait plus partie du groupe.")),
    }
    if act not in known:
        return ""
    verb, said = known[act]
    verb(row, by=by, now=timezone.now())
    return said % row.member.get_full_name()


@never_cache
@require_POST
@login_required
def show_name(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether everyone reads one's name on the group's page."""
    group, standing = inside_or_403(request, pk)
    row: Any = standing.membership
    services.show_name(row, shown=request.POST.get("shown") == "1", by=request.user, now=timezone.now())
    messages.success(request, _("C’est enregistré."))
    return redirect("codev:group_people", group.pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what leaving means, then leave."""
    group, standing = inside_or_403(request, pk)
    row: Any = standing.membership
    if request.method == "POST":
        try:
            services.leave(row, by=_member(request), now=timezone.now())
        except Refusal as refusal:
            messages.error(request, refusal.message)
            return redirect(reverse("codev:group_people", args=[group.pk]))
        messages.success(request, _("Vous avez quitté le groupe."))
        return redirect("codev:index")
    context = {"crumbs": group_crumbs(group, (_("Quitter"), "")), "group": group, "standing": standing}
    return render(request, "codev/group_leave.html", context)
