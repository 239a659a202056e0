"""What other folders add to every page and to « mon espace »."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from alliage.registry import Registry


@dataclass(frozen=True)
class MenuEntry:
    """One of the five functions. `url` is a path, `position` its rank, `icon` a name of `static/ui/icons`."""

    code: str
    label: str
    url: str
    icon: str
    position: int
    hint: str = ""


menu: Registry[MenuEntry] = Registry("ui.menu", "Entries of the main menu: the five functions.")


@dataclass(frozen=True)
class DeskPanel:
    """A part of « mon espace ».

    `build` receives the request and answers the context of `template`, or None when there is nothing to show; at most
    two queries. The template begins with an `<h2>`. `position` is its rank.
    """

    code: str
    template: str
    build: Callable[[HttpRequest], dict[str, Any] | None]
    position: int


desk_panels: Registry[DeskPanel] = Registry("ui.desk_panels", "Parts of « mon espace », from each function.")
