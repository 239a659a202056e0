"""« Toujours exact »: the link of a reminder, the page where one tends a resource, readers' doubts, the animators' desk."""

from typing import Any

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
from django.views.decorators.http import require_http_methods, require_safe

from alliage.accounts.permissions import is_animator
from alliage.library import permissions, renewal_links
from alliage.library.enums import DoubtState, State
from alliage.library.forms.renewal import DoubtForm, ObsoleteForm, SettleForm
from alliage.library.models import Resource
from alliage.library.queries import renewal as queries
from alliage.library.queries import resources as reads
from alliage.library.queries import reuse
from alliage.library.services import renewal as services
from alliage.library.services import resources
from alliage.library.views.resources import crumbs, found_or_404
from alliage.refusals import Refusal
from alliage.ui import limits
from alliage.ui.honeypot import MOMENT

PER_PAGE = 30
PER_PERSON = "10/10m"
DOUBTS = "doutes"


# --- The link of a reminder ----------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def still_right(request: HttpRequest, token: str) -> HttpResponse:
    """A page asks before acting (programs open links by themselves); a POST confirms. The signed link is the right to act."""
    asked = renewal_links.read(token)
    if asked is None:
        return render(request, "library/renewal_gone.html", status=404)
    if request.method == "POST":
        if not asked.is_done:
            resources.confirm(asked.resource, by=asked.resource.owner, now=timezone.now())
        return redirect(request.path)
    return render(request, "library/renewal_link.html", {"resource": asked.resource, "is_done": asked.is_done})


# --- Who holds it --------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def tend(request: HttpRequest, pk: int) -> HttpResponse:
    """« Toujours exact », « dépassée », « retirer »; what readers doubt."""
    resource = reads.by_number(pk)
    if resource is None or not permissions.can_edit(request.user, resource):
        if resource is not None and resource.is_shown:
            raise PermissionDenied
        raise Http404(f"No resource {pk} for this person.")
    if resource.state == State.DRAFT:
        raise Http404("What was never published cannot be out of date.")
    act = str(request.POST.get("acte", "")) if request.method == "POST" else ""
    form = _obsolete_form(request, resource, is_sent=act == "depassee")
    if act:
        done = _tended(request, resource, act, form)
        if done is not None:
            return done
    today = timezone.localdate()
    context = {
        "crumbs": [
            (_("Mon espace"), "/mon-espace/"),
            (resource.title, str(resource.get_absolute_url())),
            (_("Tenir à jour"), ""),
        ],
        "resource": resource,
        "form": form,
        "doubts": list(queries.doubts_of(resource)),
        "suggestions": list(reuse.waiting_of(resource)),
        "is_due": resource.renew_on is not None and resource.renew_on <= today + queries.ASKED_BEFORE,
        "is_withdrawn": resource.state == State.WITHDRAWN,
        "is_obsolete": resource.state == State.OBSOLETE,
        "is_fresh": resource.state == State.PUBLISHED and resource.confirmed_on == today,
        "state": resource.get_state_display(),
        "edit_url": reverse("library:edit", args=[resource.pk]),
        "wants_to_withdraw": act == "retirer",
    }
    return render(request, "library/renewal.html", context, status=422 if form.errors or act else 200)


def _obsolete_form(request: HttpRequest, resource: Resource, *, is_sent: bool) -> ObsoleteForm:
    replaced_by = resource.replaced_by
    initial = {
        "reason": resource.obsolete_reason,
        "replacement": f"{resources.KIND}:{replaced_by.pk}" if replaced_by else "",
    }
    form = ObsoleteForm(request.POST if is_sent else None, initial=initial)
    form.fields["replacement"].viewer = request.user  # type: ignore[attr-defined]
    return form


def _tended(request: HttpRequest, resource: Resource, act: str, form: ObsoleteForm) -> HttpResponse | None:
    """Do what was asked, or None when the page is to be shown again."""
    by, now = request.user, timezone.now()
    try:
        if act == "exacte":
            resources.confirm(resource, by=by, now=now)
            messages.success(request, _("C’est noté : cette ressource est à jour."))
        elif act == "depassee":
            if not form.is_valid():
                return None
            chosen = form.cleaned_data["replacement"]
            replacement = reads.by_number(chosen.id) if chosen else None
            resources.make_obsolete(
                resource, reason=form.cleaned_data["reason"], replacement=replacement, by=by, now=now
            )
            messages.success(request, _("C’est dit à ses lecteurs. Elle reste lisible."))
        elif act == "retirer":
            if request.POST.get("sur") != "oui":
                messages.error(request, _("Cochez la case pour retirer cette ressource. Rien n’a changé."))
                return None
            resources.withdraw(resource, by=by, now=now)
            messages.success(request, _("Elle est retirée : plus personne d’autre ne la voit."))
            return redirect(request.path)
        else:
            return None
    except Refusal as refusal:
        form.add_error(None, refusal.message) if form.is_bound else messages.error(request, refusal.message)
        return None
    return redirect(resource)


