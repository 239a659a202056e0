"""Write to an entry by a form: with or without an account, without anybody's address."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alliage.directory import permissions
from alliage.directory.enums import EntryKind
from alliage.directory.forms.profiles import ContactForm
from alliage.directory.services import contacts as services
from alliage.directory.views.profiles import found_or_404
from alliage.refusals import Refusal
from alliage.ui import limits
from alliage.ui.honeypot import MOMENT

PER_PERSON = "6/10m"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, kinds: str, slug: str) -> HttpResponse:
    """Three fields. What was typed stays on the page whatever the answer."""
    entry = found_or_404(kinds, slug)
    if not permissions.can_write_to(request.user, entry):
        raise Http404(f"Nobody writes to {slug} by this form.")
    member: Any = request.user if request.user.is_authenticated else None
    form = ContactForm(request.POST or None, initial={"name": member.name, "email": member.email} if member else {})
    excess = None
    if request.method == "POST":
        excess = limits.count(request, "directory.contact", per_person=PER_PERSON)
        if excess:
            form.add_error(None, excess.message)
        elif form.is_valid():
            try:
                services.write_to(
                    entry,
                    name=form.cleaned_data["name"],
                    email=form.cleaned_data["email"],
                    text=form.cleaned_data["text"],
                    sent=f"{limits.browser_token(request)}|{request.POST.get(MOMENT, '')}",
                    now=timezone.now(),
                    by=member,
                )
            except Refusal as refusal:
                form.add_error(None, refusal.message)
            else:
                messages.success(request, _("Votre message est parti. La réponse arrivera à votre adresse."))
                return redirect(entry)
    context = {
        "crumbs": [
            (_("Annuaire"), reverse("directory:index")),
            (entry.name, entry.get_absolute_url()),
            (_("Écrire"), ""),
        ],
        "entry": entry,
        "is_person": entry.kind == EntryKind.CATALYST,
        "form": form,
    }
    page = render(request, "directory/contact.html", context, status=422 if form.errors else 200)
    response = limits.remember_browser(request, page)
    return limits.too_many(response, excess) if excess else response
