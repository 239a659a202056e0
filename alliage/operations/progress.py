"""Turns what a command says into a few percentages on one line, and keeps its words for when they are wanted."""

import re
from io import StringIO
from typing import Protocol

PERCENT = re.compile(r"(\d{1,3})[\s\u00a0\u202f]*%")
# One line of these is one thing done, for commands that count without saying out of how many.
DONE = re.compile(r"^\s*Applying ")
EVERY_PERCENT = 25


class Screen(Protocol):
    def write(self, text: str, *, ending: str) -> None: ...

    def flush(self) -> None: ...


class StepProgress(StringIO):
    """A file that a command writes to; `screen` shows 25 %, 50 %, 75 % as they are passed."""

    def __init__(self, screen: Screen, *, expected: int = 0) -> None:
        super().__init__()
        self._screen, self._expected = screen, expected
        self._done, self._shown = 0, 0

    def write(self, text: str) -> int:
        if found := PERCENT.search(text):
            self._show(int(found[1]))
        elif self._expected and DONE.search(text):
            self._done += 1
            self._show(100 * self._done // self._expected)
        return super().write(text)

    def _show(self, percent: int) -> None:
        passed = percent // EVERY_PERCENT * EVERY_PERCENT
        if self._shown < passed < 100:
            self._shown = passed
            self._screen.write(f" {passed}\u00a0%", ending="")
            self._screen.flush()

    def said(self) -> str:
        """What the command wrote, whole lines."""
        text = self.getvalue()
        return text if not text or text.endswith("\n") else f"{text}\n"
