"""What changed between two texts: words, parts, lists; readable, and in a bounded time."""

import pytest

from alliage.library import comparing, parts
from alliage.library.comparing import Op, compare, pieces
from alliage.library.content import cleaned
from alliage.library.tests.factories import said

pytestmark = pytest.mark.django_db


def shape(before, after):
    return [(piece.op.value, piece.text) for piece in pieces(before, after)]


def test_words_that_changed_are_told_in_their_sentence():
    assert shape("Trois communes ouvrent un atelier.", "Quatre communes ouvrent ensemble un atelier.") == [
        ("removed", "Trois "),
        ("added", "Quatre "),
        ("same", "communes ouvrent "),
        ("added", "ensemble "),
        ("same", "un atelier."),
    ]


def test_a_word_alone_between_two_changes_is_read_with_them():
    assert shape("un petit local gris", "un grand local bleu") == [
        ("same", "un "),
        ("removed", "petit local gris"),
        ("added", "grand local bleu"),
    ]


def test_lines_that_come_and_go_are_whole():
    assert shape("Un lieu.\nDeux fois par mois\n", "Un lieu.\nDeux fois par an\n") == [
        ("same", "Un lieu.\nDeux fois par "),
        ("removed", "mois\n"),
        ("added", "an\n"),
    ]
    assert shape("a\nb\nc\n", "a\nc\nd\n") == [("same", "a\n"), ("removed", "b\n"), ("same", "c\n"), ("added", "d\n")]


def test_nothing_is_lost_on_either_side(monkeypatch):
    before, after = "Un lieu.\n\nDeux réunions, puis trois.", "Un lieu\n\nTrois réunions, puis quatre.\n\nEnfin."
    for most in (comparing.MOST_PAIRS, 0):
        monkeypatch.setattr(comparing, "MOST_PAIRS", most)
        found = pieces(before, after)
        assert "".join(piece.text for piece in found if piece.op != Op.ADDED) == before
        assert "".join(piece.text for piece in found if piece.op != Op.REMOVED) == after


def test_two_long_texts_that_differ_in_everything_are_not_matched_word_by_word():
    before, after = " ".join(f"a{rank}" for rank in range(3000)), " ".join(f"b{rank}" for rank in range(3000))
    assert shape(before, after) == [("removed", before), ("added", after)]


def test_only_the_parts_that_changed_are_shown():
    before = cleaned(said())
    after = cleaned(said(title="Un atelier partagé", sections={"contexte": "Un bourg sans réparateur."}))
    comparison = compare(before, after)
    assert [(change.label, change.added_count, change.removed_count) for change in comparison.changes] == [
        ("Titre", 0, 2),
        ("Méthode", 0, 5),
    ]
    assert "Contexte" in comparison.same
    assert compare(before, before).changes == []


def test_a_part_that_only_the_former_kind_has_is_told_last():
    before = cleaned(said())
    after = cleaned(said(kind="lien", sections={"description": "Un bourg sans réparateur."}))
    labels = [change.label for change in compare(before, after).changes]
    assert labels[-2:] == ["Contexte", "Méthode"]
    assert "Description" in labels


def test_every_part_of_a_content_is_read():
    content = cleaned(
        said(
            kind="kit",
            sections={"objectif": "Décider"},
            kit_items=[
                {"title": "Accueil", "text": "Chacun se présente.", "minutes": "10", "role": "hôte"},
                {"title": "Fin"},
            ],
            conditions=[{"text": "Un lieu", "importance": "required"}],
            proof="teste",
            proof_text="Deux ans de recul",
            context={"size": "<2000", "phase": "bilan"},
            hides_place=True,
            authors=[{"name": "Alix Demo", "organisation": "Demo"}],
            links=[{"url": "https://exemple.fr/a", "label": "La page"}, {"url": "https://exemple.fr/b"}],
            files=[{"id": "3f0f8f5e-0000-4000-8000-000000000000", "name": "kit.pdf"}],
            source="Une lettre",
        )
    )
    read = {part.code: part.text for part in parts.parts(content)}
    assert "10 min" in read["kit_items"]
    assert "indispensable" in read["conditions"]
    assert read["proof"] == "testé\nDeux ans de recul"
    assert "bilan" in read["context"]
    assert "Ne nomme" in read["context"]
    assert read["authors"] == "Alix Demo, Demo, autrice ou auteur"
    assert read["documents"].splitlines() == ["kit.pdf", "La page\u00a0: https://exemple.fr/a", "https://exemple.fr/b"]
    assert "Une lettre" in read["terms"]
    assert parts.part(content, "title").text == content["title"]
    assert parts.part(content, "rien") is None
    assert parts.part(content, "sections.objectif").anchor == "partie-sections-objectif"
