"""Forms of a territory's file: open it, ask to come in, say one's means, invite, hand it over."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from alliage.accounts.models import Member
from alliage.learning.enums import FileRole, Means
from alliage.learning.models import FileMember
from alliage.learning.services.files import LONGEST_NOTE
from alliage.territories.forms import TerritoryField

ROLES = [(code, capfirst(FileRole(code).label)) for code in (FileRole.TEAM, FileRole.CATALYST)]
SOMEONE_ELSE = "other"


def _word(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class OpenForm(forms.Form):
    territory = TerritoryField(
        label=_("Le territoire"),
        help_text=_("Commune, intercommunalité, département, région… Son nom, son code postal ou son code Insee."),
    )


class AskForm(forms.Form):
    word = _word(_("Un mot pour l’équipe"), _("Qui vous êtes, ce que vous faites sur ce territoire."))


class MeansForm(forms.Form):
    means = forms.ChoiceField(
        label=_("Combien de personnes sont payées pour monter et suivre des projets"),
        help_text=_("Pas les élus ni les bénévoles. Une réponse à peu près suffit."),
        choices=[(code, capfirst(label)) for code, label in Means.choices],
        widget=forms.RadioSelect,
    )
    wants_help = forms.BooleanField(
        label=_("Nous souhaitons être accompagnés"),
        help_text=_(
            "Les catalyseurs du réseau verront le nom du territoire, ses moyens et ses zonages, et rien d’autre du dossier."
        ),
        required=False,
    )


class InviteForm(forms.Form):
    email = forms.EmailField(label=_("Son adresse électronique"))
    role = forms.ChoiceField(label=_("Pour quoi faire"), choices=ROLES, initial=FileRole.TEAM, widget=forms.RadioSelect)
    word = _word(_("Un mot"), _("Facultatif. Il est dans le courriel."))


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=ROLES)


class HandOverForm(forms.Form):
    """`people`: those of the team. `by_address`: an animator may also name a member by their address."""

    to = forms.ChoiceField(label=_("Qui tient le dossier maintenant"), widget=forms.RadioSelect)
    email = forms.EmailField(
        label=_("Adresse électronique de son compte"),
        help_text=_("Si la personne n’est pas dans la liste. Elle a déjà un compte."),
        required=False,
    )
    leaves = forms.BooleanField(
        label=_("Je quitte le dossier"),
        help_text=_("Sans cela, vous restez dans l’équipe."),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, people: Iterable[FileMember], by_address: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.known = {str(each.pk): each.member for each in people}
        choices = [(key, member.get_full_name()) for key, member in self.known.items()]
        field: Any = self.fields["to"]
        if by_address:
            field.choices = [*choices, (SOMEONE_ELSE, _("une autre personne du réseau"))]
            del self.fields["leaves"]
        else:
            field.choices = choices
            del self.fields["email"]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("to") == SOMEONE_ELSE:
            given["member"] = Member.objects.filter(email__iexact=given.get("email", ""), is_active=True).first()
            if given["member"] is None:
                self.add_error("email", ValidationError(_("Aucun compte n’a cette adresse.")))
        elif "to" in given:
            given["member"] = self.known[given["to"]]
        return given
