"""A change draws again only what it touches; code that reads rows still finds every relation, both ways."""

from django.db import models
from django.db.migrations.state import ModelState, ProjectState

from alliage.operations.quicker_migrations import add_alone, hasten


def state_of(name, **fields) -> ModelState:
    return ModelState("essai", name, [("id", models.AutoField(primary_key=True)), *fields.items()])


def towards(name) -> models.ForeignKey:
    return models.ForeignKey(name, models.CASCADE)


def test_a_new_model_leaves_the_others_as_they_were_drawn():
    hasten()
    state = ProjectState()
    state.add_model(state_of("Centre"))
    state.add_model(state_of("Premier", centre=towards("essai.Centre")))
    before = {name: state.apps.get_model("essai", name) for name in ("Centre", "Premier")}
    state.add_model(state_of("Second", centre=towards("essai.Centre")))
    assert all(state.apps.get_model("essai", name) is model for name, model in before.items())
    second = state.apps.get_model("essai", "Second")
    assert second._meta.get_field("centre").related_model is before["Centre"]
    assert {each.related_model for each in before["Centre"]._meta.related_objects} == {before["Premier"], second}


def test_what_reads_rows_has_everything_drawn_afresh():
    hasten()
    state = ProjectState()
    state.add_model(state_of("Centre"))
    state.apps.get_model("essai", "Centre")
    state.add_model(state_of("Second", centre=towards("essai.Centre")))
    drawn = state.apps.get_model("essai", "Centre")
    state.clear_delayed_apps_cache()
    fresh = state.apps.get_model("essai", "Centre")
    assert fresh is not drawn
    assert [each.related_model for each in fresh._meta.related_objects] == [state.apps.get_model("essai", "Second")]


def test_relations_already_known_are_brought_up_to_date():
    state = ProjectState()
    add_alone(state, state_of("Centre"))
    state.apps.get_model("essai", "Centre")
    assert not state.relations["essai", "centre"]
    add_alone(state, state_of("Second", centre=towards("essai.Centre")))
    assert ("essai", "second") in state.relations["essai", "centre"]


def test_a_field_added_draws_again_its_model_and_those_that_hold_it_not_what_it_points_at():
    hasten()
    state = ProjectState()
    for name, fields in {
        "Centre": {},
        "Milieu": {"centre": towards("essai.Centre")},
        "Bout": {"milieu": towards("essai.Milieu")},
    }.items():
        state.add_model(state_of(name, **fields))
    state.add_model(state_of("Voisin", centre=towards("essai.Centre")))
    state.add_model(ModelState("essai", "Enfant", [], bases=("essai.Milieu",)))
    before = {name: state.apps.get_model("essai", name) for name in ("Centre", "Milieu", "Bout", "Voisin", "Enfant")}
    state.add_field("essai", "milieu", "autre", towards("essai.Centre"), preserve_default=True)
    drawn_again = {name for name, model in before.items() if state.apps.get_model("essai", name) is not model}
    assert drawn_again == {"Milieu", "Bout", "Enfant"}
    middle = state.apps.get_model("essai", "Milieu")
    assert middle._meta.get_field("autre").related_model is before["Centre"]
    assert state.apps.get_model("essai", "Bout")._meta.get_field("milieu").related_model is middle
    assert issubclass(state.apps.get_model("essai", "Enfant"), middle)
