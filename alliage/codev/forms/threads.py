"""What is typed in threads: an opening, an answer, a change; how often the mails of a group come."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from alliage.accounts.models import Member
from alliage.codev.queries.resources import chosen
from alliage.codev.services.attachments import MOST_FILES
from alliage.codev.services.messages import LONGEST_TEXT, Said
from alliage.codev.services.threads import LONGEST_TITLE, Opening
from alliage.codev.thread_texts import ReadyText
from alliage.library.services.resources import KIND as RESOURCE
from alliage.notifications.enums import Frequency
from alliage.search.forms import ThingField, meant

# What a draft holds: never files, never what a form knows of itself.
TYPED = ("title", "kind", "text", "called", "is_pseudonymous", "resource", "resource_code")
Typed = Mapping[str, Sequence[str]]


def without_nul(data: QueryDict) -> QueryDict:
    """What was posted, without the character that databases refuse."""
    kept = data.copy()
    for name, values in data.lists():
        kept.setlist(name, [value.replace("\0", "") for value in values])
    return kept


def drafted(data: QueryDict) -> dict[str, list[str]]:
    return {name: list(data.getlist(name)) for name in TYPED if name in data}


class MessageForm(forms.Form):
    """A message. `called`: those whom it calls by name; the picker of `mentions.js` ticks them too."""

    text = forms.CharField(
        label=_("Votre message"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6, "data-mentions": ""}),
        error_messages={
            "required": _("Écrivez votre message."),
            "max_length": _("20\u202f000 signes au plus\u00a0: raccourcissez, ou joignez un fichier."),
        },
    )
    called = forms.MultipleChoiceField(
        label=_("Appeler des personnes"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Elles sont prévenues tout de suite. Vous pouvez aussi taper @ puis leur nom."),
    )

    # Any resource of the library is read by everyone: nobody need be asked who they are.
    resource = ThingField(
        label=_("Ressource de la bibliothèque"),
        codes=(RESOURCE,),
        required=False,
        help_text=_("Quelques mots de son titre, ou l’adresse de sa page."),
    )

    def __init__(self, *args: Any, members: Iterable[Member] = (), typed: Typed | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).update(_initial(typed))
        super().__init__(*args, **kwargs)
        self.fields["called"].choices = [(str(each.pk), each.get_full_name()) for each in members]  # type: ignore[attr-defined]
        if not self.fields["called"].choices:  # type: ignore[attr-defined]
            del self.fields["called"]

    def said(self, files: Sequence[Any] = ()) -> Said:
        called = [int(value) for value in self.cleaned_data.get("called", [])]
        resource = chosen(self.cleaned_data["resource"])
        return Said(self.cleaned_data["text"], called, list(files)[: 2 * MOST_FILES], resource)


class ChangeForm(MessageForm):
    """The same for what was written already; `title` when it opens the thread."""

    title = forms.CharField(label=_("Titre"), max_length=LONGEST_TITLE, required=False)
    field_order = ("title", "text", "called", "resource")

    def __init__(self, *args: Any, is_opening: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_opening:
            del self.fields["title"]


class OpeningForm(MessageForm):
    """A new thread: a few words are enough."""

    title = forms.CharField(
        label=_("Titre"),
        max_length=LONGEST_TITLE,
        required=False,
        help_text=_("Facultatif\u00a0: sans titre, la première ligne en tient lieu."),
    )
    kind = forms.ChoiceField(label=_("De quoi il s’agit"), required=False, widget=forms.HiddenInput)
    is_pseudonymous = forms.BooleanField(
        label=_("Poser ma question sans dire mon nom"),
        required=False,
        help_text=_(
            "Le groupe lira «\u00a0une personne du groupe\u00a0», ici et dans vos réponses à cet échange. "
            "Les personnes qui facilitent le groupe, elles seules, sauront que c’est vous."
        ),
    )
    field_order = ("title", "text", "called", "resource", "is_pseudonymous", "kind")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", ""), *ReadyText.choices]  # type: ignore[attr-defined]
        self.fields["text"].widget.attrs["rows"] = 10

    def opening(self, files: Sequence[Any] = ()) -> Opening:
        data = self.cleaned_data
        return Opening(self.said(files), data["title"], data["kind"], data["is_pseudonymous"])


def _initial(typed: Typed | None) -> dict[str, Any]:
    found: dict[str, Any] = {name: values[-1] if values else "" for name, values in (typed or {}).items()}
    if typed and "called" in typed:
        found["called"] = list(typed["called"])
    if codes := (typed or {}).get("resource_code"):
        found["resource"] = meant(found.get("resource"), codes, viewer=AnonymousUser(), codes=(RESOURCE,))
    if "is_pseudonymous" in found:
        found["is_pseudonymous"] = bool(found["is_pseudonymous"])
    return found


class MailsForm(forms.Form):
    frequency = forms.ChoiceField(
        label=_("Par courriel, ce qui s’écrit dans ce groupe"),
        choices=Frequency.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Un courriel dit qu’il y a du nouveau, jamais ce qui est écrit. Quand on vous appelle par votre nom, il part tout de suite."
        ),
    )
