"""The versions of a resource, and what changed from one to another."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from alliage.library import comparing, permissions
from alliage.library.enums import State
from alliage.library.forms.versions import CompareForm
from alliage.library.models import Resource, Version
from alliage.library.queries import resources as reads
from alliage.library.queries import versions as queries
from alliage.library.services import proposals
from alliage.library.views.contributing import editable
from alliage.library.views.resources import crumbs, found_or_404
from alliage.refusals import Refusal
from alliage.ui.templatetags.ui import date_fr


def _published_or_404(request: HttpRequest, pk: int) -> Resource:
    resource = found_or_404(request, pk)
    if resource.state == State.DRAFT:
        raise Http404("A draft has no version.")
    return resource


@require_safe
def versions(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Its history: each version may be read, cited and compared."""
    resource = _published_or_404(request, pk)
    if resource.slug != slug:
        return redirect("library:versions", pk, resource.slug, permanent=True)
    found = queries.history(resource)
    context = {
        "crumbs": crumbs((resource.title, str(resource.get_absolute_url())), (_("Versions"), "")),
        "resource": resource,
        "lines": [_line(resource, version) for version in found],
        "may_restore": len(found) > 1 and permissions.can_edit(request.user, resource),
        "choices": _choices(found),
        "compare_url": reverse("library:compare", args=[pk, slug]),
        "first": found[1].number if len(found) > 1 else None,
        "last": resource.edition,
    }
    return render(request, "library/review_versions.html", context)


def _line(resource: Resource, version: Version) -> dict[str, Any]:
    number = version.number
    compare = reverse("library:compare", args=[resource.pk, resource.slug])
    return {
        "version": version,
        "is_last": number == resource.edition,
        "url": reverse("library:version", args=[resource.pk, resource.slug, number]),
        "compare_url": f"{compare}?de={number - 1}&a={number}" if number > 1 else "",
    }


def _choices(found: list[Version]) -> list[tuple[int, str]]:
    return [
        (
            version.number,
            _("version %(number)d, du %(day)s") % {"number": version.number, "day": date_fr(version.published_at)},
        )
        for version in found
    ]


@login_required
@require_POST
def restore(request: HttpRequest, pk: int, number: str) -> HttpResponse:
    """« Repartir de cette version »: the next one begins with its text, and goes through the review like any other."""
    resource = editable(request, pk)
    version = reads.version(resource, int(number))
    if version is None:
        raise Http404(f"No version {number} of resource {pk}.")
    try:
        proposals.begin_again(version, by=request.user, now=timezone.now())
    except Refusal as refusal:
        messages.warning(request, refusal.message)
    else:
        said = _("Voici le texte de la version %(number)d\u00a0: relisez-le, changez ce qu’il faut, puis proposez-le.")
        messages.success(request, said % {"number": version.number})
    return redirect("library:edit", pk)


@require_safe
def compare(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Two versions side by side, word by word; without numbers, the last two."""
    resource = _published_or_404(request, pk)
    if resource.slug != slug:
        query = request.GET.urlencode()
        address = reverse("library:compare", args=[pk, resource.slug])
        return redirect(f"{address}?{query}" if query else address, permanent=True)
    form = CompareForm(request.GET)
    before, after = queries.pair(resource, *form.asked(resource.edition))
    if before is None or after is None:
        raise Http404(f"Resource {pk} has no such versions.")
    found = queries.history(resource)
    context = {
        "crumbs": crumbs(
            (resource.title, str(resource.get_absolute_url())),
            (_("Versions"), reverse("library:versions", args=[pk, slug])),
            (_("Comparer"), ""),
        ),
        "resource": resource,
        "before": before,
        "after": after,
        "comparison": comparing.compare(before.content, after.content),
        "choices": _choices(found),
        "compare_url": request.path,
        "first": before.number,
        "last": after.number,
    }
    return render(request, "library/review_compare.html", context)
