"""What a pages process does once at start, so that nobody waits for it: index of the territories, maps, templates."""

import ctypes
import gc
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.db import connections

# It builds the index of names. What that used goes back before anything else settles in between: 27 MB once all is warm.
SUGGESTIONS = "/territoires/suggestions.json?q=saint"
# One address of each kind that costs more the first time.
ADDRESSES = (
    "/",
    SUGGESTIONS,
    "/territoires/",
    "/territoires/commune/42218/",
    "/annuaire/",
)
# And others, worth a visit when what they load is shared by every process (serve.py): none opens the search index.
SHARED_ADDRESSES = (
    *ADDRESSES,
    "/annuaire/?q=atelier&territoire=region:84",
    "/annuaire/alliances/",
    "/annuaire/besoins/",
    "/annuaire/couverture/",
    "/annuaire/trouver/?besoin=ouvrir+un+tiers-lieu&lieu=commune:42218",
    "/ressources/",
    "/territoires/?type=commune&departement=974",  # walks every territory the first time, 9 MB that no process shares afterwards
    "/territoires/region/84/",
    "/territoires/departement/974/",
    "/territoires/epci/244200770/",
    "/territoires/com/988/",
    "/reperes/leviers/",
    "/actualites/",
    "/le-reseau/",
    "/compte/connexion/",
)
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def request_for(address: str) -> dict[str, Any]:
    """Build the request that a visitor of our public address would send."""
    parts, origin = urlsplit(address), urlsplit(settings.ORIGIN)
    environ: dict[str, Any] = {
        "SCRIPT_NAME": "",
        "PATH_INFO": parts.path,
        "QUERY_STRING": parts.query,
        "HTTP_HOST": origin.netloc,
        "HTTP_X_FORWARDED_PROTO": origin.scheme,
        "wsgi.url_scheme": origin.scheme,
        "REMOTE_ADDR": "127.0.0.1",
    }
    setup_testing_defaults(environ)
    return environ


def visit_pages(application: Application, addresses: Iterable[str] = ADDRESSES) -> None:
    for address in addresses:
        answer = application(request_for(address), lambda *_: None)
        list(answer)
        if hasattr(answer, "close"):
            answer.close()
        if address == SUGGESTIONS:
            give_memory_back()
    connections.close_all()
    give_memory_back()


def give_memory_back() -> None:
    """Return to the system what building the indexes took and no longer uses: some 10 MB (where libc is glibc)."""
    gc.collect()
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


def warm_up(application: Application) -> threading.Thread:
    """Visit our own pages beside the first visitors, who are served meanwhile."""
    thread = threading.Thread(target=visit_pages, args=(application,), name="warming", daemon=True)
    thread.start()
    return thread
