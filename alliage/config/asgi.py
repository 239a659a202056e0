"""The live process, and both processes on one port.

`live` answers `/direct/` only: run it alone behind a reverse proxy that sends `/direct/` there and everything else to
`alliage.config.wsgi` (Django over ASGI is many times slower). `application` is what `make run` starts: `/direct/` goes
to `live`, everything else to the pages, on a bounded number of threads since each may hold a database connection.
"""

import os
from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast

import django
from a2wsgi import WSGIMiddleware
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliage.config.settings")
django.setup()

from django.conf import settings  # noqa: E402 settings are ready now
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import Error, connection  # noqa: E402
from django.utils.translation import gettext as _  # noqa: E402

from alliage.config.patience import be_a_page_server  # noqa: E402 settings are ready now
from alliage.config.warming import warm_up  # noqa: E402
from alliage.jobs.live import follower, in_thread  # noqa: E402
from alliage.ui import sentences  # noqa: E402

be_a_page_server()
sentences.keep()
PREFIX = "/direct"


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


# These answers hold data for our own scripts: nothing in them is ever drawn or run.
HEADERS = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "X-Content-Type-Options": "nosniff"}


async def unavailable(_request: Request, _error: Exception) -> JSONResponse:
    """The database does not answer: browsers and scripts come back by themselves."""
    return JSONResponse(
        {"error": _("Le site est momentanément arrêté.")}, status_code=503, headers={"Retry-After": "5"}
    )


def allowed_hosts(names: list[str]) -> list[str]:
    """Django's names of hosts as Starlette writes them: « .exemple.fr » is the name and all below it."""
    wide = [name[1:] for name in names if name.startswith(".")]
    return [*(f"*.{name}" for name in wide), *wide, *(name.strip("[]") for name in names if not name.startswith("."))]


class Headers:
    """Adds HEADERS to every answer of an ASGI application."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def sent(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] += [(name.lower().encode(), text.encode()) for name, text in HEADERS.items()]
            await send(message)

        await self.app(scope, receive, sent)


async def health(_request: Request) -> JSONResponse:
    """Say whether this process and its database answer."""
    database = await in_thread(_database_answers)
    state = {"state": "ok" if database else "degraded", "database": database, "listeners": len(follower.listeners)}
    return JSONResponse(state, status_code=200 if database else 503, headers={"Cache-Control": "no-store"})


def _routes() -> list[BaseRoute]:
    """Gather the `routes` of every folder that has a `live.py`."""
    found: list[BaseRoute] = [Route("/sante", health)]
    for app in settings.ALLIAGE_APPS:
        if find_spec(f"{app}.live"):
            found += import_module(f"{app}.live").routes
    return found


live = Starlette(
    routes=[Mount(PREFIX, routes=_routes())],
    middleware=[
        Middleware(Headers),
        Middleware(TrustedHostMiddleware, allowed_hosts=allowed_hosts(settings.ALLOWED_HOSTS)),
    ],
    exception_handlers={Error: unavailable},
)
pages = get_wsgi_application()
_pages = WSGIMiddleware(cast(Any, pages), workers=settings.PAGE_THREADS)


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Send each request to the process it belongs to; lifespan and web sockets belong to `live`."""

    async def received() -> Any:
        # granian's `receive` gives an awaitable, a2wsgi wants a coroutine: without this no form can be posted.
        return await receive()

    if scope["type"] == "http" and not scope["path"].startswith(f"{PREFIX}/"):
        await _pages(scope, received, send)
        return
    if scope["type"] == "lifespan":
        warm_up(pages)
    await live(scope, receive, send)
