"""The page table: every address of the site, who may see it, and what it answers.

A new address must be declared here: `tests/test_pages.py` compares this table with the URL configuration. The document
docs/permissions.md is made from it.
"""

from dataclasses import dataclass, field

from tests.world import ROLES, VISITOR

EVERYONE = ROLES
MEMBERS = ROLES[1:]
ANIMATORS = ROLES[3:]
ADMINISTRATORS = ROLES[4:]
NAMES = {
    VISITOR: "visitor",
    "member": "membre",
    "facilitator": "facilitateur",
    "animator": "animateur",
    "administrator": "administrateur",
}


@dataclass(frozen=True)
class Page:
    """One address.

    `route` is the name in the URL configuration, `path` an example; `who` may see it (others are sent to sign in, or
    refused with 403); `kind` is page (HTML), data (anything else), redirect, act (POST only: 405 on GET).
    `status` overrides the 200 of those who may.
    """

    route: str
    path: str
    who: tuple[str, ...] = EVERYONE
    kind: str = "page"
    status: int = 200
    note: str = field(default="", compare=False)


PAGES: list[Page] = []


def permissions_markdown(made: str) -> str:
    lines = [
        "# Who may see what",
        "",
        made,
        "",
        "Others are sent to the sign-in page, or refused. Roles add up: each holds the rights of those before it.",
        "",
        "| address | kind | " + " | ".join(NAMES[role] for role in ROLES) + " |",
        "|---|---|" + "---|" * len(ROLES),
    ]
    for page in sorted(PAGES, key=lambda page: page.path):
        marks = " | ".join("✓" if role in page.who else "–" for role in ROLES)
        lines.append(f"| `{page.path}` | {page.kind} | {marks} |")
    return "\n".join(lines) + "\n"
