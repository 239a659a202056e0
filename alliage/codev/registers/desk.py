"""« Mon espace »: the doors of what peers exchange, and nothing asked of the database: what waits there is told by notifications."""

from typing import Any

from django.http import HttpRequest

from alliage.ui.registry import DeskPanel, desk_panels


def desk_panel(_request: HttpRequest) -> dict[str, Any]:
    return {}


desk_panels.add(DeskPanel("codev", "codev/_desk.html", desk_panel, position=12))
