"""Finds a Chromium or a Chrome on this machine, or installs the system's when that is allowed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def find_chromium() -> str | None:
    """Path of a browser that playwright can drive (CHROMIUM names one first), or None."""
    if os.environ.get("CHROMIUM"):
        return os.environ["CHROMIUM"]
    for name in NAMES:
        if path := shutil.which(name):
            return path
    return next((place for place in PLACES if Path(place).exists()), None)


def find_or_install_chromium() -> str | None:
    """Same, installing Debian's or Ubuntu's package when we are root there."""
    found = find_chromium()
    may_install = sys.platform == "linux" and hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")
    if found or not may_install:
        return found
    print("Installation de Chromium (paquet du système)…", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
        subprocess.run(command, env=environment, check=False, stdout=subprocess.DEVNULL, timeout=900)
    return find_chromium()
