"""Fields that are posted as they are read, drawings whose table says the same."""

from html import unescape

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from justhtml import JustHTML

from alliage.questionnaires import answers, drawing
from alliage.questionnaires.questions import read
from alliage.questionnaires.results import of_questions
from alliage.questionnaires.tests.consulted import ANSWERS
from alliage.questionnaires.tests.factories import EVERY, asked

ALL = [*EVERY, asked("number", code="doubt", may_not_know=True, unit="km", help="À peu près.")]


def drawn(*questions, said=None, errors=None) -> str:
    shown = drawing.asked_all(read(list(questions)), said or {}, errors)
    return render_to_string("questionnaires/_form.html", {"questions": shown, "has_errors": bool(errors)})


def posted(html: str) -> QueryDict:
    """What a browser would send of these fields as they stand."""
    found = QueryDict(mutable=True)
    page = JustHTML(html, sanitize=False)
    for field in page.query("input"):
        if field.attrs.get("type") == "text" or "checked" in field.attrs:
            found.appendlist(field.attrs["name"], field.attrs.get("value", ""))
    for select in page.query("select"):
        chosen = [option.attrs["value"] for option in select.query("option") if "selected" in option.attrs]
        found.appendlist(select.attrs["name"], chosen[0] if chosen else "")
    for area in page.query("textarea"):
        found.appendlist(area.attrs["name"], area.to_text())
    return found


@pytest.mark.parametrize("said", [pytest.param(one, id=f"person-{rank}") for rank, one in enumerate(ANSWERS)] + [{}])
def test_what_a_page_shows_is_sent_back_as_it_was_answered(said):
    for more in ({}, {"doubt": "?"}, {"doubt": 2.5}):
        html = drawn(*ALL, said=said | more)
        assert answers.read(read(ALL), posted(html)) == answers.Reading(said | more, {})


def test_what_was_typed_and_refused_is_shown_again():
    html = drawn(
        asked("order"),
        asked("number"),
        said={"order": {"a": "1", "b": "1"}, "number": "douze"},
        errors={"order": "Non."},
    )
    assert posted(html).getlist("q.order.b") == ["1"]
    assert 'value="douze"' in html
    assert unescape(html).count("Non.") == 2


def test_every_field_has_a_label_and_an_error_leads_to_its_question():
    questions = [one["code"] for one in ALL]
    html = drawn(*ALL, errors=dict.fromkeys(questions, "À revoir."))
    page = JustHTML(f"<!doctype html><html lang='fr'><title>x</title><form>{html}</form></html>", sanitize=False)
    identifiers = [node.attrs["id"] for node in page.query("[id]")]
    assert len(identifiers) == len(set(identifiers))
    labelled = {label.attrs["for"] for label in page.query("label") if "for" in label.attrs}
    inside = {field.attrs["id"] for label in page.query("label") for field in label.query("input")}
    assert {node.attrs["id"] for node in page.query("input, select, textarea")} <= labelled | inside
    leads = [link.attrs["href"].removeprefix("#") for link in page.query(".errors a")]
    assert len(leads) == len(questions)
    assert set(leads) <= set(identifiers)
    for node in page.query("[aria-describedby]"):
        assert set(node.attrs["aria-describedby"].split()) <= set(identifiers)


def test_two_forms_of_one_page_have_their_own_identifiers():
    (question,) = read([asked("one")])
    assert drawing.asked(question, ids="p1").id == "p1-one-a"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        pytest.param(asked("several"), "Plusieurs réponses possibles.", id="several"),
        pytest.param(asked("several", most=1), "Une réponse au plus.", id="one-of-several"),
        pytest.param(asked("several", most=2), "2 réponses au plus.", id="two-of-several"),
        pytest.param(asked("order"), "1 pour ce qui compte le plus.", id="order"),
        pytest.param(asked("order", most=2), "rang à 2 réponses au plus", id="order-of-two"),
        pytest.param(asked("words"), "3 mots", id="words"),
        pytest.param(asked("text"), "", id="text"),
    ],
)
def test_what_a_kind_asks_is_said(question, words):
    limit = drawing.asked(read([question])[0]).limit
    assert words in limit
    assert bool(words) is bool(limit)


def test_an_order_offers_as_many_ranks_as_there_are_options_or_as_asked():
    assert drawing.asked(read([asked("order")])[0]).ranks == ("1", "2", "3")
    assert drawing.asked(read([asked("order", most=2)])[0]).ranks == ("1", "2")
    assert drawing.asked(read([asked("order", most=9)])[0]).ranks == ("1", "2", "3")


def test_two_questions_fit_a_screen_and_large_ones_have_their_own():
    questions = read(
        [asked("text", code=f"t{rank}") for rank in range(3)] + [asked("matrix"), asked("order"), asked("one")]
    )
    assert [[one.code for one in page] for page in drawing.pages(questions)] == [
        ["t0", "t1"],
        ["t2"],
        ["matrix"],
        ["order"],
        ["one"],
    ]
    assert drawing.minutes(questions) == 4
    assert drawing.minutes(read([asked("one")])) == 1


