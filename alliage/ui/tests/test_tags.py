import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe

from alliage.ui.templatetags import ui


def render(text: str, **context) -> str:
    return Template("{% load ui %}" + text).render(Context(context))


def test_an_icon_is_silent_and_takes_no_focus():
    drawn = render('{% icon "map" %}')
    assert 'aria-hidden="true"' in drawn
    assert 'focusable="false"' in drawn
    assert "<path" in drawn


def test_an_icon_can_be_large():
    assert "icon--large" in render('{% icon "map" "large" %}')


@pytest.mark.parametrize("name", ["../map", "Map", "a/b", ""])
def test_an_icon_is_named_in_plain_letters(name):
    with pytest.raises(TemplateSyntaxError):
        render("{% icon name %}", name=name)


def test_an_unknown_icon_stops_the_page():
    with pytest.raises(FileNotFoundError):
        ui.icon("unicorn")


def test_a_file_without_a_drawing_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(ui, "ICONS", tmp_path)
    (tmp_path / "void.svg").write_text("nothing")
    with pytest.raises(TemplateSyntaxError):
        ui.icon("void")


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (12345, None, "12\u202f345"),
        (0, None, "0"),
        (-1500, None, "−1\u202f500"),
        (12.5, None, "12,5"),
        (2.0, None, "2"),
        (13.78, 1, "13,8"),
        ("4", 2, "4,00"),
        (None, None, ""),
        ("", None, ""),
        ("12\u202f345", None, "12\u202f345"),
        ("12\u202f345", 1, "12\u202f345"),
    ],
)
def test_numbers_are_written_in_french(value, decimals, written):
    assert ui.number(value, decimals) == written
    assert ui.number_filter(value, decimals) == written


@pytest.mark.parametrize(
    ("count", "written"), [(0, "place"), (1, "place"), (1.5, "place"), (2, "places"), ("x", "place"), (None, "place")]
)
def test_the_plural_begins_at_two(count, written):
    assert render("place{{ count|plural_fr }}", count=count) == written


def test_a_plural_may_have_its_own_ending():
    assert [render('loc{{ n|plural_fr:"al,aux" }}', n=n) for n in (1, 3)] == ["local", "locaux"]


def test_dates_are_written_in_words():
    day = date(2026, 7, 1)
    assert ui.date_fr(day) == "1er juillet 2026"
    assert ui.date_fr(day, "day") == "mercredi 1er juillet 2026"
    assert ui.date_fr(date(2026, 7, 14), "short") == "14/07/2026"
    assert ui.date_fr(day, "time") == ""
    assert ui.date_fr(None) == ""


def test_moments_are_told_in_the_time_of_paris():
    moment = datetime(2026, 7, 1, 7, 5, tzinfo=UTC)
    assert ui.date_fr(moment, "moment") == "1er juillet 2026 à 9\u00a0h\u00a005"
    assert ui.date_fr(moment.replace(minute=0), "time") == "9\u00a0h"
    naive = datetime(2026, 7, 1, 14, 30)  # noqa: DTZ001 a moment without a zone is shown as it is
    assert ui.date_fr(naive, "time") == "14\u00a0h\u00a030"


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Marie-Claire Dupont", "MD"), ("Anselme", "A"), ("", ""), ("123 45", ""), ("élu de la ville", "ÉV")],
)
def test_initials_are_two_letters_at_most(name, letters):
    assert ui.initials(name) == letters


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Où agir ? Avec qui : nous", "Où agir\u00a0? Avec qui\u00a0: nous"),
        ("« jouer collectif » ; oui !", "«\u00a0jouer collectif\u00a0»\u00a0; oui\u00a0!"),
        ("à 12:30, rien", "à 12:30, rien"),
        ("<b> ?", "&lt;b&gt;\u00a0?"),
        (None, "None"),
    ],
)
def test_no_line_begins_with_a_sign_that_belongs_to_the_line_above(typed, shown):
    assert render("{{ said|french_spaces }}", said=typed) == shown


