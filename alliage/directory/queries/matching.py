"""« Trouver un catalyseur »: who may help with a need somewhere, and why, in plain French.

Scores are computed for every published catalyst at once, on the columns of the directory's snapshot; the few that are
shown are then read, and each reason is written from what is true of them. A reason that cannot be proved is not said.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import IntEnum
from math import asin, cos, radians, sin, sqrt

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.directory.enums import EntryKind, Outcome, RecipientState, Visibility
from alliage.directory.filters import Place
from alliage.directory.models import Entry, RequestRecipient
from alliage.directory.queries import bits
from alliage.directory.queries.lists import place_groups
from alliage.directory.queries.shown import Level, Shown, shown
from alliage.directory.queries.snapshot import Snapshot, snapshot
from alliage.directory.queries.understanding import Understood, lexicon
from alliage.directory.wording import nested
from alliage.prepared import Prepared
from alliage.search.analysis import words as read_words
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.french import inside as in_sentence
from alliage.territories import grammar, similar
from alliage.territories.enums import Kind
from alliage.territories.snapshot import Row
from alliage.ui.templatetags.ui import french_number

EARTH_RADIUS = 6371.0
# Beyond this, a distance is no reason; a third of it is what halves its worth, about.
FAR, CLOSE = 150.0, 50.0
SHOWN, ELSEWHERE = 6, 4
MOST_SHOWN = 24
LIKE = 30
MOST_WORDS = 3
TOPIC, PLACE, DISTANCE, PEER, TEXT = 3.0, 2.5, 1.0, 0.8, 1.0
FRESH_FOR = timedelta(days=365)


class Nearness(IntEnum):
    """What the territories of an entry are to the one asked, the closest first."""

    EQUAL = 0
    INSIDE = 1
    INTERCOMMUNALITY = 2
    DEPARTEMENT = 3
    NEIGHBOUR = 4
    REGION = 5
    SAME_DEPARTEMENT = 6
    NATIONAL = 7
    SAME_REGION = 8
    OUT = 9


WORTH = np.array([1.0, 0.95, 0.9, 0.75, 0.7, 0.55, 0.5, 0.3, 0.25, 0.0])
# What a container of the territory asked is, and what the other territories inside that container are.
CONTAINERS = {
    Kind.REGION: (Nearness.REGION, Nearness.SAME_REGION),
    Kind.COM: (Nearness.DEPARTEMENT, Nearness.SAME_DEPARTEMENT),
    Kind.DEPARTEMENT: (Nearness.DEPARTEMENT, Nearness.SAME_DEPARTEMENT),
    Kind.CUSTOM: (Nearness.INTERCOMMUNALITY, Nearness.NEIGHBOUR),
    Kind.EPT: (Nearness.INTERCOMMUNALITY, Nearness.NEIGHBOUR),
    Kind.EPCI: (Nearness.INTERCOMMUNALITY, Nearness.NEIGHBOUR),
    Kind.COMMUNE: (Nearness.EQUAL, Nearness.EQUAL),
}


@dataclass(frozen=True)
class Match:
    """One catalyst, what anyone may read of them, and why they are proposed."""

    shown: Shown
    reasons: list[str]
    score: float
    is_fresh: bool


@dataclass(frozen=True)
class Found:
    """`here`: who acts on the territory, or near it; `elsewhere`: who masters the subject, further away.

    `nearest` is how close the closest of `here` acts; `more` how many others of `here` are not shown.
    """

    here: list[Match] = field(default_factory=list)
    elsewhere: list[Match] = field(default_factory=list)
    more: int = 0
    nearest: Nearness = Nearness.OUT


def find(
    understood: Iterable[Understood],
    territory: Place | None,
    *,
    need: str = "",
    today: date,
    limit: int = SHOWN,
    among: Collection[int] | None = None,
) -> Found:
    """Who may help. Catalysts that everyone may see, the best first; never those who withdrew. `among`: numbers of entries, to
    choose in these alone."""
    known = snapshot()
    wanted = list(understood)
    rare = _words_beyond(need, wanted)
    asked = _Asked(known, territory, wanted, rare)
    if among is not None:
        asked.candidates &= np.isin(known.rows.pk, np.fromiter(among, np.int64, len(among)))
    if not asked.says_something:
        return Found()
    eligible = asked.candidates & (asked.near | (asked.topic > 0 if territory is None else False))
    here = _best(asked.total, eligible, limit)
    few = len(here) < SHOWN and territory is not None
    elsewhere = _best(asked.total, asked.candidates & ~asked.near & (asked.topic > 0), ELSEWHERE) if few else here[:0]
    matches = _read(asked, [*here, *elsewhere], today)
    return Found(
        here=[matches[int(row)] for row in here if int(row) in matches],
        elsewhere=[matches[int(row)] for row in elsewhere if int(row) in matches],
        more=int(eligible.sum()) - len(here),
        nearest=Nearness(int(asked.level[here].min())) if len(here) and territory else Nearness.OUT,
    )


def _words_beyond(need: str, understood: list[Understood]) -> list[tuple[str, str]]:
    """Words of the need that the network's own words do not cover: (as written, beginning to look for in entries)."""
    covered = {word.plain for one in understood for text in one.words for word in read_words(text)}
    ignored = lexicon().ignored
    found = {
        word.root: (need[word.start : word.end].lower(), word.root if word.plain.startswith(word.root) else word.plain)
        for word in read_words(need)
        if word.root and len(word.plain) > 3 and word.root not in ignored and word.plain not in covered
    }
    return list(found.values())[:MOST_WORDS]


