"""The `alliage` command says what is wrong with the settings in one sentence, in any terminal."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def environment(tmp_path: Path, **variables: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name == "PATH" or name.startswith("COV_")}
    return {**kept, "ALLIAGE_VAR": str(tmp_path), **variables}


def alliage(tmp_path: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "alliage", *arguments],
        env=environment(tmp_path, **variables), cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "70000"),
        ("ALLIAGE_PAGE_THREADS", "0"),
        ("DATABASE_URL", "base-de-données"),
        ("ALLIAGE_MAIL_FROM", "Alliage"),
    ],
)
def test_a_setting_that_cannot_be_understood_is_named_in_one_sentence(tmp_path, name, value):
    result = alliage(tmp_path, "doctor", **{name: value})
    assert result.returncode == 1
    assert len(result.stderr.strip().splitlines()) == 1
    assert result.stderr.strip().startswith(name)


@pytest.mark.parametrize("url", ["mail.exemple.fr", "smtp://mail.exemple.fr:abc", "http://mail.exemple.fr"])
def test_a_mail_address_that_cannot_be_understood_is_said(tmp_path, url):
    assert "EMAIL_URL" in alliage(tmp_path, "doctor", ALLIAGE_DEMO="0", EMAIL_URL=url).stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    tmp_path.chmod(0o500)
    result = alliage(tmp_path, "doctor")
    tmp_path.chmod(0o700)
    assert "ALLIAGE_VAR" in result.stderr


def test_a_terminal_without_our_letters_still_gets_the_rest(tmp_path):
    result = alliage(tmp_path, "doctor", PYTHONIOENCODING="ascii")
    assert "UnicodeEncodeError" not in result.stderr
    assert "Python 3." in result.stdout


def test_ctrl_c_is_one_word_and_no_trace(tmp_path):
    # A shell that starts this suite in the background makes its children ignore Ctrl-C: ask for it again.
    code = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); sys.argv = ['alliage', 'worker']; import alliage.jobs; from alliage.config import cli; "
    code += "import django.core.management as m; m.execute_from_command_line = lambda a: (print(1, flush=True), signal.pause()); cli.main()"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        env=environment(tmp_path),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        process.stdout.readline()
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        try:
            _out, errors = process.communicate(timeout=20)
        finally:
            process.kill()
    assert process.returncode == 130
    assert errors.strip() == "Interrompu."
