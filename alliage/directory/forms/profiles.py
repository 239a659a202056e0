"""The form of an entry: fields in sections, each with who sees it; and the small forms around it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from alliage.directory.enums import Blur, EntryKind, Means, Visibility
from alliage.directory.models import Entry
from alliage.directory.services.profiles import LINKS, Point, Written
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.territories.forms import TerritoryField, written
from alliage.territories.models import Territory
from alliage.ui.honeypot import HoneypotMixin

LONGEST_PRESENTATION = 800
AREA_LINES = 3
MOST_AREAS = 40
# Never kept in a draft: the true place, and what no text can hold.
NOT_DRAFTED = frozenset({"latitude", "longitude", "photo", "csrfmiddlewaretoken", "act", "version", "tab", "seen"})
_PHONE = re.compile(r"\+?[\d .()/-]{6,25}")
_URL = URLValidator(schemes=["http", "https"])
# Which vocabulary each question of the form ticks.
TERMS = {
    "metiers": Vocabulary.METIERS,
    "missions": Vocabulary.MISSIONS,
    "leviers": Vocabulary.LEVIERS,
    "odd": Vocabulary.ODD,
}


@dataclass(frozen=True)
class Row:
    """One question and, when its owner chooses, who sees the answer."""

    field: Any
    seen_by: Any = None

    @property
    def css(self) -> str:
        """Two columns with who sees it; the true place is asked only of those who give it."""
        if self.field.name in {"latitude", "longitude"}:
            return "row typed-point"
        return "row seen" if self.seen_by else "row"


@dataclass(frozen=True)
class Section:
    """A part of the form; `special` names a drawing of its own in the template."""

    code: str
    title: Any
    help: Any = ""
    rows: list[Row] = field(default_factory=list)


def _choice(label: Any, vocabulary: str) -> forms.ChoiceField:
    terms = [(term.code, term.label) for term in taxonomy.terms(vocabulary)]
    return forms.ChoiceField(label=label, choices=[("", _("à préciser")), *terms], required=False)


def _ticks(label: Any, vocabulary: str, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=[(term.code, term.label) for term in taxonomy.terms(vocabulary)],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=help_text,
    )


SEEN_BY = {
    "function": _("Qui voit la fonction"),
    "presentation": _("Qui voit la présentation"),
    "photo": _("Qui voit la photo"),
    "place": _("Qui voit le lieu du bureau"),
    "phone": _("Qui voit le téléphone"),
    "links": _("Qui voit le site et les liens"),
    "memberships": _("Qui voit vos organisations et vos équipes"),
}


class EntryForm(forms.Form):
    """Everything that an entry says. `entry` is None for a member who has none yet."""

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        kind: str,
        entry: Entry | None = None,
        lines: int = 0,
        **options: Any,
    ) -> None:
        self.entry, self.kind = entry, kind
        super().__init__(data, files, **options)
        self._ask_who()
        self._ask_what()
        self._ask_where(lines)
        self._ask_how_to_meet()
        self._ask_who_sees()

    # --- Questions

    def _ask_who(self) -> None:
        person = self.kind == EntryKind.CATALYST
        self.fields["name"] = forms.CharField(
            label=_("Votre nom") if person else _("Nom"), max_length=200, help_text=_("Tel qu’il sera montré.")
        )
        if person:
            self.fields["name"].widget.attrs["autocomplete"] = "name"
            self.fields["function"] = forms.CharField(
                label=_("Votre fonction"),
                max_length=160,
                required=False,
                help_text=_("Par exemple\u00a0: chargée de mission, maire, directeur."),
                widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
            )
        else:
            self.fields["other_names"] = forms.CharField(
                label=_("Autres noms"),
                max_length=400,
                required=False,
                help_text=_(
                    "Sigle ou ancien nom, séparés par un point-virgule\u00a0: on la trouvera aussi sous ces noms."
                ),
            )
        longest = max(LONGEST_PRESENTATION, len(self.entry.presentation) if self.entry else 0)
        self.fields["presentation"] = forms.CharField(
            label=_("Présentation"),
            max_length=longest,
            required=False,
            help_text=_("Ce que vous faites et comment vous aidez, en quelques phrases (%(count)s signes au plus).")
            % {"count": longest},
            widget=forms.Textarea(attrs={"rows": 6, "data-counted": str(longest)}),
        )
        self.fields["category"] = _choice(_("Catégorie"), Vocabulary.CATEGORIES)
        self.fields["photo"] = forms.FileField(
            label=_("Photo") if person else _("Logo ou photo"),
            required=False,
            help_text=_("Une image de 5 Mo au plus. Elle est réduite, et le lieu où elle fut prise en est effacé."),
            widget=forms.FileInput(attrs={"accept": "image/*"}),
        )
        if self.entry is not None and self.entry.photo_id:
            self.fields["removes_photo"] = forms.BooleanField(label=_("Enlever la photo actuelle"), required=False)

    def _ask_what(self) -> None:
        self.fields["metiers"] = _ticks(_("Métiers"), Vocabulary.METIERS)
        self.fields["missions"] = _ticks(_("Missions"), Vocabulary.MISSIONS)
        self.fields["leviers"] = _ticks(_("Leviers que vous aidez à travailler"), Vocabulary.LEVIERS)
        self.fields["odd"] = _ticks(_("Objectifs de développement durable (ODD)"), Vocabulary.ODD)
        if self.kind == EntryKind.TEAM:
            self.fields["means"] = forms.ChoiceField(
                label=_("Moyens d’ingénierie"), choices=Means.choices, required=False, widget=forms.RadioSelect
            )

    def _ask_where(self, lines: int) -> None:
        self.fields["scale"] = _choice(_("Échelon principal"), Vocabulary.SCALES)
        for number in range(1, self._area_lines(lines) + 1):
            self.fields[f"area_{number}"] = TerritoryField(
                label=_("Territoire %(number)s") % {"number": number}, required=False
            )
        self.fields["is_national"] = forms.BooleanField(label=_("Dans toute la France"), required=False)
        self.fields["cross_border"] = forms.CharField(
            label=_("De l’autre côté d’une frontière"),
            max_length=120,
            required=False,
            help_text=_("Pays ou régions voisines où vous agissez\u00a0: Belgique, Brésil, Catalogne…"),
        )

    def _area_lines(self, lines: int) -> int:
        known = self.entry.entry_areas.count() if self.entry is not None and self.entry.pk else 0
        numbers = [int(name[5:]) for name in self.data if re.fullmatch(r"area_\d{1,2}", str(name))]
        drafted = [int(name[5:]) for name in self.initial if re.fullmatch(r"area_\d{1,2}", str(name))]
        return min(MOST_AREAS, max([known + AREA_LINES, lines, *numbers, *drafted]))

    def _ask_how_to_meet(self) -> None:
        has_point = self.entry is not None and self.entry.latitude is not None
        self.fields["territory"] = TerritoryField(
            label=_("Lieu du bureau"), required=False, help_text=_("La commune où l’on peut vous rencontrer.")
        )
        ways = [("commune", _("au milieu de cette commune")), ("typed", _("à l’endroit exact indiqué ci-dessous"))]
        kept = [("kept", _("garder la position montrée aujourd’hui"))] if has_point else []
        self.fields["position"] = forms.ChoiceField(
            label=_("Position sur la carte"),
            choices=[*kept, ("none", _("aucune")), *ways],
            initial="kept" if has_point else "none",
            widget=forms.RadioSelect,
            required=False,
        )
        self.fields["latitude"] = forms.FloatField(
            label=_("Latitude"), required=False, min_value=-90, max_value=90, localize=True
        )
        self.fields["longitude"] = forms.FloatField(
            label=_("Longitude"), required=False, min_value=-180, max_value=180, localize=True
        )
        self.fields["blur"] = forms.TypedChoiceField(
            label=_("Précision montrée"),
            choices=Blur.choices,
            coerce=int,
            required=False,
            help_text=_(
                "La position est déplacée une seule fois, au hasard, dans ce rayon. Le lieu exact n’est gardé nulle part."
            ),
        )
        self.fields["phone"] = forms.CharField(
            label=_("Téléphone"),
            max_length=30,
            required=False,
            widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        )
        self.fields["website"] = forms.URLField(
            label=_("Site"),
            max_length=300,
            required=False,
            assume_scheme="https",
            widget=forms.TextInput(attrs={"inputmode": "url"}),
        )
        for number in range(1, LINKS + 1):
            self.fields[f"link_label_{number}"] = forms.CharField(
                label=_("Lien %(number)s\u00a0: titre") % {"number": number}, max_length=80, required=False
            )
            self.fields[f"link_url_{number}"] = forms.URLField(
                label=_("Lien %(number)s\u00a0: adresse") % {"number": number},
                max_length=300,
                required=False,
                assume_scheme="https",
                widget=forms.TextInput(attrs={"inputmode": "url"}),
            )

    def _ask_who_sees(self) -> None:
        for name in self.seen_names():
            self.fields[f"{name}_visibility"] = forms.ChoiceField(
                label=SEEN_BY[name], choices=Visibility.choices, required=False
            )
        self.fields["contact_visibility"] = forms.ChoiceField(
            label=_("Qui peut vous écrire par le formulaire"),
            choices=[
                (Visibility.PUBLIC, _("tout le monde")),
                (Visibility.MEMBERS, _("les membres du réseau")),
                (Visibility.NOBODY, _("personne")),
            ],
            required=False,
            help_text=_("Votre adresse électronique n’est jamais montrée. Vous répondez à qui vous voulez."),
        )

    def seen_names(self) -> tuple[str, ...]:
        """Fields whose visibility is chosen here."""
        names = ("presentation", "photo", "place", "phone", "links")
        return ("function", *names, "memberships") if self.kind == EntryKind.CATALYST else names

    # --- Reading

    def clean_phone(self) -> str:
        phone: str = " ".join(self.cleaned_data["phone"].split())
        if phone and (not _PHONE.fullmatch(phone) or sum(sign.isdigit() for sign in phone) < 6):
            raise ValidationError(_("Écrivez un numéro de téléphone, par exemple 0262 12 34 56 ou +594 5 94 12 34 56."))
        return phone

    def clean_blur(self) -> int:
        """Not sent: as it is today, or a kilometre."""
        blur = self.cleaned_data["blur"]
        return blur if blur != "" else self._blur_today(Blur.KM1)

    def _blur_today(self, otherwise: int) -> int:
        shown = self.entry is not None and self.entry.latitude is not None
        return self.entry.blur if shown and self.entry is not None else otherwise

    def clean(self) -> Any:
        cleaned = super().clean()
        self._check_missions()
        self._check_position()
        for number in range(1, LINKS + 1):
            label, url = f"link_label_{number}", f"link_url_{number}"
            if self.cleaned_data.get(label) and not self.cleaned_data.get(url) and url not in self.errors:
                self.add_error(url, _("Indiquez l’adresse de ce lien, ou effacez son titre."))
        return cleaned

    def _check_missions(self) -> None:
        metiers = set(self.cleaned_data.get("metiers", ()))
        for code in self.cleaned_data.get("missions", ()):
            mission = taxonomy.term(Vocabulary.MISSIONS, code)
            if mission and mission.parent and mission.parent.code not in metiers:
                self.add_error(
                    "missions",
                    _(
                        "La mission «\u00a0%(mission)s\u00a0» fait partie du métier «\u00a0%(metier)s\u00a0»\u00a0: cochez-le aussi."
                    )
                    % {"mission": mission.label, "metier": mission.parent.label},
                )

    def _check_position(self) -> None:
        cleaned = self.cleaned_data
        how = cleaned.get("position") or self.fields["position"].initial
        territory = cleaned.get("territory")
        if how == "commune" and "territory" not in self.errors:
            if territory is None:
                self.add_error("territory", _("Indiquez une commune pour y placer votre fiche."))
            elif territory.latitude is None:
                self.add_error(
                    "territory", _("Ce territoire n’a pas de point sur la carte\u00a0: indiquez une commune.")
                )
        if how == "typed":
            for name in ("latitude", "longitude"):
                if cleaned.get(name) is None and name not in self.errors:
                    self.add_error(name, _("Indiquez ce nombre, ou choisissez une autre position."))
        if how == "kept" and "blur" not in self.errors and cleaned["blur"] < self._blur_today(Blur.NONE):
            self.add_error(
                "blur",
                _(
                    "Le lieu exact n’est gardé nulle part\u00a0: pour le montrer plus précisément, indiquez-le de nouveau."
                ),
            )

    def values(self) -> dict[str, Any]:
        """Columns of the entry, as `services.profiles.write` takes them."""
        cleaned = self.cleaned_data
        plain = ("name", "other_names", "function", "presentation", "means", "territory", "is_national", "cross_border",
                 "website", "phone", "contact_visibility", *(f"{name}_visibility" for name in self.seen_names()))  # fmt: skip
        found = {name: cleaned[name] for name in plain if name in cleaned}
        # A choice that was not sent stays as it is.
        found = {name: value for name, value in found.items() if value or not name.endswith("_visibility")}
        return found | {
            "name": " ".join(found["name"].split()),
            "category": taxonomy.term(Vocabulary.CATEGORIES, cleaned["category"]),
            "scale": taxonomy.term(Vocabulary.SCALES, cleaned["scale"]),
            "links": self.links(),
        }

    def links(self) -> list[dict[str, str]]:
        cleaned = self.cleaned_data
        return [
            {
                "label": cleaned.get(f"link_label_{number}") or cleaned[f"link_url_{number}"],
                "url": cleaned[f"link_url_{number}"],
            }
            for number in range(1, LINKS + 1)
            if cleaned.get(f"link_url_{number}")
        ]

    def terms(self) -> list[Term]:
        found = []
        for name, vocabulary in TERMS.items():
            found += [taxonomy.term(vocabulary, code) for code in self.cleaned_data.get(name, ())]
        return [term for term in found if term is not None]

    def areas(self) -> list[Territory]:
        found = [self.cleaned_data[name] for name in self.area_names() if self.cleaned_data.get(name)]
        return list({territory.pk: territory for territory in found}.values())

    def point(self) -> Point:
        cleaned = self.cleaned_data
        return Point(
            cleaned.get("position") or self.fields["position"].initial,
            cleaned.get("latitude"),
            cleaned.get("longitude"),
            cleaned.get("blur", Blur.NONE),
        )

    def written(self) -> Written:
        """What `services.profiles.write` takes."""
        return Written(
            self.values(),
            self.terms(),
            self.areas(),
            self.point(),
            self.cleaned_data.get("photo"),
            bool(self.cleaned_data.get("removes_photo")),
        )

    def area_names(self) -> list[str]:
        return [name for name in self.fields if name.startswith("area_")]

    # --- Drawing

    def sections(self) -> Iterator[Section]:
        """The form in the order of the page."""
        yield Section(
            "qui",
            _("Qui vous êtes"),
            rows=self._rows("name", "function", "other_names", "presentation", "category", "photo"),
        )
        yield Section(
            "metiers",
            _("Ce que vous faites"),
            _("Cochez un métier pour voir ses missions."),
            self._rows("leviers", "odd", "means"),
        )
        yield Section(
            "territoires",
            _("Où vous agissez"),
            _("Commune, intercommunalité, département, région, parc… Autant de lignes que nécessaire."),
            self._rows(*self.area_names(), "is_national", "cross_border", "scale"),
        )
        yield Section(
            "lieu",
            _("Où vous trouver"),
            _("Votre bureau peut être ailleurs que là où vous agissez."),
            self._rows("territory", "position", "latitude", "longitude", "blur"),
        )
        yield Section(
            "joindre",
            _("Comment vous joindre"),
            rows=self._rows("contact_visibility", "phone", "memberships_visibility", "website"),
        )

    def _rows(self, *names: str) -> list[Row]:
        seen_with = {"territory": "place", "website": "links"}
        rows = []
        for name in names:
            if name in self.fields:
                seen_by = f"{seen_with.get(name, name)}_visibility"
                rows.append(Row(self[name], self[seen_by] if seen_by in self.fields else None))
        return rows

    def metier_ticks(self) -> list[dict[str, Any]]:
        """Each métier with its missions, as checkboxes."""
        missions = {sub.data["value"]: sub for sub in self["missions"].subwidgets}
        ticks = []
        for sub in self["metiers"].subwidgets:
            metier = taxonomy.term(Vocabulary.METIERS, sub.data["value"])
            below = (
                [missions[each.code] for each in taxonomy.children(metier) if each.code in missions] if metier else []
            )
            ticks.append({"tick": sub, "missions": below, "help": metier.help_text if metier else ""})
        return ticks

    def link_pairs(self) -> list[tuple[Any, Any]]:
        return [(self[f"link_label_{number}"], self[f"link_url_{number}"]) for number in range(1, LINKS + 1)]


def initial_of(entry: Entry | None, *, kind: str, name: str = "") -> dict[str, Any]:
    """What the form holds before anything is typed."""
    if entry is None:
        return {"name": name, **_seen_by_default(Entry(kind=kind)), "blur": Blur.KM1}
    found: dict[str, Any] = {
        column: getattr(entry, column)
        for column in (
            "name",
            "other_names",
            "function",
            "presentation",
            "means",
            "is_national",
            "cross_border",
            "website",
            "phone",
        )
    }
    found |= _seen_by_default(entry)
    found["category"] = entry.category.code if entry.category else ""
    found["scale"] = entry.scale.code if entry.scale else ""
    found["territory"] = written(entry.territory)
    found["blur"] = entry.blur if entry.latitude is not None else Blur.KM1
    ticked = list(entry.terms.all())
    for question, vocabulary in TERMS.items():
        found[question] = [term.code for term in ticked if term.vocabulary == vocabulary]
    for number, area in enumerate(entry.areas.order_by("sort_name", "pk"), 1):
        found[f"area_{number}"] = written(area)
    for number, link in enumerate(entry.links[:LINKS], 1):
        found[f"link_label_{number}"], found[f"link_url_{number}"] = link.get("label", ""), link.get("url", "")
    return found


def _seen_by_default(entry: Entry) -> dict[str, Any]:
    names = ("function", "presentation", "photo", "phone", "links", "place", "memberships", "contact")
    return {f"{name}_visibility": getattr(entry, f"{name}_visibility") for name in names}


def drafted(posted: Any) -> dict[str, list[str]]:
    """What of a sent form is kept in a draft."""
    known = re.compile(r"[a-z_]+(?:_\d{1,2})?(?:_code)?")
    return {
        name: [str(value) for value in values]
        for name, values in posted.lists()
        if name not in NOT_DRAFTED and known.fullmatch(name) and len(name) < 60
    }


def initial_of_draft(data: dict[str, list[str]], *, kind: str, entry: Entry | None) -> dict[str, Any]:
    """What the form holds when a draft is taken up again: an unticked box is a choice too."""
    typed = MultiValueDict(data)
    form = EntryForm(kind=kind, entry=entry, initial=dict.fromkeys(data))
    found = {}
    for name, asked in form.fields.items():
        if name not in NOT_DRAFTED and (
            name in typed or isinstance(asked, (forms.BooleanField, forms.MultipleChoiceField))
        ):
            found[name] = asked.widget.value_from_datadict(typed, MultiValueDict(), name)
    return found


# --- Publish, groups, contact ---------------------------------------------------------------------------------------


class PublishForm(forms.Form):
    """Explicit: the box is never ticked beforehand."""

    visibility = forms.ChoiceField(
        label=_("Qui verra cette fiche"),
        choices=[(Visibility.PUBLIC, _("tout le monde")), (Visibility.MEMBERS, _("les membres du réseau seulement"))],
        widget=forms.RadioSelect,
        initial=Visibility.PUBLIC,
    )
    agrees = forms.BooleanField(label=_("J’accepte"))

    def __init__(self, *args: Any, text: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["agrees"].label = text
        self.fields["agrees"].error_messages["required"] = _(
            "Cochez la case\u00a0: rien n’est publié sans votre accord."
        )


class GroupForm(forms.Form):
    """A new organisation or team: its name, its territory, what one does there."""

    name = forms.CharField(label=_("Nom"), max_length=200)
    territory = TerritoryField(label=_("Commune ou territoire du siège"), required=False)
    role = forms.CharField(
        label=_("Votre rôle"),
        max_length=120,
        required=False,
        help_text=_("Par exemple\u00a0: présidente, chargé de mission."),
    )

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:
        super().__init__(*args, **options)
        if kind == EntryKind.TEAM:
            self.fields["name"].help_text = _("Par exemple\u00a0: équipe de Saint-Étienne Métropole.")
            self.fields["territory"].label = _("Territoire de l’équipe")
            self.fields["territory"].required = True
            self.fields["territory"].help_text = _(
                "Commune, intercommunalité, département, parc, territoire de projet…"
            )
            self.fields["means"] = forms.ChoiceField(
                label=_("Moyens d’ingénierie"),
                choices=Means.choices,
                required=False,
                widget=forms.RadioSelect,
                initial="",
            )


class PersonForm(forms.Form):
    """An animator begins an entry for someone."""

    name = forms.CharField(label=_("Nom de la personne"), max_length=200)
    email = forms.EmailField(
        label=_("Adresse de son compte"),
        required=False,
        help_text=_("Si la personne a déjà un compte, la fiche lui est confiée. Elle seule pourra la publier."),
    )


class GiveForm(forms.Form):
    """Who holds the entry from now on."""

    email = forms.EmailField(
        label=_("Adresse électronique de son compte"),
        help_text=_("L’adresse avec laquelle cette personne se connecte. Elle sera prévenue."),
    )


class JoinForm(forms.Form):
    role = forms.CharField(
        label=_("Votre rôle"), max_length=120, required=False, help_text=_("Par exemple\u00a0: bénévole, directrice.")
    )
    text = forms.CharField(
        label=_("Un mot pour qui vous répondra"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ClaimForm(forms.Form):
    text = forms.CharField(
        label=_("Votre rôle dans cette organisation, et comment le vérifier"),
        max_length=1000,
        help_text=_("Par exemple\u00a0: je suis la directrice, mon nom est sur le site de l’association."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class InviteForm(forms.Form):
    person = forms.CharField(
        label=_("Nom de la personne"),
        max_length=200,
        help_text=_("Elle a une fiche dans l’annuaire, et recevra l’invitation."),
    )
    role = forms.CharField(label=_("Son rôle"), max_length=120, required=False)


class RoleForm(forms.Form):
    role = forms.CharField(label=_("Rôle"), max_length=120, required=False)
    is_editor = forms.BooleanField(label=_("peut modifier la fiche"), required=False)


class ContactForm(HoneypotMixin, forms.Form):
    """Three fields, with or without an account."""

    name = forms.CharField(label=_("Votre nom"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("Votre adresse électronique"),
        help_text=_(
            "Pour que l’on vous réponde\u00a0: elle est donnée à qui reçoit ce message, et à personne d’autre."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    text = forms.CharField(label=_("Votre message"), max_length=4000, widget=forms.Textarea(attrs={"rows": 7}))

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())
