"""« Je connais cet acteur », « ce n’est plus exact »: said by members, answered by who holds the entry, settled by animators."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.directory import permissions
from alliage.directory.enums import OutdatedState, Says
from alliage.directory.forms.freshness import AnswerForm, OutdatedForm, SettleForm
from alliage.directory.models import Entry, Knowledge
from alliage.directory.queries import knowledge as queries
from alliage.directory.queries.profiles import edit_url
from alliage.directory.services import knowledge as services
from alliage.directory.views.profiles import found_or_404
from alliage.refusals import Refusal
from alliage.ui.limits import limit

PER_PERSON = "30/1h"
PER_PAGE = 30
ANCHOR = "#connaissance"


def _sayable(request: HttpRequest, kinds: str, slug: str) -> Entry:
    """The entry, for a member who may say something of it; what one cannot see does not exist."""
    entry = found_or_404(kinds, slug)
    if not permissions.can_see(request.user, entry):
        raise Http404(f"No entry {kinds}/{slug} for this person.")
    if not permissions.can_say(request.user, entry):
        raise PermissionDenied
    return entry


@require_POST
@login_required
@limit("directory.knowledge", per_person=PER_PERSON)
def say_known(request: HttpRequest, kinds: str, slug: str) -> HttpResponse:
    entry, member = _sayable(request, kinds, slug), request.user
    services.say_known(entry, by=member, now=timezone.now())  # type: ignore[arg-type]
    messages.success(request, _("C’est noté. Les membres voient que vous connaissez cet acteur."))
    return redirect(entry.get_absolute_url() + ANCHOR)


@require_POST
@login_required
def take_back(request: HttpRequest, kinds: str, slug: str) -> HttpResponse:
    """Take back whatever one said, of any entry: one may have lost sight of it since."""
    entry, member = found_or_404(kinds, slug), request.user
    if services.take_back(entry, by=member):  # type: ignore[arg-type]
        messages.success(request, _("C’est repris : rien n’en reste."))
    elif not permissions.can_see(request.user, entry):
        raise Http404(f"No entry {kinds}/{slug} for this person.")
    return redirect(entry.get_absolute_url() if permissions.can_see(request.user, entry) else "directory:index")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limit("directory.knowledge", per_person=PER_PERSON)
def say_outdated(request: HttpRequest, kinds: str, slug: str) -> HttpResponse:
    """What is no longer right, and what changed."""
    entry, member = _sayable(request, kinds, slug), request.user
    before = Knowledge.objects.filter(entry=entry, member=member.pk, says=Says.OUTDATED).first()
    initial = {"part": before.part, "note": before.note} if before else {}
    form = OutdatedForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.say_outdated(entry, **form.cleaned_data, by=member, now=timezone.now())  # type: ignore[arg-type]
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Merci. Vous serez prévenu de la suite."))
            return redirect(entry.get_absolute_url() + ANCHOR)
    context = {"entry": entry, "form": form, "days": services.ANSWER_DAYS, "has_owner": entry.owner_id is not None}
    return render(request, "directory/say_outdated.html", context, status=422 if form.errors else 200)


# --- Answer --------------------------------------------------------------------------------------------------------


@never_cache
@require_safe
@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """What animators settle: disputed, left without an answer, or of an entry that nobody holds."""
    if not permissions.can_keep_fresh(request.user):
        raise PermissionDenied
    page = Paginator(queries.handed(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "directory/outdated_desk.html", {"page": page, "rows": page.object_list})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """One « ce n’est plus exact », for who holds the entry while it waits for them, then for animators."""
    row = queries.outdated(pk)
    if row is None:
        raise Http404(f"Nothing outdated {pk}.")
    is_animator = permissions.can_keep_fresh(request.user)
    if not (is_animator or permissions.is_editor(request.user, row.entry)):
        raise Http404(f"Nothing outdated {pk} for this person.")
    settles = is_animator and row.state == OutdatedState.HANDED
    answers = permissions.can_answer_outdated(request.user, row)
    form: Any = (SettleForm if settles else AnswerForm)(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        done = _answered(request, row, form, settles=settles, answers=answers)
        if done is not None:
            return done
    context = {
        "row": row,
        "form": form,
        "settles": settles,
        "answers": answers,
        "is_animator": is_animator,
        "edit_url": edit_url(row.entry),
        "days": services.ANSWER_DAYS,
    }
    return render(request, "directory/outdated.html", context, status=422 if form.errors else 200)


def _answered(request: HttpRequest, row: Knowledge, form: Any, *, settles: bool, answers: bool) -> HttpResponse | None:
    now, member = timezone.now(), request.user
    if not (settles or answers):
        raise PermissionDenied
    if not form.is_valid():
        return None
    said = form.cleaned_data["answer"]
    try:
        if settles:
            services.settle(row, state=form.cleaned_data["state"], answer=said, by=member, now=now)  # type: ignore[arg-type]
            messages.success(request, _("C’est réglé. Les deux personnes sont prévenues."))
            return redirect("directory:outdated_desk")
        if request.POST.get("acte") == "corrige":
            services.corrected(row, answer=said, now=now)
            messages.success(request, _("Merci. La personne qui l’a signalé est prévenue."))
        else:
            services.dispute(row, answer=said, now=now)
            messages.success(request, _("C’est noté. L’équipe d’animation lira vos deux versions."))
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return None
    return redirect(row.entry)
