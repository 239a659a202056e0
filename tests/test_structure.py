"""The shape of the code, checked: where things live, what may point where, what must be written down."""

import ast
import json
import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps

from alliage.registry import Registry

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "alliage"
FOLDERS = sorted(path.parent.name for path in PACKAGE.glob("*/apps.py"))
NAMES_OF_NOTHING = {"core", "common", "utils", "helpers", "misc", "lib", "tools"}


def layers() -> list[set[str]]:
    """The layers of pyproject.toml, front first, each a set of folder names."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    rows = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return [{name.strip().removeprefix("alliage.") for name in row.split("|")} for row in rows]


def rank(folder: str) -> int:
    return next(index for index, row in enumerate(layers()) if folder in row)


def our_models():
    return [model for model in apps.get_models() if model.__module__.startswith("alliage.")]


def python_files():
    return [path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts and "tests" not in path.parts]


def test_every_folder_has_a_layer():
    assert set(FOLDERS) <= set().union(*layers())


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_folder_says_what_it_is_for_in_thirty_lines(folder):
    readme = PACKAGE / folder / "README.md"
    assert readme.exists(), f"{folder}/README.md is missing"
    assert 3 <= len(readme.read_text().splitlines()) <= 30
    assert ast.get_docstring(ast.parse((PACKAGE / folder / "__init__.py").read_text()))


def test_nothing_is_named_after_nothing():
    ours = (path for path in PACKAGE.rglob("*") if "node_modules" not in path.parts)
    named = {path.stem for path in ours if path.suffix in {"", ".py"}}
    assert not named & NAMES_OF_NOTHING


def test_a_day_is_the_day_of_the_clock_on_the_wall():
    """`now.date()` is the day in Greenwich: from midnight to two in France it is yesterday."""
    wrong = [
        f"{path.relative_to(ROOT)}" for path in python_files() if re.search(r"\bnow(\(\))?\.date\(\)", path.read_text())
    ]
    assert wrong == []


def test_no_foreign_key_points_upward():
    wrong = []
    for model in our_models():
        here = model._meta.app_label
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if field.auto_created or not target or not target.__module__.startswith("alliage."):
                continue
            there = target._meta.app_label
            if there != here and rank(there) <= rank(here):
                wrong.append(f"{model.__name__}.{field.name} → {target.__name__}")
    assert wrong == []


def test_pages_of_the_cms_live_in_the_website_only():
    from wagtail.models import Page

    pages = [model for model in our_models() if issubclass(model, Page)]
    assert {model._meta.app_label for model in pages} <= {"website"}


def test_settings_are_read_in_one_place():
    allowed = {
        "alliage/config/environment.py",
        "alliage/config/cli.py",
        "alliage/config/wsgi.py",
        "alliage/config/asgi.py",
        "alliage/config/serve.py",  # writes where one listens, before settings look
    }
    readers = {
        str(path.relative_to(ROOT)) for path in python_files() if re.search(r"os\.(environ|getenv)", path.read_text())
    }
    readers = {
        reader for reader in readers if not reader.startswith(("alliage/ui/bundles/", "alliage/territories/data/"))
    }
    assert readers <= allowed


def test_services_take_the_clock_from_their_caller():
    """A service that reads the clock cannot be tested at midnight, nor replayed."""
    wrong = []
    for path in python_files():
        is_service = path.name == "services.py" or "services" in path.parts
        if is_service and re.search(r"timezone\.now\(\)|datetime\.now\(|date\.today\(", path.read_text()):
            wrong.append(str(path.relative_to(ROOT)))
    assert wrong == []


def test_nothing_is_left_to_do_in_silence():
    pattern = re.compile(r"\b(TODO|FIXME|XXX)\b")
    wrong = [
        str(path.relative_to(ROOT))
        for path in PACKAGE.rglob("*")
        if path.suffix in {".py", ".html", ".css"} and pattern.search(path.read_text())
    ]
    assert wrong == []


def test_every_template_is_used():
    """A page nobody renders is a page nobody keeps right. Templates that a library looks up by name are left out."""
    by_name = (
        "account/",
        "mfa/",
        "socialaccount/",
        "usersessions/",
        "allauth/",
        "openid/",
        "wagtail",
        "django/",
        "4",
        "5",
    )
    sources = "\n".join(path.read_text() for path in PACKAGE.rglob("*") if path.suffix in {".py", ".html", ".txt"})
    unused = []
    for path in PACKAGE.glob("*/templates/**/*"):
        if path.is_file():
            name = str(path.relative_to(path.parents[len(path.relative_to(PACKAGE).parts) - 3]))
            stem = name.rsplit(".", 1)[0]
            if name.startswith(by_name) or name in sources or stem in sources or path.stem in sources:
                continue
            unused.append(name)
    assert unused == []


def test_lock_files_hold_hashes_and_no_address():
    for name in ("run", "test", "dev"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        assert "--hash=sha256:" in text
        assert "://" not in text
        assert "index-url" not in text
    for path in ROOT.rglob("package-lock.json"):
        if "node_modules" not in path.parts and ".venv" not in path.parts:
            assert '"resolved"' not in path.read_text()
            json.loads(path.read_text())


def test_every_registry_is_in_the_architecture_page():
    page = (ROOT / "docs" / "architecture.md").read_text()
    missing = [name for name in Registry.known if not name.startswith("test") and f"`{name}`" not in page]
    assert missing == []


def test_every_function_has_its_word_in_the_glossary():
    glossary = (ROOT / "docs" / "glossary.md").read_text()
    assert [folder for folder in FOLDERS if f"`{folder}`" not in glossary] == []


def test_every_setting_is_documented():
    from alliage.config.environment import VARIABLES

    page = (ROOT / "docs" / "settings.md").read_text()
    assert [variable.name for variable in VARIABLES if f"`{variable.name}`" not in page] == []


def test_decisions_are_short_and_say_what_was_rejected():
    for path in sorted((ROOT / "docs" / "adr").glob("[0-9]*.md")):
        text = path.read_text()
        assert len(text.splitlines()) <= 40, path.name
        for heading in ("## Decision", "## Rejected", "## How it is held"):
            assert heading in text, f"{path.name} lacks {heading}"
