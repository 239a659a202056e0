"""Pages of territories, one module per page."""

from alliage.territories.views.detail import detail
from alliage.territories.views.index import export, index, suggest

__all__ = ["detail", "export", "index", "suggest"]
