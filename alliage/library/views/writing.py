"""The whole text of a resource: written section by section, kept while one types, proposed, taken back, given up."""

import secrets
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from alliage.library import content as contents
from alliage.library import permissions
from alliage.library.content import ContentRefused
from alliage.library.enums import OPEN, WRITABLE, ProposalState, ResourceKind, State
from alliage.library.forms import writing as forms
from alliage.library.forms.contributing import shown
from alliage.library.models import Proposal, Resource
from alliage.library.queries import contributing as queries
from alliage.library.queries import reuse, reviews
from alliage.library.services import contributing as services
from alliage.library.services import files, proposals
from alliage.library.views.contributing import editable, mark_of
from alliage.library.views.resources import bundle_of, crumbs, page_of
from alliage.refusals import Refusal
from alliage.ui import limits
from alliage.ui.drafts import Mark

DRAFTS_PER_PERSON = "600/10m"
MOVES = {"up": -1, "down": 1}


@dataclass
class Desk:
    """What one request works on: the resource, the text on its way (none yet for what is only published), what is typed."""

    request: HttpRequest
    resource: Resource
    proposal: Proposal | None
    typed: forms.Typed
    version: str = ""
    seen: str = ""
    spare_row: str = ""
    moved: tuple[tuple[str, str], ...] = ()
    posted: bool = False

    def form(self) -> forms.WritingForm:
        names = queries.file_names(forms.file_ids(self.typed), resource=self.resource, member=self.request.user)
        published = self.resource.edition > 0
        spare = forms.MORE if self.spare_row else 0
        return forms.WritingForm(self.typed, names=names, is_published=published, spare=spare, spare_row=self.spare_row)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """« Modifier »: the text on its way, or the beginning of the next version."""
    resource = editable(request, pk)
    proposal = queries.open_proposal_of(resource)
    if request.method == "POST":
        return _posted(request, resource, proposal)
    if proposal is not None and proposal.state not in WRITABLE:
        return _waiting(request, resource, proposal)
    return _page(_opened(request, resource, proposal))


def _opened(request: HttpRequest, resource: Resource, proposal: Proposal | None) -> Desk:
    """The form as it was left: the draft when there is one, what was saved otherwise."""
    draft = services.draft_of(proposal, request.user)
    if draft is not None:
        return Desk(request, resource, proposal, draft["data"], version=draft["version"], seen=draft["at"])
    content = proposal.content if proposal is not None else queries.last_content(resource)
    written = resource.edition > 0 or proposal is None or proposal.moved_at != proposal.created_at
    typed = forms.typed(content, licence_chosen=written)
    if proposal is not None and proposal.note:
        typed["note"] = [proposal.note]
    return Desk(request, resource, proposal, typed, version=proposal.token if proposal is not None else "")


def _posted(request: HttpRequest, resource: Resource, proposal: Proposal | None) -> HttpResponse:
    typed, moved = forms.with_kind(forms.drafted(request.POST))
    desk = Desk(
        request,
        resource,
        proposal,
        typed,
        version=mark_of(request, "version"),
        seen=mark_of(request, "seen"),
        moved=tuple(moved),
        posted=True,
    )
    refused = _with_new_files(desk)
    act, _colon, what = request.POST.get("act", "save").partition(":")
    if refused or act in ("more", "up", "down", "remove", "kind", "upload"):
        return _changed_on_the_page(desk, act, what, refused)
    if act == "draft":
        return _keep_by_button(desk)
    return _save(desk, act)


def _with_new_files(desk: Desk) -> list[str]:
    """Keep the files that came with the form, whatever else it asks: they are not sent twice."""
    uploads = desk.request.FILES.getlist("new_files")[: contents.MOST["files"]]
    if not uploads:
        return []
    kept, refused = files.add_all(desk.resource, uploads, by=desk.request.user, now=timezone.now())
    desk.typed = forms.with_files(desk.typed, kept)
    return refused


def _changed_on_the_page(desk: Desk, act: str, what: str, refused: list[str]) -> HttpResponse:
    """Rows added, moved or removed, another kind, files: the page comes back as it was typed, with that done."""
    row, _colon, number = what.partition(":")
    if act == "more" and row in forms.ROWS:
        desk.spare_row = row
    elif row in forms.ROWS and number.isascii() and number.isdecimal() and len(number) < 3:
        if act in MOVES:
            desk.typed = forms.moved(desk.typed, row, int(number), MOVES[act])
        elif act == "remove":
            desk.typed = forms.without(desk.typed, row, int(number))
    form = shown(desk.form())
    for message in refused:
        form.add_error(None, message)
    return _page(desk, form)