class _Asked:
    """Columns of one question: one value per row of the snapshot."""

    def __init__(
        self,
        known: Snapshot,
        territory: Place | None,
        understood: list[Understood],
        rare: list[tuple[str, str]],
    ) -> None:
        self.known, self.territory, self.understood, self.rare = known, territory, understood, rare
        self.size = known.size
        self.candidates = self._rows(known.seen[Level.ANYONE] & known.kinds[EntryKind.CATALYST]) & ~known.rows.withdrawn
        self.candidates &= ~known.keep(("takes no message",), lambda: _closed(known))
        self.having = {one.term.pk: self._having(one) for one in understood}
        self.mentioning = [self._rows(known.with_words([start], Level.ANYONE)) for _word, start in rare]
        self.topic = self._topic()
        self.table = _table(known, territory) if territory else np.full(len(known.areas.used), Nearness.OUT, np.int8)
        self.level = self._level()
        self.kilometres = _kilometres(known, territory) if territory else np.full(self.size, np.nan)
        self.alike = _alike(territory)
        self.helped = _helped(territory, self.alike)
        self.peer = self._peer()
        self.near = (self.level < Nearness.OUT) | (self.kilometres <= FAR)
        closeness = np.exp(-np.nan_to_num(self.kilometres, nan=np.inf) / CLOSE)
        self.total = TOPIC * self.topic + PLACE * WORTH[self.level] + DISTANCE * closeness + PEER * self.peer

    @property
    def says_something(self) -> bool:
        return bool(self.understood or self.rare or self.territory)

    def _rows(self, which: bits.Bits) -> np.ndarray:
        mask = np.zeros(self.size, bool)
        mask[bits.rows_of(which, self.size)] = True
        return mask

    def _having(self, one: Understood) -> np.ndarray:
        found = self.known.terms.get(one.term.pk)
        return self._rows(found) if found is not None else np.zeros(self.size, bool)

    def _topic(self) -> np.ndarray:
        """From 0 to 1: how much of what was understood each one practises; what their entry says counts too."""
        score = np.zeros(self.size)
        weight = sum(one.weight for one in self.understood)
        for one in self.understood:
            score += one.weight / weight * self.having[one.term.pk]
        for mentioned in self.mentioning:
            score += TEXT / len(self.mentioning) * mentioned / TOPIC
        return score

    def _level(self) -> np.ndarray:
        level = self.known.areas.least(self.table, Level.ANYONE)
        if self.territory is not None:
            level = np.minimum(level, np.where(self.known.rows.national, np.int8(Nearness.NATIONAL), level))
        return level

    def _peer(self) -> np.ndarray:
        """1 for who helped a similar territory or this one, less for who acts in one."""
        used = self.known.areas.used
        numbers = np.fromiter(self.alike, np.int64, len(self.alike))
        acts = self.known.areas.least(np.where(np.isin(used, numbers), 0, 1).astype(np.int8), Level.ANYONE) == 0
        score = np.where(acts & (self.known.areas.declared > 0), 0.5, 0.0)
        for pk in self.helped:
            row = self.known.row(pk)
            if row is not None:
                score[row] = 1.0
        return score


def _closed(known: Snapshot) -> np.ndarray:
    """Who takes no message from everyone: one query for a state of the directory."""
    closed = Entry.objects.filter(kind=EntryKind.CATALYST).exclude(contact_visibility=Visibility.PUBLIC).order_by()
    return np.isin(known.rows.pk, np.fromiter(closed.values_list("pk", flat=True), np.int64))


