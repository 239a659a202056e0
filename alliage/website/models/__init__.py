"""Editorial pages, and what the site remembers of a member's own space."""

from alliage.website.models.first_content import FirstPage
from alliage.website.models.home import HomePage
from alliage.website.models.letters import Letter, Subscriber
from alliage.website.models.news import NewsIndexPage, NewsPage
from alliage.website.models.roles import RoleIndexPage, RolePage
from alliage.website.models.space import HomeTerritory
from alliage.website.models.standard import StandardPage

__all__ = [
    "FirstPage", "HomePage", "HomeTerritory", "Letter", "NewsIndexPage", "NewsPage", "RoleIndexPage", "RolePage",
    "StandardPage", "Subscriber",
]  # fmt: skip
