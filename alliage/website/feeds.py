"""News as a feed."""

from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.timezone import datetime, get_current_timezone
from django.utils.translation import gettext_lazy as _

from alliage.website import queries
from alliage.website.models import NewsPage


class NewsFeed(Feed):
    """The twenty most recent news, with their summary and a link."""

    feed_type = Rss201rev2Feed
    title = _("Alliage, les actualités du réseau")
    description = _("Ce qui se passe dans le réseau des catalyseurs territoriaux.")
    link = "/actualites/"
    language = "fr"

    def items(self) -> list[NewsPage]:
        return queries.latest_news(20)

    def item_title(self, item: Any) -> str:
        return item.title

    def item_description(self, item: Any) -> str:
        return item.lead

    def item_link(self, item: Any) -> str:
        return f"{settings.ORIGIN}{item.get_url()}"

    def item_pubdate(self, item: Any) -> datetime:
        return datetime.combine(item.published_on, datetime.min.time(), tzinfo=get_current_timezone())