# --- Doubts of readers ---------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def doubt(request: HttpRequest, pk: int) -> HttpResponse:
    """« Ce n’est plus exact »: one field, with or without an account."""
    resource = found_or_404(request, pk)
    if not resource.is_shown:
        raise Http404(f"Resource {pk} is not for readers.")
    member: Any = request.user if request.user.is_authenticated else None
    form = DoubtForm(request.POST if request.method == "POST" else None)
    excess = None
    if request.method == "POST":
        excess = limits.count(request, "library.doubt", per_person=PER_PERSON)
        if excess:
            form.add_error(None, excess.message)
        elif form.is_valid() and _said(request, resource, form, member):
            messages.success(
                request,
                _("Merci. Vous serez prévenu de la suite.")
                if member
                else _("Merci. Qui tient cette ressource le lira."),
            )
            return redirect(resource)
    context = {
        "crumbs": crumbs((resource.title, str(resource.get_absolute_url())), (_("Ce n’est plus exact"), "")),
        "resource": resource,
        "has_owner": resource.owner_id is not None,
        "days": queries.ANSWERED_WITHIN.days,
        "is_member": member is not None,
        "form": form,
    }
    page = render(request, "library/renewal_doubt.html", context, status=422 if form.errors else 200)
    response = limits.remember_browser(request, page)
    return limits.too_many(response, excess) if excess else response


def _said(request: HttpRequest, resource: Resource, form: DoubtForm, member: Any) -> bool:
    sent = f"{limits.browser_token(request)}|{form.data.get(MOMENT, '')}"
    try:
        services.say_doubt(resource, text=form.cleaned_data["text"], by=member, sent=sent, now=timezone.now())
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return False
    return True


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def doubt_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """One doubt, for who holds the resource and for animators."""
    row = queries.doubt(pk)
    if row is None or not permissions.can_settle_doubts(request.user, row.resource):
        raise Http404(f"No doubt {pk} for this person.")
    is_open, may_edit = row.state == DoubtState.OPEN, permissions.can_edit(request.user, row.resource)
    form = SettleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.settle_doubt(row, **form.cleaned_data, by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("C’est noté. Merci de tenir cette ressource à jour."))
            return redirect("library:tend", row.resource_id) if may_edit else redirect("library:renewal_desk")
    title = row.resource.title
    context = {
        "crumbs": [
            (_("Mon espace"), "/mon-espace/"),
            (title, reverse("library:tend", args=[row.resource_id]) if may_edit else row.resource.get_absolute_url()),
            (_("Ce n’est plus exact"), ""),
        ],
        "row": row,
        "is_open": is_open,
        "form": form,
        "edit_url": reverse("library:edit", args=[row.resource_id]) if may_edit else "",
    }
    return render(request, "library/renewal_answer.html", context, status=422 if form.errors else 200)


# --- Animators -----------------------------------------------------------------------------------------------------


@never_cache
@require_safe
@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """What is due, those that nobody holds first; doubts left without an answer."""
    if not is_animator(request.user):
        raise PermissionDenied
    today, view = timezone.localdate(), request.GET.get("vue", "")
    view = view if view == DOUBTS else ""
    found: Any = queries.late_doubts(timezone.now()).order_by("at") if view else queries.for_the_desk(today)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "crumbs": [
            (_("Mon espace"), "/mon-espace/"),
            (_("Bureau"), reverse("moderation:desk")),
            (_("Ressources à actualiser"), ""),
        ],
        "page": page,
        "query": f"vue={view}" if view else "",
        "shows_doubts": bool(view),
        "tabs": [
            {"label": _("À actualiser"), "url": "?", "current": not view},
            {"label": _("Dites inexactes"), "url": f"?vue={DOUBTS}", "current": bool(view)},
        ],
    }
    return render(request, "library/renewal_desk.html", context)
