"""What people read, in every folder: marked for translation, in French typography, nothing inline."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(
    path
    for path in PACKAGE.glob("*/templates/**/*")
    if path.suffix in {".html", ".txt"} and path.is_file() and "wagtailadmin" not in path.parts
)
MODULES = sorted(
    path for path in PACKAGE.glob("**/*.py") if not {"tests", "migrations", "node_modules"} & {*path.parts}
)
NAMES = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}

# Proper names, units and marks that no translation changes.
NOT_WORDS = {
    "Alliage", "Val-de-Brume", "Pays des Trois-Rivières", "Côte-sous-le-Vent",
    "CSV", "JSON", "GeoJSON", "RSS", "XML", "PDF", "ODT", "DOCX", "XLSX", "iCal",
    "RSS 2.0", "EPCI", "SIREN", "SIRET", "Insee",
}  # fmt: skip
NBSP = "[\u00a0\u202f]"

_COMMENT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|<!--.*?-->", re.DOTALL)
_CLASSES = re.compile(r"\{% block main_class %\}.*?\{% endblock(?: main_class)? %\}")
_MARKED = re.compile(r"\{% blocktrans(?:late)?\b.*?\{% endblocktrans(?:late)? %\}", re.DOTALL)
_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_STRING = re.compile(r"""\{% trans(?:late)? (?:"([^"]*)"|'([^']*)')""")
_ELEMENT = re.compile(r"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>", re.DOTALL)
_TOLD = re.compile(r"""\s(?:alt|title|aria-label|placeholder|label|content)=["']([^"']*)["']""")


def label(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def without_tags(text: str) -> str:
    return _TAG.sub("", _MARKED.sub("", _CLASSES.sub("", _COMMENT.sub("", text))))


def unmarked(path: Path) -> Iterator[str]:
    """Text nodes and told attributes that hold words outside translation tags."""
    text = without_tags(path.read_text(encoding="utf-8"))
    pieces = _ELEMENT.sub("\n", text).splitlines()
    told = [
        value
        for element in _ELEMENT.findall(text)
        if not element.startswith("<meta")
        for value in _TOLD.findall(element)
    ]
    for piece in [*pieces, *told]:
        words = re.sub(r"&\w+;", " ", piece).strip(" \t·–—-:;,.()«»/|\u00a0\u202f…×✓")
        # A part of a template may be an attribute of the element that its caller writes.
        words = re.sub(r'^[a-z-]+="[^"]*"$', "", words)
        if re.search(r"[A-Za-zÀ-ÿ]{2,}", words) and words not in NOT_WORDS:
            yield words


def marked_in_template(path: Path) -> Iterator[str]:
    text = _COMMENT.sub("", path.read_text(encoding="utf-8"))
    for double, single in _STRING.findall(text):
        yield double or single
    for block in _MARKED.findall(text):
        for part in re.split(r"\{% (?:plural|blocktrans|endblocktrans)[^%]*%\}", block):
            yield _ELEMENT.sub("", _TAG.sub("0", part)).strip()


def marked_in_module(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in NAMES:
            for argument in node.args:
                words = (each for each in ast.walk(argument) if isinstance(each, ast.Constant))
                yield from (each.value for each in words if isinstance(each.value, str))


def between_sentences(path: Path) -> Iterator[str]:
    """Signs that stand in a template outside sentences, between what tags write."""
    text = _COMMENT.sub("", path.read_text(encoding="utf-8"))
    yield from re.findall(r"[\wÀ-ÿ»)%}>] [:;?!»](?=[\s<{\"]|$)|«(?=[ <{])", text, re.MULTILINE)


def faults(text: str) -> list[str]:
    """What French typography does not allow, with a word for each."""
    text = re.sub(r"https?://\S+|%\([^)]*\)|\{[^}]*\}|&\w+;|\b\d{1,2}:\d{2}\b", "x", text)
    found = []
    if re.search(r"[A-Za-zÀ-ÿ]'[A-Za-zÀ-ÿ]", text):
        found.append("straight apostrophe")
    if "!" in text:
        found.append("exclamation mark")
    if re.search(r"(?:[\wÀ-ÿ»)%]\s?| )[:;?»](?=\s|$)", text) and re.search(rf"(?<!{NBSP})[:;?»](?=\s|$)", text):
        found.append("no non-breaking space before : ; ? »")
    if re.search(rf"«(?!{NBSP})", text):
        found.append("no non-breaking space after «")
    if '"' in re.sub(r'="[^"]*"', "", text):
        found.append("straight quotation mark")
    return found


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("l'accès", "straight apostrophe"),
        ("Bravo\u00a0!", "exclamation mark"),
        ("Source : Insee", "no non-breaking space before : ; ? »"),
        (" : ", "no non-breaking space before : ; ? »"),
        ("Pourquoi?", "no non-breaking space before : ; ? »"),
        ("« libre\u00a0»", "no non-breaking space after «"),
        ('dit "oui"', "straight quotation mark"),
    ],
)
def test_a_fault_of_typography_is_seen(text, fault):
    assert fault in faults(text)


