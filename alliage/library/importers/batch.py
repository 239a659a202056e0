"""Reads the rows of a file as resources, compares them with what is known, writes the difference.

Three sorts of rows: those of our own exports, which change what they say differently of our resource and nothing else; those
of an outside bank that is followed, which say all of the resource; those of a file of others, which never change what somebody
wrote here since.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.directory.importers.places import Places
from alliage.imports.engine import Outcome, Row, RowRefused
from alliage.imports.enums import Duplicates
from alliage.imports.likeness import Lookalikes
from alliage.imports.registry import Batch, Importing, Piece, Said
from alliage.library import content as contents
from alliage.library import exports
from alliage.library.content import NETWORK_LISTS, TERMS, Content, ContentRefused
from alliage.library.enums import LICENCES, OPEN, Language, Licence, ResourceKind
from alliage.library.importers import cells, copies
from alliage.library.importers.columns import CONTEXT, KIND_NAME, LICENCE_NAME, SECTION, SOURCE_NAME, columns
from alliage.library.models import Proposal, Resource, Translation
from alliage.library.queries.resources import shown
from alliage.library.services import files, harvest, translations
from alliage.territories.folding import fold

WINDOW = 200
PIECE = 25  # resources written in one transaction: under a second
_LISTS = (*TERMS, *NETWORK_LISTS)
_OURS = "/ressources/"


@dataclass(slots=True)
class Plan:
    """What one row will write. `pk` is 0 for a new resource; `marks` are its bank and its number there, for what is not ours; `files`
    are those that it names, by address (`copies.py`). `steps` are those of a kit that lead to resources of its bank that we did not hold
    yet when the file was read. `tongues` are all the languages that the bank says it in, when the row tells;
    with `only_translations`, the text itself does not change."""

    number: int
    pk: int
    content: Content
    marks: tuple[str, str] | None = None
    files: copies.Wanted = field(default_factory=list)
    translations: list[dict[str, Any]] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    tongues: set[str] | None = None
    only_translations: bool = False


class ResourceImport:
    """One file of resources."""

    def __init__(self, importing: Importing, rows: Sequence[Row]) -> None:
        self._importing = importing
        self._places = Places()
        source = importing.source
        typed = importing.typed
        self._code = harvest.code_of_source(source.id) if source else harvest.code_of_file(typed.get(SOURCE_NAME, ""))
        self._bank = (source.attribution or source.name) if source else typed.get(SOURCE_NAME, "")
        self._kind = typed.get(KIND_NAME, "") or ResourceKind.LINK.value
        said = (cells.licence(source.licence) if source else "") or typed.get(LICENCE_NAME, "")
        self._licence = said or Licence.RESERVED.value
        self._held = harvest.held(self._code)
        self._order = [pk for pk in map(self._identified, rows) if pk]
        self._rank = {pk: rank for rank, pk in enumerate(self._order)}
        self._window: dict[int, Resource] = {}
        self._open: set[int] = set()
        self._origins: dict[int, dict[str, str]] = {}
        self._tongues: dict[int, dict[str, Translation]] = {}
        self._twins: Lookalikes | None = None
        self._met: set[str] = set()
        self._seen: set[int] = set()
        self.plans: list[Plan] = []

    # --- What is known ---------------------------------------------------------------------------------------------

    def _ours(self, values: Mapping[str, str]) -> int:
        """The number of our resource that a row of our own exports names; 0 for any other row."""
        address = values.get("permanent_url", "")
        if self._importing.source is not None or not address.startswith(settings.ORIGIN + _OURS):
            return 0
        number = address.removeprefix(settings.ORIGIN + _OURS).strip("/")
        return int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0

    def _identified(self, row: Row) -> int:
        return self._ours(row.values) or self._held.get(key_of(row.values), 0)

    def _known(self, pk: int) -> Resource | None:
        """The resource; those that the next rows name are read with it."""
        if pk not in self._window:
            rank = self._rank.get(pk)
            pks = self._order[rank : rank + WINDOW] if rank is not None else [pk]
            found = Resource.objects.filter(pk__in=pks).select_related("replaced_by")
            self._window = {resource.pk: resource for resource in found}
            self._open = set(
                Proposal.objects.filter(resource__in=pks, state__in=OPEN).values_list("resource", flat=True)
            )
            self._origins, self._tongues = files.held(pks), exports.said_elsewhere(found)
        return self._window.get(pk)

    # --- One row ---------------------------------------------------------------------------------------------------

    def apply(self, row: Row) -> str:
        try:
            if ours := self._ours(row.values):
                return self._change(row, ours)
            return self._take(row)
        except ContentRefused as refused:
            raise RowRefused(f"{_label(refused.field)}\u00a0: {refused.message}") from refused

    def _take(self, row: Row) -> str:
        """A row of others."""
        key = key_of(row.values)
        pk = self._held.get(key, 0)
        known = self._known(pk) if pk else None
        content = contents.cleaned(self._content(row.values, known))
        if not key:
            raise RowRefused(_("Ce titre n’a ni lettre ni chiffre."))
        if len(key) > harvest.LONGEST_KEY:
            raise RowRefused(
                _("L’identifiant est trop long\u00a0: %(count)d signes au plus.") % {"count": harvest.LONGEST_KEY}
            )
        if key in self._met:
            self._importing.resembles(row, _("une ligne qui a le même identifiant"))
            return Outcome.SKIPPED
        self._met.add(key)
        marks = (self._code, key)
        plan = Plan(row.number, pk if known else 0, content, marks, steps=self._open_steps(row.values, content))
        self._want_files(plan, row.values, known)
        self._want_translations(plan, row.values.get("translations", ""))
        return self._again(known, plan) if known is not None else self._unknown(row, plan)

    def _may_take(self, licence: str) -> bool:
        """Of a bank that is followed, the text is taken only when its licence lets us; a summary and a link always are."""
        return self._importing.source is None or LICENCES[Licence(licence)].may_reuse

    def _want_translations(self, plan: Plan, cell: str) -> None:
        if not self._may_take(plan.content["licence"]):
            plan.tongues = set()
            return
        plan.translations = cells.translations(cell, plan.content["language"])
        plan.tongues = cells.tongues(cell) if "translations" in self._importing.chosen else None

    def _want_files(self, plan: Plan, values: Mapping[str, str], known: Resource | None) -> None:
        """The files of a row of others: those to copy, or links to them where its licence reserves them."""
        said = cells.files(values.get("files", ""))
        if not said:
            return
        content, may_cite = plan.content, not plan.content["hides_place"]  # an address would name the bank
        cited = {link["url"] for link in known.content["links"]} if known and may_cite else set()
        may_copy = LICENCES[Licence(content["licence"])].may_reuse
        # What could not be copied before stays a link.
        to_cite = [each for each in said if not may_copy or each["url"] in cited]
        to_copy = [each for each in said if each not in to_cite]
        plan.files = copies.wanted(to_copy, known.content if known else None, self._origins.get(plan.pk, {}))
        links = [*content["links"], *(copies.as_links(to_cite) if may_cite else ())]
        plan.content = contents.cleaned(content | {"files": plan.files, "links": links})
        self._say_files(plan)

    def _say_files(self, plan: Plan) -> None:
        if count := copies.missing(plan.files):
            words = ngettext("%(count)d fichier à copier.", "%(count)d fichiers à copier.", count) % {"count": count}
            self._importing.say(Said(note=words))

    def _again(self, known: Resource, plan: Plan) -> str:
        """What we hold of the bank already; what people decided of it here stays."""
        if known.is_hidden or known.pk in self._open or harvest.is_kept(known, self._code):
            return Outcome.UNCHANGED
        if not copies.missing(plan.files) and not self._is_new(plan, known):
            return Outcome.UNCHANGED
        self.plans.append(plan)
        return Outcome.CREATED if self._is_back(known) else Outcome.UPDATED

    def _is_back(self, known: Resource) -> bool:
        return known.source_code == harvest.gone(self._code)

    def _is_new(self, plan: Plan, known: Resource) -> bool:
        """It says something that we do not hold: the text, or its translations alone."""
        if plan.marks is None:
            return plan.content != harvest.last_content(known)
        if self._is_back(known) or known.content != contents.public(plan.content):
            return True
        plan.only_translations = self._speaks_otherwise(known, plan)
        return plan.only_translations

    def _speaks_otherwise(self, known: Resource, plan: Plan) -> bool:
        here = self._tongues.get(known.pk, {})
        differs = any(translations.differs(here.get(each["language"]), known, each) for each in plan.translations)
        return differs or any(harvest.is_dropped(plan, each) for each in here.values())

    def _unknown(self, row: Row, plan: Plan) -> str:
        twins, content = self._lookalikes(), plan.content
        addresses = [link["url"] for link in content["links"][:1]]
        twin = twins.find(name=content["title"], keys=addresses)
        if twin is not None:
            choice = self._importing.resembles(row, twin.wording, url=harvest.url_of(twin.what))
            if choice != Duplicates.CREATE:  # nobody's words are mixed with those of a file
                return Outcome.SKIPPED
        twins.add(0, name=content["title"], keys=addresses, number=row.number)
        self.plans.append(plan)
        return Outcome.CREATED

    def _lookalikes(self) -> Lookalikes:
        if self._twins is None:
            self._twins = Lookalikes()
            for pk, title, links in shown().values_list("pk", "title", "content__links").iterator(chunk_size=2000):
                self._twins.add(pk, name=title, keys=[link["url"] for link in (links or ())[:1]])
        return self._twins

    # --- What a row of others says ---------------------------------------------------------------------------------

    def _content(self, values: Mapping[str, str], known: Resource | None) -> dict[str, Any]:
        licence = cells.licence(values["licence"]) if values.get("licence") else self._licence
        licence = licence or Licence.RESERVED.value
        kind = values.get("kind") or self._kind
        content: dict[str, Any] = {
            "kind": kind,
            "title": cells.line(values["title"], "title"),
            "summary": cells.line(values.get("summary", ""), "summary"),
            "language": cells.language(values.get("language", "")) or Language.FR.value,
            "year": cells.year(values.get("year", "")),
            "licence": licence,
            "sections": self._sections(kind, values, licence),
            "territories": cells.territories(values.get("territories", ""), self._places),
            "authors": cells.authors(values.get("authors", "")),
            "links": self._links(values),
            **(self._bundle(values, known) if self._may_take(licence) else {}),
            "hides_place": cells.yes(values.get("hides_place", "")),
            "source": cells.line(values.get("source") or self._bank, "source"),
            "proof_text": cells.line(values.get("proof_text", ""), "proof_text"),
            **{name: cells.codes(values.get(name, "")) for name in _LISTS},
            **{name: values.get(name, "") for name in ("medoc", "proof")},
            "context": {name: values.get(f"context_{name}", "") for name in CONTEXT},
        }
        content["context"]["actors"] = cells.codes(values.get("context_actors", ""))
        return content

    def _sections(self, kind: str, values: Mapping[str, str], licence: str) -> dict[str, str]:
        if not self._may_take(licence):
            return {}
        may_reuse = LICENCES[Licence(licence)].may_reuse
        found = {code.removeprefix(SECTION): text for code, text in values.items() if code.startswith(SECTION) and text}
        if kind == ResourceKind.LINK and not found and may_reuse and values.get("summary"):
            found["description"] = values["summary"]
        return found

    def _bundle(self, values: Mapping[str, str], known: Resource | None) -> dict[str, Any]:
        """Conditions and steps, which are part of the text."""
        return {
            "conditions": cells.conditions(values.get("conditions", "")),
            "kit_items": harvest.led(self._steps(values, known.content["kit_items"] if known else ()), self._held),
        }

    def _steps(self, values: Mapping[str, str], known: Iterable[Mapping[str, Any]] = ()) -> list[dict[str, Any]]:
        """A step leads to a resource of the same bank, by its number there: `leads_to` is what identifies it, "" when it leads nowhere.
        A table gives titles alone: steps that are `known` stay as they are."""
        cell = values.get("kit_items", "")
        steps = cells.kit_items(cell, known)
        if not cells.objects(cell):
            return steps
        bank = values.get("permanent_url", "").rstrip("/").rpartition("/")[0]
        return [step | {"leads_to": f"{bank}/{step['resource']}/" if step.get("resource") else ""} for step in steps]

    def _open_steps(self, values: Mapping[str, str], content: Content) -> list[dict[str, Any]]:
        steps = self._steps(values) if content["kit_items"] else []
        return steps if any(step.get("leads_to") and step["leads_to"] not in self._held for step in steps) else []

    def _links(self, values: Mapping[str, str]) -> list[dict[str, str]]:
        address = values.get("permanent_url") or values.get("url", "")
        page = [{"url": address, "label": _("La page d’origine")}] if address else []
        return page + cells.links(values.get("links", ""))

    # --- A row of ours ---------------------------------------------------------------------------------------------

    def _change(self, row: Row, pk: int) -> str:
        """What the row says otherwise than our own export of today; all else of the resource stays."""
        known = self._known(pk)
        if known is None or not known.is_shown:
            raise RowRefused(_("Cette ressource n’est plus publiée ici\u00a0: la ligne ne peut rien y changer."))
        if pk in self._seen:
            raise RowRefused(_("Une autre ligne de ce fichier change déjà cette ressource."))
        self._seen.add(pk)
        changes = self._differences(known, row.values)
        if not changes:
            return Outcome.UNCHANGED
        if harvest.follows(known):
            raise RowRefused(_("Cette ressource suit une banque extérieure\u00a0: elle se corrige là-bas."))
        if pk in self._open:
            raise RowRefused(
                _("Quelqu’un écrit la version suivante de cette ressource\u00a0: attendez qu’elle soit publiée.")
            )
        before = harvest.last_content(known)
        content = contents.cleaned(before | changes)
        plan = Plan(row.number, pk, content, files=changes.get("files", []))
        self._say_files(plan)
        self.plans.append(plan)
        return Outcome.UPDATED

    def _differences(self, known: Resource, values: Mapping[str, str]) -> dict[str, Any]:
        content = known.content
        chosen = self._importing.chosen
        found: dict[str, Any] = {}
        for name in ("title", "summary", "proof_text", "source"):
            if name in chosen and not cells.same_text(values[name], content[name]):
                found[name] = values[name]
        for name in ("kind", "medoc", "proof"):
            if name in chosen and values[name] != content[name]:
                found[name] = values[name]
        for name in _LISTS:
            if name in chosen and set(cells.codes(values[name])) != set(content.get(name, [])):
                found[name] = cells.codes(values[name])
        found |= self._read_differences(content, values)
        found |= self._nested_differences(content, values)
        return found | self._written_differences(known, values)

    def _read_differences(self, content: Content, values: Mapping[str, str]) -> dict[str, Any]:
        chosen = self._importing.chosen
        found: dict[str, Any] = {}
        if "year" in chosen and values["year"] != str(content["year"] or ""):
            found["year"] = values["year"]
        if "hides_place" in chosen and cells.yes(values["hides_place"]) != content["hides_place"]:
            found["hides_place"] = cells.yes(values["hides_place"])
        for name, read in (("language", cells.language), ("licence", cells.licence)):
            if name in chosen and read(values[name]) != content[name]:
                found[name] = read(values[name]) or values[name]
        return found

    def _nested_differences(self, content: Content, values: Mapping[str, str]) -> dict[str, Any]:
        chosen = self._importing.chosen
        found: dict[str, Any] = {}
        sections = {
            code.removeprefix(SECTION): values[code]
            for code in chosen
            if code.startswith(SECTION)
            and not cells.same_text(values[code], content["sections"].get(code.removeprefix(SECTION), ""))
        }
        if sections:
            found["sections"] = content["sections"] | sections
        context = {name: values[f"context_{name}"] for name in CONTEXT if f"context_{name}" in chosen}
        context = {name: said for name, said in context.items() if said != content["context"].get(name, "")}
        if "context_actors" in chosen:
            actors = cells.codes(values["context_actors"])
            if set(actors) != set(content["context"].get("actors", ())):
                context["actors"] = actors  # type: ignore[assignment]
        if context:
            found["context"] = content["context"] | context
        return found

    def _written_differences(self, known: Resource, values: Mapping[str, str]) -> dict[str, Any]:
        asked = [name for name in cells.AS_WRITTEN if name in self._importing.chosen]
        if not asked:
            return {}
        written = cells.written(exports.record(known, tongues=self._tongues.get(known.pk, {})))
        if "translations" in asked:
            asked.remove("translations")
            if values["translations"].strip() not in written["translations"]:
                self._importing.say(
                    Said(note=_("Une traduction se corrige sur la page de la ressource, pas par un fichier."))
                )
        read: dict[str, Callable[[str], Any]] = {
            "authors": partial(_with_entries, known.content),
            "links": partial(_with_labels, known.content),
            "territories": lambda cell: cells.territories(cell, self._places),
            "files": lambda cell: copies.wanted(cells.files(cell), known.content, self._origins.get(known.pk, {})),
            "conditions": cells.conditions,
            "kit_items": partial(cells.kit_items, known=known.content["kit_items"]),
        }
        return {name: read[name](values[name]) for name in asked if values[name].strip() not in written[name]}

    # --- All -------------------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Copy files; a plan of which none could be, and which says nothing else, is let go. What leads to others is written after them."""
        tried = {plan.number for plan in self.plans if copies.missing(plan.files)}
        copies.Copies(self._importing).bring(self.plans)
        self.plans = [plan for plan in self.plans if plan.number not in tried or self._still_says(plan)]
        self.plans.sort(key=lambda plan: bool(plan.steps))

    def _still_says(self, plan: Plan) -> bool:
        known = self._known(plan.pk) if plan.pk else None
        return known is None or self._is_new(plan, known)

    def write(self) -> None:
        harvest.write(self.plans, importing=self._importing, bank=self._bank)

    def pieces(self) -> Iterator[Piece]:
        for start in range(0, len(self.plans), PIECE):
            piece = self.plans[start : start + PIECE]
            yield len(piece), partial(harvest.write, piece, importing=self._importing, bank=self._bank)


