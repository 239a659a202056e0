"""What may be posted on the page of a review: one act, about a part or a remark, with a few words."""

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from alliage.library.services.reviews import LONGEST


class Act(TextChoices):
    """Values of the buttons; labels are written on them."""

    TAKE = "prendre"
    TAKE_OVER = "relayer"
    GIVE_BACK = "rendre"
    REMARK = "remarquer"
    REWRITE = "reecrire"
    FORGET = "oter"
    SETTLE = "regler"
    REOPEN = "rouvrir"
    ASK = "demander"
    ACCEPT = "publier"
    REFUSE = "refuser"
    MET = "repris"
    UNMET = "pas-repris"
    ANSWER = "repondre"
    SEND_BACK = "renvoyer"
    SHOW_TITLE = "montrer-titre"
    HIDE_TITLE = "cacher-titre"
    START_AGAIN = "recommencer"


class ActForm(forms.Form):
    """Everything is optional but the act: services say what is missing."""

    acte = forms.ChoiceField(choices=Act.choices)
    part = forms.CharField(required=False, max_length=60)
    remark = forms.IntegerField(required=False, min_value=1, max_value=10**17)
    text = forms.CharField(
        label=_("Votre texte"),
        required=False,
        max_length=LONGEST,
        error_messages={"max_length": _("2 000 caractères au plus : raccourcissez, ou faites deux remarques.")},
    )