@pytest.mark.parametrize(
    "text",
    [
        "Source\u00a0: Insee",
        "L’accès, pour quoi\u202f?",
        "«\u00a0libre\u00a0»",
        "à 14:30",
        "voir https://exemple.fr/?a=1",
    ],
)
def test_good_typography_is_not_accused(text):
    assert faults(text) == []


def test_signs_between_sentences_are_seen(tmp_path):
    page = tmp_path / "page.html"
    page.write_text("<b>{{ who }} : {{ what }}</b> {% if a %}« {{ b }}\u00a0»{% endif %}{{ c }}\u00a0: {# a : b #}")
    assert list(between_sentences(page)) == ["} :", "«"]


def test_each_of_two_sentences_of_a_message_is_read(tmp_path):
    module = tmp_path / "module.py"
    module.write_text('_("Un" if alone else "Deux : ")')
    assert list(marked_in_module(module)) == ["Un", "Deux : "]


def test_unmarked_words_are_seen(tmp_path):
    page = tmp_path / "page.html"
    page.write_text('<p title="Un titre">Des mots</p>{% translate "Oui" %}{# non #}<b>{{ x }}</b>')
    assert list(unmarked(page)) == ["Des mots", "Un titre"]


@pytest.mark.parametrize("path", TEMPLATES, ids=label)
def test_every_word_of_a_template_is_marked_for_translation(path):
    assert list(unmarked(path)) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=label)
def test_templates_write_good_french(path):
    assert {text: faults(text) for text in marked_in_template(path) if faults(text)} == {}
    assert list(between_sentences(path)) == []


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_messages_write_good_french(path):
    assert {text: faults(text) for text in marked_in_module(path) if faults(text)} == {}


# Where French is no interface: the words of a language, of a gallery, of a file to be built, or said before Django is there.
UNMARKED = {
    "ui/gallery.py", "config/settings.py", "territories/data/build.py", "territories/grammar.py", "ui/bundles/build.py",
    "ui/views.py", "territories/maps/views.py", "events/programme_columns.py",
}  # fmt: skip


def _unmarked(path: Path) -> list[str]:
    """Sentences and labels of a module in French that no function of translation holds."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    held: set[int] = set()
    for node in ast.walk(tree):
        named = isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", ""))
        # What is told to developers: documentation, registries.
        if (
            named in NAMES
            or str(named).startswith("Registry")
            or isinstance(getattr(node, "func", None), ast.Subscript)
        ):
            held |= {id(each) for each in ast.walk(node)}
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            held.add(id(body[0].value))
    strings = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return [
        text.value
        for text in strings
        if id(text) not in held and re.match(r"[A-ZÀÉÈÊ][^\\<]* .*[àâçéèêëîïôùû’]", text.value)
    ]


@pytest.mark.parametrize("path", [path for path in MODULES if "management" not in path.parts], ids=label)
def test_sentences_of_the_code_are_marked(path):
    if str(path.relative_to(PACKAGE)) not in UNMARKED:
        assert _unmarked(path) == []


# Bundles are built from sources that are read here too, or hold no word.
SCRIPTS = sorted(
    path for path in PACKAGE.rglob("*.js")
    if "node_modules" not in path.parts and path.name not in {"alliage.js", "writing.js"} and "dist" not in path.parts
)  # fmt: skip
_SAID = re.compile(r"""n?gettext\(\s*("(?:[^"\\\n]|\\.)*")(?:,\s*"(?:[^"\\\n]|\\.)*")?""")
_LITERAL = re.compile(r"""//.*|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`""")
_FRENCH = re.compile(r"[éèêàçùîôûÉÈÀ’«]|^[A-Z][a-z]+( [a-z]+)+")


@pytest.mark.parametrize("path", SCRIPTS, ids=label)
def test_sentences_of_scripts_are_marked(path):
    """Django reads `gettext("…")` in scripts as it does in Python; in French the words stand as they are."""
    rest = _SAID.sub("", path.read_text(encoding="utf-8"))
    literals = [one or other for one, other in _LITERAL.findall(rest)]
    assert [text for text in literals if _FRENCH.search(text)] == []


@pytest.mark.parametrize("path", [path for path in TEMPLATES if path.suffix == ".html"], ids=label)
def test_nothing_is_inline(path):
    text = _COMMENT.sub("", path.read_text(encoding="utf-8"))
    elements = " ".join(_ELEMENT.findall(text))
    if "mail" not in path.parts:  # a mail has no style sheet
        assert not re.search(r"\sstyle=|<style", elements)
    assert not re.search(r"\son(?:click|change|submit|load|input|focus|blur)=", elements)
    for attributes, body in re.findall(r"<script\b([^>]*)>(.*?)</script>", text, re.DOTALL):
        assert "src=" in attributes or "json" in attributes
        assert not body.strip() or "json" in attributes


def test_every_icon_named_by_a_template_exists():
    known = {path.stem for path in (PACKAGE / "ui" / "icons").glob("*.svg")}
    named = {
        (label(path), name)
        for path in TEMPLATES
        for name in re.findall(r"""\{% icon ["']([\w-]+)["']""", path.read_text())
    }
    assert {(where, name) for where, name in named if name not in known} == set()
