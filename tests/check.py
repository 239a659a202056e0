"""Everything that can be checked without running the suite: `make check`."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
BIN = Path(sys.executable).parent
CHECKS = [
    ("Style", [BIN / "ruff", "check", "--output-format=concise", "."]),
    ("Format", [BIN / "ruff", "format", "--check", "--quiet", "."]),
    ("Types", [BIN / "mypy"]),
    ("Sens des imports", [BIN / "lint-imports", "--no-cache"]),
    ("Gabarits", [BIN / "djlint", "--lint", "--quiet", "alliage"]),
    ("Django", [BIN / "alliage", "check", "--fail-level", "WARNING"]),
    ("Migrations", [BIN / "alliage", "makemigrations", "--check", "--dry-run"]),
    ("Documents à jour", [PYTHON, "-m", "tests.documents", "--check"]),
    ("Feuille de style, police et scripts à jour", [PYTHON, "-m", "alliage.ui.bundles.build", "--check"]),
]


def main() -> int:
    failed = []
    environment = {**os.environ, "ALLIAGE_VAR": str(ROOT / "var" / "check")}
    for label, command in CHECKS:
        result = subprocess.run(
            [str(part) for part in command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        print(f"{'ok ' if result.returncode == 0 else 'NON'}  {label}", flush=True)
        if result.returncode:
            failed.append(label)
            print((result.stdout + result.stderr).strip()[-4000:], flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