def _table(known: Snapshot, place: Place) -> np.ndarray:
    """What each territory that entries name is to the one asked; the closest is written last."""
    used, ground = known.areas.used, known.places
    found = np.full(len(used), Nearness.OUT, np.int8)

    def write(numbers: Iterable[int], nearness: Nearness) -> None:
        chosen = np.isin(used, np.fromiter(numbers, np.int64))
        found[chosen] = np.minimum(found[chosen], np.int8(nearness))

    for container in [each for each in map(ground.get, ground.around(place)) if each]:
        whole, rest = CONTAINERS[Kind(container.kind)]
        write([container.id], whole)
        if isinstance(container, Row) and whole != rest:
            write(ground.inside(container), rest)
    write(ground.inside(place), Nearness.INSIDE)
    write([place.id], Nearness.EQUAL)
    found[0] = Nearness.OUT
    return found


def _kilometres(known: Snapshot, place: Place) -> np.ndarray:
    """From the territory's point to what each entry shows of its own; NaN where one of the two is not known."""
    if place.latitude is None or place.longitude is None:
        return np.full(known.size, np.nan)
    points = known.points[Level.ANYONE]
    latitude, longitude = np.radians(points.latitude), np.radians(points.longitude)
    here = radians(place.latitude)
    across = np.sin((longitude - radians(place.longitude)) / 2) ** 2 * np.cos(latitude) * cos(here)
    return 2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.minimum(np.sin((latitude - here) / 2) ** 2 + across, 1.0)))


def kilometres_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The same, between two points (latitude, longitude) in degrees."""
    (lat, lon), (lat2, lon2) = one, other
    across = sin(radians(lon2 - lon) / 2) ** 2 * cos(radians(lat)) * cos(radians(lat2))
    return 2 * EARTH_RADIUS * asin(sqrt(min(sin(radians(lat2 - lat) / 2) ** 2 + across, 1.0)))


def _alike(territory: Place | None) -> dict[int, Row]:
    """Territories similar to the one asked, the most similar first."""
    if territory is None:
        return {}
    return {one.territory.id: one.territory for one in similar.similar(territory.id, territory.kind, limit=LIKE)}


def _helped(territory: Place | None, alike: dict[int, Row]) -> dict[int, list[int]]:
    """Territories, this one or a similar one, whose people said that they were helped, by number of the entry."""
    if territory is None:
        return {}
    found: dict[int, list[int]] = {}
    for entry, place in _HELPED([territory.id, *alike]):
        found.setdefault(entry, []).append(place)
    return found


_HELPED = Prepared(
    lambda territories: (
        RequestRecipient.objects.filter(
            state=RecipientState.ANSWERED, request__outcome=Outcome.HELPED, request__territory_id__in=territories
        )
        .order_by()
        .values_list("entry_id", "request__territory_id")
    )
)


def _best(score: np.ndarray, eligible: np.ndarray, limit: int) -> np.ndarray:
    """Rows of the best scores, the best first; alphabetical order between equals."""
    rows = np.flatnonzero(eligible)
    if len(rows) > limit:
        # Equals of the last one are kept, for the alphabet to decide.
        least = -np.partition(-score[rows], limit - 1)[limit - 1]
        rows = rows[score[rows] >= least]
    return rows[np.lexsort((rows, -score[rows]))][:limit]


def _read(asked: _Asked, rows: list[np.intp], today: date) -> dict[int, Match]:
    """The entries behind these rows, in two queries, each with its reasons; who takes no message is left out."""
    numbers = {int(asked.known.rows.pk[row]): int(row) for row in rows}
    if not numbers:
        return {}
    entries: list[Entry] = _OPEN(list(numbers))
    place_groups(entries)
    found = {}
    for entry in entries:
        row = numbers[entry.pk]
        fresh = entry.confirmed_on is not None and today - entry.confirmed_on <= FRESH_FOR
        found[row] = Match(shown(entry, Level.ANYONE), reasons(asked, row, entry.blur), float(asked.total[row]), fresh)
    return found


_OPEN = Prepared(
    lambda pks: (
        Entry.objects.filter(pk__in=pks, contact_visibility=Visibility.PUBLIC)
        .select_related("territory", "photo")
        .order_by()
    )
)


# --- Reasons -------------------------------------------------------------------------------------------------------


def reasons(asked: _Asked, row: int, blur: int) -> list[str]:
    """Why this one, the strongest first; only what is true."""
    said = [
        *_topics(asked, row),
        _place(asked, row),
        _distance(asked, row, blur),
        _peers(asked, row),
        *_mentions(asked, row),
    ]
    return [sentence for sentence in said if sentence]


def why(
    entries: Iterable[Entry], understood: Iterable[Understood], territory: Place | None, *, need: str = ""
) -> dict[int, list[str]]:
    """What in this need led to each of these entries, by its number, in words that hold whoever reads them."""
    known, wanted = snapshot(), list(understood)
    asked = _Asked(known, territory, wanted, _words_beyond(need, wanted))
    found = {}
    for entry in entries:
        row = known.row(entry.pk)
        if row is not None and asked.candidates[row]:
            said = [*_topics(asked, row), _place(asked, row, to_all=True), *_mentions(asked, row)]
            found[entry.pk] = [sentence for sentence in said if sentence]
    return found


TOPICS = {
    Vocabulary.METIERS: gettext_lazy("exerce le métier « %(label)s »"),
    Vocabulary.MISSIONS: gettext_lazy("pratique la mission « %(label)s »"),
    Vocabulary.LEVIERS: gettext_lazy("travaille le levier « %(label)s »"),
    Vocabulary.ODD: gettext_lazy("agit pour l’ODD %(code)s, « %(label)s »"),
}


def _topics(asked: _Asked, row: int) -> list[str]:
    return [
        TOPICS[Vocabulary(one.term.vocabulary)] % {"label": nested(in_sentence(one.term.label)), "code": one.term.code}
        for one in asked.understood
        if asked.having[one.term.pk][row]
    ]


def _place(asked: _Asked, row: int, *, to_all: bool = False) -> str:
    """Where they act, seen from the territory asked; where their office is when they declare no territory."""
    place, level = asked.territory, Nearness(int(asked.level[row]))
    if place is None or level == Nearness.OUT:
        return ""
    if level == Nearness.NATIONAL:
        return _("agit dans toute la France")
    acts = bool(asked.known.areas.declared[row])
    where = _where(asked, row, level, place, to_all=to_all)
    return (_("agit %(where)s") if acts else _("a son bureau %(where)s")) % {"where": where}


def _where(asked: _Asked, row: int, level: Nearness, place: Place, *, to_all: bool) -> str:
    """« dans votre département » to whoever asks; the department's name to all."""
    named = asked.known.places.get(_closest(asked, row))
    at = grammar.at(named) if isinstance(named, Row) else ""
    if level == Nearness.EQUAL:
        return at or grammar.at(place)
    if not to_all and level in (Nearness.INTERCOMMUNALITY, Nearness.DEPARTEMENT, Nearness.REGION):
        words = {
            Kind.EPCI: _("dans votre intercommunalité"),
            Kind.EPT: _("dans votre établissement public territorial"),
            Kind.CUSTOM: _("dans votre territoire de projet"),
            Kind.DEPARTEMENT: _("dans votre département"),
            Kind.REGION: _("dans votre région"),
            Kind.COM: _("dans votre collectivité"),
        }
        return words[Kind(named.kind)] if named is not None and named.kind in words else at
    return at or _("tout près")


