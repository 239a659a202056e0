"""A programme in other formats: calendars, `schedule.json`, and the table that is read back (`programme_columns.py`)."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseBase

from alliage.accounts.when import PARIS
from alliage.events import calendar_entries, schedule_json
from alliage.events import programme_columns as columns
from alliage.events.models import Partner
from alliage.events.programme import Content, Group, Line, Programme, Someone, is_shown
from alliage.formats import csv, ics, json, xcal


def _as_ics(programme: Programme, **_options: bool) -> HttpResponseBase:
    return ics.response(_entries(programme), zone=PARIS, name=programme.event.title)


def _as_xcal(programme: Programme, **_options: bool) -> HttpResponseBase:
    return xcal.response(_entries(programme), zone=PARIS, name=programme.event.title)


def _entries(programme: Programme) -> Iterator[ics.Entry]:
    return (calendar_entries.of_sequence(line.sequence) for line in programme.lines())


def _as_json(programme: Programme, **_options: bool) -> HttpResponseBase:
    answer = HttpResponse(json.dumps(schedule_json.schedule(programme)), content_type="application/json")
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _as_csv(programme: Programme, *, excel: bool) -> HttpResponseBase:
    filename = f"programme-{programme.event.slug}.csv"
    return csv.response(filename, columns.HEADER, table(programme), excel=excel)


WRITERS: dict[str, Callable[..., HttpResponseBase]] = {
    "ics": _as_ics,
    "json": _as_json,
    "csv": _as_csv,
    "xcal": _as_xcal,
}


# --- The table -----------------------------------------------------------------------------------------------------


def table(programme: Programme) -> Iterator[list[Any]]:
    """One row for each content; a sequence without contents has one row."""
    ranks = {line.sequence.pk: line.sequence.rank for line in programme.lines()}
    for group in programme.groups:
        temps = _temps_cells(programme, group)
        for line in group.lines:
            for each in (line, *line.workshops):
                cells = temps | _sequence_cells(programme, each, ranks)
                for content in [_content_cells(content) for content in each.contents] or [{}]:
                    row = cells | content
                    yield [row.get(code, "") for code in columns.HEADER]


def _clock(programme: Programme, moment: datetime) -> str:
    return moment.astimezone(programme.event.clock).strftime(columns.CLOCK)


def _temps_cells(programme: Programme, group: Group) -> dict[str, Any]:
    temps = group.temps
    if temps is None:
        return {}
    return {
        "temps": temps.title,
        "temps_debut": _clock(programme, temps.starts_at),
        "temps_fin": _clock(programme, temps.ends_at),
        "temps_annonce": temps.announced,
        "temps_presentation": temps.text,
        "temps_note": temps.note,
        "temps_partenaires": _partners(group.partners),
        "temps_appui": _partners(group.support),
    }


def _sequence_cells(programme: Programme, line: Line, ranks: dict[int, int]) -> dict[str, Any]:
    sequence = line.sequence
    return {
        "rang": sequence.rank,
        "numero": "" if sequence.number is None else sequence.number,
        "nature": sequence.kind,
        "titre": sequence.title,
        "debut": _clock(programme, sequence.starts_at),
        "fin": _clock(programme, sequence.ends_at),
        "fait_partie_de": ranks.get(sequence.parent_id or 0, ""),
        "miroir_de": ranks.get(sequence.mirror_of_id or 0, ""),
        "salle": sequence.track,
        "places": "" if sequence.capacity is None else sequence.capacity,
        "inscription": sequence.takes_registrations,
        "leviers": columns.SEPARATOR.join(term.code for term in line.levers),
        "partenaires": _partners(line.partners),
        "appui": _partners(line.support),
        "presentation": sequence.text,
        "note": sequence.note,
    }


def _content_cells(content: Content) -> dict[str, Any]:
    people = {"interviennent": content.speaks, "animent": content.leads, "presentent": content.presents}
    return {
        "contenu": content.kind,
        "contenu_titre": content.title,
        "contenu_texte": content.text,
        "contenu_minutes": "" if content.minutes is None else content.minutes,
        "ressource": content.resource.pk if content.resource else "",
        **{code: columns.people_cell([_written(each) for each in found]) for code, found in people.items()},
    }


def _written(someone: Someone) -> columns.Someone:
    if someone.is_organisation:
        organisation = columns.Organisation(someone.name, someone.organisation_slug)
        return columns.Someone("", someone.role, organisation, someone.standing)
    organisation_ = columns.Organisation(someone.organisation, someone.organisation_slug)
    return columns.Someone(
        someone.name, someone.role, organisation_ if someone.organisation else None, someone.standing
    )


def _partners(partners: list[Partner]) -> str:
    return columns.organisations_cell(
        [
            columns.Organisation(
                each.name, each.organisation.slug if each.organisation and is_shown(each.organisation) else ""
            )
            for each in partners
        ]
    )
