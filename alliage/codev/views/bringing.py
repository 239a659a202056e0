"""« En parler dans mon groupe »: a question of the network is proposed to the next session of a group."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from alliage.codev import help_permissions as permissions
from alliage.codev.queries import bringing as queries
from alliage.codev.queries import questions as reads
from alliage.codev.services import session_subjects as services
from alliage.refusals import Refusal
from alliage.ui.limits import limit


@login_required
@require_POST
@limit("codev.question_bring", per_person="30/10m")
def bring(request: HttpRequest, pk: int) -> HttpResponse:
    """One gesture: then one is on the page of the subject, which leads back to the question."""
    found = reads.question(pk, request.user)
    if found is None:
        raise Http404(f"No question {pk} for this person.")
    if not permissions.can_bring(request.user, found):
        raise PermissionDenied
    number, now = request.POST.get("groupe", ""), timezone.now()
    is_number = number.isascii() and number.isdigit() and len(number) < 19
    encounter = queries.next_encounter(request.user, int(number), now) if is_number else None
    if encounter is None:
        messages.error(request, _("Ce groupe n’a pas de séance à venir\u00a0: la question n’a pas été proposée."))
        return redirect(found)
    try:
        subject = services.bring_question(encounter, found, by=request.user, now=now)  # type: ignore[arg-type]
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect(found)
    messages.success(request, _("C’est proposé à votre groupe pour sa prochaine séance. Lui seul le sait."))
    return redirect(subject)
