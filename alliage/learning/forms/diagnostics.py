"""Forms of a diagnostic: open one, invite those who answer, say who one is, try, word an affirmation again."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from alliage.learning.enums import RespondentRole, Wording
from alliage.learning.models import Statement
from alliage.learning.services.statements import Worded
from alliage.territories.forms import TerritoryField
from alliage.ui.honeypot import HoneypotMixin

ROLES = [(code, capfirst(label)) for code, label in RespondentRole.choices]
SAID_OTHERWISE = [wording for wording in Wording if wording != Wording.ANY]


class NewForm(forms.Form):
    """The short one, or a deep one on a lever that has such questions."""

    lever = forms.ChoiceField(label=_("Quel diagnostic"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, deep: dict[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["lever"]
        field.choices = [
            ("", _("Court, sur les sept leviers\u00a0: dix minutes par personne")),
            *(
                (code, _("Approfondi, sur un seul levier\u00a0: %(title)s") % {"title": title})
                for code, title in deep.items()
            ),
        ]


class InviteForm(forms.Form):
    addresses = forms.CharField(
        label=_("Leurs adresses électroniques"),
        help_text=_("Une ou plusieurs, collées comme elles viennent. Chaque personne reçoit un lien qui est le sien."),
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    role = forms.ChoiceField(
        label=_("D’où ces personnes regardent-elles le territoire"),
        choices=ROLES,
        widget=forms.RadioSelect,
    )


class IntroduceForm(forms.Form):
    role = forms.ChoiceField(
        label=_("D’où regardez-vous ce territoire\u00a0?"), choices=ROLES, widget=forms.RadioSelect
    )
    shows_role = forms.BooleanField(
        label=_("J’accepte que mes réponses comptent aussi dans le regard de ma catégorie"),
        help_text=_(
            "L’équipe du territoire pourra lire, par exemple, «\u00a0les associations pensent que…\u00a0». Si vous êtes la seule "
            "personne de votre catégorie, on pourra deviner que c’est vous. Jamais votre nom. Sans votre accord, vos réponses "
            "comptent dans l’ensemble, et c’est tout."
        ),
        required=False,
    )


class TryForm(HoneypotMixin, forms.Form):
    honeypot_seconds = 0
    territory = TerritoryField(
        label=_("Votre territoire"),
        help_text=_("Facultatif. Les questions seront dites pour une commune, une intercommunalité, un département…"),
        required=False,
    )


class StatementForm(forms.Form):
    text = forms.CharField(
        label=_("L’affirmation, pour tout territoire"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    help = forms.CharField(
        label=_("Pourquoi cette question, comment y répondre"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, statement: Statement, **options: Any) -> None:
        said = {f"for_{wording}": statement.variants.get(wording, "") for wording in SAID_OTHERWISE}
        options.setdefault("initial", {"text": statement.text, "help": statement.help, **said})
        super().__init__(*args, **options)
        for wording in SAID_OTHERWISE:
            self.fields[f"for_{wording}"] = forms.CharField(
                label=_("Dite autrement à %(kind)s") % {"kind": wording.label},
                max_length=300,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def worded(self) -> Worded:
        given = self.cleaned_data
        variants = {str(wording): given[f"for_{wording}"] for wording in SAID_OTHERWISE}
        return Worded(given["text"], given["help"], variants)
