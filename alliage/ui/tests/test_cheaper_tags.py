"""Django's own tags, made cheaper: pages say the same."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.template import Context, RequestContext, Template
from django.template.base import TextNode
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from alliage.ui import tags


def drawn(source: str, **context) -> str:
    return Template("{% load i18n static %}" + source).render(Context(context))


def nodes(source: str) -> list[type]:
    return [type(node) for node in Template("{% load i18n %}" + source).nodelist[1:]]


def test_a_constant_sentence_is_text_once_compiled():
    assert nodes('{% translate "Aller au contenu" %}') == [TextNode]
    assert nodes("{% blocktranslate trimmed %} Cent % sûr {% endblocktranslate %}") == [TextNode]
    assert drawn('{% translate "100 % <b>" %}') == "100 % <b>"
    assert drawn("{% blocktranslate trimmed %} Cent %  sûr {% endblocktranslate %}") == "Cent %  sûr"


def test_a_named_sentence_is_there_for_what_follows():
    assert drawn('{% translate "Et ensuite" as next %}[{{ next }}]') == "[Et ensuite]"
    assert drawn('{% translate "<b>" as bold %}{{ bold }}') == "<b>"


def test_what_is_not_constant_is_said_each_time():
    assert drawn("{% translate words %}", words="<i>") == "&lt;i&gt;"
    assert drawn('{% translate "mot" context "nom" %}{% translate "mot" noop %}') == "motmot"
    assert drawn('{% translate "mot"|upper %}') == "MOT"
    assert drawn("{% blocktranslate with name=who %}De {{ name }}{% endblocktranslate %}", who="<A>") == "De &lt;A&gt;"
    counted = "{% blocktranslate count n=n %}{{ n }} fiche{% plural %}{{ n }} fiches{% endblocktranslate %}"
    assert (drawn(counted, n=1), drawn(counted, n=2)) == ("1 fiche", "2 fiches")
    assert drawn("{% blocktranslate asvar said %}Dit{% endblocktranslate %}[{{ said }}]") == "[Dit]"


def test_a_site_of_two_languages_has_djangos_own_tags(settings, monkeypatch):
    given = []
    monkeypatch.setattr(tags.i18n.register, "tag", lambda name, _tag: given.append(name))
    tags.install()
    assert given == ["translate", "trans", "blocktranslate", "blocktrans"]
    given.clear()
    settings.LANGUAGES = [("fr", "Français"), ("en", "English")]
    tags.install()
    assert given == []


def test_an_address_without_parts_is_kept_for_a_place_and_those_with_parts_are_not(rf):
    source = Template("{% url 'directory:index' %} {% url 'directory:alliance' pk %} {% url name %}")
    for pk in (1, 2):
        context = RequestContext(rf.get("/"), {"pk": pk, "name": "territories:index"})
        assert source.render(context) == f"/annuaire/ /annuaire/alliances/{pk}/ {reverse('territories:index')}"
    assert drawn("{% url 'directory:index' as there %}[{{ there }}]") == "[/annuaire/]"


def test_a_static_address_is_the_one_of_the_storage():
    assert drawn('{% static "ui/alliage.css" %}').startswith("/static/ui/alliage")


@pytest.mark.parametrize("value", [gettext_lazy("Menu")])
def test_a_lazy_sentence_is_read_when_it_is_drawn(value):
    assert drawn("{% translate value %}", value=value) == "Menu"


def test_a_name_of_a_template_is_read_as_django_reads_it():
    """A property is read once, whatever it answers; one that finds no row writes nothing, and stops no page."""

    class Page:
        reads = 0

        @property
        def maker(self):
            self.reads += 1
            return lambda: "fait"

        @property
        def gone(self):
            raise ObjectDoesNotExist

    page = Page()
    assert drawn("{{ page.maker }}[{{ page.gone }}]", page=page) == "fait[]"
    assert page.reads == 1


def test_what_is_written_is_escaped_once_whatever_it_is():
    words = {"text": "<l’été>", "safe": mark_safe("<b>"), "lazy": gettext_lazy("<i>"), "count": 12.5}
    assert drawn("{{ text }}{{ safe }}{{ lazy }}{{ count }}", **words) == "&lt;l’été&gt;<b>&lt;i&gt;12,5"
    assert drawn("{% autoescape off %}{{ text }}{{ safe }}{{ lazy }}{% endautoescape %}", **words) == "<l’été><b><i>"


def _erase():
    raise AssertionError("A template changes nothing.")


_erase.alters_data = True  # type: ignore[attr-defined]


class Line:
    title = "une ligne"
    erase = staticmethod(_erase)

    def told(self):
        return "dite"

    @property
    def gone(self):
        raise ObjectDoesNotExist

    @property
    def broken(self):
        raise ZeroDivisionError


def test_what_is_named_is_found_as_django_finds_it():
    line = Line()
    words = {"line": line, "known": {"title": "clé", "within": SimpleNamespace(of=[line])}, "rows": ["zéro", "un"]}
    assert (
        drawn("{{ line.title }} {{ known.title }} {{ known.within.of.0.title }}", **words) == "une ligne clé une ligne"
    )
    assert drawn("{{ line.told }} {{ rows.1 }} {{ known.items|length }}", **words) == "dite un 2"
    assert drawn("[{{ line.erase }}{{ line.gone }}{{ line.absent }}{{ absent.title }}{{ rows.7 }}]", **words) == "[]"
    with pytest.raises(ZeroDivisionError):
        drawn("{{ line.broken }}", **words)
