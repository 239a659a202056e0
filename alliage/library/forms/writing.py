"""The whole form of a resource: every part of its content, section by section; rows are added and moved without script.

One shape for what is typed: {name: [values]}, be it a request, a draft kept, or what was saved (`typed`). The form shows any
of them; only saving judges it, then `content_of` gives the content that services clean.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from alliage.library import kind_change, kinds
from alliage.library.content import LONGEST, LONGEST_SECTION, MOST, NETWORK_LISTS, TERMS, Content
from alliage.library.enums import AuthorRole, Density, Importance, Language, Phase, Proof, ResourceKind, Size
from alliage.library.forms.contributing import KIND_HELP, as_posted, kind_choices, licence_choices
from alliage.library.labels import LIST_LABELS
from alliage.library.queries import transferability
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories.enums import Kind
from alliage.territories.forms import TerritoryField

Typed = dict[str, list[str]]

LONGEST_STEP = 4000
# « Qualifier son innovation », « Évaluer sa pertinence »: what a level of proof rests on.
PROOF_LEVIERS = ("qualifier", "pertinence")
# Lists of the form: the part of the content, and the columns of a row, the first of which says whether it is filled.
ROWS: dict[str, tuple[str, tuple[str, ...]]] = {
    "area": ("territories", ("",)),
    "author": ("authors", ("name", "role", "organisation")),
    "link": ("links", ("url", "label")),
    "file": ("files", ("id", "label", "drop")),
    "condition": ("conditions", ("text", "importance", "check")),
    "step": ("kit_items", ("title", "text", "minutes", "role", "resource", "key")),
}
# Whether a row holds something: its choices always do.
FILLED = {
    "area": ("",), "author": ("name", "organisation"), "link": ("url", "label"), "file": ("id",), "condition": ("text",),
    "step": ("title", "text", "minutes", "role", "resource"),
}  # fmt: skip
SPARE = {"area": 1, "author": 1, "link": 1, "file": 0, "condition": 1, "step": 2}
MORE = 3
# What a form carries besides the content; never part of a draft.
NOT_DRAFTED = frozenset({"csrfmiddlewaretoken", "act", "version", "tab", "seen", "new_files", "force", "drop"})
_NAME = re.compile(r"[a-z_]+(?:-[a-z-]+)?(?:_\d{1,2})?(?:_[a-z]+)*")
_ROW = re.compile(r"(area|author|link|file|condition|step)_(\d{1,2})(?:_([a-z_]+))?")


def row_name(row: str, number: int, column: str) -> str:
    return f"{row}_{number}_{column}" if column else f"{row}_{number}"


# --- What is typed -------------------------------------------------------------------------------------------------


def drafted(posted: Any) -> Typed:
    """What of a sent form is kept in a draft."""
    return {
        name: [str(value).replace("\0", "") for value in values]
        for name, values in posted.lists()
        if name not in NOT_DRAFTED and len(name) < 60 and _NAME.fullmatch(name)
    }


def plain(data: Typed) -> Typed:
    """What of it a draft keeps."""
    return {name: values for name, values in data.items() if name not in NOT_DRAFTED and _NAME.fullmatch(name)}


def typed(content: Content, *, licence_chosen: bool = True) -> Typed:
    """A content, as if someone had typed it."""
    simple = ("title", "summary", "kind", "language", "medoc", "proof", "proof_text", "source")
    found: Typed = {name: [content[name]] for name in simple}
    found["year"] = [str(content["year"] or "")]
    found["licence"] = [content["licence"]] if licence_chosen else []
    found["hides_place"] = ["on"] if content["hides_place"] else []
    found |= {name: list(content.get(name, [])) for name in (*TERMS, *NETWORK_LISTS)}
    found |= {f"s_{code}": [text] for code, text in content["sections"].items()}
    context = content["context"]
    found |= {f"context_{name}": [context[name]] for name in ("territory_kind", "size", "density", "phase")}
    found["context_actors"] = list(context["actors"])
    for row, (part, columns) in ROWS.items():
        for number, each in enumerate(content[part], 1):
            found |= _typed_row(row, number, columns, each)
    found["kind_shown"] = [content["kind"]]
    return found


def _typed_row(row: str, number: int, columns: tuple[str, ...], each: Any) -> Typed:
    if row == "area":
        return {f"area_{number}": [each], f"area_{number}_code": [each]}
    said = {
        row_name(row, number, column): [str(each[column] or "")] for column in columns if each.get(column) is not None
    }
    if row == "author" and each.get("entry"):
        said[f"author_{number}_name_code"] = [f"fiche:{each['entry']}"]
    return said


def numbers(data: Mapping[str, Any], row: str) -> list[int]:
    """Numbers of the rows of a list that hold something, in order."""
    filled = set()
    for name in data:
        found = _ROW.fullmatch(name)
        counts = found is not None and found[1] == row and (found[3] or "") in FILLED[row]
        if found and counts and any(str(value).strip() for value in data[name]):
            filled.add(int(found[2]))
    return sorted(filled)


def _rows_of(data: Typed, row: str) -> list[Typed]:
    """Filled rows of a list, each {what follows the number: values}."""
    found: dict[int, Typed] = {number: {} for number in numbers(data, row)}
    for name, values in data.items():
        match = _ROW.fullmatch(name)
        if match and match[1] == row and int(match[2]) in found:
            found[int(match[2])][match[3] or ""] = values
    return [found[number] for number in sorted(found)]


def _with_rows(data: Typed, row: str, rows: list[Typed]) -> Typed:
    kept = {name: values for name, values in data.items() if not ((m := _ROW.fullmatch(name)) and m[1] == row)}
    for number, each in enumerate(rows, 1):
        kept |= {row_name(row, number, column): values for column, values in each.items()}
    return kept


def moved(data: Typed, row: str, number: int, by: int) -> Typed:
    """The same, with one row a place higher (-1) or lower (1)."""
    known, rows = numbers(data, row), _rows_of(data, row)
    if number not in known:
        return data
    rank = known.index(number)
    other = min(max(rank + by, 0), len(rows) - 1)
    rows[rank], rows[other] = rows[other], rows[rank]
    return _with_rows(data, row, rows)


def without(data: Typed, row: str, number: int) -> Typed:
    """The same, without one row."""
    known, rows = numbers(data, row), _rows_of(data, row)
    return _with_rows(data, row, [each for rank, each in zip(known, rows, strict=True) if rank != number])


def with_files(data: Typed, stored: list[Any]) -> Typed:
    """The same, with files that were just kept."""
    rows = _rows_of(data, "file")
    known = {value for each in rows for value in each.get("id", [])}
    new = [{"id": [str(file.pk)], "label": [""]} for file in stored if str(file.pk) not in known]
    return _with_rows(data, "file", rows + new)


def with_kind(data: Typed) -> tuple[Typed, list[tuple[str, str]]]:
    """The same in the template of the kind that was chosen, when the page showed another; says which parts moved."""
    kind, before = _one(data, "kind"), _one(data, "kind_shown")
    if kind == before or kind not in kinds.TEMPLATES or before not in kinds.TEMPLATES:
        return data, []
    texts = {section.code: _one(data, f"s_{section.code}") for section in kinds.sections(before)}
    kept, went = kind_change.moved(texts, before=before, after=kind)
    rest = {name: values for name, values in data.items() if not name.startswith("s_")}
    return rest | {f"s_{code}": [text] for code, text in kept.items()} | {"kind_shown": [kind]}, went


def _one(data: Mapping[str, Any], name: str) -> str:
    values = data.get(name) or [""]
    return str(values[-1])


# --- The form ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One row of a list: its number, its fields, and what may be done with it."""

    number: int
    fields: list[Any]
    label: str = ""
    is_first: bool = False
    is_last: bool = False


