"""Real French texts, all written for Alliage or facts of its founding document: what the search set is searched in.

Read from the files that the project ships, each text under an address that never changes: « levier:alliance », « guide:annuaire#filtrer ».
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.text import slugify

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = ROOT / "alliage"
# Vocabularies whose terms are texts, by what their addresses begin with, and that of what stands under them.
VOCABULARIES = {"metiers": ("metier", "mission"), "leviers": ("levier", "question"), "odd": ("odd", "cible")}


@dataclass(frozen=True)
class Text:
    """`code` is its address; `words` help to find it without being shown."""

    code: str
    title: str
    body: str = ""
    words: tuple[str, ...] = ()


def texts() -> list[Text]:
    found = [*_terms(), *_organisations(), *_needs(), *_pages(), *_guide(), *_resources()]
    assert len({text.code for text in found}) == len(found)
    return found


def _read(path: str) -> Any:
    return json.loads((DATA / path).read_text(encoding="utf-8"))


def _terms() -> Iterator[Text]:
    for vocabulary in _read("taxonomy/data/vocabularies.json"):
        name, below = VOCABULARIES.get(vocabulary["vocabulary"], (vocabulary["vocabulary"], ""))
        for term in vocabulary["terms"]:
            children = term.get("children", [])
            said = [term.get("help_text", ""), *(child["label"] for child in children)]
            yield Text(f"{name}:{term['code']}", _title(name, term), "\n".join(filter(None, said)))
            for child in children:
                yield Text(f"{below}:{child['code']}", child["label"], child.get("help_text", ""), (term["label"],))


def _title(name: str, term: dict[str, Any]) -> str:
    return f"ODD {term['code']} : {term['label']}" if name == "odd" else term["label"]


def _organisations() -> Iterator[Text]:
    for one in _read("directory/data/organisations_2020.json")["organisations"]:
        said = [f"{mention['title']}. {mention['quote']}." for mention in one["mentions"]]
        yield Text(f"organisation:{one['slug']}", one["name"], "\n".join(said), tuple(one.get("other_names", ())))


def _needs() -> Iterator[Text]:
    for one in _read("directory/data/demo_needs.json")["needs"]:
        yield Text(f"annonce:{slugify(one['title'])}", one["title"], one["text"])


def _pages() -> Iterator[Text]:
    """Editorial pages, by their parts."""
    for path in sorted((DATA / "website/data/pages").glob("*.json")):
        page = json.loads(path.read_text(encoding="utf-8"))
        html = "\n".join([f"<p>{page.get('lead', '')}</p>", *_strings(page.get("body", []))])
        yield from _parts(f"page:{page['slug'] or 'accueil'}", page["title"], re.split(r"<h[23]>(.*?)</h[23]>", html))


def _strings(value: Any) -> Iterator[str]:
    """Sentences of a page, not its codes."""
    if isinstance(value, str):
        yield from [value] if " " in value else []
    elif value:
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)


def _guide() -> Iterator[Text]:
    """The guide, by its parts."""
    for path in sorted((ROOT / "docs/guide").glob("*.md")):
        parts = re.split(r"^##+ (.*)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        title, _line, parts[0] = parts[0].strip().removeprefix("# ").partition("\n")
        yield from _parts(f"guide:{path.stem.lower()}", title, parts)


def _parts(code: str, title: str, parts: list[str]) -> Iterator[Text]:
    """What stands before the first heading, then each heading with what follows."""
    first, rest = _plain(parts[0]), parts[1:]
    yield Text(code, title, first)
    for heading, body in zip(map(_plain, rest[::2]), map(_plain, rest[1::2]), strict=True):
        yield Text(f"{code}#{slugify(heading)[:60]}", heading, body, (title,))


def _plain(text: str) -> str:
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)|<[^>]+>", " ", text)
    return " ".join(re.sub(r"\[([^\]]*)\]\([^)]*\)|[*`|#]", r"\1", text).split())


def _resources() -> Iterator[Text]:
    """The first content of the library."""
    for name in ("guides", "pastilles", "demo_practices"):
        for one in _read(f"library/data/{name}.json")["resources"]:
            said = [one["summary"], *one["sections"].values()]
            yield Text(f"ressource:{one['code']}", one["title"], "\n".join(said))
