"""Time zones that a member may choose, named by territory."""

from django.utils.translation import gettext_lazy as _

FRENCH = [
    ("Europe/Paris", _("France hexagonale et Corse")),
    ("America/Guadeloupe", _("Guadeloupe")),
    ("America/Cayenne", _("Guyane")),
    ("Indian/Reunion", _("La Réunion")),
    ("America/Martinique", _("Martinique")),
    ("Indian/Mayotte", _("Mayotte")),
    ("Pacific/Noumea", _("Nouvelle-Calédonie")),
    ("Pacific/Tahiti", _("Polynésie française – Société, Tuamotu, Australes")),
    ("Pacific/Gambier", _("Polynésie française – Gambier")),
    ("Pacific/Marquesas", _("Polynésie française – Marquises")),
    ("America/St_Barthelemy", _("Saint-Barthélemy")),
    ("America/Marigot", _("Saint-Martin")),
    ("America/Miquelon", _("Saint-Pierre-et-Miquelon")),
    ("Indian/Kerguelen", _("Terres australes et antarctiques françaises")),
    ("Pacific/Wallis", _("Wallis-et-Futuna")),
]

KNOWN = frozenset(code for code, _label in FRENCH)
