"""Documents written from the code: settings, registries, states, permissions. `python -m tests.documents [--check]`."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
MADE = "<!-- Made from the code by `python -m tests.documents`: change the code, not this. -->"


def settings_page() -> str:
    from alliage.config.environment import VARIABLES

    lines = [
        "# Settings",
        "",
        MADE,
        "",
        "Every variable has a working default in development. Give them in the environment of the processes.",
        "`alliage doctor` says which ones are wrong on this machine and how to mend them.",
        "",
        "| variable | default | what it is for |",
        "|---|---|---|",
    ]
    for variable in VARIABLES:
        default = f"`{variable.default}`" if variable.default else "*(empty)*"
        secret = " **Secret.**" if variable.secret else ""
        lines.append(f"| `{variable.name}` | {default} | {variable.purpose}{secret} |")
    return "\n".join(lines) + "\n"


def registries_table() -> str:
    from alliage.registry import Registry

    rows = ["| registry | what upper folders add | today |", "|---|---|---|"]
    for name, registry in sorted(Registry.known.items()):
        if name.startswith("test"):
            continue
        keys = ", ".join(f"`{key}`" for key in registry.keys() if not key.startswith("tests.")) or "–"  # noqa: SIM118 a registry iterates over items, not keys
        rows.append(f"| `{name}` | {registry.purpose} | {keys} |")
    return "\n".join(rows)


def permissions_page() -> str:
    from tests.pages import permissions_markdown

    return permissions_markdown(MADE)


def between(text: str, marker: str, content: str) -> str:
    """Replace what stands between `<!-- marker -->` and `<!-- /marker -->`."""
    start, end = f"<!-- {marker} -->", f"<!-- /{marker} -->"
    before, _, rest = text.partition(start)
    _, _, after = rest.partition(end)
    return f"{before}{start}\n{content}\n{end}{after}"


def architecture_page() -> str:
    return between((DOCS / "architecture.md").read_text(), "registries", registries_table())


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "architecture.md": architecture_page,
    "permissions.md": permissions_page,
}


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    stale = []
    for name, make in PAGES.items():
        path, content = DOCS / name, make()
        if path.exists() and path.read_text() == content:
            continue
        stale.append(name)
        if "--check" not in arguments:
            path.write_text(content)
            print(f"docs/{name} written")
    if stale and "--check" in arguments:
        print(f"Not up to date: {', '.join(stale)}. Run: python -m tests.documents")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
