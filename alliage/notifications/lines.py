"""Text on one line: what a title or a header needs, non-breaking spaces kept."""

import re

_BREAKS = re.compile(r"[ \t\x00-\x1f\x7f\x85\u2028\u2029]+")


def one_line(text: str) -> str:
    return _BREAKS.sub(" ", text).strip(" ")
