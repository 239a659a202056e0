"""Forms of requests for help: ask, answer, add a word, say what came of it."""

import re
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.directory import working_days
from alliage.directory.enums import Outcome
from alliage.ui.honeypot import HoneypotMixin

LONGEST_NEED = 2000
LONGEST_WORD = 4000
MOST_SLOTS = 2
_EMAIL = re.compile(r"[^\s,;<>()]+@[^\s,;<>()]+")
_PHONE = re.compile(r"\+?[\d\s./()\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}-]+")
_DIGITS = range(6, 16)


class ContactField(forms.CharField):
    """An e-mail address, a telephone number, or both; gives the pair (email, phone)."""

    default_error_messages = {
        "contact": _(
            "Nous n’avons reconnu ni adresse électronique (avec une arobase) ni numéro de téléphone : vérifiez ce qui "
            "est écrit."
        ),
    }

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        found = _EMAIL.search(text)
        email = found[0].rstrip(".") if found else ""
        rest = text.replace(found[0], " ").strip(" ,;/.") if found else text.strip()
        if email:
            forms.EmailField().run_validators(email)
        number = rest.strip()
        if number and not (_PHONE.fullmatch(number) and sum(map(str.isdigit, number)) in _DIGITS):
            raise forms.ValidationError(self.error_messages["contact"], code="contact")
        return email, " ".join(number.split())[:30]


class AskForm(HoneypotMixin, forms.Form):
    """Four questions at most: the need, a name, how to answer, and if one prefers a call, when."""

    need = forms.CharField(
        label=_("Votre besoin"),
        help_text=_("Ce que vous voulez faire, où vous en êtes, ce qui vous manque. Deux phrases suffisent."),
        max_length=LONGEST_NEED,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    name = forms.CharField(
        label=_("Votre nom, et votre fonction si elle aide"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    contact = ContactField(
        label=_("Votre adresse électronique ou votre téléphone"),
        help_text=_("L’un des deux suffit. L’adresse n’est montrée à personne : la réponse y arrive par un lien."),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "email", "data-no-draft": ""}),
    )
    slots = forms.MultipleChoiceField(
        label=_("Quand vous rappeler ?"),
        help_text=_("Deux créneaux au plus, à votre heure. Indiquez plus haut le numéro à appeler."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Un des créneaux choisis est passé : choisissez-en un autre.")},
    )

    def __init__(self, *args: Any, zone: str, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {slot.value: slot for slot in working_days.slots(zone, now=now)}
        slots: Any = self.fields["slots"]
        slots.choices = [(value, slot.label) for value, slot in self.known.items()]

    def clean_slots(self) -> list[working_days.Slot]:
        chosen = self.cleaned_data["slots"]
        if len(chosen) > MOST_SLOTS:
            raise forms.ValidationError(_("Choisissez deux créneaux au plus."), code="slots")
        return [self.known[value] for value in chosen]

    def clean(self) -> Any:
        cleaned = super().clean()
        _email, phone = self.cleaned_data.get("contact", ("", ""))
        if self.cleaned_data.get("slots") and "contact" in self.cleaned_data and not phone:
            self.add_error("contact", _("Pour être rappelé, indiquez aussi un numéro de téléphone."))
        return cleaned


class WordForm(forms.Form):
    """One more word in the thread of a request."""

    text = forms.CharField(label=_("Votre message"), max_length=LONGEST_WORD, widget=forms.Textarea(attrs={"rows": 5}))


class AnswerForm(WordForm):
    text = forms.CharField(
        label=_("Votre réponse"),
        help_text=_("Ce que vous proposez, quand, et comment vous joindre si vous le souhaitez."),
        max_length=LONGEST_WORD,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class OutcomeForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Avez-vous été aidé ?"),
        choices=[(Outcome.HELPED.value, _("Oui, j’ai été aidé")), (Outcome.NOT_HELPED.value, _("Non, pas cette fois"))],
        widget=forms.RadioSelect,
    )
