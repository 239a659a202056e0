"""One line on the error output that says how far a command is; a new line each time when it is not a terminal."""

from django.core.management.base import OutputWrapper


class ProgressLine:
    """Call it with a percentage and a word; it writes only when something changed."""

    def __init__(self, out: OutputWrapper, subject: str) -> None:
        self.out, self.subject, self.last = out, subject, (-1, "")
        self.terminal = out.isatty()

    def __call__(self, percent: int, what: str) -> None:
        step = percent if self.terminal else percent // 10 * 10
        if (step, what) == self.last:
            return
        self.last = (step, what)
        line = f"{self.subject}\u00a0: {percent}\u00a0% ({what})"
        self.out.write(f"\r{line:<70}" if self.terminal else line, ending="" if self.terminal else "\n")
        self.out.flush()

    def end(self) -> None:
        if self.terminal and self.last[0] >= 0:
            self.out.write("")
