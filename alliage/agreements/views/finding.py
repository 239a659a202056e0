"""Load an agreement for those who may see it; for others it does not exist."""

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.agreements import permissions
from alliage.agreements.models import Agreement, Review
from alliage.agreements.queries import agreements, reviews

Crumbs = list[tuple[str, str]]


def member_of(request: HttpRequest) -> Member:
    """Whoever signed in; behind `login_required`."""
    member: Any = request.user
    return member


def agreement_or_404(request: HttpRequest, pk: str) -> Agreement:
    found = agreements.by_number(int(pk))
    if found is None or not permissions.can_see(request.user, found):
        raise Http404(f"No agreement {pk} for this person.")
    return found


def acted_or_404(request: HttpRequest, pk: str) -> Agreement:
    """For those who act in the name of a partner who is in."""
    found = agreement_or_404(request, pk)
    if not permissions.can_act(request.user, found):
        raise Http404(f"Agreement {pk} is not acted upon by this person.")
    return found


def review_or_404(agreement: Agreement, number: str) -> Review:
    found = reviews.by_number(agreement, int(number))
    if found is None:
        raise Http404(f"No review {number} in this agreement.")
    return found


def crumbs(*more: tuple[str, str]) -> Crumbs:
    """The last of `more` is this page, with an empty address."""
    return [(_("Accords d’alliance"), reverse("agreements:index") if more else ""), *more]


def agreement_crumbs(agreement: Agreement, *more: tuple[str, str]) -> Crumbs:
    return crumbs((agreement.subject, agreement.get_absolute_url() if more else ""), *more)
