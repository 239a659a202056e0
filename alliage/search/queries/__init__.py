"""What may be asked of the search.

- `results.search`: the results page, over all kinds; `results.parse` reads its address.
- `listing.find`: a function's own list, of one kind: words, facets with counts, territory, order, page.
- `alike.more_like`: what resembles an object, by its words, its facets and its territories.
- `choices.propose`: a few things that bear some words, to link one of them from a form.

Rights are checked twice. In the index: a document is found by its audiences only, and what changed since the last commit
is left out, so that counts, words and excerpts come from what the person may see now. Then on the rows: `kind.visible`
is asked again for the few results of the page, in one query. Each question costs two SQL queries.
"""

from alliage.search.queries.results import TERRITORIES, Asked, Group, Results, WayOut, ordered_kinds, parse, search

__all__ = ["TERRITORIES", "Asked", "Group", "Results", "WayOut", "ordered_kinds", "parse", "search"]
