"""Forms of proceedings: the account of a sequence, line by line; what is read before the accounts."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.events.chapters import Chapter, read, written
from alliage.events.models import Minutes, Proceedings
from alliage.events.services.minutes import LONGEST_LINE, MOST_LINES, Line, Said
from alliage.refusals import Refusal

NEW_LINES = 3
LINKS = 4


class MinutesForm(forms.Form):
    """`lines` are written by hand in the page: a text and its source each; an emptied one goes. `draft`: before anybody wrote."""

    replay_url = forms.URLField(
        label=_("Adresse de la rediffusion"), max_length=500, required=False, assume_scheme="https"
    )
    chapters = forms.CharField(
        label=_("Chapitres de la rediffusion"),
        help_text=_("Un par ligne\u00a0: le moment, puis le titre. Par exemple «\u00a012:30 Le témoignage\u00a0»."),
        max_length=12000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    shares_transcript = forms.BooleanField(
        label=_("Publier la transcription"),
        help_text=_("Ce qui a été tapé en direct pendant la séquence. Relisez-la d’abord."),
        required=False,
    )
    edition = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: Any = None, *, minutes: Minutes | None, draft: Sequence[Line] = ()) -> None:
        initial: dict[str, Any] = {"edition": 0}
        if minutes is not None:
            initial = {
                "edition": minutes.edition,
                "replay_url": minutes.replay_url,
                "chapters": written([Chapter(**each) for each in minutes.chapters]),
                "shares_transcript": minutes.shares_transcript,
            }
        super().__init__(data, initial=initial)
        self.lines = typed_lines(data) if data is not None else _kept(minutes, draft)

    def clean_chapters(self) -> list[Chapter]:
        try:
            return read(self.cleaned_data["chapters"])
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal.message)) from refusal

    @property
    def blanks(self) -> range:
        """Ranks of the lines that wait to be written."""
        return range(len(self.lines), len(self.lines) + NEW_LINES)

    def said(self) -> Said:
        return Said(
            tuple(self.lines),
            edition=self.cleaned_data["edition"],
            replay_url=self.cleaned_data["replay_url"],
            shares_transcript=self.cleaned_data["shares_transcript"],
            chapters=tuple(self.cleaned_data["chapters"]),
        )


def _kept(minutes: Minutes | None, draft: Sequence[Line]) -> list[Line]:
    """What a person wrote; before that, the draft made by rule."""
    return [Line(each["text"], each["ref"]) for each in minutes.lines] if minutes is not None else list(draft)


def typed_lines(data: Mapping[str, Any]) -> list[Line]:
    """`text-0`, `ref-0`, `text-1`…: in the order of the page, emptied ones left out."""
    found = []
    for rank in range(MOST_LINES + NEW_LINES):
        text = str(data.get(f"text-{rank}", "")).replace("\0", "").strip()[:LONGEST_LINE]
        if text:
            found.append(Line(text, str(data.get(f"ref-{rank}", ""))[:60]))
    return found


class ProceedingsForm(forms.Form):
    text = forms.CharField(
        label=_("Avant de lire"),
        help_text=_("Ce que sont ces actes, ou ce qu’ils ne contiennent pas."),
        max_length=8000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    replay_url = forms.URLField(
        label=_("Rediffusion de la journée"), max_length=500, required=False, assume_scheme="https"
    )

    def __init__(self, data: Any = None, *, proceedings: Proceedings) -> None:
        links = proceedings.links
        initial = {"text": proceedings.text, "replay_url": proceedings.replay_url}
        for rank in range(LINKS):
            known = links[rank] if rank < len(links) else {"label": "", "url": ""}
            initial |= {f"label_{rank}": known["label"], f"url_{rank}": known["url"]}
        super().__init__(data, initial=initial)
        for rank in range(LINKS):
            number = {"rank": rank + 1}
            self.fields[f"label_{rank}"] = forms.CharField(
                label=_("Lien %(rank)s, son titre") % number, max_length=200, required=False
            )
            self.fields[f"url_{rank}"] = forms.URLField(
                label=_("Lien %(rank)s, son adresse") % number, max_length=500, required=False, assume_scheme="https"
            )

    def links(self) -> list[dict[str, str]]:
        said = self.cleaned_data
        pairs = [(said[f"label_{rank}"], said[f"url_{rank}"]) for rank in range(LINKS)]
        return [{"label": label or url, "url": url} for label, url in pairs if url]