def test_what_is_already_html_stays_so_with_its_spaces():
    assert render("{{ said|french_spaces }}", said=mark_safe("<b>Où ?</b>")) == "<b>Où\u00a0?</b>"


def test_numbers_of_attributes_keep_their_point():
    assert render("{{ value|unlocalized }}", value=0.5) == "0.5"
    assert render("{{ value }}", value=12_345) == "12345"  # an identifier, a year: only `|number` groups thousands
    assert render("{{ value|unlocalized }}", value=None) == ""


def test_a_block_written_once_is_used_twice():
    assert render("{% keep title %}  Une\n page & une autre {% endkeep %}|{{ title }}").endswith(
        "|Une page & une autre"
    )


def test_what_is_kept_is_not_escaped_twice():
    assert render("{% keep title %}{{ name }}{% endkeep %}|{{ title }}", name="A & B") == "A &amp; B|A &amp; B"


def test_an_aside_without_content_leaves_no_landmark():
    text = "{% aside label %}{{ content }}{% endaside %}"
    assert render(text, label="Et ensuite", content="  ") == ""
    assert render(text, label="<Et>", content="x") == '<aside class="aside" aria-label="&lt;Et&gt;">x</aside>'


def test_a_page_may_write_its_own_aside():
    assert render('{% aside "x" %}<aside id="own"></aside>{% endaside %}') == '<aside id="own"></aside>'


def test_a_static_file_has_an_address_even_without_its_manifest(monkeypatch):
    assert render('{% safe_static "ui/alliage.css" %}') == "/static/ui/alliage.css"

    def broken(path):
        raise ValueError(path)

    monkeypatch.setattr(ui.staticfiles_storage, "url", broken)
    assert render('{% safe_static "ui/alliage.css" %}') == "/static/ui/alliage.css"


def test_options_are_escaped_and_one_is_selected():
    choices = [("42", "42 Loire"), (43, "<b>Haute-Loire</b>")]
    drawn = render("{% options choices asked %}", choices=choices, asked=43)
    assert drawn == (
        '<option value="42">42 Loire</option><option value="43" selected>&lt;b&gt;Haute-Loire&lt;/b&gt;</option>'
    )


def test_options_without_a_choice_select_nothing():
    assert "selected" not in render("{% options choices asked %}", choices=[("42", "Loire")], asked=None)


def test_a_way_back_is_written_in_the_template_itself():
    drawn = render('{% breadcrumb "Charte" "ui:charter" "Ailleurs" "/ailleurs/" title %}', title="L’île & la mer")
    assert '<a href="/">Accueil</a>' in drawn
    assert '<a href="/charte-graphique/">Charte</a>' in drawn
    assert '<a href="/ailleurs/">Ailleurs</a>' in drawn
    assert '<span aria-current="page">L’île &amp; la mer</span>' in drawn


def test_a_way_back_without_its_last_step_stops_the_page():
    with pytest.raises(ValueError, match="zip"):
        render('{% breadcrumb "Charte" "ui:charter" %}')


def test_one_instant_is_said_at_each_clock_in_turn():
    moment = datetime(2026, 12, 3, 20, tzinfo=UTC)
    with timezone.override(ZoneInfo("Pacific/Noumea")):
        assert ui.date_fr(moment, "moment") == "4 décembre 2026 à 7\u00a0h"
    with timezone.override(ZoneInfo("Europe/Paris")):
        assert ui.date_fr(moment, "moment") == "3 décembre 2026 à 21\u00a0h"


def test_each_csv_is_offered_as_french_excel_opens_it():
    links = [{"label": "CSV", "url": "/a.csv?q=b"}, {"label": "JSON", "url": "/a.json"}]
    page = render_to_string("ui/components/exports.html", {"links": links})
    assert re.findall('href="([^"]+)">([^<]+)', page) == [
        ("/a.csv?q=b", "CSV"),
        ("/a.csv?q=b&amp;excel=1", "CSV pour tableur"),
        ("/a.json", "JSON"),
    ]
    assert ui.for_spreadsheets("/a.csv") == "/a.csv?excel=1"
