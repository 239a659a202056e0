"""Compile the three lock files from pyproject.toml, with hashes and without any address."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
# Extras stay in the names: pip looks for « coverage[toml] » apart from « coverage », and takes one released since if only the second is locked.
COMMAND = [
    sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes",
    "--no-emit-index-url", "--no-annotate", "--no-header", "--no-strip-extras",
]  # fmt: skip
SETS = {"run": [], "test": ["test"], "dev": ["test", "dev"]}

for name, extras in SETS.items():
    arguments = [word for extra in extras for word in ("--extra", extra)]
    subprocess.run(
        [*COMMAND, *sys.argv[1:], str(HERE.parent / "pyproject.toml"), *arguments, "-o", str(HERE / f"{name}.txt")],
        check=True,
    )
