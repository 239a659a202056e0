"""The table of a programme: what `programme.csv` holds and what an import reads back. One row for each content of a sequence.

The columns of the sequence are repeated on each of its rows; a sequence without contents has one row, its last columns empty, so that
a file of ten sequences is ten rows. `rang` tells sequences apart; hours are those of the event's own clock (`2020-07-08 09:00`).

Names are separated by `|`. A person is `Name, function [Organisation]`; an organisation that sends whom it wants, `[Organisation]`;
a partner, its name alone. ` *` at the end: not confirmed yet, as in the founding document; ` †`: will not come.
An organisation that has its page in the directory says which: `[La Fonda @la-fonda]`. All of it may be left out but the name.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from alliage.events.enums import ItemKind, Part, SequenceKind, Standing
from alliage.imports.registry import Column

SEPARATOR = "|"
EXPECTED, DECLINED = "*", "†"
CLOCK = "%Y-%m-%d %H:%M"
_MARKS = {Standing.EXPECTED: f" {EXPECTED}", Standing.DECLINED: f" {DECLINED}", Standing.CONFIRMED: ""}
_ORGANISATION = re.compile(r"^(?P<name>.*?)\s*(?:@(?P<slug>[-\w]+))?$", re.DOTALL)

COLUMNS: tuple[Column, ...] = (
    Column("temps", _("Temps de la journée"), example="Pourquoi l’ODD 17 en territoire ?"),
    Column("temps_debut", _("Début annoncé du temps"), example="2020-07-08 09:00", rare=True),
    Column("temps_fin", _("Fin annoncée du temps"), example="2020-07-08 11:45", rare=True),
    Column("temps_annonce", _("Ce que le temps annonce"), example="3 séquences d’inspiration", rare=True),
    Column("temps_presentation", _("Présentation du temps"), rare=True),
    Column("temps_note", _("Ce que la source laisse en suspens, pour le temps"), rare=True),
    Column("temps_partenaires", _("Partenaires du temps"), rare=True),
    Column("temps_appui", _("Temps «\u00a0avec l’appui de\u00a0»"), rare=True),
    Column("rang", _("Rang de la séquence"), example="1", is_identity=True),
    Column("numero", _("Numéro au programme"), example="1"),
    Column("nature", _("Nature de la séquence"), choices=lambda: SequenceKind.choices, example="séquence"),
    Column("titre", _("Titre de la séquence"), required=True, example="Les Alliances et les ODD", is_identity=True),
    Column("debut", _("Début"), required=True, example="2020-07-08 09:00", aliases=("date", "heure de debut")),
    Column("fin", _("Fin"), required=True, example="2020-07-08 09:45", aliases=("heure de fin",)),
    Column("fait_partie_de", _("Fait partie de la séquence de rang"), rare=True),
    Column("miroir_de", _("Séance miroir de la séquence de rang"), rare=True),
    Column("salle", _("Salle"), aliases=("lieu", "salle virtuelle")),
    Column("places", _("Nombre de places"), example="100", aliases=("capacite", "jauge")),
    Column("inscription", _("On s’y inscrit"), example="oui", rare=True),
    Column("leviers", _("Leviers"), example="alliance", rare=True),
    Column("partenaires", _("En partenariat avec"), example="Comité 21 @comite-21|Le RAMEAU @le-rameau"),
    Column("appui", _("Avec l’appui de"), example="Villes au Carré @villes-au-carre", rare=True),
    Column("presentation", _("Présentation"), aliases=("description", "resume")),
    Column("note", _("Ce que la source laisse en suspens"), rare=True),
    Column("contenu", _("Nature du contenu"), choices=lambda: ItemKind.choices, example="témoignage"),
    Column("contenu_titre", _("Titre du contenu")),
    Column("contenu_texte", _("Texte du contenu"), rare=True),
    Column("contenu_minutes", _("Durée du contenu, en minutes"), example="10", rare=True),
    Column("ressource", _("Numéro de la ressource montrée (pastille)"), rare=True),
    Column("interviennent", _("Interviennent"), example="Philippe Dessertine, économiste [Comité 21 @comite-21]"),
    Column("animent", _("Animent"), example="[Le RAMEAU @le-rameau]"),
    Column("presentent", _("Présentent"), example="[Comité 21 @comite-21] *"),
)
HEADER = tuple(column.code for column in COLUMNS)
PARTS = {"interviennent": Part.SPEAKS, "animent": Part.LEADS, "presentent": Part.PRESENTS}


@dataclass(frozen=True)
class Organisation:
    """An organisation as a cell writes it. `slug`: its page in the directory, if it has one."""

    name: str
    slug: str = ""


@dataclass(frozen=True)
class Someone:
    """A person, or an organisation without a named person (then `name` is empty)."""

    name: str
    role: str = ""
    organisation: Organisation | None = None
    standing: str = Standing.CONFIRMED


def _plain(text: str) -> str:
    """Without the signs that separate: a name that holds one loses it rather than being cut in two."""
    return " ".join(text.replace(SEPARATOR, "/").replace("[", "(").replace("]", ")").split())


def organisation_cell(organisation: Organisation) -> str:
    name = _plain(organisation.name)
    return f"{name} @{organisation.slug}" if organisation.slug else name


def organisation_of(text: str) -> Organisation:
    found = _ORGANISATION.match(text.strip())
    assert found is not None
    return Organisation(found["name"].strip(), found["slug"] or "")


def organisations_cell(organisations: "list[Organisation]") -> str:
    return SEPARATOR.join(organisation_cell(each) for each in organisations)


def organisations_of(text: str) -> list[Organisation]:
    return [organisation_of(each) for each in text.split(SEPARATOR) if each.strip()]


def person_cell(someone: Someone) -> str:
    said = _plain(someone.name)
    if someone.role:
        said += f", {_plain(someone.role)}"
    if someone.organisation:
        said += f" [{organisation_cell(someone.organisation)}]"
    return said.strip() + _MARKS[Standing(someone.standing)]


def person_of(text: str) -> Someone:
    said, standing = text.strip(), Standing.CONFIRMED
    for mark, meaning in ((EXPECTED, Standing.EXPECTED), (DECLINED, Standing.DECLINED)):
        if said.endswith(mark):
            said, standing = said.removesuffix(mark).strip(), meaning
    organisation = None
    if said.endswith("]") and "[" in said:
        said, _bracket, inside = said.removesuffix("]").partition("[")
        organisation = organisation_of(inside)
    name, _comma, role = said.strip().partition(",")
    return Someone(name.strip(), role.strip(), organisation, standing)


def people_cell(people: "list[Someone]") -> str:
    return SEPARATOR.join(person_cell(each) for each in people)


def people_of(text: str) -> list[Someone]:
    return [person_of(each) for each in text.split(SEPARATOR) if each.strip()]
