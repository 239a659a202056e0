"""The clock of who reads: a member's own, or the one that a visitor asks for in the address (`?heure=America/Cayenne`)."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from alliage.accounts.time_zones import FRENCH, KNOWN

PARAMETER = "heure"


def at_readers_clock(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The whole page is made at that clock: its templates must be rendered before the view answers."""

    @wraps(view)
    def made(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = request.GET.get(PARAMETER, "")
        with timezone.override(ZoneInfo(asked)) if asked in KNOWN else nullcontext():
            return view(request, *args, **kwargs)

    return made


def query(request: HttpRequest) -> str:
    """What a link adds to keep the clock that was asked for."""
    asked = request.GET.get(PARAMETER, "")
    return f"?{PARAMETER}={asked}" if asked in KNOWN else ""


def choices() -> dict[str, Any]:
    """What the choice of a clock needs: the one in use, those of French territories."""
    zone = timezone.get_current_timezone_name()
    return {"zones": FRENCH, "zone": zone, "zone_is_known": zone in KNOWN, "zone_parameter": PARAMETER}
