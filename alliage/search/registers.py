"""What the search adds to the folders below: its follower in the worker, its nightly turn, its line in every page's head; and the
repères, which it finds for the taxonomy."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from alliage.jobs.registry import Follower, Periodic, followers, schedule
from alliage.search import terms
from alliage.search.registry import kinds
from alliage.search.services import follow, refresh
from alliage.taxonomy.registry import TermFollower, term_followers
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
kinds.add(terms.TERMS)
term_followers.add(TermFollower("search.terms", terms.changed))
