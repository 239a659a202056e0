"""Links by which partners read a draft: made, listed and revoked by its authors; opened without an account."""

import secrets
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alliage.accounts.secret_links import private
from alliage.files.models import StoredFile
from alliage.files.views import answer
from alliage.library import content as contents
from alliage.library import previews
from alliage.library.enums import OPEN, ProposalState
from alliage.library.forms.contributing import PreviewForm
from alliage.library.models import PreviewLink
from alliage.library.queries import contributing as queries
from alliage.library.services import previews as services
from alliage.library.views.contributing import editable
from alliage.library.views.resources import bundle_of, crumbs, page_of
from alliage.refusals import Refusal


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def links(request: HttpRequest, pk: int) -> HttpResponse:
    """The links to one's text: make one, copy it, revoke it."""
    resource = editable(request, pk)
    proposal = queries.open_proposal_of(resource)
    if proposal is None:
        return redirect("library:edit", pk)
    form = PreviewForm()
    if request.method == "POST" and "revoke" in request.POST:
        return _revoke(request, list(queries.preview_links(proposal)), pk)
    if request.method == "POST":
        form = PreviewForm(request.POST)
        if form.is_valid():
            said = form.cleaned_data
            sent = request.POST.get("sent", "")[:64].replace("\0", "")
            try:
                services.make(
                    proposal, label=said["label"], days=said["days"], sent=sent, by=request.user, now=timezone.now()
                )
            except Refusal as refusal:
                form.add_error(None, refusal.message)
            else:
                messages.success(request, _("Le lien est prêt\u00a0: copiez-le et envoyez-le à qui vous voulez."))
                return redirect("library:previews", pk)
    now = timezone.now()
    found = list(queries.preview_links(proposal))
    context = {
        "crumbs": crumbs(
            (_("Mes ressources"), reverse("library:mine")),
            (proposal.content["title"], reverse("library:edit", args=[pk])),
            (_("Montrer à un partenaire"), ""),
        ),
        "resource": resource,
        "proposal": proposal,
        "form": form,
        "sent": secrets.token_hex(16),
        "open_links": [
            {"link": each, "url": previews.address_of(each)} for each in found if previews.is_open(each, now)
        ],
        "closed_links": [each for each in found if not previews.is_open(each, now)],
    }
    return render(request, "library/contributing_previews.html", context, status=422 if form.errors else 200)


def _revoke(request: HttpRequest, known: list[PreviewLink], pk: int) -> HttpResponse:
    asked = request.POST.get("revoke", "")
    link = next((each for each in known if str(each.pk) == asked), None)
    if link is None:
        raise Http404("No such link of this text.")
    services.revoke(link, by=request.user, now=timezone.now())
    messages.success(request, _("Le lien est retiré\u00a0: il n’ouvre plus rien."))
    return redirect("library:previews", pk)


def _opened(token: str) -> PreviewLink:
    found = queries.preview_by_token(token, now=timezone.now())
    if found is None:
        raise Http404("No preview for this link, or no longer.")
    return found


@never_cache
@require_safe
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """A draft as readers would see it, for a partner: never found by search engines, never kept by caches."""
    found = queries.preview_by_token(token, now=timezone.now())
    if found is None:
        return private(render(request, "library/contributing_preview_gone.html", status=404))
    proposal = found.proposal
    if proposal.state == ProposalState.ACCEPTED and proposal.resource.is_shown:
        return private(redirect(proposal.resource))
    if proposal.state not in OPEN:
        return private(render(request, "library/contributing_preview_gone.html", status=404))
    services.opened(found, now=timezone.now())
    content = contents.public(proposal.content)
    page = page_of(proposal.resource, content) | bundle_of(content)
    context = page | {
        "link": found,
        "title": content["title"],
        "summary": content["summary"],
        "files": [each | {"url": reverse("library:preview_file", args=[token, each["id"]])} for each in page["files"]],
    }
    return private(render(request, "library/contributing_preview.html", context))


@never_cache
@require_safe
def preview_file(request: HttpRequest, token: str, file_id: UUID) -> HttpResponseBase:
    """A file of the draft, for whoever holds the link."""
    proposal = _opened(token).proposal
    held = {each["id"] for each in proposal.content.get("files", ())}
    stored = StoredFile.objects.filter(pk=file_id).first() if str(file_id) in held else None
    if stored is None or proposal.state not in OPEN:
        raise Http404("No such file in this draft.")
    return private(answer(request, stored))
