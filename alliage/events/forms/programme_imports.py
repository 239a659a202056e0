"""Forms that bring a programme: a pasted text, a file."""

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.events.reading.text import LONGEST

HEAVIEST = 2 * 1024 * 1024


class PasteForm(forms.Form):
    text = forms.CharField(
        label=_("Votre programme"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 16}),
        help_text=_(
            "Une séquence commence par ses heures\u00a0: «\u00a09h00 – 9h45 – Les alliances et les ODD\u00a0». Les lignes "
            "d’en dessous disent ce qu’elle contient."
        ),
        error_messages={"required": _("Collez ici le texte du programme.")},
    )  # fmt: skip


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Fichier"), help_text=_("CSV (d’Excel aussi), XLSX, ODS, ou schedule.json. 2 Mo au plus."),
        error_messages={"required": _("Choisissez un fichier."), "empty": _("Ce fichier est vide.")},
    )  # fmt: skip

    def clean_file(self) -> bytes:
        sent = self.cleaned_data["file"]
        if sent.size > HEAVIEST:
            raise forms.ValidationError(_("Ce fichier est trop lourd\u00a0: 2 Mo au plus."))
        content: bytes = sent.read()
        return content