@dataclass(frozen=True)
class Question:
    """One question with what reviewers look at, said beside it."""

    field: Any
    criteria: Any = ""


@dataclass(frozen=True)
class Part:
    """A part of the page."""

    code: str
    title: Any
    help: Any = ""
    questions: list[Question] = field(default_factory=list)


def _text(label: Any, longest: int, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, required=False, **options)


def _area(label: Any, longest: int, rows: int, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=longest, required=False, help_text=help_text, widget=widget)


def _choice(label: Any, choices: Any, *, radio: bool = False, **options: Any) -> forms.ChoiceField:
    widget = forms.RadioSelect if radio else forms.Select
    return forms.ChoiceField(
        label=label, choices=choices, required=options.pop("required", False), widget=widget, **options
    )


def _help_with_proof() -> str:
    """The two leviers whose questions say how sure one is, where they are explained."""
    words = str(_("Pour choisir, voyez les questions des leviers\u00a0: {leviers}."))
    leviers = [term for code in PROOF_LEVIERS if (term := taxonomy.term(Vocabulary.LEVIERS, code))]
    links = format_html_join(", ", '<a href="{}">{}</a>', ((term.get_absolute_url(), term.label) for term in leviers))
    return format_html(words, leviers=links) if leviers else ""


def _ticks(label: Any, choices: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple, help_text=help_text
    )


