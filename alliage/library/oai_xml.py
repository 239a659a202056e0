"""Answers of OAI-PMH as XML: records in Dublin Core, from what everyone may read."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.urls import reverse

from alliage.library import citing, exports, oai
from alliage.library import content as contents
from alliage.library.enums import AuthorRole, ResourceKind
from alliage.library.models import Resource
from alliage.library.oai import Asked, OaiError
from alliage.library.queries import oai as queries

OAI = "http://www.openarchives.org/OAI/2.0/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
DC = "http://purl.org/dc/elements/1.1/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
IDENTIFIER = "http://www.openarchives.org/OAI/2.0/oai-identifier"
for _prefix, _uri in (("", OAI), ("oai_dc", OAI_DC), ("dc", DC), ("xsi", XSI), ("oai-identifier", IDENTIFIER)):
    ET.register_namespace(_prefix, _uri)
# What XML 1.0 cannot hold, whatever the way it is written.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Kinds of the DCMI vocabulary, for harvesters that sort by them.
_TYPES = {ResourceKind.REPLAY: "MovingImage", ResourceKind.KIT: "Collection", ResourceKind.TOOL: "InteractiveResource"}


def base_url() -> str:
    return settings.ORIGIN + reverse("library:oai")


def refused(error: OaiError, arguments: dict[str, str], *, now: datetime) -> bytes:
    """An error condition, said as the protocol says it."""
    named = {} if error.code in ("badVerb", "badArgument") else arguments
    root = _root(named, now)
    _add(root, "error", str(error), {"code": error.code})
    return _written(root)


def answered(asked: Asked, *, now: datetime) -> bytes:
    """What a request gives. Raises `OaiError` for what only the data can say."""
    root = _root(dict(asked.arguments), now)
    _ANSWERS[asked.verb](root, asked, now)
    return _written(root)


def _root(arguments: dict[str, str], now: datetime) -> ET.Element:
    root = ET.Element(f"{{{OAI}}}OAI-PMH", {f"{{{XSI}}}schemaLocation": f"{OAI} {OAI[:-1]}/OAI-PMH.xsd"})
    _add(root, "responseDate", oai.stamp(now - oai.MARGIN))
    _add(root, "request", base_url(), {name: _clean(value) for name, value in arguments.items()})
    return root


def _add(parent: ET.Element, name: str, text: str = "", attributes: dict[str, str] | None = None, *, space: str = OAI) -> ET.Element:  # fmt: skip
    child = ET.SubElement(parent, f"{{{space}}}{name}", attributes or {})
    if text:
        child.text = _clean(text)
    return child


def _clean(text: str) -> str:
    return _UNWRITABLE.sub("", text)


def _written(root: ET.Element) -> bytes:
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="utf-8")


# --- What each verb gives ------------------------------------------------------------------------------------------


def _identify(root: ET.Element, _asked: Asked, now: datetime) -> None:
    part = _add(root, "Identify")
    _add(part, "repositoryName", f"{citing.PUBLISHER} – Ressources")
    _add(part, "baseURL", base_url())
    _add(part, "protocolVersion", "2.0")
    _add(part, "adminEmail", parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
    _add(part, "earliestDatestamp", oai.stamp(queries.earliest() or now))
    _add(part, "deletedRecord", "persistent")
    _add(part, "granularity", oai.GRANULARITY)
    _add(part, "compression", "gzip")
    described = _add(_add(part, "description"), "oai-identifier", space=IDENTIFIER)
    described.set(f"{{{XSI}}}schemaLocation", f"{IDENTIFIER} {IDENTIFIER}.xsd")
    sample = oai.identifier(1)
    for name, text in (
        ("scheme", "oai"), ("repositoryIdentifier", sample.split(":")[1]), ("delimiter", ":"), ("sampleIdentifier", sample),
    ):  # fmt: skip
        _add(described, name, text, space=IDENTIFIER)


def _formats(root: ET.Element, asked: Asked, _now: datetime) -> None:
    if asked.identifier:
        _found(asked)
    part = _add(_add(root, "ListMetadataFormats"), "metadataFormat")
    _add(part, "metadataPrefix", oai.PREFIX)
    _add(part, "schema", f"{OAI_DC[:-1]}.xsd")
    _add(part, "metadataNamespace", OAI_DC)


def _sets(root: ET.Element, _asked: Asked, _now: datetime) -> None:
    part = _add(root, "ListSets")
    for code, name in queries.sets():
        one = _add(part, "set")
        _add(one, "setSpec", code)
        _add(one, "setName", name)


def _identifiers(root: ET.Element, asked: Asked, _now: datetime) -> None:
    _list(root, asked, whole=False)


def _records(root: ET.Element, asked: Asked, _now: datetime) -> None:
    _list(root, asked, whole=True)


def _list(root: ET.Element, asked: Asked, *, whole: bool) -> None:
    page = queries.page(asked)
    if not page.resources and not asked.given:
        raise OaiError("noRecordsMatch", "Nothing matches.")
    part = _add(root, asked.verb)
    for resource in page.resources:
        (_record if whole else _header)(part, resource)
    if page.more or asked.given:
        _go_on(part, asked, page)


def _go_on(part: ET.Element, asked: Asked, page: queries.Page) -> None:
    """The token of what follows; an empty one ends a list that came in several parts."""
    text = ""
    if page.more:
        last = page.resources[-1]
        text = oai.token(asked, after=(last.changed_at, last.pk), given=asked.given + len(page.resources))
    _add(
        part, "resumptionToken", text, {"completeListSize": str(page.total), "cursor": str(asked.given)}
    )  # fmt: skip


def _get(root: ET.Element, asked: Asked, _now: datetime) -> None:
    _record(_add(root, "GetRecord"), _found(asked))


def _found(asked: Asked) -> Resource:
    resource = queries.one(oai.number(asked.identifier))
    if resource is None:
        raise OaiError("idDoesNotExist", "No resource has this identifier here.")
    return resource


# --- A record ------------------------------------------------------------------------------------------------------


def _header(parent: ET.Element, resource: Resource) -> None:
    """Of what went, nothing is said but that it went."""
    header = _add(parent, "header", attributes={} if resource.is_shown else {"status": "deleted"})
    _add(header, "identifier", oai.identifier(resource.pk))
    _add(header, "datestamp", oai.stamp(resource.changed_at))
    for code in queries.sets_of(resource):
        _add(header, "setSpec", code)


def _record(parent: ET.Element, resource: Resource) -> None:
    record = _add(parent, "record")
    _header(record, resource)
    if not resource.is_shown:
        return
    metadata = _add(_add(record, "metadata"), "dc", space=OAI_DC)
    metadata.set(f"{{{XSI}}}schemaLocation", f"{OAI_DC} {OAI_DC[:-1]}.xsd")
    for name, text in dublin_core(resource):
        _add(metadata, name, text, space=DC)


def dublin_core(resource: Resource) -> Iterable[tuple[str, str]]:
    """Elements of Dublin Core and what they hold, of a resource that is shown."""
    said = exports.record(resource)
    work = exports.latest(resource)
    elements = [
        ("title", said["title"]),
        *(_who(author) for author in said["authors"]),
        *(("subject", keyword) for keyword in work.keywords),
        ("description", said["summary"]),
        ("publisher", work.publisher),
        ("date", str(said["year"] or work.when)),
        ("type", said["kind_label"]),
        ("type", _TYPES.get(ResourceKind(resource.kind), "Text")),
        ("format", "text/html"),
        ("identifier", said["permanent_url"]),
        ("source", said["source"]),
        ("source", work.link),
        ("language", said["language"]),
        ("relation", said["replaced_by"]),
        *(("relation", each["url"]) for each in said["translations"]),
        *(("coverage", place.name) for place in contents.places(resource.content)),
        ("rights", said["licence_url"] or work.licence.short),
        ("rights", said["attribution"]),
    ]
    return [(name, text) for name, text in elements if text]


def _who(author: dict[str, str]) -> tuple[str, str]:
    element = "creator" if author["role"] == AuthorRole.AUTHOR else "contributor"
    return element, ", ".join(part for part in (author["name"], author["organisation"]) if part)


_ANSWERS = {
    "Identify": _identify,
    "ListMetadataFormats": _formats,
    "ListSets": _sets,
    "ListIdentifiers": _identifiers,
    "ListRecords": _records,
    "GetRecord": _get,
}
