"""Editorial pages, found by their address."""

from django.http import Http404, HttpRequest, HttpResponse

from alliage.website import queries


def page(request: HttpRequest, path: str) -> HttpResponse:
    """Serve the published page of this address."""
    found = queries.page_at(path)
    if found is None:
        raise Http404
    return found.serve(request)
