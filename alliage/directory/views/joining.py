"""Organisations and teams: create, claim, join, and the people of a group."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.directory import permissions
from alliage.directory.enums import EntryKind, JoinKind
from alliage.directory.forms import profiles as forms
from alliage.directory.models import Entry, JoinRequest, Membership
from alliage.directory.queries import profiles as queries
from alliage.directory.services import joining as services
from alliage.directory.services import profiles
from alliage.directory.views.profiles import editable, found_or_404
from alliage.refusals import Refusal


def _sent(request: HttpRequest) -> Any:
    """What was sent, even empty; None when the page is only opened."""
    return request.POST if request.method == "POST" else None


def _crumbs(*rest: tuple[Any, str]) -> list[tuple[Any, str]]:
    return [(_("Annuaire"), reverse("directory:index")), *rest]


# --- Create ---------------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_organisation(request: HttpRequest) -> HttpResponse:
    return _new(request, EntryKind.ORGANISATION)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_team(request: HttpRequest) -> HttpResponse:
    """A team acts for a territory of any kind; `?territoire=kind:code` chooses it."""
    return _new(request, EntryKind.TEAM)


def _new(request: HttpRequest, kind: EntryKind) -> HttpResponse:
    """Before anything is made, « est-ce l’une de celles-ci ? »: the second sending says that it is none of them."""
    member: Any = request.user
    form = forms.GroupForm(_sent(request), kind=kind, initial={"territory": request.GET.get("territoire", "")})
    alike: list[Entry] = []
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        if not request.POST.get("another"):
            alike = queries.look_alikes(kind, answers["name"], answers["territory"])
        if not alike:
            try:
                entry = profiles.create_group(
                    kind,
                    name=answers["name"],
                    territory=answers["territory"],
                    role=answers["role"],
                    means=answers.get("means", ""),
                    by=member,
                    now=timezone.now(),
                )
            except Refusal as refusal:
                form.add_error(None, refusal.message)
            else:
                messages.success(request, _("La fiche est commencée\u00a0: complétez-la, puis publiez-la."))
                return redirect(queries.edit_url(entry))
    title = _("Nouvelle équipe de territoire") if kind == EntryKind.TEAM else _("Nouvelle organisation")
    context = {
        "crumbs": _crumbs((title, "")),
        "title": title,
        "is_team": kind == EntryKind.TEAM,
        "form": form,
        "alike": [{"entry": each, "join_url": queries.url(each, "join")} for each in alike],
    }
    return render(request, "directory/group_new.html", context, status=422 if form.errors else 200)


# --- Belong ---------------------------------------------------------------------------------------------------------


def _group(request: HttpRequest, kinds: str, slug: str) -> Entry:
    group = found_or_404(kinds, slug)
    seen = permissions.can_see(request.user, group) or permissions.can_edit(request.user, group)
    if group.kind == EntryKind.CATALYST or not seen:
        raise Http404(f"No group {kinds}/{slug}.")
    return group


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, kinds: str, slug: str) -> HttpResponse:
    """« J’en fais partie »."""
    group, member = _group(request, kinds, slug), request.user
    form = forms.JoinForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            asked = services.ask_to_join(group, **form.cleaned_data, by=member, now=timezone.now())  # type: ignore[arg-type]
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            said = (
                _("Votre demande est envoyée\u00a0: vous serez prévenu de la réponse.") if asked else _("C’est fait.")
            )
            messages.success(request, said)
            return redirect(group if permissions.can_see(member, group) else queries.people_url(group))
    context = {
        "crumbs": _crumbs((group.name, group.get_absolute_url()), (_("J’en fais partie"), "")),
        "group": group,
        "form": form,
        "has_entry": services.person_of(member) is not None,  # type: ignore[arg-type]
        "membership": queries.membership_of(member, group),
        "leave_url": queries.url(group, "leave"),
    }
    return render(request, "directory/group_join.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, kinds: str, slug: str) -> HttpResponse:
    """« C’est mon organisation »: animators answer."""
    group, member = _group(request, kinds, slug), request.user
    if not permissions.can_claim(member, group):
        return redirect(queries.url(group, "join"))
    form = forms.ClaimForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.claim(group, text=form.cleaned_data["text"], by=member, now=timezone.now())  # type: ignore[arg-type]
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Votre demande est envoyée à l’équipe d’animation\u00a0: elle vous répondra."))
            return redirect(group)
    context = {
        "crumbs": _crumbs((group.name, group.get_absolute_url()), (_("C’est mon organisation"), "")),
        "group": group,
        "form": form,
    }
    return render(request, "directory/group_claim.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def leave(request: HttpRequest, kinds: str, slug: str) -> HttpResponse:
    """Leave a group oneself."""
    group = found_or_404(kinds, slug)
    membership = queries.membership_of(request.user, group)
    if membership is None:
        raise Http404(f"Not of {slug}.")
    return _left(request, membership)


def _left(request: HttpRequest, membership: Membership) -> HttpResponse:
    member: Any = request.user
    try:
        services.leave(membership, by=member, now=timezone.now())
        messages.success(request, _("C’est fait\u00a0: cette personne n’en fait plus partie."))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    group = membership.group
    if permissions.can_edit(member, group):
        return redirect(queries.people_url(group))
    return redirect(group if permissions.can_see(member, group) else "directory:mine")


# --- The people of a group ------------------------------------------------------------------------------------------


def _managed(request: HttpRequest, kinds: str, slug: str) -> Entry:
    group = editable(request, kinds, slug)
    if not permissions.can_manage_people(request.user, group):
        raise Http404(f"{slug} is no group.")
    return group


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest, kinds: str, slug: str) -> HttpResponse:
    """Who belongs to the group, what waits for an answer; POST invites someone by name."""
    group = _managed(request, kinds, slug)
    member: Any = request.user
    form = forms.InviteForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            person = _named(form.cleaned_data["person"])
            services.invite(group, person, role=form.cleaned_data["role"], by=member, now=timezone.now())
        except Refusal as refusal:
            form.add_error("person", refusal.message)
        else:
            messages.success(request, _("L’invitation est envoyée à %(name)s.") % {"name": person.name})
            return redirect(queries.people_url(group))
    rows = list(queries.people_of(group))
    context = {
        "crumbs": _crumbs((group.name, queries.edit_url(group)), (_("Personnes"), "")),
        "group": group,
        "kinds": kinds,
        "slug": slug,
        "rows": [
            {
                "membership": row,
                "form": forms.RoleForm(
                    initial={"role": row.role, "is_editor": row.is_editor}, prefix=f"p{row.pk}", auto_id=f"p{row.pk}_%s"
                ),
                "is_holder": row.person.owner_id is not None and row.person.owner_id == group.owner_id,
            }
            for row in rows
        ],
        "requests": [
            {
                "row": row,
                "can_answer": permissions.can_answer(member, row),
                "is_invitation": row.kind == JoinKind.INVITE,
            }
            for row in queries.open_requests(group)
        ],
        "form": form,
        "edit_url": queries.edit_url(group),
        "give_url": queries.url(group, "give") if permissions.can_give(member, group) else "",
    }
    return render(request, "directory/group_people.html", context, status=422 if form.errors else 200)


def _named(text: str) -> Entry:
    """The one catalyst of that name."""
    found = queries.people_named(text)
    if not found:
        raise profiles.ProfileRefused(
            _("Aucune fiche publiée ne porte ce nom. Cette personne doit d’abord publier la sienne.")
        )
    exact = [each for each in found if each.name.casefold() == " ".join(text.split()).casefold()] or found
    if len(exact) > 1:
        raise profiles.ProfileRefused(
            _("Plusieurs personnes portent ce nom\u00a0: %(names)s. Écrivez-le en entier.")
            % {"names": ", ".join(each.name for each in exact)}
        )
    return exact[0]


@login_required
@require_POST
def set_role(request: HttpRequest, kinds: str, slug: str, pk: int) -> HttpResponse:
    """Change what a person does in the group, or take her off it (`remove`)."""
    group = _managed(request, kinds, slug)
    membership = get_object_or_404(Membership.objects.select_related("person", "group"), pk=pk, group=group)
    if "remove" in request.POST:
        return _left(request, membership)
    form = forms.RoleForm(request.POST, prefix=f"p{pk}")
    if form.is_valid():
        member: Any = request.user
        services.set_role(membership, **form.cleaned_data, by=member, now=timezone.now())
        messages.success(request, _("Le rôle est enregistré."))
    else:
        messages.error(request, _("Un rôle tient en 120 signes. Rien n’a été changé."))
    return redirect(queries.people_url(group))


# --- Answers --------------------------------------------------------------------------------------------------------


@login_required
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept, refuse or take back (`act`) what was asked."""
    row = get_object_or_404(JoinRequest.objects.select_related("entry", "member"), pk=pk)
    member: Any = request.user
    act = request.POST.get("act", "")
    allowed = permissions.can_take_back if act == "withdraw" else permissions.can_answer
    if act not in {"accept", "refuse", "withdraw"} or not allowed(member, row):
        raise Http404(f"No answer {act} to {pk}.")
    try:
        if act == "withdraw":
            services.take_back(row, by=member, now=timezone.now())
        else:
            services.answer(row, accept=act == "accept", by=member, now=timezone.now())
        messages.success(request, _("C’est fait. La personne concernée est prévenue."))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect(_after(member, row))


def _after(member: Any, row: JoinRequest) -> str:
    if row.kind == JoinKind.CLAIM and permissions.can_answer_claims(member):
        return reverse("directory:claims")
    if row.member_id == member.pk:
        return reverse("directory:mine")
    return queries.people_url(row.entry)


@never_cache
@login_required
@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    """The animators' queue: who asks to hold which entry."""
    if not permissions.can_answer_claims(request.user):
        raise PermissionDenied
    context = {
        "crumbs": [(_("Bureau"), reverse("moderation:desk")), (_("Fiches demandées"), "")],
        "rows": list(queries.open_claims()),
    }
    return render(request, "directory/claims.html", context)
