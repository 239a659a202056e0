"""The first thing a newcomer runs says what is missing, and takes up again what was left half-made."""

import ast
import os
import subprocess
import sys
from pathlib import Path

INSTALL = Path(__file__).resolve().parent.parent / "requirements" / "install.py"


def install(*arguments: str, **variables: str) -> subprocess.CompletedProcess:
    environment = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8", **variables}
    return subprocess.run(
        [sys.executable, *(arguments or [str(INSTALL)]), "run"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_an_old_python_is_told_what_is_needed_and_how_to_name_another(tmp_path):
    code = (
        f"import sys; sys.version_info = (3, 9, 1); import runpy; runpy.run_path({str(INSTALL)!r}, run_name='__main__')"
    )
    result = install("-c", code, VENV=str(tmp_path / "venv"))
    assert result.returncode == 1
    assert "Python 3.11 ou plus récent ; celui-ci est Python 3.9" in result.stderr
    assert "make run PYTHON=" in result.stderr
    assert "Traceback" not in result.stderr


def test_an_old_python_can_read_the_file():
    """No word newer than Python 3.4, and what Python 2 asks: the encoding on the first line."""
    source = INSTALL.read_text()
    ast.parse(source, feature_version=(3, 4))
    assert source.startswith("# -*- coding: utf-8 -*-\n")
    unpacked = [
        node for node in ast.walk(ast.parse(source)) if isinstance(node, (ast.Starred, ast.JoinedStr, ast.AnnAssign))
    ]
    assert unpacked == []


def test_a_python_without_venv_is_told_what_to_install(tmp_path):
    (tmp_path / "ensurepip.py").write_text("raise ImportError")
    result = install(VENV=str(tmp_path / "venv"), PYTHONPATH=str(tmp_path))
    assert result.returncode == 1
    assert f"apt install python{sys.version_info[0]}.{sys.version_info[1]}-venv" in result.stderr
    assert not (tmp_path / "venv").exists()


def test_an_environment_that_cannot_be_made_is_said_with_another_way(tmp_path):
    (tmp_path / "a-file").write_text("kept")
    result = install(VENV=str(tmp_path / "a-file"))
    assert result.returncode == 1
    assert "make run VENV=" in result.stderr
    assert "Traceback" not in result.stderr
    assert (tmp_path / "a-file").read_text() == "kept"


def prepared(folder: Path, monkeypatch) -> tuple[dict, list[list[str]]]:
    """The module with VENV in `folder`, and the commands it would run."""
    monkeypatch.setenv("VENV", str(folder))
    names: dict = {"__name__": "install", "__file__": str(INSTALL)}
    exec(compile(INSTALL.read_text(), str(INSTALL), "exec"), names)
    commands: list[list[str]] = []

    class Recorded:
        PIPE, STDOUT, DEVNULL = subprocess.PIPE, subprocess.STDOUT, subprocess.DEVNULL
        call = staticmethod(subprocess.call)

        @staticmethod
        def run(command, **_options):
            commands.append(command)
            return subprocess.CompletedProcess(command, 0, "")

    names["subprocess"] = Recorded
    return names, commands


def test_an_environment_left_half_made_is_made_again(tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to("/nowhere/python3")
    (tmp_path / "pyvenv.cfg").write_text("")
    module, commands = prepared(tmp_path, monkeypatch)
    assert not module["has_pip"]()
    module["make_environment"]()
    assert commands == [[sys.executable, "-m", "venv", "--clear", str(tmp_path)]]


def test_a_folder_that_is_no_environment_is_never_emptied(tmp_path, monkeypatch):
    (tmp_path / "photos").mkdir()
    module, commands = prepared(tmp_path, monkeypatch)
    module["make_environment"]()
    assert commands == [[sys.executable, "-m", "venv", str(tmp_path)]]
