"""Loads the platform without what no page uses: our parts bring in large libraries as soon as they are installed.

Each library below is optional where it is loaded at start, and used elsewhere, when it is, by a function that imports it then.
Megabytes are what a process holds less (PSS: 10 in all; 27 resident, with the pages of files that processes share).
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import django

NEEDLESS: Final = (
    "cv2",  # 5 MB: the CMS' pictures (Willow) would find faces with it, which no setting of ours asks for
    "pillow_heif",  # 1 MB: Willow again, for pictures of a kind that the CMS does not take
    "lxml",  # 1 MB: Beautiful Soup, which the CMS asks for Python's own parser
    "rich",  # 2 MB: the command of httpx, with its colours
)


def setup() -> None:
    """`django.setup()`, for processes that serve pages."""
    with _absent(NEEDLESS):
        django.setup()


@contextmanager
def _absent(names: tuple[str, ...]) -> Iterator[None]:
    """These libraries cannot be imported meanwhile, as if nobody had installed them; those already there stay."""
    missing = [name for name in names if name not in sys.modules]
    for name in missing:
        sys.modules[name] = None  # type: ignore[assignment]  # how Python itself says that an import must fail
    try:
        yield
    finally:
        for name in missing:
            del sys.modules[name]
