"""Contribute in three minutes: begin from a link, a file or nothing; correct the card; propose, or go on later."""

import secrets
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alliage.jobs.enums import State as JobState
from alliage.jobs.queries import snapshot
from alliage.library import metadata, permissions
from alliage.library.enums import WRITABLE, ResourceKind
from alliage.library.forms import contributing as forms
from alliage.library.forms import writing
from alliage.library.models import Intake, Proposal, Resource
from alliage.library.queries import contributing as queries
from alliage.library.queries import resources as resource_queries
from alliage.library.services import contributing as services
from alliage.library.services import proposals
from alliage.library.views.resources import crumbs
from alliage.refusals import Refusal
from alliage.ui import limits
from alliage.ui.drafts import Mark

BEGUN_PER_PERSON = "40/10m"
FORMS = {"link": forms.LinkForm, "file": forms.FileForm, "blank": forms.BlankForm}
IDS = {"link": "lien_%s", "file": "fichier_%s", "blank": "page_%s"}


def editable(request: HttpRequest, pk: int) -> Resource:
    """The resource, for those who write its next version; for others a draft does not exist."""
    resource = resource_queries.by_number(pk)
    if resource is None:
        raise Http404(f"No resource {pk}.")
    if not permissions.can_edit(request.user, resource):
        if permissions.can_see(request.user, resource):
            raise PermissionDenied
        raise Http404(f"No resource {pk} for this person.")
    return resource


def mark_of(request: HttpRequest, name: str) -> str:
    """What a form knows of itself, as it came: kept with drafts, so never with a character that a database refuses."""
    return request.POST.get(name, "").replace("\0", "")[:40]


# --- Begin -----------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Three ways in. A visitor sees them too: signing in keeps what was typed."""
    if request.method != "POST":
        return _start(request, "", None)
    act = request.POST.get("act", "")
    if act not in FORMS:
        return _start(request, "", None)
    form = FORMS[act](request.POST, request.FILES, auto_id=IDS[act])
    if not permissions.can_contribute(request.user):
        return redirect_to_login(f"{request.path}?{_typed(form)}")
    excess = limits.count(request, "library.begin", per_person=BEGUN_PER_PERSON)
    if excess:
        form.add_error(None, excess.message)
        return limits.too_many(_start(request, act, form), excess)
    if form.is_valid():
        try:
            intake = _begun(request, act, form)
        except Refusal as refusal:
            form.add_error(next(iter(form.fields)), refusal.message)
        else:
            return redirect("library:edit" if act == "blank" else "library:card", intake.proposal.resource_id)
    return _start(request, act, form)


def _begun(request: HttpRequest, act: str, form: Any) -> Intake:
    said, now, by = form.cleaned_data, timezone.now(), request.user
    sent = request.POST.get("sent", "")[:64] or secrets.token_hex(16)
    if act == "link":
        return services.begin_from_link(said["url"], by=by, sent=sent, now=now)
    if act == "file":
        return services.begin_from_file(said["file"], by=by, sent=sent, now=now)
    return services.begin_blank(said["kind"], said["title"], by=by, sent=sent, now=now)


def _typed(form: Any) -> str:
    """What was typed, for the address where one comes back once signed in."""
    names = {"url": "lien", "kind": "sorte", "title": "titre"}
    typed = {names[name]: str(form.data.get(name, ""))[:600] for name in form.fields if name in names}
    return urlencode({name: text.replace("\0", "") for name, text in typed.items() if text})


def _start(request: HttpRequest, act: str, bound: Any) -> HttpResponse:
    asked = request.GET
    kind = asked.get("sorte", "")
    initial: dict[str, dict[str, Any]] = {
        "link": {"url": asked.get("lien", "")[:600]},
        "file": {},
        "blank": {
            "kind": kind if kind in ResourceKind.values else ResourceKind.PRACTICE,
            "title": asked.get("titre", "")[:160],
        },
    }
    found = {
        code: bound if code == act and bound is not None else form(initial=initial[code], auto_id=IDS[code])
        for code, form in FORMS.items()
    }
    context = {
        "crumbs": crumbs((_("Proposer une ressource"), "")),
        "forms": found,
        "failed": bound if bound is not None and bound.errors else None,
        "sent": request.POST.get("sent", "")[:64] if bound is not None else secrets.token_hex(16),
        "is_member": permissions.can_contribute(request.user),
        "sign_in": f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}",
    }
    return render(request, "library/contributing_start.html", context, status=422 if context["failed"] else 200)


# --- Card ------------------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """What was read of the link or the file, to be corrected; shown at once when there is nothing to wait for."""
    resource = editable(request, pk)
    proposal = queries.open_proposal_of(resource)
    if proposal is None or proposal.state not in WRITABLE:
        return redirect("library:edit", pk)
    intake = queries.intake_of(proposal)
    if request.method == "POST":
        return _card_posted(request, resource, proposal, intake)
    now = snapshot(intake.job) if intake is not None and intake.job is not None else None
    waiting = now is not None and not now.finished and "main" not in request.GET
    return _card(request, resource, proposal, intake, _card_form(proposal, intake), waiting=now if waiting else None)