def _terms(vocabulary: str, *, numbered: bool = False) -> list[tuple[str, str]]:
    return [(t.code, f"{t.code}. {t.label}" if numbered else t.label) for t in taxonomy.terms(vocabulary)]


class PickedInput(forms.TextInput):
    """A free text, helped by the search: `<name>_code` holds what was chosen, as « kind:number »."""

    template_name = "library/widgets/picked.html"

    def __init__(self, slugs: str, label: Any, chosen: str) -> None:
        super().__init__({"autocomplete": "off", "spellcheck": "false"})
        self.slugs, self.label, self.chosen = slugs, label, chosen

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {"chosen": self.chosen, "slugs": self.slugs, "label": self.label}
        return context


class WritingForm(forms.Form):
    """Everything that a resource says, in the template of its kind. `data` is what was typed, whatever it comes from."""

    def __init__(
        self,
        data: Typed,
        *,
        names: Mapping[str, str] | None = None,
        is_published: bool = False,
        spare: int = 0,
        spare_row: str = "",
    ) -> None:
        self.typed, self.names = data, names or {}
        self.kind = _one(data, "kind_shown") or _one(data, "kind")
        self.kind = self.kind if self.kind in kinds.TEMPLATES else ResourceKind.PRACTICE.value
        self.is_published = is_published
        self.spare, self.spare_row = spare, spare_row
        super().__init__(as_posted(data))
        self._ask_essentials()
        self._ask_sections()
        self._ask_where()
        self._ask_terms()
        self._ask_rows()
        self._ask_proof()

    # --- Questions

    def _ask_essentials(self) -> None:
        self.fields["title"] = forms.CharField(label=_("Titre"), max_length=LONGEST["title"])
        self.fields["summary"] = _area(
            _("Résumé"), LONGEST["summary"], 3, _("Une ou deux phrases\u00a0: ce que l’on y trouve, à qui cela sert.")
        )
        self.fields["summary"].widget.attrs["data-counted"] = str(LONGEST["summary"])
        self.fields["kind"] = _choice(_("Sorte"), kind_choices, required=True, help_text=KIND_HELP)
        self.fields["medoc"] = _choice(
            _("Nature (M.E.D.O.C.)"), [("", _("non précisée")), *_terms(Vocabulary.RESOURCE_KINDS)]
        )
        self.fields["language"] = _choice(_("Langue"), Language.choices, required=True)
        self.fields["year"] = _text(
            _("Année"), 4, widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": "4"})
        )

    def _ask_sections(self) -> None:
        for section in kinds.sections(self.kind):
            self.fields[f"s_{section.code}"] = _area(section.label, LONGEST_SECTION, 6, section.help)

    def _ask_where(self) -> None:
        self.fields["hides_place"] = forms.BooleanField(
            label=_("Publier sans nommer le territoire"),
            required=False,
            help_text=_(
                "Les territoires, les auteurs et la source restent connus de vous et des relecteurs\u00a0; les lecteurs ne les voient nulle part."
            ),
        )
        unknown = [("", _("non précisé"))]
        self.fields["context_territory_kind"] = _choice(_("Sorte de territoire"), [*unknown, *Kind.choices])
        self.fields["context_size"] = _choice(_("Population"), Size.choices)
        self.fields["context_density"] = _choice(_("Densité"), Density.choices)
        self.fields["context_phase"] = _choice(_("Moment du projet"), Phase.choices)
        self.fields["context_actors"] = _ticks(_("Acteurs engagés"), _terms(Vocabulary.CATEGORIES))

    def _ask_terms(self) -> None:
        labels = {
            "leviers": (_("Leviers"), _("Sur quoi cette ressource aide à avancer.")),
            "metiers": (_("Métiers"), ""),
            "odd": (_("Objectifs de développement durable (ODD)"), ""),
            "regards": (_("Regards"), ""),
            "audiences": (_("Pour qui"), _("À qui cette ressource sert d’abord.")),
        }
        for name, (label, help_text) in labels.items():
            self.fields[name] = _ticks(label, _terms(TERMS[name], numbered=name == "odd"), help_text)
        for name, code in NETWORK_LISTS.items():
            items = [(item.code, item.label) for item in taxonomy.facet(code)]
            if items:
                self.fields[name] = _ticks(LIST_LABELS[name], items)

    def _ask_rows(self) -> None:
        for row in ROWS:
            if row == "step" and self.kind != ResourceKind.KIT:
                continue
            for number in self.row_numbers(row):
                self._ask_row(row, number)

    def _ask_row(self, row: str, number: int) -> None:
        asked = getattr(self, f"_{row}_fields")(number)
        for column, one in asked.items():
            self.fields[row_name(row, number, column)] = one

    def row_numbers(self, row: str) -> list[int]:
        """Rows that hold something, and a few empty ones below."""
        filled = numbers(self.typed, row)
        spare = SPARE[row] + (self.spare if row == self.spare_row else 0)
        last = max(filled, default=0)
        return [*filled, *range(last + 1, min(last + spare, MOST[ROWS[row][0]], 99) + 1)]

    def _area_fields(self, number: int) -> dict[str, forms.Field]:
        return {"": TerritoryField(label=_("Territoire %(number)s") % {"number": number}, required=False)}

    def _author_fields(self, number: int) -> dict[str, forms.Field]:
        chosen = _one(self.typed, f"author_{number}_name_code")
        person = PickedInput("catalyseurs,organisations,equipes", _("Fiches de l’annuaire"), chosen)
        return {
            "name": _text(_("Nom"), 160, widget=person),
            "role": _choice(_("Rôle"), AuthorRole.choices),
            "organisation": _text(_("Organisation"), 200),
        }

    def _link_fields(self, _number: int) -> dict[str, forms.Field]:
        address = forms.URLField(
            label=_("Adresse"),
            max_length=600,
            required=False,
            assume_scheme="https",
            widget=forms.TextInput(attrs={"inputmode": "url"}),
        )
        return {"url": address, "label": _text(_("Ce que l’on y trouve"), 200)}

    def _file_fields(self, number: int) -> dict[str, forms.Field]:
        name = self.names.get(_one(self.typed, f"file_{number}_id"), "")
        return {
            "id": _text("", 40, widget=forms.HiddenInput),
            "label": _text(_("Ce qu’il contient"), 200),
            "drop": forms.BooleanField(label=_("Retirer «\u00a0%(name)s\u00a0»") % {"name": name}, required=False),
        }

    def _condition_fields(self, number: int) -> dict[str, forms.Field]:
        chosen = _one(self.typed, f"condition_{number}_check")[:60]
        return {
            "text": _text(_("Condition"), 300),
            "importance": _choice(_("Importance"), Importance.choices),
            "check": _choice(_("Ce que la plateforme peut vérifier"), transferability.choices(chosen)),
        }

    def _step_fields(self, number: int) -> dict[str, forms.Field]:
        chosen = _one(self.typed, f"step_{number}_resource_code")
        linked = PickedInput("ressources", _("Ressources"), chosen)
        return {
            "title": _text(_("Étape"), 160),
            "text": _area(_("Comment faire"), LONGEST_STEP, 3),
            "minutes": forms.IntegerField(label=_("Durée en minutes"), required=False, min_value=1, max_value=99_999),
            "role": _text(_("Qui"), 80),
            "resource": _text(
                _("Ressource liée"), 200, help_text=_("Son titre, son adresse ou son numéro."), widget=linked
            ),
            "key": _text("", 12, widget=forms.HiddenInput),
        }

    def _ask_proof(self) -> None:
        self.fields["proof"] = _choice(_("Niveau de preuve"), Proof.choices, radio=True, help_text=_help_with_proof())
        self.fields["proof_text"] = _text(
            _("Ce sur quoi il repose"),
            LONGEST["proof_text"],
            help_text=_("Par exemple\u00a0: une évaluation en 2023, trois territoires qui l’ont repris."),
        )
        self.fields["licence"] = _choice(
            _("Licence"),
            licence_choices,
            radio=True,
            required=True,
            error_messages={
                "required": _("Choisissez une licence\u00a0: sans elle, personne ne sait s’il peut réutiliser.")
            },
        )
        self.fields["source"] = _text(
            _("D’où elle vient"),
            LONGEST["source"],
            help_text=_("Si elle est née ailleurs\u00a0: la revue, le site, la séance."),
        )
        if self.is_published:
            self.fields["note"] = _text(
                _("Ce qui change dans cette version"), 300, help_text=_("Une phrase, montrée avec la version.")
            )
        self.fields["kind_shown"] = forms.CharField(widget=forms.HiddenInput, required=False)

    # --- Reading

    def content(self) -> dict[str, Any]:
        """What was typed, once judged, as `content.cleaned` takes it."""
        said = self.cleaned_data
        raw: dict[str, Any] = {
            name: said.get(name, "")
            for name in (
                "kind",
                "title",
                "summary",
                "language",
                "year",
                "medoc",
                "proof",
                "proof_text",
                "licence",
                "source",
            )
        }
        raw["hides_place"] = said.get("hides_place", False)
        raw |= {name: said.get(name, []) for name in (*TERMS, *NETWORK_LISTS)}
        raw["sections"] = {s.code: said.get(f"s_{s.code}", "") for s in kinds.sections(self.kind)}
        raw["context"] = {
            name: said.get(f"context_{name}", "") for name in ("territory_kind", "size", "density", "phase", "actors")
        }
        for row, (part, columns) in ROWS.items():
            raw[part] = [
                getattr(self, f"_read_{row}")(number)
                for number in self.row_numbers(row)
                if self._is_asked(row, number, columns)
            ]
            raw[part] = [each for each in raw[part] if each]
        return raw

    def _is_asked(self, row: str, number: int, columns: tuple[str, ...]) -> bool:
        return row_name(row, number, columns[0]) in self.fields

    def _said(self, row: str, number: int) -> dict[str, Any]:
        start = f"{row}_{number}_"
        return {name.removeprefix(start): said for name, said in self.cleaned_data.items() if name.startswith(start)}

    def _read_area(self, number: int) -> str:
        place = self.cleaned_data.get(f"area_{number}")
        return f"{place.kind}:{place.code}" if place is not None else ""

    def _read_author(self, number: int) -> dict[str, Any]:
        return {**self._said("author", number), "chosen": _one(self.typed, f"author_{number}_name_code")}

    def _read_link(self, number: int) -> dict[str, Any]:
        return self._said("link", number)

    def _read_file(self, number: int) -> dict[str, Any]:
        said = self._said("file", number)
        return {} if said.get("drop") else said

    def _read_condition(self, number: int) -> dict[str, Any]:
        return self._said("condition", number)

    def _read_step(self, number: int) -> dict[str, Any]:
        said = self._said("step", number)
        typed = str(said.get("resource", ""))
        # Emptied by hand, where no script empties what was chosen with it.
        chosen = typed and (_one(self.typed, f"step_{number}_resource_code") or typed)
        found = re.search(r"(?:^|^resource:|/ressources/)(\d{1,18})(?:\D|$)", chosen)
        return {**said, "resource": int(found[1]) if found else None}

    def refuse(self, name: str, message: str) -> None:
        """Put the refusal of a service beside its question."""
        part, _dot, code = name.partition(".")
        rows = {part: row_name(row, 1, columns[0]) for row, (part, columns) in ROWS.items()}
        field = f"s_{code}" if part == "sections" else rows.get(part, part)
        self.add_error(field if field in self.fields else None, message)

    # --- Drawing

    def parts(self) -> Iterator[Part]:
        """The form in the order of the page; lists are drawn by the template (`rows`)."""
        yield Part(
            "essentiel",
            _("L’essentiel"),
            questions=self._questions("title", "summary", "kind", "medoc", "language", "year"),
        )
        yield Part(
            "texte",
            _("Ce qu’elle dit"),
            _("Écrivez simplement. Une ligne vide sépare deux paragraphes, un tiret commence un élément de liste."),
            [Question(self[f"s_{each.code}"], each.criteria) for each in kinds.sections(self.kind)],
        )
        if self.kind == ResourceKind.KIT:
            yield Part(
                "etapes",
                _("Les étapes du kit"),
                _("Dans l’ordre où on les déroule. Chacune pourra être cochée par un territoire."),
            )
        yield Part(
            "territoires",
            _("Où cela s’est passé"),
            _("Commune, intercommunalité, département, région, parc…"),
            self._questions("hides_place"),
        )
        yield Part(
            "contexte",
            _("Dans quel contexte"),
            _("Ce qui aide un autre territoire à s’y reconnaître, même quand le lieu n’est pas nommé."),
            self._questions(
                "context_territory_kind", "context_size", "context_density", "context_phase", "context_actors"
            ),
        )
        yield Part(
            "reperes",
            _("De quoi il s’agit"),
            questions=self._questions("leviers", "metiers", "regards", "odd", "audiences", *NETWORK_LISTS),
        )
        yield Part(
            "auteurs",
            _("Qui l’a faite"),
            _("Tapez un nom\u00a0: l’annuaire propose les fiches. Un nom libre convient aussi."),
        )
        yield Part("documents", _("Fichiers et liens"))
        yield Part(
            "conditions",
            _("Ce qu’il faut pour recommencer"),
            _("Chaque condition sera comparée au territoire de qui lit."),
        )
        yield Part("preuve", _("Sur quoi on s’appuie"), questions=self._questions("proof", "proof_text", "source"))
        yield Part("licence", _("Ce que l’on peut en faire"), questions=self._questions("licence", "note"))

    def _questions(self, *names: str) -> list[Question]:
        return [Question(self[name]) for name in names if name in self.fields]

    def rows(self) -> dict[str, list[Row]]:
        """Lists of the form, each row with its fields."""
        found: dict[str, list[Row]] = {}
        for row in ROWS:
            known = [number for number in self.row_numbers(row) if self._is_asked(row, number, ROWS[row][1])]
            found[row] = [self._row(row, number, known) for number in known]
        return found

    def _row(self, row: str, number: int, known: list[int]) -> Row:
        start = f"{row}_{number}"
        names = [name for name in self.fields if name == start or name.startswith(f"{start}_")]
        file_id = _one(self.typed, f"file_{number}_id")
        return Row(
            number,
            [self[name] for name in names],
            label=self.names.get(file_id, ""),
            is_first=number == known[0],
            is_last=number == known[-1],
        )


def file_ids(data: Typed) -> list[str]:
    """Numbers of the files that are typed, those that are numbers."""
    found = []
    for each in _rows_of(data, "file"):
        try:
            found.append(str(UUID(_one(each, "id"))))
        except ValueError:
            continue
    return found
