"""Reads the rows of a file as alliances, compares them with what is known, writes the difference.

The same two organisations on the same subject are the same alliance. What a file says is shown at once when the row gives the
address of a source that anyone may read, or when the team that imports says so; otherwise one of the two sides confirms it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.directory.enums import AllianceState, EntryKind
from alliage.directory.importers import cells, shared
from alliage.directory.importers.columns import SOURCE_NAME
from alliage.directory.importers.places import Places
from alliage.directory.models import Alliance
from alliage.directory.models.alliances import FIRST_YEAR, LAST_YEAR
from alliage.directory.services import alliances as services
from alliage.directory.services.exchange import code_of_file
from alliage.imports.engine import Outcome, Row, RowRefused
from alliage.imports.enums import Content
from alliage.imports.likeness import Lookalikes
from alliage.imports.records import label_of
from alliage.imports.registry import Batch, Column, Importing, Piece, Said
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary

CONFIRMED = "confirmed"
LONGEST_OUTCOME = 3000
_YEAR = re.compile(r"(?<!\d)((?:18|19|20|21|22)\d\d)(?!\d)")
_FIELD: Any = Alliance._meta.get_field  # noqa: SLF001 the documented way to a field
_URL = URLValidator(schemes=["http", "https"])
_GROUPS = (EntryKind.ORGANISATION, EntryKind.TEAM)


def _terms(vocabulary: str) -> Any:
    return lambda: [(term.code, term.label) for term in taxonomy.terms(vocabulary)]


def columns() -> tuple[Column, ...]:
    return (
        Column("subject", gettext_lazy("Ce qu’elles font ensemble"), required=True, example=gettext_lazy("Un atelier partagé"),
          aliases=("objet", "sujet", "alliance", "projet", "intitule", "titre", "action")),
        Column("first", gettext_lazy("Une organisation"), required=True, example=gettext_lazy("La Fabrique du Gier"), aliases=(
            "premiere organisation", "organisation 1", "structure 1", "partenaire 1", "organisation a", "organisation", "structure", "porteur", "chef de file"),
          help=gettext_lazy("Son nom comme dans l’annuaire, ou la fin de l’adresse de sa fiche.")),
        Column("second", gettext_lazy("L’autre organisation"), required=True, example=gettext_lazy("Commune de Saint-Chamond"), aliases=(
            "seconde organisation", "deuxieme organisation", "organisation 2", "structure 2", "partenaire 2", "organisation b", "partenaire", "autre organisation", "allie"),
          help=gettext_lazy("Son nom comme dans l’annuaire, ou la fin de l’adresse de sa fiche.")),
        Column("since", gettext_lazy("Depuis quelle année"), required=True, example="2019", aliases=("depuis", "debut", "annee", "annee de debut", "date de debut")),
        Column("until", gettext_lazy("Jusqu’à quelle année"), aliases=("jusqu’a", "fin", "annee de fin", "date de fin"), help=gettext_lazy("Vide si cela continue.")),
        Column("partnership", gettext_lazy("Type de partenariat"), choices=_terms(Vocabulary.PARTNERSHIPS), aliases=("partenariat", "type", "type d’alliance")),
        Column("odd", gettext_lazy("Objectifs de développement durable"), choices=_terms(Vocabulary.ODD), several=True,
          aliases=("odds", "sdg", "objectifs de developpement durable")),
        *shared.TERRITORY,
        Column("outcome", gettext_lazy("Ce qui en est sorti"), joins=True, aliases=("resultat", "resultats", "bilan", "ce qui en est sorti", "description")),
        Column("source", gettext_lazy("Source"), aliases=("document",)),
        Column("source_url", gettext_lazy("Adresse de la source"), content=Content.URL, aliases=("lien", "url de la source", "adresse du document")),
        shared.IDENTITY,
        Column(SOURCE_NAME, gettext_lazy("Source du fichier"), typed=True, help=gettext_lazy("Qui a produit ce fichier, et quand. Elle s’affiche sur les alliances qui n’ont pas la leur.")),
        Column(CONFIRMED, gettext_lazy("Les montrer tout de suite"), typed=True,
          choices=lambda: [("yes", gettext_lazy("oui : l’équipe d’animation les confirme")), ("no", gettext_lazy("non : une des deux organisations confirmera"))],
          help=gettext_lazy("Sans réponse : celles qui donnent l’adresse d’une source que chacun peut lire, et elles seules.")),
        Column("url", gettext_lazy("Adresse de l’alliance (nos fichiers)"), rare=True),
    )  # fmt: skip


@dataclass(slots=True)
class Plan:
    """What one row will write: what it changes, and nothing else. `pk` is 0 for a new alliance.

    `values` by column, `goals` None when they do not change; `begins` is the state that what it says would begin with.
    """

    number: int
    pk: int
    values: dict[str, Any] = field(default_factory=dict)
    goals: set[int] | None = None
    begins: str = AllianceState.DECLARED


class AllianceImport:
    """One file of alliances."""

    def __init__(self, importing: Importing) -> None:
        self._importing = importing
        self._places, self._named = Places(), shared.Named(_GROUPS)
        self._code = code_of_file("alliance", importing.typed.get(SOURCE_NAME, ""))
        self._terms = {name: {term.code: term for term in taxonomy.terms(vocabulary)} for name, vocabulary in (
            ("partnership", Vocabulary.PARTNERSHIPS), ("odd", Vocabulary.ODD))}  # fmt: skip
        self._by_identity: dict[tuple[str, str], int] = {}
        self._by_words: dict[tuple[int, int, str], int] = {}
        self._twins = Lookalikes()
        again = _("la même alliance que la ligne %(number)s")
        self._met = shared.Met(self._importing, again=again, url_of=services.url_of)
        rows = Alliance.objects.order_by("pk").values_list(
            "pk", "first_id", "second_id", "subject", "source_code", "external_id"
        )
        for pk, first, second, subject, code, number in rows.iterator(chunk_size=5000):
            self._by_words[first, second, subject] = pk
            self._twins.add(pk, name=subject, place=f"{first}-{second}")
            if number:
                self._by_identity[code, number] = pk
        self.plans: list[Plan] = []

    def apply(self, row: Row) -> str:
        values, goals = self._wanted(row.values)
        identity = shared.identity_of(row.values, self._code)
        words = (values["first_id"], values["second_id"], values["subject"])
        same = self._by_words.get(words, 0)
        pk = self._identified(row.values, identity, words) or same
        if same and pk != same:
            raise RowRefused(_("Ces deux organisations ont déjà une alliance du même objet : corrigez l’objet."))
        twin = None if pk else self._twins.find(name=values["subject"], place=f"{words[0]}-{words[1]}")
        known = pk or self._met.completed(twin)

        def write() -> str:
            if known:
                return self._update(row, known, values, goals, fills_only=not pk)
            return self._create(row, values, goals, identity)

        return self._met.settle(row, [(known,), identity, words], twin, write)

    def _identified(self, row: Mapping[str, str], identity: tuple[str, str], words: tuple[int, int, str]) -> int:
        """The alliance that the row names: by its address in our own files, or else by its number in its source."""
        pk = shared.ours(row.get("url", ""), "directory:alliance")
        if pk and Alliance.objects.filter(pk=pk).exists():
            return pk
        if not (pk := self._by_identity.get(identity, 0)):
            return 0
        known = Alliance.objects.select_related("first", "second").get(pk=pk)
        # Without a source, all files share their numbers: what has nothing else in common is another one.
        is_anyones = self._code == code_of_file("alliance", "")
        if is_anyones and (known.first_id, known.second_id) != words[:2] and known.subject != words[2]:
            raise RowRefused(
                _(
                    "Cet identifiant désigne déjà « %(subject)s », entre « %(first)s » et « %(second)s » : donnez la source du fichier, ou un autre identifiant."
                )
                % {"subject": known.subject, "first": known.first.name, "second": known.second.name}
            )
        return known.pk

    # --- What a row asks --------------------------------------------------------------------------------------------

    def _wanted(self, row: Mapping[str, str]) -> tuple[dict[str, Any], set[int] | None]:
        sides = [self._named.find(row["first"]), self._named.find(row["second"])]
        if sides[0].pk == sides[1].pk:
            raise RowRefused(_("Une alliance unit deux organisations : la ligne donne deux fois la même."))
        first, second = sorted(side.pk for side in sides)
        subject = shared.short(cells.line(row["subject"]), 160, _FIELD("subject").verbose_name)
        values: dict[str, Any] = {"first_id": first, "second_id": second, "subject": subject, **_years(row)}
        if code := row.get("partnership", ""):
            values["partnership_id"] = self._terms["partnership"][code].pk
        if spot := shared.territory_of(self._places, row):
            values["territory_id"] = spot.pk
        values |= _texts(row)
        goals = {self._terms["odd"][code].pk for code in row.get("odd", "").split("|") if code}
        return values, goals or None

    def _state(self, values: Mapping[str, Any]) -> str:
        """How a new one begins."""
        answer = self._importing.typed.get(CONFIRMED, "")
        shown = answer == "yes" or (not answer and bool(values.get("source_url")))
        return AllianceState.CONFIRMED if shown else AllianceState.DECLARED

    # --- New, known -------------------------------------------------------------------------------------------------

    def _create(self, row: Row, values: dict[str, Any], goals: set[int] | None, identity: tuple[str, str]) -> str:
        values["source_code"], values["external_id"] = identity
        values.setdefault("source", self._importing.typed.get(SOURCE_NAME, "")[:300])
        begins = self._state(values)
        waits = begins == AllianceState.DECLARED
        note = _("montrée quand une des deux organisations l’aura confirmée") if waits else ""
        self._importing.say(Said(label=values["subject"], note=note))
        self.plans.append(Plan(row.number, 0, values, goals, begins))
        return Outcome.CREATED

    def _update(self, row: Row, pk: int, values: dict[str, Any], goals: set[int] | None, *, fills_only: bool) -> str:
        known = Alliance.objects.select_related("first", "second", "declared_for").prefetch_related("goals").get(pk=pk)
        changed = {name: value for name, value in values.items() if not _same(getattr(known, name), value)}
        before = {term.pk for term in known.goals.all()}
        goals = None if goals == before else goals
        if fills_only:
            changed = {name: value for name, value in changed.items() if getattr(known, name) in (None, "")}
            goals = None if before else goals
        begins = self._state({"source_url": values.get("source_url") or known.source_url})
        state = services.state_after(known, changed, begins)
        self._importing.say(said := Said(known.subject, known.get_absolute_url(), record=(label_of(Alliance), pk)))
        if not changed and goals is None and state == known.state:
            return Outcome.UNCHANGED
        if reason := services.kept_because(known):
            return shared.left_aside(self._importing, row, reason, known.get_absolute_url())
        _refuse_years(known, changed)
        moved = {"state": state} if state != known.state else {}
        said.changes = self._changes(known, changed | moved, goals)
        self.plans.append(Plan(row.number, pk, changed, goals, begins))
        return Outcome.UPDATED

    def _changes(self, known: Alliance, changed: Mapping[str, Any], goals: set[int] | None) -> list[Any]:
        found = [
            shared.change(_FIELD(name).verbose_name, self._told(name, getattr(known, name)), self._told(name, value))
            for name, value in changed.items()
        ]
        if goals is not None:
            was = {term.pk for term in known.goals.all()}
            found.append(shared.change(_("ODD"), self._codes(was), self._codes(goals)))
        return found

    def _told(self, name: str, value: Any) -> Any:
        if name == "partnership_id":
            term = taxonomy.term_by_id(Vocabulary.PARTNERSHIPS, value)
            return term.label if term else ""
        if name == "territory_id":
            spot = self._places.spot(value)
            return f"{spot.name} ({spot.code})" if spot else ""
        if name in {"first_id", "second_id"}:
            return self._named.name_of(value)
        return AllianceState(value).label if name == "state" else value

    def _codes(self, pks: set[int]) -> str:
        return ", ".join(code for code, term in self._terms["odd"].items() if term.pk in pks)

    def write(self) -> None:
        self._write(self.plans)

    def pieces(self) -> Iterator[Piece]:
        return shared.pieces(self.plans, self._write)

    def _write(self, plans: Sequence[Plan]) -> None:
        services.write_imported(plans, importing=self._importing)


def _same(held: Any, asked: Any) -> bool:
    return bool(cells.text(held) == asked if isinstance(held, str) and isinstance(asked, str) else held == asked)


def _years(row: Mapping[str, str]) -> dict[str, Any]:
    since = _year(row["since"])
    if not row.get("until"):
        return {"since": since}
    until = _year(row["until"])
    if until < since:
        raise RowRefused(_("La dernière année vient avant la première : vérifiez les deux dates."))
    return {"since": since, "until": until}


def _refuse_years(known: Alliance, changed: Mapping[str, Any]) -> None:
    """What the row says beside what is known already, which an empty cell leaves."""
    since, until = changed.get("since", known.since), changed.get("until", known.until)
    if until is not None and until < since:
        raise RowRefused(
            _(
                "L’annuaire dit de cette alliance : depuis %(since)s, jusqu’à %(until)s. Avec cette ligne, la dernière année viendrait avant la première : donnez les deux."
            )
            % {"since": known.since, "until": known.until or "…"}
        )


def _texts(row: Mapping[str, str]) -> dict[str, str]:
    url = cells.blank(row.get("source_url", "")).strip()
    said = {
        "outcome": shared.short(cells.text(row.get("outcome", "")), LONGEST_OUTCOME, _FIELD("outcome").verbose_name),
        "source": shared.short(cells.line(row.get("source", "")), 300, _FIELD("source").verbose_name),
        "source_url": shared.short(_address(url), 400, _FIELD("source_url").verbose_name) if url else "",
    }
    return {name: text for name, text in said.items() if text}


def _year(text: str) -> int:
    """« 2019 », « septembre 2019 », 01/09/2019."""
    found = _YEAR.search(text)
    year = int(found[1]) if found else 0
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise RowRefused(
            _("« %(text)s » n’est pas une année : écrivez-la avec quatre chiffres, comme 2019.") % {"text": text[:40]}
        )
    return year


def _address(text: str) -> str:
    try:
        _URL(text)
    except ValidationError as error:
        raise RowRefused(_("L’adresse « %(text)s » n’est pas celle d’une page.") % {"text": text[:80]}) from error
    return text


def make_batch(importing: Importing, _rows: Sequence[Row]) -> Batch:
    work = AllianceImport(importing)
    return Batch(work.apply, work.write, pieces=work.pieces)
