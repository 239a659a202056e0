"""xCal (RFC 6321): the same calendars as `ics`, in XML."""

from collections.abc import Iterable
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring
from zoneinfo import ZoneInfo

from django.http import HttpResponse

from alliage.formats import ics

MEDIA = "application/calendar+xml; charset=utf-8"
SPACE = "urn:ietf:params:xml:ns:icalendar-2.0"


def calendar(entries: Iterable[ics.Entry], *, zone: ZoneInfo, name: str = "") -> bytes:
    """Write a calendar, whose moments are those of `zone`."""
    root = Element("icalendar", xmlns=SPACE)
    _component(root, ics.component(entries, zone=zone, name=name).to_jcal())
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _component(parent: Element, said: list[Any]) -> None:
    """A component in the words of jCal (RFC 7265): its name, its properties, those inside it."""
    name, properties, inside = said
    made = SubElement(parent, name)
    if properties:
        listed = SubElement(made, "properties")
        for each in properties:
            _property(listed, *each)
    if inside:
        listed = SubElement(made, "components")
        for each in inside:
            _component(listed, each)


def _property(parent: Element, name: str, parameters: dict[str, Any], kind: str, *values: Any) -> None:
    made = SubElement(parent, name)
    if parameters:
        listed = SubElement(made, "parameters")
        for parameter, value in parameters.items():
            SubElement(SubElement(listed, parameter), "text").text = str(value)
    for value in values:
        if isinstance(value, dict):  # a rule of recurrence, in parts
            rule = SubElement(made, kind)
            for part, found in value.items():
                for each in found if isinstance(found, list) else [found]:
                    SubElement(rule, part).text = str(each)
        else:
            SubElement(made, kind).text = str(value)


def response(entries: Iterable[ics.Entry], *, zone: ZoneInfo, name: str = "", filename: str = "") -> HttpResponse:
    """Answer a calendar: to take away under `filename`, or to follow when there is none."""
    answer = HttpResponse(calendar(entries, zone=zone, name=name), content_type=MEDIA)
    if filename:
        answer["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer
