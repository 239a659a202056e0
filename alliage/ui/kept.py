"""What was typed in a form that could not be taken: shown again, and ready to be sent again."""

import re
from dataclasses import dataclass

from django.http import HttpRequest

# Never written back: secrets, the trap for robots, and what the page writes again by itself.
_NOT_KEPT = re.compile(r"csrfmiddlewaretoken|site_internet|.*passw.*|code|.*token.*", re.IGNORECASE)
_NOT_SHOWN = frozenset({"moment", "next"})
# A word of one piece and of no length was chosen in a list, or takes no time to type again.
WORTH_SHOWING = 25
SHOWN_AT_MOST = 20


@dataclass(frozen=True)
class Kept:
    """`fields` (names and values) may be sent again as they are; `texts` are those worth reading."""

    fields: tuple[tuple[str, str], ...]
    texts: tuple[str, ...]


def typed(request: HttpRequest) -> Kept:
    """What this request holds. Files are not kept: a form that had some must be filled again."""
    fields = tuple(
        (name, value)
        for name, values in request.POST.lists()
        if not _NOT_KEPT.fullmatch(name)
        for value in values
        if isinstance(value, str)
    )
    texts = tuple(value for name, value in fields if name not in _NOT_SHOWN and _is_text(value))[:SHOWN_AT_MOST]
    return Kept(() if request.FILES else fields, texts)


def _is_text(value: str) -> bool:
    return len(value) >= WORTH_SHOWING or " " in value.strip() or "@" in value


def comes_from_us(request: HttpRequest) -> bool:
    """True when the browser itself says that one of our pages sent this form: another site cannot make it say so."""
    ours = f"{request.scheme}://{request.get_host()}"
    origin = request.headers.get("Origin", "")
    return origin == ours or (not origin and request.headers.get("Referer", "").startswith(f"{ours}/"))
