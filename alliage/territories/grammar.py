"""The French that goes around a territory's name: « à La Rochelle », « du Havre », « dans l’Aisne », « en Guyane ».

Communes follow the article that their name begins with and the Insee's TNCC code (`article_code`: 1 asks for an elision);
the few départements, régions and collectivités d'outre-mer are listed in `data/grammar.csv`, because usage decides
between « en » and « dans le »; intercommunalities are named in full.
"""

import csv
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple, Protocol

from alliage.territories.enums import Kind, Nature, Status

ELIDED = 1
VOWELS = "AÀÂÄÆEÉÈÊËIÎÏOÔÖŒUÙÛÜ"
# « of » and « at », by the article that the name begins with; what is left of the name follows.
ARTICLES = {
    "Le ": ("du ", "au "),
    "Les ": ("des ", "aux "),
    "Aux ": ("des ", "aux "),
}
PREFIX = re.compile(r"^(?:CC|CA|CU) ")
FULL = re.compile(r"^communauté ", re.IGNORECASE)
NAMED_IN_FULL = {Nature.CC, Nature.CA, Nature.CU}


class Named(Protocol):
    """What a territory must say of itself to be put in a sentence."""

    @property
    def kind(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def article_code(self) -> int: ...
    @property
    def nature(self) -> str: ...
    @property
    def status(self) -> str: ...


class Forms(NamedTuple):
    """`the` as a subject (« l’Aisne »), `of` (« de l’Aisne »), `at` (« dans l’Aisne »)."""

    the: str
    of: str
    at: str


def typographic(name: str) -> str:
    """The name as it is printed: curved apostrophe, ligature of « cœur », no capital inside « 11e arrondissement »."""
    printed = name.replace("'", "’").replace("Coeur", "Cœur").replace("coeur", "cœur")
    return printed.replace(" Arrondissement", " arrondissement")


def kind_label(territory: Named) -> str:
    """« commune », « commune déléguée », « communauté d’agglomération », « département »… in lower case."""
    if territory.kind == Kind.COMMUNE and territory.status not in (Status.CURRENT, ""):
        return "ancienne commune" if territory.status == Status.FORMER else str(Status(territory.status).label)
    if territory.kind == Kind.EPCI and territory.nature in Nature.values:
        return str(Nature(territory.nature).label)
    return str(Kind(territory.kind).label)


def title(territory: Named) -> str:
    """The name fit for a heading: « Communauté de communes du Kreiz-Breizh (CCKB) », « Le Havre », « Aisne »."""
    name = typographic(territory.name)
    if territory.kind == Kind.EPCI and territory.nature in NAMED_IN_FULL and not FULL.match(name):
        label = str(Nature(territory.nature).label)
        return f"{label[0].upper()}{label[1:]} {PREFIX.sub('', name)}"
    return name


def the(territory: Named) -> str:
    return forms(territory).the


def of(territory: Named) -> str:
    return forms(territory).of


def at(territory: Named) -> str:
    return forms(territory).at


def forms(territory: Named) -> Forms:
    listed = _listed().get((territory.kind, territory.code))
    if listed:
        return listed
    if territory.kind == Kind.EPCI:
        return _intercommunality(territory)
    if territory.kind == Kind.EPT:
        name = typographic(territory.name)
        full = f"établissement public territorial {name}"
        return Forms(name, f"de l’{full}", f"dans l’{full}")
    if territory.kind == Kind.CUSTOM:
        full = f"territoire «\N{NO-BREAK SPACE}{typographic(territory.name)}\N{NO-BREAK SPACE}»"
        return Forms(f"le {full}", f"du {full}", f"dans le {full}")
    return _commune(typographic(territory.name), territory.article_code)


def _commune(name: str, article_code: int) -> Forms:
    for article, (of_article, at_article) in ARTICLES.items():
        if name.startswith(article):
            rest = name.removeprefix(article)
            return Forms(name, f"{of_article}{rest}", f"{at_article}{rest}")
    return Forms(name, _of_proper_name(name, article_code), f"à {name}")


def _of_proper_name(name: str, article_code: int = 0) -> str:
    elided = article_code == ELIDED or name[:1].upper() in VOWELS
    return f"d’{name}" if elided else f"de {name}"


def _intercommunality(territory: Named) -> Forms:
    name = title(territory)
    if territory.nature in NAMED_IN_FULL:
        lower = f"{name[0].lower()}{name[1:]}"
        return Forms(f"la {lower}", f"de la {lower}", f"dans la {lower}")
    if name.startswith("Métropole"):
        return Forms(f"la {name}", f"de la {name}", f"dans la {name}")
    if name.startswith("Eurométropole"):
        return Forms(f"l’{name}", f"de l’{name}", f"dans l’{name}")
    return Forms(name, _of_proper_name(name), f"à {name}")


@cache
def _listed() -> dict[tuple[str, str], Forms]:
    path = Path(__file__).parent / "data" / "grammar.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return {(row["kind"], row["code"]): Forms(row["the"], row["of"], row["at"]) for row in csv.DictReader(lines)}
