"""Editorial pages, found by their address."""

from django.http import Http404, HttpRequest, HttpResponse
from wagtail.models import Page, Site


def page(request: HttpRequest, path: str) -> HttpResponse:
    """Serve the published page of this address.

    Wagtail's own routing loads every ancestor twice, and asks at each page whether it is private. One site, public
    pages (`EditorialPage`): two queries are enough.
    """
    roots = Site.get_site_root_paths()
    if not roots:
        raise Http404
    found = Page.objects.filter(url_path=roots[0].root_path + path, live=True).select_related("locale").first()
    if found is None:
        raise Http404
    return found.specific.serve(request)
