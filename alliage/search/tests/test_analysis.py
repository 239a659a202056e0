"""How French is read, and what is said in other words."""

import pytest

from alliage.search import synonyms
from alliage.search.analysis import forms, words


def roots(text: str) -> list[str]:
    return forms(text)[1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("coopération", "Coopérations"),
        ("écologiques", "ecologique"),
        ("territoriaux", "territoriale"),
        ("l’ingénierie", "ingenierie"),
        ("d'ingénierie", "Ingénieries"),
        ("œuvre", "oeuvres"),
        ("élus", "elu"),
        ("lieux", "lieu"),
        ("réseaux", "reseau"),
        ("ODD17", "ODD 17"),
        ("odd-17", "O.D.D. 17"),
        ("ODD n° 7", "odd 07"),
        ("ODD 17", "objectif de développement durable 17"),
        ("O.D.D.", "ODD"),
        ("E.P.C.I", "epci"),
        ("M.E.D.O.C.", "medoc"),
        ("élues", "Élus"),
        ("élu·e·s", "élus"),
        ("tiers-lieux", "tiers lieu"),
        ("co-élaborer", "coélaborer"),
        ("pluri-disciplinaire", "pluridisciplinaires"),
        ("co-construction", "coconstruction"),
        ("Intercommunal", "inter-communal"),
        ("qu’associations", "l'association"),
    ],
)
def test_two_ways_to_write_one_word_have_one_root(one, other):
    assert roots(one) == roots(other) != []


@pytest.mark.parametrize(
    ("one", "other"), [("process", "proces"), ("commune", "communauté"), ("42000", "42100"), ("ODD 1", "ODD 17")]
)
def test_words_that_differ_stay_apart(one, other):
    assert roots(one) != roots(other)


def test_stop_words_have_no_root_and_letters_we_do_not_read_no_form():
    assert forms("Les élus de la commune") == (["les", "elus", "de", "la", "commune"], ["elu", "commun"])
    assert forms("Привет 你好") == ([], [])


def test_a_word_tells_where_it_stands():
    (first, second) = words("L’été")
    assert (first.start, first.end, first.plain, first.root) == (0, 1, "l", "")
    assert (second.start, second.end, second.plain) == (2, 5, "ete")


def test_synonyms_work_both_ways_and_forgive_plurals():
    assert ("tiers", "lieu") in synonyms.same(("fablab",))
    assert ("fablab",) in synonyms.same(tuple(roots("Tiers-Lieux")))
    assert ("ptce",) in synonyms.same(tuple(roots("pôle territorial de coopération économique")))
    assert synonyms.same(("xylophon",)) == []
    assert synonyms.longest() >= 4


def test_a_site_adds_its_own_synonyms_without_restarting(settings):
    assert synonyms.same(("rameau",)) == []
    synonyms.site_file().write_text("# les nôtres\nrameau, branche morte # un jeu\n\n, ,\n", encoding="utf-8")
    assert synonyms.same(("rameau",)) == [tuple(roots("branche morte"))]


def test_no_group_of_the_shipped_file_is_alone_or_repeats_itself():
    for line in synonyms.DATA.read_text(encoding="utf-8").splitlines():
        entries = [tuple(roots(entry)) for entry in line.partition("#")[0].split(",") if entry.strip()]
        assert len(entries) != 1, line
        assert len(entries) == len(set(entries)), line
        assert all(entries), line
