"""Runs a command that ends when the process that started it ends, even killed: `python -m alliage.operations.tied PID command…`."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def tied(command: list[str]) -> list[str]:
    """Return the command line that runs `command` tied to this process."""
    return [sys.executable, "-m", "alliage.operations.tied", str(os.getpid()), *command]


def end_with_parent(parent: int) -> bool:
    """From now on this process is asked to stop when its parent ends; False when that parent has ended already."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    return os.getppid() == parent


def main(arguments: list[str]) -> None:
    parent, command = int(arguments[0]), arguments[1:]
    if end_with_parent(parent):
        os.execv(command[0], command)  # noqa: S606 the supervisor's own command lines


if __name__ == "__main__":
    main(sys.argv[1:])
