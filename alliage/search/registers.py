"""What the search adds to the folders below: its follower in the worker, its nightly turn, its line in every page's head."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from alliage.jobs.registry import Follower, Periodic, followers, schedule
from alliage.search.services import follow, refresh
from alliage.ui.registry import HeadLink, head_links

followers.add(Follower("search.index", every=1.0, run=follow, label=_("Tenir l’index de recherche à jour")))
schedule.add(
    Periodic(
        "search.refresh",
        every=timedelta(days=1),
        offset=timedelta(hours=3, minutes=30),
        run=refresh,
        label=_("Refaire l’index de recherche"),
    )
)
head_links.add(
    HeadLink("search", "search", "/recherche/opensearch.xml", "Alliage", "application/opensearchdescription+xml")
)
