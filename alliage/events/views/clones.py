"""Taking a Rencontre again: last year's becomes next year's draft."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alliage.events.forms.planning import CloneForm
from alliage.events.permissions import can_open_rencontre, can_organise
from alliage.events.services import clones as services
from alliage.events.views.finding import rencontre_or_404
from alliage.refusals import Refusal
from alliage.ui import limits


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("events.clone", per_person="20/1h")
def clone(request: HttpRequest, slug: str) -> HttpResponse:
    """For animators, and for those who organised it."""
    source = rencontre_or_404(request, slug)
    if not (can_open_rencontre(request.user) or can_organise(request.user, source)):
        raise Http404("This person opens no Rencontre.")
    form = CloneForm(request.POST if request.method == "POST" else None, source=source)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.clone(source, form.said(), by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(
                request,
                _("Voici le brouillon de la nouvelle Rencontre. Personne d’autre que l’organisation ne le voit."),
            )
            return redirect("events:organise", made.slug)
    context = {
        "crumbs": [(source.title, source.get_absolute_url()), (_("Reprendre cette Rencontre"), "")],
        "source": source,
        "form": form,
        "sequences": source.sequences.filter(is_cancelled=False).count(),
        "speakers": source.speakers.count(),
    }
    return render(request, "events/clone.html", context, status=422 if form.errors else 200)
