"""Reads the rows of a file as needs, offers and calls, compares them with what is known, writes the difference.

A file gives nobody's address and makes nobody speak: an organisation that somebody holds posts for itself, and so does
whoever posts without an account. A need lasts as long as one that is posted by hand, whatever the file says.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.accounts.models import Member
from alliage.directory.enums import NEEDS_SHOWN, EntryKind, NeedKind, NeedSide, Visibility
from alliage.directory.importers import cells, shared
from alliage.directory.importers.columns import SOURCE_NAME
from alliage.directory.importers.places import Places
from alliage.directory.models import Entry, Need
from alliage.directory.permissions import can_post_for
from alliage.directory.services import needs as services
from alliage.directory.services.exchange import code_of_file
from alliage.imports.engine import Outcome, Row, RowRefused
from alliage.imports.enums import Content
from alliage.imports.likeness import Lookalikes
from alliage.imports.records import label_of
from alliage.imports.registry import Batch, Column, Importing, Piece, Said
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories.folding import fold

LONGEST_TEXT = 3000
_FIELD: Any = Need._meta.get_field  # noqa: SLF001 the documented way to a field
_LISTS = {"odd": Vocabulary.ODD, "leviers": Vocabulary.LEVIERS}


def _terms(vocabulary: str) -> Any:
    return lambda: [(term.code, term.label) for term in taxonomy.terms(vocabulary)]


def columns() -> tuple[Column, ...]:
    return (
        Column("title", gettext_lazy("En une ligne"), required=True, example=gettext_lazy("Un local de 50 m² pour un atelier"),
          aliases=("titre", "intitule", "besoin", "objet", "annonce", "nom")),
        Column("side", gettext_lazy("Besoin, offre ou appel"), required=True, choices=lambda: NeedSide.choices, example=gettext_lazy("besoin"),
          aliases=("nature", "sens", "besoin ou offre", "type d’annonce")),
        Column("kind", gettext_lazy("Ce qui est cherché ou donné"), required=True, choices=lambda: NeedKind.choices, example=gettext_lazy("lieu"),
          aliases=("quoi", "type", "type de besoin", "ressource")),
        Column("by", gettext_lazy("Au nom de quelle fiche"), required=True, example=gettext_lazy("La Fabrique du Gier"), aliases=(
            "organisation", "structure", "porteur", "au nom de", "qui", "par"),
          help=gettext_lazy("Son nom comme dans l’annuaire, ou la fin de l’adresse de sa fiche.")),
        Column("text", gettext_lazy("Ce qu’il faut savoir"), joins=True, aliases=("texte", "description", "details", "precisions", "presentation"),
          help=gettext_lazy("Sans adresse électronique : on répond par le formulaire.")),
        *shared.TERRITORY,
        Column("expires_on", gettext_lazy("Jusqu’au"), content=Content.DATE, aliases=("jusqu’au", "date de fin", "expire le", "fin", "echeance"),
          help=gettext_lazy("Une annonce dure 90 jours au plus ; vide : 90 jours.")),
        Column("partnership", gettext_lazy("Type de partenariat"), choices=_terms(Vocabulary.PARTNERSHIPS), aliases=("partenariat",)),
        Column("odd", gettext_lazy("Objectifs de développement durable"), choices=_terms(Vocabulary.ODD), several=True,
          aliases=("odds", "sdg", "objectifs de developpement durable")),
        Column("leviers", gettext_lazy("Leviers"), choices=_terms(Vocabulary.LEVIERS), several=True, aliases=("levier",)),
        shared.IDENTITY,
        Column(SOURCE_NAME, gettext_lazy("Source du fichier"), typed=True, help=gettext_lazy("Le même nom à chaque fois : les lignes sont reconnues par leur identifiant dans cette source.")),
        Column("by_slug", gettext_lazy("Adresse de la fiche (nos fichiers)"), rare=True),
        Column("url", gettext_lazy("Adresse de l’annonce (nos fichiers)"), rare=True),
    )  # fmt: skip


@dataclass(slots=True)
class Plan:
    """What one row will write: what it changes, and nothing else. `pk` is 0 for a new need.

    `values` by column, `terms` by vocabulary; `until` None leaves the rule of ninety days, or the date there is.
    """

    number: int
    pk: int
    entry_id: int
    values: dict[str, Any]
    terms: dict[str, set[int]] = field(default_factory=dict)
    until: datetime.datetime | None = None


class NeedImport:
    """One file of needs, offers and calls."""

    def __init__(self, importing: Importing) -> None:
        self._importing = importing
        self._by: Any = Member.objects.filter(pk=importing.by_id or 0).first() or AnonymousUser()
        self._places, self._named = Places(), shared.Named(EntryKind.values)
        self._code = code_of_file("need", importing.typed.get(SOURCE_NAME, ""))
        self._terms = {
            name: {term.code: term for term in taxonomy.terms(vocabulary)}
            for name, vocabulary in {**_LISTS, "partnership": Vocabulary.PARTNERSHIPS}.items()
        }
        self._by_identity: dict[tuple[str, str], int] = {}
        self._by_words: dict[tuple[Any, ...], int] = {}
        self._twins = Lookalikes()
        again = _("la même annonce que la ligne %(number)s")
        self._met = shared.Met(self._importing, again=again, url_of=services.url_of)
        rows = Need.objects.exclude(entry=None).order_by("pk").values_list(
            "pk", "entry_id", "side", "title", "source_code", "external_id"
        )  # fmt: skip
        for pk, entry, side, title, code, number in rows.iterator(chunk_size=5000):
            self._by_words[entry, side, fold(title)] = pk
            self._twins.add(pk, name=title, place=f"{entry}:{side}")
            if number:
                self._by_identity[code, number] = pk
        self._entries: dict[int, tuple[Entry, str]] = {}
        self.plans: list[Plan] = []

    def apply(self, row: Row) -> str:
        try:
            return self._apply(row)
        except services.NeedRefused as refused:
            raise RowRefused(refused.message) from refused

    def _apply(self, row: Row) -> str:
        values = self._wanted(row.values)
        identity = shared.identity_of(row.values, self._code)
        named = self._identified(row.values, identity)
        entry_id = named.entry_id if named else self._party(row.values).pk
        words = (entry_id, values["side"], fold(values["title"]))
        pk = named.pk if named else self._by_words.get(words, 0)
        twin = None if pk else self._twins.find(name=values["title"], place=f"{entry_id}:{values['side']}")
        known = pk or self._met.completed(twin)
        # A row that keeps the title of a need says nothing of its namesake.
        own = () if named and words == (named.entry_id, named.side, fold(named.title)) else words

        def write() -> str:
            if known:
                return self._update(row, known, values, fills_only=not pk)
            assert entry_id is not None
            return self._create(row, entry_id, values, identity)

        return self._met.settle(row, [(known,), identity, own], twin, write)

    def _party(self, row: Mapping[str, str]) -> shared.Party:
        if "by_slug" in self._importing.chosen and not row.get("by_slug"):
            raise RowRefused(
                _(
                    "Publiée sans compte : un fichier ne donne l’adresse de personne. Qui l’a écrite la publie à nouveau."
                )
            )
        return self._named.find(row.get("by_slug") or row["by"])

    def _identified(self, row: Mapping[str, str], identity: tuple[str, str]) -> Need | None:
        """The need that the row names: by its address in our own files, or else by its number in its source."""
        if known := _there(shared.ours(row.get("url", ""), "directory:need")):
            self._refuse_another(known, row, _(
                "Cette adresse est celle de « %(title)s », au nom de « %(name)s » : une annonce ne change pas de fiche. Videz l’adresse pour en publier une autre."
            ))  # fmt: skip
            return known
        if known := _there(self._by_identity.get(identity, 0)):
            self._refuse_another(known, row, _(
                "Cet identifiant désigne déjà « %(title)s », au nom de « %(name)s » : donnez la source du fichier, ou un autre identifiant."
            ))  # fmt: skip
        return known

    def _refuse_another(self, known: Need, row: Mapping[str, str], reason: str) -> None:
        """A file never makes another entry say what one said: two files may use the same number."""
        if known.entry is None or known.entry.slug == shared.slug_in(row.get("by_slug") or row["by"]):
            return
        if self._party(row).pk != known.entry_id:
            raise RowRefused(reason % {"title": known.title, "name": known.entry.name})

    # --- What a row asks --------------------------------------------------------------------------------------------

    def _wanted(self, row: Mapping[str, str]) -> dict[str, Any]:
        """Only what its cells say: an empty one leaves what is known."""
        title = services.refuse_address(cells.line(row["title"]))
        values: dict[str, Any] = {"title": shared.short(title, 140, _FIELD("title").verbose_name)}
        values["side"], values["kind"] = row["side"], row["kind"]
        if not fold(title):
            raise RowRefused(_("Ce titre n’a ni lettre ni chiffre."))
        if text := cells.text(row.get("text", "")):
            values["text"] = shared.short(services.refuse_address(text), LONGEST_TEXT, _FIELD("text").verbose_name)
        if code := row.get("partnership", ""):
            values["partnership_id"] = self._terms["partnership"][code].pk
        if spot := shared.territory_of(self._places, row):
            values["territory_id"] = spot.pk
        for name in _LISTS:
            if codes := row.get(name, ""):
                values[name] = {self._terms[name][code].pk for code in codes.split("|")}
        if day := row.get("expires_on", ""):
            values["until"] = _day(day)
        return values

    def _speaker(self, pk: int) -> tuple[Entry, str]:
        """The entry, and why a file of this person posts nothing in its name; "" when it may."""
        if pk not in self._entries:
            entry = Entry.objects.get(pk=pk)
            self._entries[pk] = entry, self._silent_because(entry)
        return self._entries[pk]

    def _silent_because(self, entry: Entry) -> str:
        """As it is now."""
        reason = ""
        if not can_post_for(self._by, entry):
            reason = _("« %(name)s » parle pour elle-même : qui tient cette fiche publie ses annonces.")
        elif entry.visibility != Visibility.PUBLIC:
            reason = _("La fiche de « %(name)s » n’est pas montrée à tous : publiez-la d’abord.")
        return reason and reason % {"name": entry.name}

    # --- New, known -------------------------------------------------------------------------------------------------

    def _create(self, row: Row, entry_id: int, values: dict[str, Any], identity: tuple[str, str]) -> str:
        entry, reason = self._speaker(entry_id)
        if reason:
            raise RowRefused(reason)
        latest, until, note = self._importing.now + services.LASTS, values.pop("until", None), ""
        end = None
        if until is not None:
            end = _end_of(until)
            if end <= self._importing.now:
                raise RowRefused(
                    _("Le %(date)s est passé : une annonce se termine plus tard, ou laissez la case vide.")
                    % {"date": date_format(until, "j F Y")}
                )
            if end > latest:
                end, note = None, _("montrée 90 jours : on pourra la prolonger")
        self._importing.say(Said(label=values["title"], note=note))
        terms = _taken(values)
        values["source_code"], values["external_id"] = identity
        self.plans.append(Plan(row.number, 0, entry.pk, values, terms, end))
        return Outcome.CREATED

    def _update(self, row: Row, pk: int, values: dict[str, Any], *, fills_only: bool) -> str:
        known = Need.objects.select_related("entry").prefetch_related("terms").get(pk=pk)
        held = self._held(known)
        until = self._until(known, values.pop("until", None))
        changed = {name: value for name, value in values.items() if not _same(held[name], value)}
        if fills_only:
            until = None
            changed = {name: value for name, value in changed.items() if not held[name]}
        said = Said(known.title, known.get_absolute_url(), record=(label_of(Need), pk))
        self._importing.say(said if known.entry else Said(label=_("annonce publiée sans compte")))
        if not changed and until is None:
            return Outcome.UNCHANGED
        reason = services.kept_because(known)
        if not reason and known.entry_id is not None:
            reason = self._speaker(known.entry_id)[1]
        if reason:
            return shared.left_aside(self._importing, row, reason, known.get_absolute_url())
        said.changes = self._changes(held, changed)
        if until is not None and known.expires_at is not None:
            said.changes.append(shared.change(_("Jusqu’au"), _written(known.expires_at), _written(until)))
        assert known.entry_id is not None
        terms = _taken(changed)
        self.plans.append(Plan(row.number, pk, known.entry_id, changed, terms, until))
        return Outcome.UPDATED

    def _held(self, known: Need) -> dict[str, Any]:
        pks = {term.pk for term in known.terms.all()}
        return {
            "title": known.title, "side": known.side, "kind": known.kind, "text": known.text,
            "partnership_id": known.partnership_id, "territory_id": known.territory_id,
            **{name: {term.pk for term in self._terms[name].values()} & pks for name in _LISTS},
        }  # fmt: skip

    def _until(self, known: Need, asked: datetime.date | None) -> datetime.datetime | None:
        """Another end, for what is shown: sooner, or as late as when it was opened. Longer is for whoever prolongs it."""
        if asked is None or known.state not in NEEDS_SHOWN or known.expires_at is None or known.opened_at is None:
            return None
        end = min(_end_of(asked), max(known.opened_at + services.LASTS, known.expires_at))
        is_same = known.expires_at.date() in (asked, end.date())
        return None if is_same or end <= self._importing.now else end

    def _changes(self, held: Mapping[str, Any], changed: Mapping[str, Any]) -> list[Any]:
        labels = {"odd": _("ODD"), "leviers": _("Leviers")}
        return [
            shared.change(
                labels.get(name) or _FIELD(name).verbose_name, self._told(name, held[name]), self._told(name, value)
            )
            for name, value in changed.items()
        ]

    def _told(self, name: str, value: Any) -> Any:
        if name in _LISTS:
            return ", ".join(str(term.label) for term in self._terms[name].values() if term.pk in value)
        if name == "partnership_id":
            term = taxonomy.term_by_id(Vocabulary.PARTNERSHIPS, value)
            return term.label if term else ""
        if name == "territory_id":
            spot = self._places.spot(value)
            return f"{spot.name} ({spot.code})" if spot else ""
        choices: dict[Any, Any] = {"side": dict(NeedSide.choices), "kind": dict(NeedKind.choices)}
        return choices.get(name, {}).get(value, value)

    def write(self) -> None:
        self._write(self.plans)

    def pieces(self) -> Iterator[Piece]:
        return shared.pieces(self.plans, self._write)

    def _write(self, plans: Sequence[Plan]) -> None:
        services.write_imported(plans, importing=self._importing, silent_because=self._silent_because)


def _same(held: Any, asked: Any) -> bool:
    return bool(cells.text(held) == asked if isinstance(held, str) and isinstance(asked, str) else held == asked)


def _there(pk: int) -> Need | None:
    return Need.objects.select_related("entry").filter(pk=pk).first() if pk else None


def _taken(values: dict[str, Any]) -> dict[str, set[int]]:
    """The lists of terms, taken out of the columns, by vocabulary."""
    return {vocabulary: values.pop(name) for name, vocabulary in _LISTS.items() if name in values}


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text[:10])
    except ValueError as error:
        raise RowRefused(_("« %(text)s » n’est pas une date : écrivez 31/01/2026.") % {"text": text[:40]}) from error


def _end_of(day: datetime.date) -> datetime.datetime:
    """The last minute of a day here."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(23, 59)))


def _written(moment: datetime.datetime) -> str:
    return date_format(timezone.localdate(moment), "j F Y")


def make_batch(importing: Importing, _rows: Sequence[Row]) -> Batch:
    work = NeedImport(importing)
    return Batch(work.apply, work.write, pieces=work.pieces)
