"""Invitations: the animators' list, and the page of the person invited."""

from datetime import timedelta
from typing import Any

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from alliage.accounts import queries, services
from alliage.accounts.enums import ConsentKind, Role
from alliage.accounts.forms import AcceptInvitationForm, InvitationForm
from alliage.accounts.mails import MailNotSent, build_mail, refusing_when_not_sent
from alliage.accounts.models import Invitation, Member
from alliage.accounts.permissions import is_animator
from alliage.accounts.services.account import is_known_address
from alliage.accounts.services.consents import current_text
from alliage.accounts.services.invitations import digest
from alliage.accounts.views.limits import too_many_requests
from alliage.accounts.views.twice import SECONDS, redirect_again
from alliage.refusals import Refusal

PER_PAGE = 30


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    member: Any = request.user
    if not is_animator(member):
        raise PermissionDenied
    form = InvitationForm(request.POST or None, inviter=member)
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="invite"):
            return too_many_requests(request)
        try:
            _invite(request, member, form.cleaned_data["email"], Role(form.cleaned_data["role"]))
            return redirect("accounts:invitations")
        except MailNotSent as refusal:
            form.add_error(None, refusal.message)
    page = Paginator(queries.invitations_seen_by(member), PER_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    rows = [(invitation, invitation.is_open(now=now)) for invitation in page]
    return render(request, "accounts/invitations.html", {"form": form, "page": page, "rows": rows})


@sensitive_variables("token")
@transaction.atomic  # an invitation whose mail did not leave takes no earlier one back
def _invite(request: HttpRequest, member: Member, email: str, role: Role) -> None:
    invitation, token = services.invite(email, role, by=member, now=timezone.now())
    link = settings.ORIGIN + reverse("accounts:invitation", args=[token])
    context = {"invitation": invitation, "inviter": member, "link": link}
    with refusing_when_not_sent():
        build_mail("accounts/email/invitation", to=[email], context=context).send()
    messages.success(request, _("Invitation envoyée à %(email)s. Elle est valable 30 jours.") % {"email": email})


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    member: Any = request.user
    if not is_animator(member):
        raise PermissionDenied
    invitation = get_object_or_404(queries.invitations_seen_by(member), pk=pk)
    try:
        services.revoke_invitation(invitation, by=member, now=timezone.now())
        messages.success(request, _("L’invitation de %(email)s est annulée.") % {"email": invitation.email})
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("accounts:invitations")


@never_cache
@sensitive_variables("token")
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the mailed link: one act for who has an account, a name and a consent for who has none."""
    if not ratelimit.consume(request, action="accept_invitation"):
        return too_many_requests(request)
    invitation = queries.open_invitation(digest(token), now=timezone.now())
    if invitation is None:
        return _again(request, digest(token)) or render(request, "accounts/invitation_gone.html", status=410)
    member: Any = request.user
    if member.is_authenticated:
        return _accept_signed_in(request, invitation, member)
    if is_known_address(invitation.email):
        back = reverse("accounts:invitation", args=[token])
        query = urlencode({"next": back, "adresse": invitation.email})
        return HttpResponseRedirect(f"{reverse('account_login')}?{query}")
    return _accept_new(request, invitation)


def _again(request: HttpRequest, token_digest: str) -> HttpResponse | None:
    """Answer the second request of a double click: the first has just accepted, and let in whoever sent it."""
    since = timezone.now() - timedelta(seconds=SECONDS)
    if request.method == "POST" and queries.was_accepted_since(token_digest, since=since):
        return redirect_again(request, resolve_url(settings.LOGIN_REDIRECT_URL))
    return None


def _accept_signed_in(request: HttpRequest, invitation: Invitation, member: Member) -> HttpResponse:
    is_other = member.email.lower() != invitation.email.lower()
    if request.method == "POST":
        try:
            services.accept_invitation(invitation, by=member, now=timezone.now())
            messages.success(request, _("Bienvenue. Votre rôle est à jour."))
            return redirect("accounts:home")
        except Refusal as refusal:
            if again := _again(request, invitation.token_digest):
                return again
            messages.error(request, refusal.message)
    context = {"invitation": invitation, "is_other": is_other}
    return render(request, "accounts/invitation.html", context)


def _accept_new(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = AcceptInvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            member = services.accept_invitation(invitation, by=None, name=form.cleaned_data["name"], now=timezone.now())
            return perform_login(request, Login(user=member, email=member.email))
        except Refusal as refusal:
            if again := _again(request, invitation.token_digest):
                return again
            form.add_error(None, refusal.message)
    context = {"invitation": invitation, "form": form, "terms": current_text(ConsentKind.TERMS)}
    return render(request, "accounts/invitation.html", context)
