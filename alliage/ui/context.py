"""What the layout of every page needs, without a database query."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from alliage.ui.registry import menu


def layout(request: HttpRequest) -> dict[str, Any]:
    return {"menu": sorted(menu, key=lambda entry: entry.position), "demo": settings.DEMO, "origin": settings.ORIGIN}
