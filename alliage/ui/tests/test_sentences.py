"""Sentences looked up once: the same words as Django's own."""

from types import SimpleNamespace

from django.utils.safestring import SafeString
from django.utils.translation import trans_real

from alliage.ui import sentences


def test_a_sentence_is_looked_up_once(monkeypatch):
    asked = []
    monkeypatch.setattr(trans_real, "gettext", lambda message: asked.append(message) or f"«{message}»")
    functions = SimpleNamespace()
    sentences.keep(functions)
    assert [functions.gettext("Menu") for _ in range(3)] == ["«Menu»"] * 3
    assert asked == ["Menu"]


def test_words_are_those_of_django_and_safe_ones_stay_safe():
    functions = SimpleNamespace()
    sentences.keep(functions)
    asked = "This field is required."
    assert functions.gettext(asked) == trans_real.gettext(asked) != asked
    assert functions.gettext("<b>") == "<b>"
    assert not isinstance(functions.gettext("<b>"), SafeString)
    assert isinstance(functions.gettext(SafeString("<b>")), SafeString)
    assert functions.get_language() == "fr"


def test_a_site_of_two_languages_keeps_nothing(settings):
    settings.LANGUAGES = [("fr", "Français"), ("en", "English")]
    functions = SimpleNamespace()
    sentences.keep(functions)
    assert vars(functions) == {}
