"""The convention: written together, signed by each, taken away once it is signed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alliage.agreements import documents, permissions
from alliage.agreements.enums import PartnerState, State
from alliage.agreements.forms.agreements import SignForm
from alliage.agreements.models import Agreement
from alliage.agreements.queries import agreements as queries
from alliage.agreements.queries import conventions
from alliage.agreements.services import conventions as services
from alliage.agreements.views.finding import acted_or_404, agreement_crumbs, agreement_or_404, member_of
from alliage.formats import pdf
from alliage.refusals import Refusal
from alliage.ui import limits
from alliage.writing import rendering


@never_cache
@require_safe
@login_required
def convention(request: HttpRequest, pk: str) -> HttpResponse:
    """Written by the partners' people until it is signed; then what was signed, word for word."""
    found = agreement_or_404(request, pk)
    writes = found.state == State.SCOPING
    context = {
        "crumbs": agreement_crumbs(found, (_("Convention"), "")),
        "agreement": found,
        "writes": writes,
        "document": conventions.document_of(found) if not found.digest else None,
        "content": rendering.html(found.signed_text) if found.digest else "",
        "signed": conventions.signed_of(found) if found.digest else [],
        "cited": [each.name for each in queries.partners(found, request.user) if each.state == PartnerState.CITED],
        "has_signatures": any(each.standing for each in queries.partners(found, request.user)),
        "acts": permissions.can_act(request.user, found),
    }
    return render(request, "agreements/convention.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("agreements.sign", per_person="60/1h")
def sign(request: HttpRequest, pk: str) -> HttpResponse:
    """The exact text, then the signature. A text that changed meanwhile is shown again."""
    found = acted_or_404(request, pk)
    text = conventions.text_of(found)
    digest = conventions.digest_of(text)
    mine = permissions.acts_for(request.user, found)
    waiting = conventions.awaited(mine, digest)
    form = SignForm(request.POST if request.method == "POST" else None, partners=mine, initial={"digest": digest})
    if request.method == "POST" and form.is_valid():
        refused = _signed(request, found, form)
        if refused is None:
            return redirect(found)
        # Read again: the form answers for the text that is shown now.
        form = SignForm(partners=mine, initial={"digest": digest})
        messages.error(request, refused)
    context = {
        "crumbs": agreement_crumbs(found, (_("Signer"), "")),
        "agreement": found,
        "form": form,
        "content": rendering.html(text, 3),
        "waiting": waiting,
        "writes": found.state == State.SCOPING,
    }
    return render(request, "agreements/sign.html", context, status=422 if request.method == "POST" else 200)


def _signed(request: HttpRequest, agreement: Agreement, form: SignForm) -> str | None:
    """None when it is done; otherwise why it is not."""
    try:
        row = services.sign(form.chosen(), form.cleaned_data["digest"], by=member_of(request), now=timezone.now())
    except Refusal as refusal:
        return str(refusal.message)
    if row.state == State.AGREED:
        messages.success(request, _("Tous les partenaires ont signé\u00a0: la convention ne change plus."))
    else:
        messages.success(request, _("Votre signature est gardée. Les autres partenaires sont prévenus."))
    return None


@never_cache
@require_safe
@login_required
def export(request: HttpRequest, pk: str) -> HttpResponse:
    found = agreement_or_404(request, pk)
    if not found.digest:
        raise Http404("Nothing is signed yet.")
    return pdf.response(documents.printed(found, now=timezone.now()), documents.filename(found))
