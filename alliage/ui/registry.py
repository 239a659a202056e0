"""What other folders add to every page: the entries of the main menu."""

from dataclasses import dataclass

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
