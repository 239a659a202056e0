"""The public data described for machines (OpenAPI 3.1), from `open_data`: nothing here is a list of its own."""

import re
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

import alliage
from alliage.formats import xlsx
from alliage.website.data_filters import Filter
from alliage.website.open_data import DATASETS, OURS, QUESTIONS, Dataset

MEDIA = {
    "CSV": "text/csv",
    "JSON": "application/json",
    "GeoJSON": "application/geo+json",
    "RSS": "application/rss+xml",
    "XLSX": xlsx.CONTENT_TYPE,
    "iCal": "text/calendar",
    "ZIP": "application/zip",
}
# Those whose answer is text, and read as such.
TEXTS = {"CSV", "RSS", "iCal"}
WHOLE, PLACES = "Liste", "Carte"


def description() -> dict[str, Any]:
    """The whole document. What speaks a protocol of its own (OAI-PMH) is described by it, not here."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": _("Alliage\u00a0: les données publiques"),
            "version": alliage.__version__,
            "summary": _("Lire, sans compte ni clé, tout ce que le réseau rend public."),
            "description": _(
                "Les filtres d’une page valent pour ses fichiers. Une valeur inconnue ne filtre rien. Un fichier contient toute la liste\u00a0; seuls un flux RSS et la recherche se lisent page par page."
            ),
            "license": {"name": str(OURS)},
        },
        "servers": [{"url": settings.ORIGIN}],
        "externalDocs": {"url": f"{settings.ORIGIN}/donnees/", "description": _("La même chose, à lire")},
        "tags": [_tag(each) for each in (*DATASETS, *QUESTIONS)],
        "paths": {
            address: {"get": _operation(dataset, name, address)}
            for dataset in (*DATASETS, *QUESTIONS)
            for name, address in dataset.files
            if name in MEDIA
        },
        "components": {"schemas": _schemas()},
    }


def _tag(dataset: Dataset) -> dict[str, Any]:
    return {
        "name": str(dataset.title),
        "description": str(dataset.holds),
        "externalDocs": {"url": settings.ORIGIN + dataset.page},
    }


def _operation(dataset: Dataset, name: str, address: str) -> dict[str, Any]:
    said = [str(dataset.holds), _("Licence\u00a0: %(licence)s") % {"licence": dataset.licence}]
    if name == "CSV" and (columns := dataset.columns()):
        said.append(_("Colonnes\u00a0: %(columns)s.") % {"columns": ", ".join(columns)})
    return {
        "operationId": re.sub(r"\W+", "_", address).strip("_"),
        "tags": [str(dataset.title)],
        "summary": f"{dataset.title} ({name})",
        "description": "\n\n".join(said),
        "parameters": [_parameter(each) for each in dataset.asked(name)],
        "responses": _responses(dataset, name),
    }


def _responses(dataset: Dataset, name: str) -> dict[str, Any]:
    found = {
        "200": {
            "description": _held(dataset, name),
            "content": {MEDIA[name]: {"schema": _schema(dataset, name)}},
        },
        "429": {
            "description": _("Trop de demandes à la suite\u00a0: attendre le temps que dit «\u00a0Retry-After\u00a0»")
        },
        "503": {"description": _("Se prépare\u00a0: recommencer après le temps que dit «\u00a0Retry-After\u00a0»")},
    }
    if name == "RSS":
        found["404"] = {"description": _("Cette page n’existe pas\u00a0: le flux s’arrête avant")}
    return found


def _held(dataset: Dataset, name: str) -> str:
    if dataset.is_paged(name):
        return _("Une page de ce qui répond aux filtres")
    if dataset in QUESTIONS:
        return _("Ce qui répond le mieux")
    return _("Tout ce qui répond aux filtres")


def _schema(dataset: Dataset, name: str) -> dict[str, Any]:
    if name in TEXTS:
        return {"type": "string"}
    if name == "GeoJSON":
        return {"$ref": f"#/components/schemas/{PLACES}"}
    if name == "JSON":
        return {"type": "object"} if dataset in QUESTIONS else {"$ref": f"#/components/schemas/{WHOLE}"}
    return {"type": "string", "contentMediaType": MEDIA[name]}


def _parameter(asked: Filter) -> dict[str, Any]:
    values = asked.choices()
    said = str(asked.label)
    if labels := [f"{code} ({label})" for code, label in values if label != code]:
        said += _("\u00a0: %(values)s") % {"values": ", ".join(labels)}
    found: dict[str, Any] = {"name": asked.name, "in": "query", "description": said, "schema": _values(asked)}
    if asked.is_many:
        found |= {"style": "form", "explode": True}
    if asked.example:
        found["example"] = int(asked.example) if asked.is_number else asked.example
    return found


def _values(asked: Filter) -> dict[str, Any]:
    if asked.is_number:
        bounds = {"minimum": asked.least, "maximum": asked.most}
        return {"type": "integer"} | {name: bound for name, bound in bounds.items() if bound is not None}
    codes = [code for code, _label in asked.choices()]
    one: dict[str, Any] = {"type": "string"} | ({"enum": codes} if codes else {})
    return {"type": "array", "items": one} if asked.is_many else one


def _schemas() -> dict[str, Any]:
    """The two shapes of our JSON: a counted list, and points."""
    return {
        WHOLE: {
            "type": "object",
            "required": ["count", "results"],
            "properties": {
                "count": {"type": "integer", "minimum": 0},
                "results": {"type": "array", "items": {"type": "object"}},
            },
        },
        PLACES: {
            "type": "object",
            "required": ["type", "features"],
            "properties": {
                "type": {"const": "FeatureCollection"},
                "features": {
                    "type": "array",
                    "items": {"type": "object", "required": ["type", "geometry", "properties"]},
                },
            },
        },
    }
