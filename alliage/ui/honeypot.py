"""A trap for robots on public forms, that people do not notice: no puzzle, no script, no third party.

Two signs: a field that people are told to leave empty (hidden by the style sheet, labelled for those who hear the page)
and a signed moment of display, because a robot answers at once. There is no longest time: a page may come from a cache
or stay open all day.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.utils.translation import gettext_lazy as _

TRAP = "site_internet"
MOMENT = "moment"
_SALT = "alliage.ui.honeypot"


ROBOT = _("Cet envoi ressemble à celui d’un robot. Votre texte est conservé : attendez un instant, puis renvoyez-le.")


def is_sprung(typed: Mapping[str, str]) -> bool:
    """Was the field filled that people leave empty? For a form written by hand, with `ui/trap.html`."""
    return bool(typed.get(TRAP))


class HoneypotMixin:
    """Add the trap to a form: `class ReportForm(HoneypotMixin, forms.Form)`.

    `honeypot_seconds` is the least time between display and sending; 0 asks for a valid moment only.
    """

    honeypot_seconds: float = 2
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        trap = forms.CharField(
            label=_("Laissez ce champ vide"),
            required=False,
            widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1", "data-honeypot": ""}),
        )
        moment = forms.CharField(
            required=False, widget=forms.HiddenInput, initial=lambda: TimestampSigner(salt=_SALT).sign("1")
        )
        self.fields[TRAP] = trap
        self.fields[MOMENT] = moment

    def clean(self) -> Any:
        cleaned = super().clean()  # type: ignore[misc]
        data = self.cleaned_data  # type: ignore[attr-defined]
        if data.pop(TRAP, "") or not _is_old_enough(data.pop(MOMENT, ""), self._seconds()):
            raise forms.ValidationError(ROBOT, code="robot")
        return cleaned

    def _seconds(self) -> float:
        return float(getattr(settings, "HONEYPOT_SECONDS", self.honeypot_seconds))


def _is_old_enough(moment: str, seconds: float) -> bool:
    signer = TimestampSigner(salt=_SALT)
    try:
        signer.unsign(moment)
    except BadSignature:
        return False
    if seconds <= 0:
        return True
    try:
        signer.unsign(moment, max_age=timedelta(seconds=seconds))
    except BadSignature:  # older than the least time: what a person does
        return True
    return False