def _closest(asked: _Asked, row: int) -> int:
    """The number of the territory of this entry that is closest to the one asked."""
    areas = asked.known.areas
    ranks = areas.by_level[Level.ANYONE]
    end = areas.starts[row + 1] if row + 1 < len(areas.starts) else len(ranks)
    own = ranks[areas.starts[row] : end]
    return int(areas.used[own[int(np.argmin(asked.table[own]))]])


def _distance(asked: _Asked, row: int, blur: int) -> str:
    away = float(asked.kilometres[row])
    if not away <= FAR:
        return ""
    if away < 1:
        return _("à moins d’un kilomètre") if not blur else _("à quelques kilomètres au plus")
    words = _("à %(distance)s km environ") if blur else _("à %(distance)s km")
    return words % {"distance": french_number(round(away))}


def _peers(asked: _Asked, row: int) -> str:
    place = asked.territory
    if place is None:
        return ""
    helped = asked.helped.get(int(asked.known.rows.pk[row]), [])
    if place.id in helped:
        return _("a déjà aidé %(place)s") % {"place": grammar.the(place)}
    alike = next((row_ for pk, row_ in asked.alike.items() if pk in helped), None)
    words = _("a déjà aidé %(place)s, %(kind)s semblable %(yours)s")
    if alike is None:
        own = set(asked.known.areas.numbers(row)) - {_closest(asked, row)}  # which is the first reason
        alike = next((row_ for pk, row_ in asked.alike.items() if pk in own), None)
        words = _("agit aussi %(at)s, %(kind)s semblable %(yours)s")
    if alike is None:
        return ""
    feminine = place.kind in (Kind.COMMUNE, Kind.EPCI, Kind.REGION, Kind.COM)
    return words % {
        "place": grammar.the(alike),
        "at": grammar.at(alike),
        "kind": (_("une %(kind)s") if feminine else _("un %(kind)s")) % {"kind": Kind(place.kind).label},
        "yours": _("à la vôtre") if feminine else _("au vôtre"),
    }


def _mentions(asked: _Asked, row: int) -> list[str]:
    pairs = zip(asked.rare, asked.mentioning, strict=True)
    return [_("sa fiche parle de « %(word)s »") % {"word": word} for (word, _start), having in pairs if having[row]]
