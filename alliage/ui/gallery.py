"""The charter and the gallery: made from the files, so that what exists is shown and what is shown exists.

Texts here are examples, not interface: people and places are invented.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from alliage.ui.contrasts import contrasts, tokens
from alliage.ui.fields import DayField
from alliage.ui.templatetags.ui import ICONS

HERE = Path(__file__).resolve().parent
COMPONENTS = HERE / "templates" / "ui" / "components"
_COMMENT = re.compile(r"\{#\s*(.*?)\s*#\}", re.DOTALL)


class ExampleForm(forms.Form):
    """Every kind of question."""

    name = forms.CharField(label=_("Titre de la pratique"), max_length=120, help_text=_("Une phrase qui dit l’action."))
    kind = forms.ChoiceField(
        label=_("Forme"),
        widget=forms.RadioSelect,
        choices=[("practice", _("Pratique")), ("kit", _("Kit")), ("study", _("Étude"))],
    )
    scales = forms.MultipleChoiceField(
        label=_("Échelons concernés"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[("commune", _("Commune")), ("epci", _("Intercommunalité")), ("region", _("Région"))],
    )
    place = forms.ChoiceField(
        label=_("Territoire"), choices=[("", _("Choisir")), ("a", "Val-de-Brume"), ("b", "Pays des Trois-Rivières")]
    )
    on = DayField(label=_("Depuis"), required=False)
    text = forms.CharField(
        label=_("Ce qui a été fait"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Quelques lignes suffisent."),
    )
    attachment = forms.FileField(label=_("Document"), required=False, help_text=_("PDF, DOCX ou ODT, 10 Mo au plus."))
    agreed = forms.BooleanField(
        label=_("Je suis d’accord pour que cette pratique soit publiée"), help_text=_("Vous pourrez la retirer.")
    )


class ExampleFilter(forms.Form):
    q = forms.CharField(label=_("Mots"), required=False)
    scale = forms.ChoiceField(
        label=_("Échelon"), required=False, choices=[("", _("Tous")), ("epci", "Intercommunalité")]
    )


def filled_form() -> ExampleForm:
    return ExampleForm(initial={"name": "Une table de quartier qui dure", "kind": "practice"})


def refused_form() -> ExampleForm:
    return ExampleForm({"name": "", "kind": "practice", "text": "Nous avons commencé par écouter.", "place": "a"})


FACTS: list[dict[str, Any]] = [
    {"label": "Habitants", "value": "48\u202f212", "source": "Insee, populations légales", "year": 2022},
    {"label": "Communes", "value": "31"},
    {"label": "Part du rural", "value": "62\u202f%", "source": "Grille de densité", "year": 2024},
]
LIST: list[dict[str, Any]] = [
    {
        "title": "Une table de quartier qui dure",
        "url": "#table",
        "reason": "Parce que ce territoire a la même taille que le vôtre et travaille la confiance.",
        "facts": ["Val-de-Brume", "Confirmé en mai 2026"],
    },
    {
        "title": "Le repas des associations et des entreprises",
        "url": "#repas",
        "reason": "Parce que vous cherchez comment ouvrir l’alliance aux entreprises.",
        "facts": ["Pays des Trois-Rivières", "Confirmé en mars 2026"],
    },
    {
        "title": "Cartographier les envies avant les besoins",
        "url": "#carte",
        "reason": "Parce que trois territoires voisins l’ont reprise.",
        "facts": ["Côte-sous-le-Vent", "Confirmé en janvier 2026"],
    },
]
STEPS: list[dict[str, Any]] = [
    {"label": "Se situer", "state": "done", "url": "#situer"},
    {"label": "Choisir un levier", "state": "current"},
    {"label": "Rencontrer un pair", "state": "later"},
    {"label": "Partager", "state": "later"},
]
EVENTS: list[dict[str, Any]] = [
    {
        "when": "12 janvier 2026",
        "what": "Première réunion des partenaires",
        "text": "Neuf structures autour de la table.",
    },
    {"when": "3 avril 2026", "what": "Séance de codéveloppement", "url": "#seance", "now": True},
    {"when": "Septembre 2026", "what": "Bilan partagé"},
]
TABS: list[dict[str, Any]] = [
    {"label": "Vue d’ensemble", "url": "#vue", "current": True},
    {"label": "Personnes", "url": "#personnes", "count": 12},
    {"label": "Pratiques", "url": "#pratiques", "count": 4},
]
CHIPS: list[dict[str, Any]] = [
    {"label": "Région : Bretagne", "url": "#sans-region"},
    {"label": "Intercommunalité", "url": "#sans-echelon"},
]
EXPORTS: list[dict[str, Any]] = [
    {"label": "CSV", "url": "#csv"},
    {"label": "JSON", "url": "#json"},
    {"label": "GeoJSON", "url": "#geojson"},
]
DRAWING = mark_safe(
    '<svg viewBox="0 0 320 60" width="320" height="60" role="img" aria-label="Trois barres : 4, 7 et 5 pratiques.">'
    '<g fill="currentColor"><rect y="20" width="60" height="40"/><rect x="90" width="60" height="60"/>'
    '<rect x="180" y="12" width="60" height="48"/></g></svg>'
)

Example = dict[str, Any]
EXAMPLES: dict[str, Callable[[], Iterable[Example]]] = {
    "breadcrumb": lambda: [
        {"crumbs": [("Territoires", "#territoires"), ("Val-de-Brume", "")], "label": "Exemple de fil"}
    ],
    "chips": lambda: [{"chips": CHIPS, "clear_url": "#tout"}],
    "draft": lambda: [{}],
    "drawer": lambda: [
        {"title": "Comment ces territoires sont-ils choisis ?", "text": "Par la taille, la densité et les leviers."},
        {"title": "D’où viennent ces chiffres\u00a0?", "text": "De l’Insee, avec l’année écrite à côté.", "open": True},
    ],
    "empty": lambda: [
        {
            "title": "Aucune pratique pour l’instant",
            "text": "Ici paraîtront les pratiques proposées par ce territoire.",
            "action_label": "Proposer une pratique",
            "action_url": "#proposer",
        }
    ],
    "entry": lambda: [LIST[0]],
    "errors": lambda: [{"form": refused_form()}],
    "exports": lambda: [{"links": EXPORTS}],
    "facts": lambda: [{"facts": FACTS}],
    "field": lambda: [{"field": field} for field in ExampleForm(prefix="champ")],
    "figure": lambda: [
        {
            "drawing": DRAWING,
            "caption": "Pratiques proposées par trimestre",
            "text_title": "Les mêmes chiffres en texte",
            "text": "4, 7 et 5 pratiques aux trois premiers trimestres.",
            "source": "Alliage",
        }
    ],
    "filters": lambda: [{"form": ExampleFilter(prefix="filtre"), "reset_url": "#tout"}],
    "form": lambda: [
        {"form": ExampleForm(prefix="formulaire"), "submit_label": "Proposer cette pratique", "act": True}
    ],
    "meter": lambda: [
        {"label": "Territoires couverts", "value": 0.62, "max": 1, "words": "62\u202f% des intercommunalités"}
    ],
    "next": lambda: [
        {
            "title": "Parler à Marie Lebrun",
            "why": "Parce qu’elle a mené la même démarche dans un territoire de même taille.",
            "action": "Demander de l’aide",
            "url": "#aide",
            "act": True,
        }
    ],
    "notice": lambda: [
        {"text": "La prochaine séance commence à 14 h."},
        {"level": "success", "text": "Votre pratique est enregistrée.", "dismiss": True},
        {"level": "warning", "text": "Ces chiffres ont plus de deux ans."},
        {"level": "error", "text": "Le fichier n’a pas été reçu. Votre texte est gardé ; joignez-le à nouveau."},
    ],
    "page_header": lambda: [
        {
            "kicker": "Intercommunalité",
            "title": "Val-de-Brume",
            "lead": "31 communes entre bocage et estuaire.",
            "level": 2,
        }
    ],
    "pagination": lambda: [{"page": Paginator(range(120), 20).page(3), "query": "q=alliance"}],
    "person": lambda: [
        {"name": "Marie Lebrun", "line": "Dialogue territorial, Val-de-Brume", "url": "#marie"},
        {"name": "Anselme Técher", "line": "Gestion d’un lieu, Côte-sous-le-Vent", "tint": "teal"},
    ],
    "print": lambda: [{}],
    "progress": lambda: [{"done": 5, "total": 7, "label": "Leviers renseignés"}],
    "provenance": lambda: [
        {
            "owner": "l’équipe du Val-de-Brume",
            "confirmed": "3 mai 2026",
            "source": "Insee, 2024",
            "licence": "CC BY 4.0",
            "url": "#historique",
        }
    ],
    "quote": lambda: [
        {"text": "Nous avons cessé de chercher qui avait raison.", "name": "Marie Lebrun", "line": "Val-de-Brume"}
    ],
    "stat": lambda: [
        {"value": "350", "label": "catalyseurs dans le réseau", "note": "Programme du 8 juillet 2020"},
        {"value": "7", "label": "leviers pour se situer", "tint": "copper"},
        {"value": "1\u202f255", "label": "intercommunalités décrites", "tint": "brass"},
    ],
    "steps": lambda: [{"steps": STEPS}],
    "table": lambda: [
        {
            "caption": "Habitants et communes",
            "headers": ["Territoire", "Habitants", "Communes"],
            "rows": [["Val-de-Brume", "48\u202f212", "31"], ["Pays des Trois-Rivières", "51\u202f904", "44"]],
            "numeric": True,
        }
    ],
    "tabs": lambda: [{"label": "Vues du territoire", "tabs": TABS}],
    "tag": lambda: [
        {"label": "Ressource", "tint": "brass", "icon": "library"},
        {"label": "Personne", "tint": "copper", "icon": "user"},
        {"label": "Réseau", "tint": "teal", "icon": "exchange"},
        {"label": "Démonstration"},
    ],
    "timeline": lambda: [{"events": EVENTS}],
}
# Drawn side by side rather than one under the other.
SIDE_BY_SIDE = {"stat": "grid grid--small", "person": "grid grid--small", "tag": "cluster"}


@dataclass(frozen=True)
class Part:
    """A component as the gallery shows it: what its file says of it, and its examples."""

    name: str
    purpose: str
    arguments: str
    layout: str
    examples: list[SafeString]


def component_names() -> list[str]:
    return sorted(path.stem for path in COMPONENTS.glob("*.html"))


def described(name: str) -> tuple[str, str]:
    """Purpose and arguments, from the comment at the head of the file."""
    found = _COMMENT.search((COMPONENTS / f"{name}.html").read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"{name}.html does not say its purpose and arguments in a comment.")
    purpose, _dot, arguments = found[1].partition(". ")
    return purpose, arguments


def components(request: HttpRequest) -> list[Part]:
    return [
        Part(
            name,
            *described(name),
            layout=SIDE_BY_SIDE.get(name, "stack"),
            examples=[render_to_string(f"ui/components/{name}.html", example, request) for example in EXAMPLES[name]()],
        )
        for name in component_names()
    ]


def icon_names() -> list[str]:
    return sorted(path.stem for path in ICONS.glob("*.svg"))


def charter() -> dict[str, Any]:
    palette = [
        (_("Le fond et l’encre"), ["ground", "surface", "sunk", "ink", "muted", "rule", "edge"]),
        (_("Le réseau"), ["teal", "teal-strong", "on-teal", "tint-teal"]),
        (_("L’acte, les personnes"), ["copper", "copper-strong", "on-copper", "tint-copper"]),
        (_("Ce qui est partagé"), ["brass", "on-brass", "tint-brass"]),
        (_("Ce qui demande une correction"), ["alert", "tint-alert"]),
        (_("Le signe"), ["metal-teal", "metal-copper", "metal-brass"]),
    ]
    known = tokens()
    return {
        "palette": [(title, [(name, *known[name]) for name in names]) for title, names in palette],
        "contrasts": contrasts(),
        "icons": icon_names(),
    }


def _shown_form(request: HttpRequest) -> ExampleForm:
    if request.method == "POST":  # nothing is kept: the form shows what it would say
        return ExampleForm(request.POST)
    return refused_form() if "refus" in request.GET else filled_form()


def model_page(kind: str, request: HttpRequest) -> dict[str, Any]:
    """What the model pages are made of; `kind` is one of those of `urls.py`."""
    common = {"list": LIST, "facts": FACTS, "steps": STEPS, "events": EVENTS, "tabs": TABS}
    if kind == "liste":
        return common | {
            "chips": CHIPS,
            "exports": EXPORTS,
            "page": Paginator(range(60), 20).page(1),
            "form": ExampleFilter(),
        }
    if kind == "formulaire":
        return common | {"form": _shown_form(request)}
    return common
