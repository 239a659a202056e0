"""Form of a card on paper: what is written on it is typed, what was read of its boxes is proposed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.events.cards import GROUP, PUBLIC
from alliage.events.forms.needs import NewNeedForm
from alliage.events.models import NeedCard
from alliage.events.services.needs import Signed
from alliage.paper.forms import NOTHING


class CardForm(NewNeedForm):
    """A doubtful box proposes nothing: whoever types says what is ticked."""

    def __init__(self, *args: Any, card: NeedCard, **options: Any) -> None:
        super().__init__(*args, **options)
        groups = {each.rank: str(each.pk) for each in options.get("subgroups", ())}
        self.fields["name"].label = _("Le nom écrit sur la carte")
        self.fields["name"].help_text = _("Lu par les personnes inscrites. Rien d’écrit\u00a0: laissez vide.")
        self.fields["is_public"] = forms.ChoiceField(
            label=_("Mon nom peut figurer dans le cahier des charges publié"),
            choices=[("1", _("Cochée")), (NOTHING, _("Pas cochée"))],
            widget=forms.RadioSelect,
            initial=_read(card, PUBLIC, empty=NOTHING),
            error_messages={"required": _("Regardez l’image, et dites si cette case est cochée.")},
        )
        if groups:
            group: Any = self.fields["subgroup"]
            group.choices = [("", _("à dire")), (NOTHING, _("l’atelier entier")), *group.choices[1:]]
            group.required = True
            group.error_messages["required"] = _("Dites dans quel sous-groupe, ou «\u00a0l’atelier entier\u00a0».")
            rank = _read(card, GROUP)
            group.initial = groups.get(int(rank)) if rank else None

    def signed(self) -> Signed:
        return Signed(self.cleaned_data["name"], is_public=self.cleaned_data["is_public"] == "1")


def _read(card: NeedCard, code: str, *, empty: str = "") -> str | None:
    """What was plainly read, or None."""
    box = card.boxes.get(code, {})
    return (box["value"] or empty) if box.get("state") == "clear" else None
