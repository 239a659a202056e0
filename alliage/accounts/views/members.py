"""Members and their roles, for administrators."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alliage.accounts import queries, services
from alliage.accounts.enums import Role
from alliage.accounts.forms import RoleForm
from alliage.accounts.models import Member
from alliage.accounts.permissions import can_change_roles
from alliage.refusals import Refusal

PER_PAGE = 50


@never_cache
@login_required
def index(request: HttpRequest) -> HttpResponse:
    if not can_change_roles(request.user):
        raise PermissionDenied
    wanted, role = request.GET.get("q", "").strip()[:80], request.GET.get("role", "")
    page = Paginator(queries.members(name=wanted, role=role), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "wanted": wanted,
        "role": role,
        "roles": Role.choices,
        "query": urlencode({"q": wanted, "role": role}),
    }
    return render(request, "accounts/members.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One member: their role, its history, and the form that changes it."""
    actor: Any = request.user
    if not can_change_roles(actor):
        raise PermissionDenied
    member = get_object_or_404(Member, pk=pk, is_active=True)
    form = RoleForm(request.POST or None, initial={"role": member.role})
    if request.method == "POST" and form.is_valid():
        try:
            role, reason = Role(form.cleaned_data["role"]), form.cleaned_data["reason"]
            services.change_role(member, role, by=actor, now=timezone.now(), reason=reason)
            messages.success(request, _("Le rôle de %(name)s est à jour.") % {"name": member.get_full_name()})
            return redirect("accounts:members")
        except Refusal as refusal:
            form.add_error(None, refusal.message)
    context = {"member": member, "form": form, "changes": queries.role_changes_of(member)}
    return render(request, "accounts/member.html", context)
