"""A form field that links something that the search finds: a resource, an organisation, whatever has a kind."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from alliage.search.queries import choices
from alliage.search.queries.choices import Choice
from alliage.search.registry import kinds

LONGEST = choices.LONGEST


class ThingInput(forms.TextInput):
    """A text input inside `<thing-picker>`; the page loads `search/picker.js`.

    Inputs that bear the name of the field: what was typed, then the choice, `kind:number`, kept by the picker or ticked
    among what the words typed may mean (`proposed`), which is how one chooses without a script. What is typed has the last word:
    see `meant`.
    """

    template_name = "search/widgets/thing.html"

    def __init__(self, attrs: dict[str, Any] | None = None, *, codes: Iterable[str] = ()) -> None:
        self.codes = tuple(codes)
        self.viewer: Any = AnonymousUser()
        self.proposed: list[Choice] = []
        super().__init__({"maxlength": LONGEST, "autocomplete": "off", "spellcheck": "false"} | (attrs or {}))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        choice = _chosen(value, self.viewer, self.codes)
        context["widget"] |= {
            "value": choice.title if choice else _without_code(value),
            "chosen": choice.value if choice else "",
            "slugs": ",".join(kind.slug for code in self.codes if (kind := kinds.get(code))),
            "proposed": self.proposed,
        }
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:  # noqa: ARG002 Django's signature
        several = getattr(data, "getlist", lambda key: [data.get(key, "")])
        return meant(data.get(name), several(f"{name}_code"), viewer=self.viewer, codes=self.codes)


def meant(text: str | None, chosen: Sequence[str], *, viewer: Any, codes: Iterable[str]) -> str | None:
    """The choice, or the words typed when they were emptied or no longer name it: without a script nothing else empties the choice.

    `text` is None when it was not asked. The last of several choices was ticked for these very words.
    """
    code = chosen[-1] if chosen else ""
    if text is None or not code:
        return code or text
    if not text.strip():
        return ""
    choice = _chosen(code, viewer, codes)
    return code if choice is not None and (len(chosen) > 1 or choice.bears(text)) else text


class ThingField(forms.CharField):
    """Gives a `Choice`, or None when empty and not required.

    `codes` are the kinds that may be linked, any for none. The form says who asks, before it is cleaned:
    `self.fields["resource"].viewer = request.user`. A title, or the address of a page, is enough. Words that may mean several things are refused with the list of them, shown again under the input to
    be ticked.
    """

    widget = ThingInput
    default_error_messages = {
        "unknown": _("Rien de ce que vous pouvez voir ne porte « %(text)s ». Essayez un autre mot du titre."),
        "ambiguous": _("Choisissez dans la liste ce que vous voulez lier."),
    }

    def __init__(self, *, codes: Iterable[str] = (), **options: Any) -> None:
        self.codes = tuple(codes)
        options.setdefault("widget", ThingInput(codes=self.codes))
        super().__init__(max_length=LONGEST, **options)

    @property
    def viewer(self) -> Any:
        return self._input.viewer

    @viewer.setter
    def viewer(self, viewer: Any) -> None:
        self._input.viewer = viewer

    @property
    def _input(self) -> ThingInput:
        return cast("ThingInput", self.widget)

    def clean(self, value: Any) -> Choice | None:
        text = super().clean(value)
        return self._resolved(text) if text else None

    def _resolved(self, text: str) -> Choice:
        choice = _chosen(text, self.viewer, self.codes) or choices.at(text, viewer=self.viewer, codes=self.codes)
        if choice:
            return choice
        proposed = choices.propose(text, viewer=self.viewer, codes=self.codes)
        same = [each for each in proposed if each.bears(text)]
        if len(same) == 1:
            return same[0]
        if not proposed:
            raise ValidationError(self.error_messages["unknown"], code="unknown", params={"text": text})
        self._input.proposed = proposed
        raise ValidationError(self.error_messages["ambiguous"], code="ambiguous")


def _chosen(value: Any, viewer: Any, codes: Iterable[str]) -> Choice | None:
    if isinstance(value, Choice):
        return value
    return choices.chosen(value, viewer=viewer, codes=tuple(codes)) if _is_code(value) else None


def _is_code(value: Any) -> bool:
    return isinstance(value, str) and choices.split(value)[1] is not None


def _without_code(value: Any) -> Any:
    """What was typed; nothing for something that can no longer be seen."""
    return "" if _is_code(value) else value
