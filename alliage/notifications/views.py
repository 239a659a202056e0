"""Pages of notifications."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.accounts.time_zones import FRENCH
from alliage.notifications import permissions, queries, services
from alliage.notifications.forms import PreferencesForm
from alliage.notifications.links import read_token
from alliage.notifications.models import Notification
from alliage.notifications.registry import kinds
from alliage.refusals import Refusal

PER_PAGE = 20


@require_safe
@login_required
def notification_list(request: HttpRequest) -> HttpResponse:
    unread_only = request.GET.get("filtre") == "non-lues"
    told = queries.list_of(request.user, unread_only=unread_only)  # type: ignore[arg-type]
    page = Paginator(told, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "unread_only": unread_only,
        "query": "filtre=non-lues" if unread_only else "",
        "unread_count": queries.unread_count(request.user),
    }
    return render(request, "notifications/list.html", context)


@require_safe
@login_required
def open_notification(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark as read and go where it is settled: our own paths only, checked when it was told."""
    notification = get_object_or_404(Notification, pk=pk, person=request.user)
    services.mark_read(notification, now=timezone.now())
    return redirect(notification.url)


@require_POST
@login_required
def mark_read(request: HttpRequest, pk: int) -> HttpResponse:
    services.mark_read(get_object_or_404(Notification, pk=pk, person=request.user), now=timezone.now())
    return redirect("notifications:list")


@require_POST
@login_required
def mark_all_read(request: HttpRequest) -> HttpResponse:
    count = services.mark_all_read(request.user, now=timezone.now())  # type: ignore[arg-type]
    done = ngettext("Une notification marquée comme lue.", "%(count)d notifications marquées comme lues.", count)
    messages.success(request, done % {"count": count})
    return redirect("notifications:list")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    choices = queries.choices_of(request.user)  # type: ignore[arg-type]
    form = PreferencesForm(request.POST or None, choices=choices)
    if request.method == "POST" and form.is_valid():
        services.choose(request.user, form.chosen(), now=timezone.now())  # type: ignore[arg-type]
        messages.success(request, _("Vos choix sont enregistrés. Les courriels en attente les suivent déjà."))
        return redirect("notifications:preferences")
    zone = request.user.time_zone  # type: ignore[union-attr]
    return render(request, "notifications/preferences.html", {"form": form, "time_zone": dict(FRENCH).get(zone, zone)})


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """A page asks before acting (programs open links by themselves); a POST acts, from the page or a mail program.

    No CSRF token: the signed link is the right to act, and mail programs have no cookie (RFC 8058).
    """
    asked = read_token(token)
    if asked is None:
        return render(request, "notifications/unsubscribe_broken.html", status=404)
    labels = [str(kind.label) for scope in asked.scopes if (kind := kinds.get(scope)) is not None]
    step = "ask"
    if request.method == "POST" and request.POST.get("annuler"):
        services.restore(asked)
        step = "restored"
    elif request.method == "POST":
        services.unsubscribe(asked, now=timezone.now())
        step = "done"
    return render(request, "notifications/unsubscribe.html", {"labels": labels, "step": step, "asked": asked})


def _refuse_others(request: HttpRequest) -> None:
    if not permissions.can_watch_mails(request.user):
        raise PermissionDenied


@require_safe
@login_required
def failed_mails(request: HttpRequest) -> HttpResponse:
    _refuse_others(request)
    page = Paginator(queries.failed_mails(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "notifications/failed_mails.html", {"page": page})


@require_POST
@login_required
def decide_failed_mail(request: HttpRequest, pk: int) -> HttpResponse:
    _refuse_others(request)
    mail = get_object_or_404(queries.failed_mails(), pk=pk)
    try:
        if request.POST.get("acte") == "renvoyer":
            services.send_again(mail, now=timezone.now())
            messages.success(request, _("Ce courriel repart."))
        else:
            services.give_up(mail)
            messages.success(request, _("Ce courriel est abandonné."))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("notifications:failed_mails")
