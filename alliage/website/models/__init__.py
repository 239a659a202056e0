"""Editorial pages, and what the site remembers of a member's own space."""

from alliage.website.models.home import HomePage
from alliage.website.models.news import NewsIndexPage, NewsPage
from alliage.website.models.space import HomeTerritory
from alliage.website.models.standard import StandardPage

__all__ = ["HomePage", "HomeTerritory", "NewsIndexPage", "NewsPage", "StandardPage"]
