"""News as a feed."""

from datetime import datetime, time

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliage.formats import rss
from alliage.website import queries


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """The news, the most recent first, with their summary and a link."""
    page = rss.page(request)
    entries = [
        rss.Entry(
            title=each.title,
            url=each.get_url(),
            summary=each.lead,
            published_at=make_aware(datetime.combine(each.published_on, time(8))),
            updated_at=each.last_published_at,
        )
        for each in queries.published_news()[page.rows]
    ]
    return rss.response(
        _("Alliage, les actualités du réseau"),
        "/actualites/",
        _("Ce qui se passe dans le réseau des catalyseurs territoriaux."),
        entries,
        feed_url=request.path,
        page=page,
    )
