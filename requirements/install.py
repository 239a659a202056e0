# -*- coding: utf-8 -*-
"""Create the environment and install one of the locked sets into it, with progress: `python3 install.py run|test|dev`.

Needs nothing but Python. Does nothing when the set is already installed as locked. Written so that an older Python, even
Python 2, can at least run it and say what is missing.
"""

import hashlib
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
VENV = os.path.join(ROOT, os.environ.get("VENV", ".venv"))
BIN = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin")
# A larger set holds the smaller ones.
HOLDS = {"run": ("run", "test", "dev"), "test": ("test", "dev"), "dev": ("dev",)}
NEWER = ("python3.13", "python3.12", "python3.11")


def say(message):
    sys.stdout.write(message)
    sys.stdout.flush()


def stop(message):
    sys.stderr.write("\n" + message + "\n\n")
    sys.exit(1)


def newer_python():
    """Path of a Python that would do, when this one does not."""
    for name in NEWER:
        for folder in os.environ.get("PATH", "").split(os.pathsep):
            path = os.path.join(folder, name)
            if os.access(path, os.X_OK):
                return path
    return "/chemin/vers/python3.11"


def check_python():
    version = ".".join(str(part) for part in sys.version_info[:2])
    if sys.version_info < (3, 11):
        stop(
            "Alliage a besoin de Python 3.11 ou plus récent ; celui-ci est Python %s.\n"
            "Indiquez-en un autre : make run PYTHON=%s" % (version, newer_python())
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        stop(
            "Il manque à Python le module « venv ». Installez-le puis recommencez :\n"
            "  Debian, Ubuntu : apt install python%s-venv\n"
            "  Fedora : dnf install python3-pip ; Alpine : apk add py3-virtualenv" % version
        )


def has_pip():
    """False for an environment left half-made, or made by a Python that this machine no longer has."""
    try:
        command = [os.path.join(BIN, "python"), "-c", "import pip"]
        return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def make_environment():
    if has_pip():
        return
    say("Environnement Python dans %s…\n" % os.path.relpath(VENV, ROOT))
    # Only what is an environment already is emptied: VENV may name any folder.
    again = ["--clear"] if os.path.exists(os.path.join(VENV, "pyvenv.cfg")) else []
    command = [sys.executable, "-m", "venv"] + again + [VENV]  # noqa: RUF005 an older Python reads this
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
    if result.returncode:
        stop(
            "L’environnement Python ne peut pas être créé dans %s :\n%s\n"
            "Placez-vous dans un dossier où vous pouvez écrire, ou choisissez-en un : make run VENV=/chemin/vers/dossier"
            % (VENV, result.stdout.strip())
        )


def fingerprint(name):
    digest = hashlib.sha256()
    for path in (os.path.join(HERE, name + ".txt"), os.path.join(ROOT, "pyproject.toml")):
        with open(path, "rb") as source:
            digest.update(source.read())
    return digest.hexdigest()


def stamp(name):
    return os.path.join(VENV, ".installed-" + name)


def is_installed(name):
    for larger in HOLDS[name]:
        if os.path.exists(stamp(larger)):
            with open(stamp(larger)) as source:
                if source.read() == fingerprint(larger):
                    return has_pip()
    return False


def pip(*arguments):
    return [os.path.join(BIN, "python"), "-m", "pip", "--disable-pip-version-check", "--no-input"] + list(arguments)  # noqa: RUF005


def install_locked(name):
    path = os.path.join(HERE, name + ".txt")
    with open(path) as source:
        total = sum(1 for line in source if "==" in line)
    say("Installation de %d paquets (une à deux minutes la première fois)…\n" % total)
    command = pip("install", "--require-hashes", "--only-binary", ":all:", "-r", path)
    # « user = true » in a person's pip settings is refused in an environment.
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
        env=dict(os.environ, PIP_USER="0"),
    )
    seen, kept = 0, []
    for line in process.stdout:
        kept.append(line)
        if line.startswith(("Collecting ", "Requirement already satisfied: ")):
            seen += 1
            if sys.stdout.isatty():
                say("\r  %3d / %d" % (min(seen, total), total))
            elif seen % 20 == 0:
                say("  %d / %d\n" % (min(seen, total), total))
        elif line.startswith("Installing collected packages"):
            say("\r  mise en place…   \n" if sys.stdout.isatty() else "  mise en place…\n")
    if process.wait():
        stop("L’installation a échoué :\n" + "".join(kept[-25:]))


def install_project():
    quiet = pip("install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", ROOT)
    result = subprocess.run(quiet, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
    if result.returncode:
        stop("Le projet lui-même ne s’installe pas :\n" + result.stdout)


def main(name):
    check_python()
    if is_installed(name):
        return
    make_environment()
    install_locked(name)
    install_project()
    with open(stamp(name), "w") as target:
        target.write(fingerprint(name))


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "run")
    except KeyboardInterrupt:
        stop("Installation interrompue : la même commande la reprendra.")
