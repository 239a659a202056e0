"""The whole form: a content goes through it unchanged; rows move, kinds change, and nothing that was typed is lost."""

from uuid import uuid4

import pytest
from django.core.management import call_command
from django.http import QueryDict

from alliage.library import content as contents
from alliage.library import kind_change
from alliage.library.forms import writing
from alliage.library.forms.contributing import shown
from alliage.library.tests.factories import said
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _words():
    call_command("load_taxonomy", verbosity=0)


def whole(**more):
    place = TerritoryFactory(kind="commune", code="42218", name="Saint-Étienne")
    return contents.cleaned(
        said(
            kind="kit",
            sections={"objectif": "Réparer.", "deroulement": "- un\n- deux"},
            territories=[f"{place.kind}:{place.code}"],
            hides_place=True,
            context={
                "territory_kind": "commune",
                "size": ">200000",
                "density": "dense",
                "phase": "bilan",
                "actors": [],
            },
            proof="teste",
            proof_text="Une fois.",
            authors=[{"name": "Alix Demo", "role": "relecteur", "organisation": "La commune"}],
            links=[{"url": "https://exemple.fr/", "label": "Le site"}],
            conditions=[{"importance": "required", "text": "Un local", "check": "x"}],
            kit_items=[
                {
                    "key": "aaa",
                    "title": "Réunir",
                    "text": "Deux heures.",
                    "minutes": 120,
                    "role": "maire",
                    "resource": 12,
                },
                {"key": "bbb", "title": "Ouvrir"},
            ],
            source="Une revue",
            **more,
        )
    )


def judged(data):
    form = writing.WritingForm(data)
    assert form.is_valid(), form.errors
    return contents.cleaned(form.content())


def test_a_content_goes_through_the_form_unchanged():
    content = whole()
    assert judged(writing.typed(content)) == content
    # And through a request, then a draft.
    posted = QueryDict(mutable=True)
    for name, values in writing.typed(content).items():
        posted.setlist(name, values)
    assert judged(writing.drafted(posted)) == content
    assert writing.plain(writing.typed(content)) == writing.typed(content)


def test_what_is_shown_is_not_judged():
    form = shown(writing.WritingForm({"title": [""], "kind": ["pratique"]}))
    assert not form.errors
    assert "title" in writing.WritingForm({"kind": ["pratique"]}).errors
    assert writing.WritingForm({"kind": ["inconnue"]}).kind == "pratique"


def test_rows_are_added_moved_and_removed():
    data = writing.typed(whole())
    down = writing.moved(data, "step", 1, 1)
    assert [each["title"] for each in judged(down)["kit_items"]] == ["Ouvrir", "Réunir"]
    assert [each["key"] for each in judged(down)["kit_items"]] == ["bbb", "aaa"]
    assert judged(writing.moved(down, "step", 2, -1)) == judged(data)
    assert writing.moved(data, "step", 9, 1) == data
    assert judged(writing.moved(data, "step", 2, 1)) == judged(data)
    assert [each["title"] for each in judged(writing.without(data, "step", 1))["kit_items"]] == ["Ouvrir"]
    more = writing.WritingForm(data, spare=3, spare_row="link")
    assert more.row_numbers("link") == [1, 2, 3, 4, 5]
    assert len(writing.WritingForm(data).row_numbers("author")) == 2


def test_a_list_has_an_end():
    data = {
        "title": ["x"],
        "kind": ["pratique"],
        **{f"link_{n}_url": [f"https://exemple.fr/{n}"] for n in range(1, 100)},
    }
    form = writing.WritingForm(data)
    assert len(form.row_numbers("link")) == 99
    assert not form.is_valid()
    content = form.content() | {"licence": "cc0"}
    with pytest.raises(contents.ContentRefused):
        contents.cleaned(content)


def test_another_kind_keeps_every_text_and_says_where_it_went():
    kept, went = kind_change.moved(
        {"contexte": "Ici.", "freins": "Le temps.", "enseignements": "Oser."}, before="pratique", after="retour"
    )
    assert kept == {"contexte": "Ici.\n\nFreins\n\nLe temps.", "enseignements": "Oser."}
    assert went == [("Freins", "Contexte")]
    assert kind_change.moved({"contexte": " "}, before="pratique", after="lien") == ({}, [])
    data, went = writing.with_kind(
        {"kind": ["lien"], "kind_shown": ["pratique"], "s_methode": ["Trois réunions."], "title": ["T"]}
    )
    assert data["s_description"] == ["Méthode\n\nTrois réunions."]
    assert went == [("Méthode", "Description")]
    assert writing.with_kind(data) == (data, [])
    assert writing.with_kind({"kind": ["rien"], "kind_shown": ["pratique"]})[1] == []


def test_a_refusal_stands_beside_its_question():
    form = writing.WritingForm(writing.typed(whole()))
    assert form.is_valid()
    for name in ("title", "sections.objectif", "territories", "kit_items", "authors", "elsewhere"):
        form.refuse(name, f"non : {name}")
    assert set(form.errors) == {"title", "s_objectif", "area_1", "step_1_title", "author_1_name", "__all__"}


def test_a_draft_keeps_what_is_typed_and_nothing_else():
    posted = QueryDict(mutable=True)
    posted.update(
        {
            "title": "a\0b",
            "csrfmiddlewaretoken": "x",
            "act": "draft",
            "version": "1",
            "A-b!": "x",
            "s_prise-en-main": "y",
        }
    )
    posted.update({"x" * 70: "trop long"})
    assert writing.drafted(posted) == {"title": ["ab"], "s_prise-en-main": ["y"]}


def test_files_are_named_by_what_is_kept():
    class Kept:
        pk = uuid4()

    data = writing.with_files({"title": ["x"], "kind": ["guide"]}, [Kept])
    assert writing.with_files(data, [Kept]) == data
    assert writing.file_ids(data | {"file_2_id": ["no"]}) == [str(Kept.pk)]
    form = writing.WritingForm(data, names={str(Kept.pk): "a.pdf"})
    assert form.rows()["file"][0].label == "a.pdf"
    assert "step" not in {part.code for part in form.parts()}
    dropped = writing.WritingForm(data | {"file_1_drop": ["on"], "licence": ["cc0"], "language": ["fr"], "role": []})
    assert dropped.is_valid(), dropped.errors
    assert dropped.content()["files"] == []


@pytest.mark.parametrize(
    ("written", "chosen", "number"),
    [
        ("12", "", 12),
        ("https://x.fr/ressources/7-un-titre/", "", 7),
        ("Un titre", "resource:9", 9),
        ("", "resource:9", None),
        ("rien", "", None),
    ],
)
def test_a_step_links_a_resource_by_its_number_its_address_or_a_choice(written, chosen, number):
    data = writing.typed(whole()) | {"step_1_resource": [written], "step_1_resource_code": [chosen]}
    assert judged(data)["kit_items"][0]["resource"] == number
