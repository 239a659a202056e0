"""Move someone from a group proposed to another: what each choice breaks is said before it is made."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alliage.codev.composing_enums import CompositionState
from alliage.codev.forms.compositions import NEW_GROUP, NOWHERE, MoveForm
from alliage.codev.queries import compositions as queries
from alliage.codev.queries.proposals import Proposal
from alliage.codev.services import compositions as services
from alliage.codev.views.compositions import composing_crumbs, found_or_404
from alliage.refusals import Refusal
from alliage.ui import limits


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("codev.move", per_person="600/1h")
def move(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """`number` is that of the request: of the person in this call."""
    found = found_or_404(request, pk)
    gathered = queries.gather(found)
    seat_request = next((each for each in gathered.requests.values() if each.pk == int(number)), None)
    if seat_request is None:
        raise Http404(f"No request {number} in composition {pk}.")
    if found.state != CompositionState.PROPOSED:
        return redirect(found)
    shown = Proposal(gathered)
    targets = shown.targets(seat_request)
    form = MoveForm(request.POST if request.method == "POST" else None, numbers=[each.number for each in targets])
    name = seat_request.member.get_full_name()
    if request.method == "POST" and form.is_valid():
        try:
            services.move(seat_request, form.number(), by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("%s a changé de place.") % name)
            return redirect(found)
    seat = getattr(seat_request, "seat", None)
    context = {
        "crumbs": composing_crumbs((found.title, found.get_absolute_url()), (name, "")),
        "found": found,
        "name": name,
        "here": seat.group if seat else None,
        "targets": targets,
        "leaving": shown.leaving(seat_request),
        "form": form,
        "new_group": NEW_GROUP,
        "nowhere": NOWHERE,
    }
    return render(request, "codev/composition_move.html", context, status=422 if form.errors else 200)
