"""Forms of co-writing."""

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.writing.services.documents import LONGEST_TITLE
from alliage.writing.services.versions import LONGEST_LABEL


class VersionForm(forms.Form):
    """A name for the text as it stands."""

    label = forms.CharField(
        label=_("Nom de la version"),
        help_text=_("Par exemple «\u00a0après la première relecture\u00a0»."),
        max_length=LONGEST_LABEL,
    )


class TitleForm(forms.Form):
    title = forms.CharField(label=_("Titre"), max_length=LONGEST_TITLE)


class EraseForm(forms.Form):
    sure = forms.BooleanField(label=_("J’ai compris que rien ne pourra être retrouvé"))
