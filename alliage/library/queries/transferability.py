"""« Réuni chez vous ? »: what a resource needs, checked on a reader's territory with what the platform knows.

A condition carries a code: a name, and what it is about after a colon (`population_max:10000`). `CHECKS` holds every name: adding
one is adding a function there. What no data can tell stays for the reader: never a score, never « no » for want of data.

| code | met when |
|---|---|
| `population_min:n`, `population_max:n` | the territory has at least, at most n inhabitants |
| `kind:k`, `nature:n` | it is, or lies in, a territory of this kind, an intercommunality of this legal form |
| `overseas`, `mainland` | it lies overseas, or not |
| `rural`, `dense` | by its population and the form of its intercommunality, for want of the Insee's grid |
| `has_team` | a team of the directory that acts there declares engineering means |
| `has_catalyst:m` | someone of the directory practises this métier there or around |
| `has_alliance` | an alliance is known there |
| `zoning:z` | it is, in whole or in part, in this programme |
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.directory.enums import EntryKind, Means, Reach
from alliage.directory.filters import Place
from alliage.directory.models import Entry
from alliage.directory.queries import bits
from alliage.directory.queries.alliances import visible_alliances
from alliage.directory.queries.snapshot import Snapshot, of_page
from alliage.library.content import Content
from alliage.library.enums import Importance
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories import grammar, lookup
from alliage.territories import queries as territories
from alliage.territories.enums import Kind, Nature
from alliage.territories.models import Territory, Zoning
from alliage.territories.similar import is_overseas
from alliage.territories.snapshot import Row, snapshot
from alliage.ui.templatetags.ui import french_number

POPULATIONS = (500, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000)
RURAL_BELOW, RURAL_IN_A_CC, DENSE_FROM = 2_000, 10_000, 50_000
ORDER = {Importance.REQUIRED: 0, Importance.OPTIONAL: 1, Importance.CONTEXTUAL: 2}
NAMED = 2


class Answer(StrEnum):
    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Found:
    """What data say: why, where they come from, and where to see it (a path, or empty)."""

    answer: Answer
    reason: str
    source: str = ""
    url: str = ""


@dataclass(frozen=True)
class Verdict:
    """One condition of a resource, and what is known of it. `number` is its rank in the content: what a browser remembers."""

    number: int
    importance: str
    text: str
    found: Found | None = None

    @property
    def importance_label(self) -> str:
        return str(Importance(self.importance).label)

    @property
    def answer(self) -> str:
        return self.found.answer if self.found else Answer.UNKNOWN


@dataclass(frozen=True)
class Fit:
    """Conditions of a resource on one territory, those that it cannot do without first. `place` is None before one is chosen."""

    place: Row | None
    verdicts: tuple[Verdict, ...]

    @property
    def met(self) -> int:
        return sum(each.answer == Answer.MET for each in self.verdicts)

    @property
    def to_check(self) -> int:
        return sum(each.answer == Answer.UNKNOWN for each in self.verdicts)

    @property
    def sentence(self) -> str:
        """« 3 conditions sur 5 réunies chez vous », and what is left to the reader."""
        words = {"met": self.met, "total": len(self.verdicts)}
        if self.to_check == len(self.verdicts) > 1:
            return _("%(total)d conditions à vérifier par vous") % words
        said = (
            _("%(met)d conditions sur %(total)d réunies chez vous")
            if self.met > 1
            else _("%(met)d condition sur %(total)d réunie chez vous")
        )
        if not self.to_check:
            return said % words
        left = _("%(count)d à vérifier par vous") % {"count": self.to_check}
        return f"{said % words}, {left}"


def fit(content: Content, place: Place | None, request: HttpRequest) -> Fit:
    """Look at each condition. No query for what memory knows; one for the directory when a condition is about it."""
    row = row_of(place)
    around = Around(row, request) if row else None
    listed = [
        Verdict(number, each["importance"], each["text"], look(each["check"], around) if around else None)
        for number, each in enumerate(content.get("conditions", ()), 1)
    ]
    return Fit(row, tuple(sorted(listed, key=lambda each: (ORDER[Importance(each.importance)], each.number))))


def row_of(place: Place | None) -> Row | None:
    """The territory in force: a delegated or former commune is looked at as the one that it belongs to."""
    if place is None:
        return None
    known = snapshot().by_code.get((place.kind, place.code))
    if known is None and isinstance(place, Territory) and (now := lookup.successor(place)) is not None:
        known = snapshot().by_code.get((now.kind, now.code))
    return known


def look(code: str, around: "Around") -> Found | None:
    """None for a condition without a code, or with one that nobody knows any more."""
    name, _colon, about = code.partition(":")
    check = CHECKS.get(name)
    return check.look(around, about) if check and check.accepts(about) else None


# --- What a territory is -------------------------------------------------------------------------------------------


class Around:
    """A territory with what contains it, read once for all conditions."""

    def __init__(self, place: Row, request: HttpRequest) -> None:
        self.place, self.request = place, request

    @property
    def the(self) -> str:
        """« La commune… »: its name as a subject that begins a sentence."""
        words = grammar.the(self.place)
        return f"{words[:1].upper()}{words[1:]}"

    @cached_property
    def directory(self) -> Snapshot:
        return of_page(self.request)

    @cached_property
    def communes(self) -> list[Row]:
        """Its communes; itself for a commune."""
        if self.place.kind == Kind.COMMUNE:
            return [self.place]
        if self.place.kind == Kind.CUSTOM:
            by_id = snapshot().by_id
            return [by_id[pk] for pk in self.directory.places.customs.get(self.place.id, ()) if pk in by_id]
        return snapshot().communes_of.get(self.place.id, [])

    @cached_property
    def containers(self) -> list[Row]:
        """What contains it, from the nearest; of a custom territory, what contains each of its communes."""
        if self.place.kind != Kind.CUSTOM:
            return territories.containers(self.place)
        above = [{row.id: row for row in territories.containers(commune)} for commune in self.communes]
        return [row for row in (above[0].values() if above else ()) if all(row.id in each for each in above)]

    def acting(self, *reaches: Reach) -> bits.Bits:
        """Who of the directory acts there, for anyone to see."""
        known = self.directory
        return bits.either((known.reach(self.place, 0)[reach] for reach in reaches), known.size) & known.seen[0]

    def list_url(self, **more: str) -> str:
        asked = more | {"territoire": f"{self.place.kind}:{self.place.code}"}
        return f"{reverse('directory:index')}?{urlencode(asked, safe=':')}"


def _insee() -> str:
    return _("recensement de la population, Insee")


def _official() -> str:
    return _("code officiel géographique, Insee")


def _directory() -> str:
    return _("annuaire du réseau")


def _size(around: Around) -> str:
    words = {"the": around.the, "count": french_number(around.place.population)}
    return _("%(the)s compte %(count)s habitants") % words


def _population_is_unknown(around: Around) -> Found | None:
    if around.place.population is not None:
        return None
    return Found(Answer.UNKNOWN, _("la population de ce territoire n’est pas dans nos données"))


def _at_least(around: Around, about: str) -> Found:
    return _population_is_unknown(around) or _said(
        (around.place.population or 0) >= int(about), _size(around), _insee()
    )


def _at_most(around: Around, about: str) -> Found:
    return _population_is_unknown(around) or _said(
        (around.place.population or 0) <= int(about), _size(around), _insee()
    )


def _said(is_met: bool, reason: str, source: str, url: str = "") -> Found:
    return Found(Answer.MET if is_met else Answer.UNMET, reason, source, url)


def _is_or_lies_in(around: Around, fits: Callable[[Row], bool], nothing: str) -> Found:
    if fits(around.place):
        words = {"the": around.the, "kind": grammar.kind_label(around.place)}
        return Found(Answer.MET, _("%(the)s : %(kind)s") % words, _official())
    whole = next((row for row in around.containers if fits(row)), None)
    if whole is not None:
        words = {"the": around.the, "of": grammar.of(whole)}
        return Found(Answer.MET, _("%(the)s fait partie %(of)s") % words, _official(), whole.get_absolute_url())
    if around.place.kind in (Kind.CUSTOM, Kind.DEPARTEMENT, Kind.REGION) and _has_inside(around, fits):
        return Found(Answer.MET, _("%(the)s en compte au moins une") % {"the": around.the}, _official())
    return Found(Answer.UNMET, nothing % {"the": around.the}, _official())


def _has_inside(around: Around, fits: Callable[[Row], bool]) -> bool:
    by_id = snapshot().by_id
    parents = {pk for commune in around.communes for pk in (commune.epci_id, commune.ept_id) if pk}
    return any(fits(by_id[pk]) for pk in parents if pk in by_id)


def _of_kind(around: Around, about: str) -> Found:
    return _is_or_lies_in(
        around, lambda row: row.kind == about, _("%(the)s n’en est pas, et n’appartient à aucun territoire de ce type")
    )


def _of_nature(around: Around, about: str) -> Found:
    return _is_or_lies_in(
        around,
        lambda row: row.kind in (Kind.EPCI, Kind.EPT) and row.nature == about,
        _("%(the)s n’en est pas, et n’en fait pas partie"),
    )


def _overseas(around: Around, _about: str) -> Found:
    there = is_overseas(around.place)
    return _said(there, _where(around, there), _official())


def _mainland(around: Around, _about: str) -> Found:
    there = is_overseas(around.place)
    return _said(not there, _where(around, there), _official())


def _where(around: Around, there: bool) -> str:
    words = {"the": around.the}
    return (
        _("%(the)s se trouve outre-mer") % words
        if there
        else _("%(the)s se trouve dans l’Hexagone ou en Corse") % words
    )


def _grid() -> str:
    return _("repère d’après la population et la forme de l’intercommunalité, faute de la grille de densité de l’Insee")


def _natures(around: Around) -> set[str]:
    rows = [around.place, *around.containers]
    return {row.nature for row in rows if row.kind in (Kind.EPCI, Kind.EPT)}


def _density(around: Around) -> str:
    """« rural », « dense », « between », or nothing when it cannot be told."""
    place, natures = around.place, _natures(around)
    if place.kind in (Kind.EPCI, Kind.EPT):
        urban = {Nature.METRO, Nature.MET69, Nature.CU, Nature.EPT}
        return "rural" if place.nature == Nature.CC else "dense" if place.nature in urban else "between"
    if place.kind != Kind.COMMUNE or place.population is None:
        return ""
    if place.population < RURAL_BELOW or (place.population < RURAL_IN_A_CC and natures <= {Nature.CC}):
        return "rural"
    return "dense" if place.population >= DENSE_FROM else "between"


def _is_of_density(around: Around, wanted: str) -> Found:
    density = _density(around)
    if not density:
        return Found(Answer.UNKNOWN, _("ce territoire réunit des lieux trop différents pour le dire"))
    reason = _size(around) if around.place.population is not None else around.the
    if around.place.kind in (Kind.EPCI, Kind.EPT) and around.place.nature in Nature.values:
        words = {"size": reason, "kind": grammar.kind_label(around.place)}
        reason = _("%(size)s ; c’est une %(kind)s") % words if around.place.kind == Kind.EPCI else reason
    return _said(density == wanted, reason, _grid())


def _rural(around: Around, _about: str) -> Found:
    return _is_of_density(around, "rural")


def _dense(around: Around, _about: str) -> Found:
    return _is_of_density(around, "dense")


# --- Who is there ----------------------------------------------------------------------------------------------------


def _has_team(around: Around, _about: str) -> Found:
    """Only what teams declare: a territory that no team of the directory tells of is left to the reader."""
    known = around.directory
    reaches = [Reach.EQUAL, Reach.AROUND]
    if around.place.kind not in (Kind.COMMUNE, Kind.EPCI, Kind.EPT):
        reaches.append(Reach.INSIDE)
    rows = bits.rows_of(around.acting(*reaches) & known.kinds[EntryKind.TEAM], known.size)
    pks = [int(known.rows.pk[row]) for row in rows]
    url = around.list_url(nature="equipes")
    declared = list(Entry.objects.filter(pk__in=pks).exclude(means="").order_by("sort_name")) if pks else []
    having = [entry for entry in declared if entry.means in (Means.TEAM, Means.PART_TIME)]
    if having:
        words = {"name": having[0].name, "means": Means(having[0].means).label}
        return Found(
            Answer.MET, _("« %(name)s » déclare : %(means)s") % words, _directory(), having[0].get_absolute_url()
        )
    if declared:
        reason = _("« %(name)s » ne déclare aucun moyen dédié") % {"name": declared[0].name}
        return Found(Answer.UNMET, reason, _directory(), declared[0].get_absolute_url())
    return Found(
        Answer.UNKNOWN, _("l’annuaire ne connaît pas d’équipe de ce territoire qui dise ses moyens"), _directory(), url
    )


def _has_catalyst(around: Around, about: str) -> Found:
    """Here or around; who acts everywhere in France does not count. An empty directory proves nothing."""
    known, term = around.directory, taxonomy.term(Vocabulary.METIERS, about)
    having = known.terms.get(term.pk) if term else None
    acting = around.acting(Reach.EQUAL, Reach.INSIDE, Reach.AROUND) & known.kinds[EntryKind.CATALYST]
    count = bits.count(acting & having) if having is not None else 0
    words = {"count": count, "term": term.label if term else about, "the": grammar.the(around.place)}
    url = around.list_url(nature="catalyseurs", metier=about)
    if not count:
        reason = _("l’annuaire ne connaît encore personne du métier « %(term)s » pour %(the)s") % words
        return Found(Answer.UNKNOWN, reason, _directory(), reverse("directory:find"))
    reason = ngettext(
        "%(count)d personne du métier « %(term)s » agit pour %(the)s ou autour",
        "%(count)d personnes du métier « %(term)s » agissent pour %(the)s ou autour",
        count,
    )
    return Found(Answer.MET, reason % words, _directory(), url)


def _has_alliance(around: Around, _about: str) -> Found:
    """Known there, in what it contains, or in its intercommunality."""
    place = around.place
    near = [row.id for row in around.containers if row.kind in (Kind.EPCI, Kind.EPT)]
    here = Q(territory__in=[place.id, *near])
    parents = {
        Kind.EPCI: "epci",
        Kind.EPT: "ept",
        Kind.DEPARTEMENT: "departement",
        Kind.REGION: "region",
        Kind.COM: "com",
    }
    if place.kind in parents:
        here |= Q(**{f"territory__{parents[Kind(place.kind)]}": place.id})
    if place.kind == Kind.CUSTOM:
        here |= Q(territory__in=[commune.id for commune in around.communes])
    found = visible_alliances(around.request.user).filter(here).order_by("-since", "-pk").first()
    if found is None:
        return Found(
            Answer.UNKNOWN,
            _("aucune alliance de ce territoire n’est encore connue ici"),
            _directory(),
            reverse("directory:alliances"),
        )
    return Found(
        Answer.MET,
        _("alliance connue : « %(subject)s »") % {"subject": found.subject},
        _directory(),
        found.get_absolute_url(),
    )


def _in_zoning(around: Around, about: str) -> Found:
    zoning = Zoning.objects.filter(code=about).first()
    if zoning is None:
        return Found(Answer.UNKNOWN, _("nous n’avons pas la liste de ce programme"))
    communes = [commune.id for commune in around.communes]
    inside = zoning.communes.filter(pk__in=communes).count()
    words = {"label": zoning.label, "count": inside, "total": len(communes)}
    if not inside:
        return Found(Answer.UNMET, _("aucune de ses communes n’est dans « %(label)s »") % words, zoning.source)
    if len(communes) == 1:
        return Found(Answer.MET, _("la commune est dans « %(label)s »") % words, zoning.source)
    return Found(Answer.MET, _("%(count)d de ses %(total)d communes sont dans « %(label)s »") % words, zoning.source)


# --- Codes ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Check:
    """`accepts` what stands after the colon, `label` says it in the form, `look` answers on a territory."""

    accepts: Callable[[str], bool]
    label: Callable[[str], str]
    look: Callable[[Around, str], Found]


def _nothing(about: str) -> bool:
    return not about


def _number(about: str) -> bool:
    return about.isascii() and about.isdigit() and len(about) < 9


def _plain(label: Callable[[], str]) -> Callable[[str], str]:
    return lambda _about: label()


def _metier(about: str) -> str:
    term = taxonomy.term(Vocabulary.METIERS, about)
    return _("une personne du métier « %(term)s », sur place ou autour") % {"term": term.label if term else about}


def _zoning_label(about: str) -> str:
    return _("être dans le programme « %(code)s »") % {"code": about}


CHECKS: dict[str, Check] = {
    "population_min": Check(_number, lambda about: _("au moins %(count)s habitants") % {"count": french_number(int(about))}, _at_least),
    "population_max": Check(_number, lambda about: _("au plus %(count)s habitants") % {"count": french_number(int(about))}, _at_most),
    "kind": Check(lambda about: about in Kind.values, lambda about: _("être, ou faire partie de : %(kind)s") % {"kind": Kind(about).label}, _of_kind),
    "nature": Check(lambda about: about in Nature.values, lambda about: _("être, ou faire partie de : %(kind)s") % {"kind": Nature(about).label}, _of_nature),
    "overseas": Check(_nothing, _plain(lambda: _("se trouver outre-mer")), _overseas),
    "mainland": Check(_nothing, _plain(lambda: _("se trouver dans l’Hexagone ou en Corse")), _mainland),
    "rural": Check(_nothing, _plain(lambda: _("territoire rural")), _rural),
    "dense": Check(_nothing, _plain(lambda: _("territoire dense")), _dense),
    "has_team": Check(_nothing, _plain(lambda: _("une équipe qui déclare des moyens d’ingénierie")), _has_team),
    "has_catalyst": Check(lambda about: taxonomy.term(Vocabulary.METIERS, about) is not None, _metier, _has_catalyst),
    "has_alliance": Check(_nothing, _plain(lambda: _("une alliance déjà connue sur place")), _has_alliance),
    "zoning": Check(lambda about: bool(about) and len(about) <= 40, _zoning_label, _in_zoning),
}  # fmt: skip


def label(code: str) -> str:
    """What a code checks, in plain words; nothing for none."""
    name, _colon, about = code.partition(":")
    check = CHECKS.get(name)
    return check.label(about) if check and check.accepts(about) else ""


def choices(chosen: str = "") -> list[tuple[str, Any]]:
    """For the form of a condition, by family; what was chosen before is among them. No query but for programmes, when there are some."""
    sizes = [f"population_{end}:{count}" for end in ("max", "min") for count in POPULATIONS]
    places = ["rural", "dense", "overseas", "mainland"]
    kinds = [f"kind:{kind.value}" for kind in (Kind.COMMUNE, Kind.EPCI, Kind.EPT, Kind.COM)]
    natures = [f"nature:{nature.value}" for nature in Nature if nature != Nature.EPT]
    people = ["has_team", *(f"has_catalyst:{term.code}" for term in taxonomy.terms(Vocabulary.METIERS)), "has_alliance"]
    zonings = [f"zoning:{code}" for code in _zoning_codes()]
    families = [
        (_("Population"), sizes),
        (_("Lieu"), places),
        (_("Sorte de territoire"), [*kinds, *natures]),
        (_("Personnes et alliances"), people),
        (_("Programmes"), zonings),
    ]
    known = {code for _family, codes in families for code in codes}
    if chosen and chosen not in known:
        families.append((_("Autre"), [chosen]))
    grouped = [(family, [(code, label(code) or code) for code in codes]) for family, codes in families if codes]
    return [("", _("rien : le lecteur vérifie lui-même")), *grouped]


def _zoning_codes() -> list[str]:
    known = snapshot()
    return list(_zonings(known.version)) if known.known.zonings else []


@lru_cache(maxsize=2)
def _zonings(_version: str) -> tuple[str, ...]:
    return tuple(Zoning.objects.order_by("code").values_list("code", flat=True))
