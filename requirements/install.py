"""Create the environment and install one of the locked sets into it, with progress: `python3 install.py run|test|dev`.

Needs nothing but Python. Does nothing when the set is already installed as locked. Written so that an older Python can
at least run it and say what is missing.
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


def stop(message):
    sys.stderr.write("\n" + message + "\n\n")
    sys.exit(1)


def check_python():
    version = ".".join(str(part) for part in sys.version_info[:2])
    if sys.version_info < (3, 11):
        stop(
            "Alliage a besoin de Python 3.11 ou plus récent ; celui-ci est Python %s.\n"
            "Indiquez-en un autre : make run PYTHON=/chemin/vers/python3.11" % version
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        stop(
            "Il manque à Python le module « venv ». Installez-le puis recommencez :\n"
            "  Debian, Ubuntu : apt install python%s-venv\n"
            "  Fedora : dnf install python3-pip ; Alpine : apk add py3-virtualenv" % version
        )


def make_environment():
    if os.path.exists(os.path.join(BIN, "python")) or os.path.exists(os.path.join(BIN, "python.exe")):
        return
    sys.stdout.write("Environnement Python dans %s…\n" % os.path.relpath(VENV, ROOT))
    sys.stdout.flush()
    subprocess.check_call([sys.executable, "-m", "venv", VENV])


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
                    return True
    return False


def pip(*arguments):
    return [os.path.join(BIN, "python"), "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]


def install_locked(name):
    path = os.path.join(HERE, name + ".txt")
    with open(path) as source:
        total = sum(1 for line in source if "==" in line)
    sys.stdout.write("Installation de %d paquets (une à deux minutes la première fois)…\n" % total)
    sys.stdout.flush()
    command = pip("install", "--require-hashes", "--only-binary", ":all:", "-r", path)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
    seen, kept = 0, []
    for line in process.stdout:
        kept.append(line)
        if line.startswith(("Collecting ", "Requirement already satisfied: ")):
            seen += 1
            if sys.stdout.isatty():
                sys.stdout.write("\r  %3d / %d" % (min(seen, total), total))
            elif seen % 20 == 0:
                sys.stdout.write("  %d / %d\n" % (min(seen, total), total))
            sys.stdout.flush()
        elif line.startswith("Installing collected packages"):
            sys.stdout.write("\r  mise en place…   \n")
            sys.stdout.flush()
    if process.wait():
        stop("L’installation a échoué :\n" + "".join(kept[-25:]))


def install_project():
    quiet = pip("install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", ROOT)
    result = subprocess.run(quiet, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
    if result.returncode:
        stop("Le projet lui-même ne s’installe pas :\n" + result.stdout)


def main(name):
    check_python()
    if os.path.isdir(VENV) and is_installed(name):
        return
    make_environment()
    install_locked(name)
    install_project()
    with open(stamp(name), "w") as target:
        target.write(fingerprint(name))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "run")
