"""Load a file or a diagnostic for those who may see it; for others it does not exist."""

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.learning import permissions
from alliage.learning.models import Diagnostic, TerritoryFile
from alliage.learning.queries import diagnostics, files
from alliage.territories import grammar

Crumbs = list[tuple[str, str]]


def member_of(request: HttpRequest) -> Member:
    """Whoever signed in; behind `login_required`."""
    member: Any = request.user
    return member


def file_or_404(request: HttpRequest, pk: str) -> TerritoryFile:
    """The file, for those who are in it."""
    found = files.file_by_number(int(pk))
    if found is None:
        raise Http404(f"No file {pk}.")
    files.remember_roles(found, request.user)
    if not permissions.can_see_file(request.user, found):
        raise Http404(f"No file {pk} for this person.")
    return found


def written_or_404(request: HttpRequest, pk: str) -> TerritoryFile:
    """The file, for those who write in it."""
    found = file_or_404(request, pk)
    if not permissions.can_write_file(request.user, found):
        raise Http404(f"File {pk} is not written by this person.")
    return found


def diagnostic_or_404(file: TerritoryFile, number: str) -> Diagnostic:
    found = diagnostics.by_number(file, int(number))
    if found is None:
        raise Http404(f"No diagnostic {number} in this file.")
    return found


def crumbs(*more: tuple[str, str]) -> Crumbs:
    return [(_("Diagnostic"), reverse("learning:home")), *more]


def file_crumbs(file: TerritoryFile, *more: tuple[str, str]) -> Crumbs:
    """The last of `more` is this page, with an empty address."""
    name = grammar.title(file.territory)
    return crumbs((name, file.get_absolute_url() if more else ""), *more)