def _card_form(proposal: Proposal, intake: Intake | None) -> forms.CardForm:
    found = intake.found if intake is not None else {}
    written = proposal.moved_at != proposal.created_at
    return forms.CardForm(initial=forms.card_of(proposal.content, found, chosen=written))


def _card(
    request: HttpRequest,
    resource: Resource,
    proposal: Proposal,
    intake: Intake | None,
    form: forms.CardForm,
    *,
    waiting: Any = None,
    version: str = "",
) -> HttpResponse:
    known = queries.already_known(intake.url, but=resource.pk) if intake is not None else None
    context = {
        "crumbs": crumbs((_("Proposer une ressource"), reverse("library:propose")), (_("La fiche"), "")),
        "resource": resource,
        "proposal": proposal,
        "intake": intake,
        "form": form,
        "version": version or proposal.token,
        "known": known,
        "why_kind": metadata.why(intake.found) if intake is not None else "",
        "trouble": _trouble(intake),
        "job": intake.job if intake is not None else None,
        "now": waiting,
        "edit_url": reverse("library:edit", args=[resource.pk]),
    }
    return render(request, "library/contributing_card.html", context, status=422 if form.errors else 200)


def _trouble(intake: Intake | None) -> str:
    """Why nothing was read, in words; nothing when something was."""
    if intake is None:
        return ""
    failed = intake.job is not None and intake.job.state in (JobState.FAILED, JobState.CANCELLED)
    return intake.error or (intake.job.error if failed and intake.job is not None else "")


def _card_posted(request: HttpRequest, resource: Resource, proposal: Proposal, intake: Intake | None) -> HttpResponse:
    """« Proposer », « Tout remplir » or « Compléter plus tard »: the last keeps even a card that is not finished."""
    form = forms.CardForm(request.POST)
    act, now, version = request.POST.get("act", "submit"), timezone.now(), mark_of(request, "version")
    if form.is_valid():
        try:
            content = form.over(proposal.content) | _read_authors(proposal, intake)
            saved = proposals.write(proposal, content, token=version, by=request.user, now=now, note=proposal.note)
            if act == "submit":
                services.propose(saved, by=request.user, now=now)
        except proposals.ChangedMeanwhile as refusal:
            form.add_error(None, refusal.message)
            version = refusal.token
        except Refusal as refusal:
            name = getattr(refusal, "field", "")
            form.add_error(name if name in form.fields else None, refusal.message)
            version = queries.token_of(proposal)
        else:
            return _after(request, resource, act)
    elif act in ("later", "more"):
        return _kept_unfinished(request, resource, proposal, act)
    return _card(request, resource, proposal, intake, form, version=version)


def _read_authors(proposal: Proposal, intake: Intake | None) -> dict[str, Any]:
    """Authors that the page or the document names, unless some were written."""
    read = intake.found.get("authors", []) if intake is not None else []
    return {"authors": [{"name": name} for name in read]} if read and not proposal.content["authors"] else {}


def _after(request: HttpRequest, resource: Resource, act: str) -> HttpResponse:
    if act == "more":
        messages.success(request, _("La fiche est enregistrée. Voici tout ce que l’on peut y dire."))
        return redirect("library:edit", resource.pk)
    if act == "submit":
        messages.success(
            request,
            _("Merci. Votre ressource est proposée\u00a0: quelqu’un du réseau va la relire, et vous serez prévenu."),
        )
    else:
        messages.success(request, _("C’est gardé\u00a0: ce brouillon vous attend ici."))
    return redirect(f"{reverse('library:mine')}#ressource-{resource.pk}")


def _kept_unfinished(request: HttpRequest, resource: Resource, proposal: Proposal, act: str) -> HttpResponse:
    typed = writing.typed(proposal.content, licence_chosen=False) | forms.typed_of_card(request.POST)
    typed["kind_shown"] = typed["kind"]
    mark = Mark(mark_of(request, "version"), secrets.token_hex(8), force=True)
    services.keep_draft(proposal, writing.plain(typed), mark=mark, by=request.user, now=timezone.now())
    if act == "more":
        return redirect("library:edit", resource.pk)
    return _after(request, resource, act)


# --- Mine ------------------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What one contributes, and where each stands."""
    lines = queries.mine(request.user)
    context = {
        "crumbs": crumbs((_("Mes ressources"), "")),
        "opened": [line for line in lines if line.proposal or line.refused],
        "others": [line for line in lines if not (line.proposal or line.refused)],
    }
    return render(request, "library/contributing_mine.html", context)