# --- Results -------------------------------------------------------------------------------------------------------


def shown(question, *values, floor=0) -> drawing.Shown:
    questions = read([question])
    said = [{questions[0].code: value} for value in values]
    return drawing.shown(of_questions(questions, said, floor=floor)[0])


def html_of(one: drawing.Shown) -> str:
    return unescape(render_to_string("questionnaires/_result.html", {"shown": one}))


def test_a_bar_says_its_figure_and_its_table_the_same():
    found = shown(asked("one"), "a", "a", "b")
    assert [(bar.title, bar.figure, bar.width) for bar in found.bars] == [
        ("Alpha", "2 · 67\u00a0%", "66.67%"),
        ("Bêta", "1 · 33\u00a0%", "33.33%"),
        ("Gamma", "0 · 0\u00a0%", "0.00%"),
    ]
    assert found.rows[0] == ("Alpha", "2", "67\u00a0%")
    assert found.count == "3 réponses"
    assert "Les mêmes chiffres en tableau" in html_of(found)


def test_those_who_do_not_know_are_told_apart():
    found = shown(asked("scale"), "n1", "?", "?")
    assert found.count == "1 réponse, 2 «\u00a0ne sait pas\u00a0»"
    assert found.rows[-1] == ("Ne sait pas", "2", "")


@pytest.mark.parametrize(
    ("question", "values", "words"),
    [
        pytest.param(asked("scale"), ["n1", "n3", "n4"], "Médiane\u00a0: «\u00a0Niveau 3\u00a0».", id="on-a-level"),
        pytest.param(
            asked("scale"), ["n1", "n2"], "entre «\u00a0Niveau 1\u00a0» et «\u00a0Niveau 2\u00a0»", id="between"
        ),
        pytest.param(asked("scale"), ["n2", "n2"], "Tout le monde répond la même chose.", id="all-alike"),
        pytest.param(
            asked("scale"), ["n1", *["n2"] * 9, "n4"], "La moitié au milieu\u00a0: «\u00a0Niveau 2\u00a0».", id="half"
        ),
        pytest.param(asked("number"), [1, 2, 3, 4], "La moitié au milieu\u00a0: de 1,75 à 3,25.", id="half-of-numbers"),
        pytest.param(asked("number", unit="km"), [1, 2.5, 10], "Moyenne\u00a0: 4,5\u00a0km.", id="numbers"),
        pytest.param(asked("number"), [1000000], "Médiane\u00a0: 1\u202f000\u202f000.", id="one-number"),
    ],
)
def test_a_spread_is_said_in_words(question, values, words):
    found = shown(question, *values)
    assert words in found.spread.words
    assert words in html_of(found)


def test_a_spread_stands_on_the_whole_axis():
    found = shown(asked("scale"), "n1", "n4").spread
    assert (found.low, found.high, found.whole_x, found.whole_width) == ("Niveau 1", "Niveau 4", "2.00%", "96.00%")
    bounded = shown(asked("number", lowest=0, highest=100), 50).spread
    assert (bounded.low, bounded.high, bounded.middle_x) == ("0", "100", "50.00%")
    alone = shown(asked("number"), 50).spread
    assert (alone.low, alone.middle_x, alone.whole_width) == ("50", "50.00%", "0.60%")


def test_an_order_is_drawn_by_points():
    found = shown(asked("order"), ["b", "a"], ["b"])
    assert [(bar.title, bar.figure) for bar in found.bars] == [
        ("Bêta", "rang moyen 1,0 · 2 fois en tête"),
        ("Alpha", "rang moyen 2,0 · 0 fois en tête"),
        ("Gamma", "jamais classé"),
    ]
    assert found.rows[2] == ("Gamma", "0", "–", "0", "0")


def test_words_are_a_list_with_their_counts():
    html = html_of(shown(asked("words"), ["Lien"], ["lien", "Terre"]))
    assert '<li class="cloud__word cloud__word--5">Lien<span class="cloud__count"> 2</span></li>' in html


def test_a_matrix_is_a_band_by_row_and_one_table():
    found = shown(asked("matrix"), {"eau": "n1", "sol": "?"}, {"eau": "n4"}, {"eau": "n1"}, floor=2)
    assert found.headers == ("Ligne", "Niveau 1", "Niveau 2", "Niveau 3", "Niveau 4", "Ne sait pas")
    assert found.rows == (("L’eau", "2", "0", "0", "1", "0"), ("Le sol", "–", "–", "–", "–", "–"))
    html = html_of(found)
    assert html.count('class="spread"') == 1
    assert "Moins de 2 réponses" in html


def test_what_is_hidden_shows_its_reason_and_no_figure():
    found = shown(asked("text"), "SECRET", floor=5)
    html = html_of(found)
    assert "Moins de 5 réponses" in html
    assert "SECRET" not in html
    assert (found.bars, found.rows, found.spread) == ((), (), None)


def test_texts_are_read_as_texts():
    html = render_to_string("questionnaires/_result.html", {"shown": shown(asked("text"), "<b>Bon</b>\nà vous")})
    assert "&lt;b&gt;Bon&lt;/b&gt;<br>à vous" in html
