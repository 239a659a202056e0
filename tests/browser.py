"""Finds a Chromium or a Chrome on this machine, or installs the system's when that is allowed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# The browser without its windows first: the same pages for half of the processor's time.
NAMES = (
    "chromium-headless-shell", "chrome-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
    "microsoft-edge",
)  # fmt: skip
# Packages of the system, the first that can be had.
PACKAGES = ("chromium-headless-shell", "chromium")
PLACES = (
    "/snap/bin/chromium",
    "/opt/google/chrome/chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# Those that playwright itself once downloaded for this person.
DOWNLOADED = (".cache/ms-playwright", "Library/Caches/ms-playwright")


def find_chromium() -> str | None:
    """Path of a browser that playwright can drive, or None. CHROMIUM names one, and no other is looked for then."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    for name in NAMES:
        if path := shutil.which(name):
            return path
    downloaded = (
        str(path)
        for folder in DOWNLOADED
        for path in sorted(Path.home().joinpath(folder).glob("chromium-*/chrome-*/chrome"), reverse=True)
    )
    return next((place for place in (*PLACES, *downloaded) if os.access(place, os.X_OK)), None)


def find_or_install_chromium() -> str | None:
    """Same, installing Debian's or Ubuntu's package when we are root there."""
    found = find_chromium()
    may_install = sys.platform == "linux" and hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")
    if found or not may_install or os.environ.get("CHROMIUM"):
        return found
    print("Installation de Chromium (paquet du système)…", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
        try:
            subprocess.run(command, env=environment, check=False, stdout=subprocess.DEVNULL, timeout=600)
        except subprocess.TimeoutExpired:
            print("L’installation de Chromium n’en finit pas : elle est abandonnée.", flush=True)
            break
    return find_chromium()