# --- Save ------------------------------------------------------------------------------------------------------------


def _save(desk: Desk, act: str) -> HttpResponse:
    """Write, then propose or publish when that was asked; or give the form back as it was typed, with why."""
    form = desk.form()
    if form.is_valid():
        try:
            saved = _written(desk, form)
        except proposals.ChangedMeanwhile as refusal:
            form.add_error(None, refusal.message)
            desk.version = refusal.token
        except ContentRefused as refusal:
            form.refuse(refusal.field, refusal.message)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            return _then(desk, saved, act)
    return _page(desk, form)


def _written(desk: Desk, form: forms.WritingForm) -> Proposal:
    raw = form.content()
    raw["authors"] = queries.linked_authors(raw["authors"])
    now, by = timezone.now(), desk.request.user
    contents.cleaned(raw)  # refused before a proposal is opened for it
    proposal, version = desk.proposal, desk.version
    if proposal is None:
        proposal = proposals.open_proposal(desk.resource, by=by, now=now)
    if not version and proposal.content == queries.last_content(desk.resource):
        version = proposal.token  # opened since, by the first draft of this very form: nothing was saved in between
    note = form.cleaned_data.get("note", proposal.note)
    tab = mark_of(desk.request, "tab")
    return proposals.write(proposal, raw, token=version, by=by, now=now, note=note, tab=tab)


def _then(desk: Desk, saved: Proposal, act: str) -> HttpResponse:
    request, pk, now = desk.request, desk.resource.pk, timezone.now()
    try:
        if act == "submit":
            services.propose(saved, by=request.user, now=now)
            messages.success(
                request,
                _("Merci. Votre texte est proposé\u00a0: quelqu’un du réseau va le relire, et vous serez prévenu."),
            )
            return redirect(f"{reverse('library:mine')}#ressource-{pk}")
        if act == "publish":
            if not permissions.can_publish_at_once(request.user, saved):
                raise PermissionDenied
            published = services.publish_at_once(saved, by=request.user, now=now)
            messages.success(request, _("C’est publié, sans relecture\u00a0: la version le dit."))
            return redirect(published)
    except Refusal as refusal:
        messages.warning(request, refusal.message)
        return redirect("library:edit", pk)
    messages.success(request, _("C’est enregistré. Les relecteurs ne le lisent que lorsque vous le proposez."))
    _say_where_parts_went(desk)
    return redirect("library:edit", pk)


def _say_where_parts_went(desk: Desk) -> None:
    for before, after in desk.moved:
        said = _(
            "«\u00a0%(before)s\u00a0» n’existe pas dans cette sorte\u00a0: son texte est à la fin de «\u00a0%(after)s\u00a0»."
        )
        messages.info(desk.request, said % {"before": before, "after": after})


# --- Page ------------------------------------------------------------------------------------------------------------


def _page(desk: Desk, form: forms.WritingForm | None = None) -> HttpResponse:
    request, resource, proposal = desk.request, desk.resource, desk.proposal
    form = form or shown(desk.form())
    saved = proposal.content if proposal is not None else queries.last_content(resource)
    draft = services.draft_of(proposal, request.user)
    token = proposal.token if proposal is not None else ""
    _say_where_parts_went(desk)
    context = {
        "crumbs": crumbs((_("Mes ressources"), reverse("library:mine")), (saved["title"], "")),
        "resource": resource,
        "proposal": proposal,
        "form": form,
        "rows": form.rows(),
        "version": desk.version,
        "tab": mark_of(request, "tab") or secrets.token_hex(8),
        "seen": desk.seen,
        "state": ProposalState(proposal.state).label if proposal is not None else "",
        "draft_at": parse_datetime(draft["at"]) if draft else None,
        "is_stale": draft is not None and not desk.posted and draft["version"] not in ("", token),
        "missing": contents.missing(saved),
        "suggestions": list(reuse.waiting_of(resource)) if resource.edition else [],
        "naming": queries.naming(saved),
        "is_published": resource.edition > 0,
        "may_publish": proposal is not None and permissions.can_publish_at_once(request.user, proposal),
        "asks_changes": proposal is not None and proposal.state == ProposalState.CHANGES_ASKED,
        "to_meet": reviews.to_meet(proposal) if proposal and proposal.state == ProposalState.CHANGES_ASKED else [],
        "kind_label": ResourceKind(form.kind).label,
    }
    return render(request, "library/contributing_edit.html", context, status=422 if form.errors else 200)


