"""Forms of the network's lists."""

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.taxonomy.services import COMMENT_LENGTH


class ItemForm(forms.Form):
    """One item of a list: its title and, if need be, its text."""

    label = forms.CharField(label=_("Intitulé"), max_length=200, help_text=_("Tel que le réseau l’a écrit."))
    text = forms.CharField(label=_("Texte"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))


class PublishForm(forms.Form):
    note = forms.CharField(
        label=_("Ce qui change"),
        max_length=300,
        help_text=_("Une phrase, lue dans l’historique. Par exemple : « texte adopté le 12 mars »."),
    )


class CommentForm(forms.Form):
    item = forms.ChoiceField(label=_("À propos de"), required=False)
    text = forms.CharField(
        label=_("Votre commentaire"),
        max_length=COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Il sera public, avec votre nom affiché."),
    )

    def __init__(self, *args: object, items: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["item"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("toute la liste")), *items]
        if not items:
            del self.fields["item"]
