import json
from io import StringIO

import pytest
from django.core.management import call_command

from alliage.taxonomy import loading, queries, services
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import ListItem, NetworkList, Term
from alliage.taxonomy.tests.factories import TermFactory

pytestmark = pytest.mark.django_db

SIZES = {
    "metiers": 4, "missions": 16, "leviers": 7, "questions": 22, "odd": 17, "categories": 7, "echelons": 4,
    "ressources": 5, "regards": 3, "partenariats": 4, "ingenieries": 3, "spheres": 3,
}  # fmt: skip


def load() -> str:
    out = StringIO()
    call_command("load_taxonomy", stdout=out)
    return out.getvalue()


def test_the_reference_data_holds_every_vocabulary_whole():
    load()
    assert {code: len(queries.terms(code)) for code in Vocabulary.values} == SIZES


def test_the_four_metiers_keep_the_codes_fixed_by_the_project_and_have_four_missions_each():
    load()
    metiers = queries.terms(Vocabulary.METIERS)
    assert [term.code for term in metiers] == ["dialogue", "experimentation", "accompagnement", "lieu"]
    assert [len(queries.children(term)) for term in metiers] == [4, 4, 4, 4]


def test_the_questions_of_the_leviers_are_the_words_of_the_programme():
    load()
    leviers = {term.label: [q.label for q in queries.children(term)] for term in queries.terms(Vocabulary.LEVIERS)}
    assert list(leviers) == [
        "Qualifier son innovation",
        "Comprendre son écosystème",
        "Définir sa stratégie",
        "Transformer son modèle socio-économique",
        "Apprendre à faire alliance",
        "Accélérer grâce au numérique",
        "Évaluer sa pertinence",
    ]
    assert leviers["Apprendre à faire alliance"] == ["Pourquoi\u00a0?", "Avec qui et comment\u00a0?"]
    assert leviers["Évaluer sa pertinence"][-1] == "Quelle capacité à valoriser son innovation\u00a0?"


def test_every_reference_term_says_where_it_comes_from():
    load()
    assert not Term.objects.filter(source="").exists()


def test_every_code_is_stable_ascii():
    load()
    for term in Term.objects.all():
        term.full_clean()


def test_the_lists_of_the_network_ship_empty_with_their_source():
    load()
    assert list(NetworkList.objects.values_list("code", flat=True)) == ["charte", "maturite", "mesures"]
    assert not ListItem.objects.exists()
    assert not NetworkList.objects.filter(source="").exists()


def test_loading_again_changes_nothing():
    assert "95 ajoutés" in load()
    before = list(Term.objects.order_by("pk").values())
    assert "0 ajoutés, 0 mis à jour, 95 inchangés, 0 modifiés" in load()
    assert list(Term.objects.order_by("pk").values()) == before


def test_loading_again_keeps_what_an_administrator_edited():
    load()
    edited = Term.objects.get(vocabulary="metiers", code="lieu")
    edited.label = "Animation d’un lieu"
    edited.save()
    assert "1 modifiés sur le site" in load()
    edited.refresh_from_db()
    assert edited.label == "Animation d’un lieu"
    assert edited.is_edited


def test_loading_brings_what_changed_in_the_files():
    load()
    Term.objects.filter(vocabulary="metiers", code="lieu").update(label="Ancien")
    assert "1 mis à jour" in load()
    assert Term.objects.get(vocabulary="metiers", code="lieu").label == "Gestion d’un lieu"


def test_a_list_the_network_renamed_is_kept():
    load()
    NetworkList.objects.filter(code="charte").update(title="Notre charte")
    assert services.load_lists(loading.read_lists())["kept"] == 3
    assert NetworkList.objects.get(code="charte").title == "Notre charte"


def test_a_broken_file_leaves_nothing_half_loaded(tmp_path):
    block = {"vocabulary": "regards", "source": "s", "source_url": "", "terms": [
        {"code": "bon", "label": "Bon"}, {"code": "Pas Bon", "label": "Pas bon"}]}  # fmt: skip
    path = tmp_path / "v.json"
    path.write_text(json.dumps([block]), encoding="utf-8")
    with pytest.raises(Exception, match="minuscules"):
        services.load_terms(loading.read_terms(path))
    assert not Term.objects.exists()


def test_an_edit_made_by_any_form_is_marked_and_shown_at_once():
    term = TermFactory(vocabulary=Vocabulary.REGARDS, label="Avant")
    assert [t.label for t in queries.terms("regards")] == ["Avant"]
    term.label = "Après"
    term.save()
    assert [t.label for t in queries.terms("regards")] == ["Après"]
