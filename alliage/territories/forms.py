"""A form field that names a territory, for every folder: with the picker's help, or typed as people type it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from alliage.territories import grammar, lookup, suggestions
from alliage.territories.enums import Kind, Status
from alliage.territories.folding import search_key
from alliage.territories.models import Territory
from alliage.territories.snapshot import Row, snapshot

MOST_CHOICES = 6
LONGEST = 200


class TerritoryInput(forms.TextInput):
    """A text input inside `<territory-picker>`; the page loads `territories/picker.js`.

    Two inputs bear the field's name: what was typed, and the choice kept by the picker as `kind:code` when there is one.
    """

    template_name = "territories/widgets/territory.html"

    def __init__(self, attrs: dict[str, Any] | None = None, *, kinds: Iterable[str] = ()) -> None:
        self.kinds = tuple(kinds)
        super().__init__({"maxlength": LONGEST, "autocomplete": "off", "spellcheck": "false"} | (attrs or {}))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        chosen = value if _is_code(value) else ""
        named = (_in_memory(chosen) or _named(chosen)) if chosen else None
        context["widget"]["value"] = grammar.title(named) if named else value
        context["widget"]["chosen"] = chosen if named else ""
        context["widget"]["kinds"] = ",".join(self.kinds)
        return context

    def format_value(self, value: Any) -> str | None:
        return written(value)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:  # noqa: ARG002 Django's signature
        return data.get(f"{name}_code") or data.get(name)


class TerritoryField(forms.CharField):
    """Gives a `Territory` (or None when empty and not required).

    Accepts `kind:code`, an Insee or postal code, a SIREN, or a name with its usual mistakes. What may mean several
    territories is refused with the list of them, each written so that typing it again is enough.
    """

    widget = TerritoryInput
    default_error_messages = {
        "unknown": _(
            "Aucun territoire ne correspond à « %(text)s ». Vérifiez l’orthographe ou essayez le code postal."
        ),
        "ambiguous": _("Plusieurs territoires correspondent : %(choices)s. Précisez lequel."),
    }

    def __init__(self, *, kinds: Iterable[str] = (), **options: Any) -> None:
        self.kinds = tuple(str(kind) for kind in kinds)
        options.setdefault("widget", TerritoryInput(kinds=self.kinds))
        super().__init__(max_length=LONGEST, **options)

    def prepare_value(self, value: Any) -> Any:
        return written(value) if isinstance(value, (Territory, int)) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def clean(self, value: Any) -> Territory | None:
        text = super().clean(value)
        return self._resolved(text) if text else None

    def _resolved(self, text: str) -> Territory:
        if _is_code(text):
            found = _named(text)
            if found and self._allows(found):
                return found
            raise ValidationError(self.error_messages["unknown"], code="unknown", params={"text": text})
        return self._understood(text)

    def _allows(self, territory: Territory) -> bool:
        return not self.kinds or territory.kind in self.kinds

    def _understood(self, text: str) -> Territory:
        proposed = suggestions.find(text, limit=MOST_CHOICES, kinds=self.kinds or None)
        if not proposed:
            raise ValidationError(self.error_messages["unknown"], code="unknown", params={"text": text})
        same = [one for one in proposed if _says(one, text)] or proposed
        if len(same) > 1:
            choices = ", ".join(one.label for one in same)
            raise ValidationError(self.error_messages["ambiguous"], code="ambiguous", params={"choices": choices})
        return Territory.objects.get(pk=same[0].pk)


def written(value: Any) -> str | None:
    """From a territory, its number, its `kind:code` or what was typed to what the field holds."""
    if isinstance(value, int):
        value = Territory.objects.filter(pk=value).first()
    return f"{value.kind}:{value.code}" if isinstance(value, Territory) else value or None


def _says(one: suggestions.Suggestion, text: str) -> bool:
    """Whether this text is exactly the suggestion: as it was proposed, its name, or its code."""
    asked = search_key(text)
    if asked == search_key(one.label):
        return True
    return asked in (search_key(one.name), one.code.lower())


def _is_code(text: Any) -> bool:
    return isinstance(text, str) and text.partition(":")[0] in Kind.values and ":" in text


def _in_memory(text: str) -> Row | None:
    """A territory in force, without asking the database: a form may name many."""
    kind, _colon, code = text.partition(":")
    return snapshot().by_code.get((kind, code))


def _named(text: str) -> Territory | None:
    """The territory in force behind `kind:code`, of today or of the past."""
    kind, _colon, code = text.partition(":")
    found = lookup.find(kind, code.strip())
    return lookup.successor(found) or found if found and found.status == Status.FORMER else found
