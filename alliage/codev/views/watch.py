"""Questions sent to me, the weekly watch, subjects proposed to groups."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.codev import help_permissions as permissions
from alliage.codev.help_enums import MOST_A_MONTH, CallState
from alliage.codev.models import Call, Unwanted
from alliage.codev.queries import calls as call_reads
from alliage.codev.queries import questions as reads
from alliage.codev.queries import watch as watch_reads
from alliage.codev.services import calls
from alliage.codev.services import watch as services
from alliage.codev.views.asking import crumbs
from alliage.codev.views.questions import row
from alliage.refusals import Refusal

SHOWN, MOST_SUBJECTS = 20, 100
REPLIES = {"pas-cette-fois": CallState.NOT_NOW, "plus-ce-sujet": CallState.NOT_THIS}


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def for_me(request: HttpRequest) -> HttpResponse:
    """Questions sent to this member that wait, and the subjects on which none is sent any more."""
    member: Any = request.user
    if request.method == "POST":
        number = request.POST.get("sujet", "")
        found = Unwanted.objects.filter(
            member=member, pk=int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
        ).first()
        if found is not None:
            calls.take_again(found)
            messages.success(request, _("Des questions sur ce sujet pourront de nouveau vous être envoyées."))
        return redirect("codev:questions_for_me")
    waiting = call_reads.waiting_for(member, SHOWN)
    context = {
        "crumbs": crumbs((_("Pour moi"), "")),
        "calls": [{"call": call, "url": call.question.get_absolute_url()} for call in waiting],
        "unwanted": list(call_reads.unwanted(member)),
        "most": MOST_A_MONTH,
    }
    return render(request, "codev/questions_for_me.html", context)


@login_required
@require_POST
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """« Pas cette fois », « Plus pour ce sujet »: said in one gesture, without a word of excuse."""
    sent = Call.objects.select_related("question").filter(question=pk, member=request.user.pk).first()
    if sent is None or sent.question.is_hidden:
        raise Http404(f"Question {pk} was not sent to this person.")
    state = REPLIES.get(request.POST.get("acte", ""))
    if state is None:
        return redirect(sent.question)
    try:
        calls.reply(sent, state, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect(sent.question)
    if state == CallState.NOT_THIS:
        messages.success(request, _("C’est noté\u00a0: plus de question sur ce sujet. Vous pouvez y revenir ici."))
    else:
        messages.success(request, _("C’est noté, merci de l’avoir dit. Quelqu’un d’autre est sollicité."))
    return redirect("codev:questions_for_me")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def watch(request: HttpRequest) -> HttpResponse:
    """Whose week it is, and the weeks to take."""
    member: Any = request.user
    now = timezone.now()
    if request.method == "POST":
        monday = parse_date_or_none(request.POST.get("semaine", ""))
        if monday is not None and request.POST.get("acte") == "rendre":
            services.leave_week(monday, by=member)
            messages.success(request, _("C’est noté\u00a0: cette semaine est de nouveau à prendre."))
        elif monday is not None:
            try:
                services.take_week(monday, by=member, now=now)
            except Refusal as refusal:
                messages.error(request, refusal.message)
            else:
                messages.success(
                    request, _("Merci\u00a0: cette semaine, vous serez prévenu des questions sans réponse.")
                )
        return redirect("codev:question_watch")
    context = {
        "crumbs": crumbs((_("La veille"), "")),
        "weeks": watch_reads.weeks(now, member),
        "late": [row(question, member) for question in watch_reads.late(now, SHOWN)],
    }
    return render(request, "codev/question_watch.html", context)


def parse_date_or_none(text: str) -> Any:
    """A day written 2026-11-30; None for anything else."""
    try:
        return parse_date(text)
    except ValueError:
        return None


@login_required
@require_safe
def subjects(request: HttpRequest) -> HttpResponse:
    """Questions without an answer for a week: what a group may work on."""
    if not permissions.can_see_subjects(request.user):
        raise PermissionDenied
    found = [row(question, request.user) for question in reads.subjects(MOST_SUBJECTS)]
    return render(
        request, "codev/question_subjects.html", {"crumbs": crumbs((_("Sujets proposés"), "")), "rows": found}
    )
