"""The complete export, for those who run the network."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from alliage.directory import complete, permissions
from alliage.directory.enums import ADDRESSES


@login_required
@require_safe
def export(request: HttpRequest, extension: str) -> HttpResponseBase:
    if not permissions.can_export_all(request.user):
        raise PermissionDenied
    kinds = {word: kind.value for kind, word in ADDRESSES.items()}
    kind = kinds.get(request.GET.get("nature", ""), "")
    return complete.response(extension, kind=kind, excel="excel" in request.GET, by=request.user)