def _with_entries(content: Content, cell: str) -> list[dict[str, str]]:
    """Authors of a cell; those who were there already keep their page of the directory."""
    entries = {each["name"]: each["entry"] for each in content["authors"]}
    return [each | {"entry": entries.get(each["name"], "")} for each in cells.authors(cell)]


def _with_labels(content: Content, cell: str) -> list[dict[str, str]]:
    labels = {each["url"]: each["label"] for each in content["links"]}
    return [each | {"label": each["label"] or labels.get(each["url"], "")} for each in cells.links(cell)]


def key_of(values: Mapping[str, str]) -> str:
    """What identifies a resource in its bank: its address for ever in another site like ours, its number, its page, or else its title."""
    for name in ("permanent_url", "id", "url"):
        if said := values.get(name, ""):
            return said
    title = fold(values.get("title", ""))
    return f"~{hashlib.blake2b(title.encode(), digest_size=12).hexdigest()}" if title else ""


def _label(field: str) -> str:
    """The column that a part of the content comes from, in words."""
    name = field.replace("sections.", SECTION)
    return next((str(column.label) for column in columns() if column.code == name), name)


def make_batch(importing: Importing, rows: Sequence[Row]) -> Batch:
    work = ResourceImport(importing, rows)
    return Batch(work.apply, work.write, prepare=work.prepare, pieces=work.pieces)
