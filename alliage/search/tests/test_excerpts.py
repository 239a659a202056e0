"""What is marked in results, and that nothing else of a text becomes HTML."""

import pytest

from alliage.search import asking, excerpts


def slots(question: str):
    return asking.read(question)


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ("Réseau des alliances", "alliance", "Réseau des <mark>alliances</mark>"),
        ("Un tiers-lieu à Lens", "fablab", "Un <mark>tiers-lieu</mark> à Lens"),
        ("Tiers de confiance, autre lieu", "fablab", "Tiers de confiance, autre lieu"),
        ("L’ODD 17 et l’ODD 1", "odd17", "L’<mark>ODD 17</mark> et l’ODD 1"),
        ("les élus, des élus", "« des élus »", "les élus, <mark>des élus</mark>"),
        ("<b>alliance</b> & co", "alliance", "&lt;b&gt;<mark>alliance</mark>&lt;/b&gt; &amp; co"),
        ("rien ici", "alliance", "rien ici"),
        ("un pôle de l’alliance, un pôle", "« pôle de l’alliance »", "un <mark>pôle de l’alliance</mark>, un pôle"),
        ("Le tiers, le lieu, le tiers", "fablab", "Le <mark>tiers, le lieu</mark>, le tiers"),
        ("", "alliance", ""),
    ],
)
def test_words_found_are_marked_and_everything_else_is_escaped(text, question, expected):
    assert excerpts.marked(text, slots(question)) == expected


def test_marks_never_overlap():
    found = excerpts.marked("pôle territorial de coopération économique", slots("ptce « pôle territorial »"))
    assert found == "<mark>pôle territorial de coopération économique</mark>"


def test_a_long_text_is_cut_on_words_around_most_of_what_was_asked():
    text = "début " * 100 + "un réseau seul " + "milieu " * 100 + "le réseau des alliances " + "fin " * 100
    found = excerpts.excerpt(text, slots("réseau alliances"))
    assert "<mark>réseau</mark> des <mark>alliances</mark>" in found
    assert found.startswith("… ")
    assert found.endswith(" …")
    assert "seul" not in found
    assert len(found) < excerpts.LONG + 60


def test_a_long_text_without_the_words_begins_at_its_beginning():
    found = excerpts.excerpt("Voici " + "la suite " * 60, slots("alliance"))
    assert found.startswith("Voici la suite")
    assert found.endswith(" …")


def test_the_end_of_a_long_text_is_shown_to_its_end():
    found = excerpts.excerpt("début " * 100 + "des alliances", slots("alliances"))
    assert found.endswith("des <mark>alliances</mark>")


def test_one_endless_word_is_cut():
    assert len(excerpts.excerpt("a" * 1000, slots("alliance"))) < excerpts.LONG + 10


def test_a_text_made_of_one_word_ten_thousand_times_is_quoted_as_any_other():
    text = excerpts.excerpt("alliance " * 10_000, slots("alliance"))
    assert 0 < len(text) < 2_000
    assert "<mark>" in text
