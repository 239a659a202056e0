"""News as a feed."""

from datetime import datetime, time

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliage.formats import rss
from alliage.website import queries

NEWS_IN_FEED = 20


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """The most recent news, with their summary and a link."""
    entries = [
        rss.Entry(
            title=page.title,
            url=page.get_url(),
            summary=page.lead,
            published_at=make_aware(datetime.combine(page.published_on, time(8))),
            updated_at=page.last_published_at,
        )
        for page in queries.latest_news(NEWS_IN_FEED)
    ]
    return rss.response(
        _("Alliage, les actualités du réseau"),
        "/actualites/",
        _("Ce qui se passe dans le réseau des catalyseurs territoriaux."),
        entries,
        feed_url=request.path,
    )