def _waiting(request: HttpRequest, resource: Resource, proposal: Proposal) -> HttpResponse:
    """Its author waits while somebody reads: what was proposed, and what may be done."""
    context = page_of(resource, proposal.content) | {
        **bundle_of(proposal.content),
        "crumbs": crumbs((_("Mes ressources"), reverse("library:mine")), (proposal.content["title"], "")),
        "proposal": proposal,
        "state": ProposalState(proposal.state).label,
        "may_take_back": proposal.state == ProposalState.SUBMITTED,
    }
    return render(request, "library/contributing_waiting.html", context)


# --- Draft -----------------------------------------------------------------------------------------------------------


def _kept(desk: Desk) -> tuple[Proposal, str]:
    """Keep what was typed; the first draft of a published resource opens its next version."""
    request, now = desk.request, timezone.now()
    proposal = desk.proposal or proposals.open_proposal(desk.resource, by=request.user, now=now)
    version = desk.version or proposal.token
    mark = Mark(version, mark_of(request, "tab"), desk.seen, force="force" in request.POST)
    return proposal, services.keep_draft(proposal, desk.typed, mark=mark, by=request.user, now=now)


def _keep_by_button(desk: Desk) -> HttpResponse:
    """« Garder le brouillon », for browsers without script."""
    try:
        _kept(desk)
    except services.drafts.DraftTaken as refusal:
        messages.error(desk.request, refusal.message)
        messages.info(desk.request, _("Pour garder malgré tout ce que vous voyez ici, gardez le brouillon de nouveau."))
        desk.seen = refusal.at
        return _page(desk)
    except Refusal as refusal:
        messages.error(desk.request, refusal.message)
        return _page(desk)
    messages.success(desk.request, _("Votre brouillon est gardé. Vous seul le voyez."))
    return redirect("library:edit", desk.resource.pk)


@never_cache
@login_required
@require_POST
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Sent by `ui/autosave.js` while one types: says when it was kept, or why not. `drop` forgets the draft."""
    resource = editable(request, pk)
    proposal = queries.open_proposal_of(resource)
    if "drop" in request.POST:
        if proposal is not None:
            services.drop_draft(proposal, by=request.user)
        messages.success(request, _("Le brouillon est effacé\u00a0: voici ce qui était enregistré."))
        return redirect("library:edit", pk)
    excess = limits.count(request, "library.draft", per_person=DRAFTS_PER_PERSON)
    if excess:
        return limits.too_many(JsonResponse({"message": excess.message}), excess)
    if "title" not in request.POST:
        return JsonResponse({"message": _("Rien à garder.")}, status=400)
    typed, _went = forms.with_kind(forms.drafted(request.POST))
    desk = Desk(request, resource, proposal, typed, version=mark_of(request, "version"))
    desk.seen = mark_of(request, "seen")
    try:
        kept_in, at = _kept(desk)
    except services.drafts.DraftTaken as refusal:
        return JsonResponse({"message": refusal.message, "seen": refusal.at}, status=409)
    except Refusal as refusal:
        return JsonResponse({"message": refusal.message}, status=422)
    said = timezone.localtime(parse_datetime(at)).strftime("%H:%M")
    message = _("Brouillon gardé à %(hour)s. Vous seul le voyez.") % {"hour": said}
    return JsonResponse({"seen": at, "version": kept_in.token, "message": message})


# --- What comes next ---------------------------------------------------------------------------------------------------


@login_required
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """« Reprendre »: its author writes again."""
    resource = editable(request, pk)
    proposal = queries.open_proposal_of(resource)
    if proposal is None:
        return redirect("library:edit", pk)
    try:
        proposals.take_back(proposal, by=request.user, now=timezone.now())
    except Refusal as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, _("Vous avez repris votre texte\u00a0: proposez-le de nouveau quand il est prêt."))
    return redirect("library:edit", pk)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """« Abandonner », once it was confirmed."""
    resource = editable(request, pk)
    proposal = queries.open_proposal_of(resource)
    if proposal is None:
        return redirect(resource if resource.state != State.DRAFT else "library:mine")
    if request.method == "POST":
        if proposal.state in OPEN:
            proposals.drop(proposal, by=request.user, now=timezone.now())
        messages.success(request, _("C’est abandonné\u00a0: ce texte est effacé."))
        return redirect("library:mine")
    context = {
        "crumbs": crumbs((_("Mes ressources"), reverse("library:mine")), (_("Abandonner"), "")),
        "resource": resource,
        "proposal": proposal,
        "sections_count": len(proposal.content["sections"]),
        "is_published": resource.edition > 0,
    }
    return render(request, "library/contributing_drop.html", context)
