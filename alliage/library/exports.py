"""Resources in open formats: one record, written once, for every one of them; what everyone may read, nothing else.

`record` is what JSON says of a resource; `row` is the same flat, for tables: lists on one cell, one column for each section.
A file written here can be read again by an import. Columns are documented in the codebook (queries/dump.py).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.urls import reverse

from alliage.library import citing, kinds
from alliage.library import content as contents
from alliage.library.content import NETWORK_LISTS
from alliage.library.enums import LICENCES, Licence, ResourceKind
from alliage.library.models import Resource, Translation
from alliage.library.queries import resources as queries
from alliage.library.queries import translations
from alliage.library.queries.reuse import Reused, reused
from alliage.library.searchable import STATES

CHUNK = 200
SEPARATOR = " ; "
SECTIONS = tuple(dict.fromkeys(part.code for template in kinds.TEMPLATES.values() for part in template))
_PLAIN = (
    "id", "url", "permanent_url", "kind", "kind_label", "medoc", "title", "summary", "language", "year",
)  # fmt: skip
_LISTS = ("leviers", "metiers", "odd", "regards", "audiences", *NETWORK_LISTS, "territories", "territory_names")
_CONTEXT = ("territory_kind", "size", "density", "phase", "actors")
_TAIL = (
    "hides_place", "proof", "proof_text", "licence", "licence_url", "attribution", "authors", "links", "files",
    "conditions", "kit_items", "source", "source_code", "external_id", "state", "obsolete_reason", "replaced_by",
    "version", "published_at", "edited_at", "confirmed_on", "renew_on", "is_demo",
    "adapted_from", "adaptations", "useful", "used", "translations",
)  # fmt: skip
COLUMNS = (
    *_PLAIN, *_LISTS, *(f"context_{name}" for name in _CONTEXT), *_TAIL, *(f"section_{code}" for code in SECTIONS)
)  # fmt: skip


def record(
    resource: Resource,
    reused: Reused = Reused(),  # noqa: B008 frozen
    tongues: Mapping[str, Translation] = MappingProxyType({}),
) -> dict[str, Any]:
    """A resource that is shown, as plain data: codes, and words beside them where codes say nothing.

    `replaced_by` must have been read with it; what became of it elsewhere (`queries.reuse.reused`) and what its translations say
    (`queries.translations.published`) are given by those who say it; nothing else is asked of the database.
    """
    content = contents.public(resource.content)
    licence = LICENCES[Licence(content["licence"])]
    replacement = resource.replaced_by
    return {
        "id": resource.pk,
        "url": settings.ORIGIN + resource.get_absolute_url(),
        "permanent_url": resource.permanent_url,
        "kind": resource.kind,
        "kind_label": str(ResourceKind(resource.kind).label),
        "medoc": content["medoc"],
        "title": content["title"],
        "summary": content["summary"],
        "language": content["language"],
        "year": content["year"],
        "sections": {
            part.code: {"label": str(part.label), "text": content["sections"][part.code]}
            for part in kinds.sections(content["kind"])
            if part.code in content["sections"]
        },
        **{name: content.get(name, []) for name in _LISTS if name != "territory_names"},
        "territory_names": [place.name for place in contents.places(content)],
        "context": content["context"],
        "hides_place": content["hides_place"],
        "proof": content["proof"],
        "proof_text": content["proof_text"],
        "licence": content["licence"],
        "licence_url": licence.url,
        "attribution": citing.attribution(latest(resource)),
        "authors": [{name: each[name] for name in ("name", "role", "organisation")} for each in content["authors"]],
        "links": content["links"],
        "files": [file_of(each) for each in content["files"]],
        "conditions": content["conditions"],
        "kit_items": content["kit_items"],
        "source": content["source"],
        "source_code": "" if content["hides_place"] else resource.source_code,  # a bank, a page: they name the place
        "external_id": "" if content["hides_place"] else resource.external_id,
        "state": STATES[resource.state],  # type: ignore[index]
        "obsolete_reason": resource.obsolete_reason,
        "replaced_by": settings.ORIGIN + replacement.get_absolute_url() if replacement and replacement.is_shown else None,
        "version": resource.edition,
        "published_at": resource.published_at,
        "edited_at": resource.edited_at,
        "confirmed_on": resource.confirmed_on,
        "renew_on": resource.renew_on,
        "is_demo": resource.is_demo,
        **asdict(reused),
        "translations": [
            {"language": code, "url": f"{settings.ORIGIN}{resource.get_absolute_url()}?langue={code}"}
            | (_translation(resource, tongues[code]) if code in tongues else {})
            for code in resource.translated
        ],
    }  # fmt: skip


def _translation(resource: Resource, translation: Translation) -> dict[str, Any]:
    """What a translation says, and whether the original has moved since."""
    content = translations.over(resource.content, translation.text or {}, translation.language)
    return {
        "is_late": (translation.version or 0) < resource.edition,
        "credit": translation.credit,
        **{name: content[name] for name in ("title", "summary", "sections")},
    }


def latest(resource: Resource, translation: Translation | None = None) -> citing.Work:
    """What is cited of a published resource: its last version, or the translation that was read, with who wrote it."""
    if resource.edited_at is None:
        raise ValueError(f"Resource {resource.pk} was never published.")
    content = said(resource, translation)
    work = citing.work_of(resource, content, number=resource.edition, published_at=resource.edited_at)
    if translation is None:
        return work
    names = [name for name in (*work.translators, translation.credit) if name]
    return replace(work, translators=names, url=f"{work.url}?langue={translation.language}")


def said(resource: Resource, translation: Translation | None = None) -> contents.Content:
    """What everyone may read of it, in the language of a translation."""
    content = contents.public(resource.content)
    return translations.over(content, translation.text or {}, translation.language) if translation else content


def file_of(each: dict[str, Any]) -> dict[str, Any]:
    """A file of a content, with its address."""
    return {
        "name": each["name"],
        "label": each["label"],
        "size": each["size"],
        "url": settings.ORIGIN + file_url(each),
    }


def file_url(each: dict[str, Any]) -> str:
    return reverse("files:download", args=[each["id"], each["name"] or "fichier"])


# --- Many of them --------------------------------------------------------------------------------------------------


def records(pks: Iterable[int] | None) -> Iterator[dict[str, Any]]:
    """Records of these numbers, in their order, those that are shown only; of all that are shown for None, the last first."""
    numbers = pks if pks is not None else queries.shown().order_by("-edited_at", "-pk").values_list("pk", flat=True)
    for chunk in _chunks(numbers):
        known = queries.shown().select_related("replaced_by").in_bulk(chunk)
        became, tongues = reused(chunk), said_elsewhere(known.values())
        yield from (record(known[pk], became.get(pk, Reused()), tongues.get(pk, {})) for pk in chunk if pk in known)


def said_elsewhere(resources: Iterable[Resource]) -> dict[int, dict[str, Translation]]:
    """The translations of those that have some; no query when none has."""
    translated = [each.pk for each in resources if each.translated]
    return translations.published(translated) if translated else {}


def _chunks(pks: Iterable[int]) -> Iterator[list[int]]:
    held: list[int] = []
    for pk in pks:
        held.append(pk)
        if len(held) == CHUNK:
            yield held
            held = []
    if held:
        yield held


def row(record: dict[str, Any]) -> list[Any]:
    """The cells of a record, in the order of COLUMNS."""
    flat = {name: record[name] for name in (*_PLAIN, *_TAIL)}
    flat |= {name: SEPARATOR.join(record[name]) for name in _LISTS}
    flat |= {f"context_{name}": _cell(record["context"].get(name)) for name in _CONTEXT}
    flat |= {f"section_{code}": record["sections"].get(code, {}).get("text", "") for code in SECTIONS}
    flat["translations"] = SEPARATOR.join(each["language"] for each in record["translations"])
    flat["authors"] = SEPARATOR.join(_author(each) for each in record["authors"])
    flat["links"] = SEPARATOR.join(each["url"] for each in record["links"])
    flat["files"] = SEPARATOR.join(each["url"] for each in record["files"])
    flat["conditions"] = SEPARATOR.join(_condition(each) for each in record["conditions"])
    flat["kit_items"] = SEPARATOR.join(each["title"] for each in record["kit_items"])
    return [flat[name] for name in COLUMNS]


def _cell(value: Any) -> str:
    return SEPARATOR.join(value) if isinstance(value, list) else str(value or "")


def _condition(each: dict[str, str]) -> str:
    """« required (population_max:10000): Un local »."""
    check = f" ({each['check']})" if each["check"] else ""
    return f"{each['importance']}{check}: {each['text']}"


def _author(each: dict[str, str]) -> str:
    """« Alix Demo (Ville d’exemple, auteur) »."""
    return f"{each['name']} ({', '.join(words for words in (each['organisation'], each['role']) if words)})"


# --- For search engines --------------------------------------------------------------------------------------------

_TYPES = {
    ResourceKind.PRACTICE: "Article", ResourceKind.FEEDBACK: "Article", ResourceKind.GUIDE: "Guide",
    ResourceKind.KIT: "LearningResource", ResourceKind.STUDY: "Report", ResourceKind.LETTER: "Article",
}  # fmt: skip


def linked_data(record: dict[str, Any], *, is_elsewhere: bool = False) -> dict[str, Any]:
    """A record in the words of schema.org. Of a work made elsewhere, we publish what is said of it, not the work."""
    network = {"@type": "Organization", "name": citing.PUBLISHER, "url": f"{settings.ORIGIN}/"}
    ours: dict[str, Any] = {
        "datePublished": record["published_at"], "dateModified": record["edited_at"], "publisher": network,
    }  # fmt: skip
    theirs: dict[str, Any] = {
        "datePublished": str(record["year"] or ""), "sdDatePublished": record["edited_at"], "sdPublisher": network,
    }  # fmt: skip
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": _TYPES.get(ResourceKind(record["kind"]), "CreativeWork"),
        "@id": record["permanent_url"],
        "identifier": record["permanent_url"],
        "name": record["title"],
        "headline": record["title"][:110],
        "description": record["summary"],
        "inLanguage": record["language"],
        "url": record["url"],
        "version": str(record["version"]),
        **(theirs if is_elsewhere else ours),
        "temporalCoverage": str(record["year"] or ""),
        "license": record["licence_url"],
        "creditText": record["attribution"],
        "author": [_person(each) for each in record["authors"]],
        "spatialCoverage": [{"@type": "Place", "name": name} for name in record["territory_names"]],
        "isBasedOn": [each["url"] for each in record["links"]],
        "associatedMedia": [
            {"@type": "MediaObject", "contentUrl": each["url"], "contentSize": str(each["size"]), "name": each["name"]}
            for each in record["files"]
        ],
    }
    return {name: value for name, value in said.items() if value}


def _person(each: dict[str, str]) -> dict[str, Any]:
    said: dict[str, Any] = {"@type": "Organization" if each["name"] == each["organisation"] else "Person"}
    said["name"] = each["name"]
    if each["organisation"] and each["organisation"] != each["name"]:
        said["affiliation"] = {"@type": "Organization", "name": each["organisation"]}
    return said
