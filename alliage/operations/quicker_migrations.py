"""A first start that does not take minutes: migrations that create a table draw that table only.

While migrations run, Django keeps a drawing of every model. Each new model makes it draw again all that is related to it, near or far: with
members at the centre that is nearly everything, for each of two hundred tables. A new model needs none of it: its relations attach
themselves to the models already drawn, as they do when a site starts. Django draws everything afresh before any code that reads rows
(`clear_delayed_apps_cache`), as it already does for new fields and constraints.
"""

from django.db.migrations.state import ModelState, ProjectState

_add = ProjectState.add_model


def add_alone(state: ProjectState, model_state: ModelState) -> None:
    """What `ProjectState.add_model` does, without drawing the others again."""
    if "apps" not in state.__dict__:  # hasattr would draw them
        _add(state, model_state)
        return
    key = model_state.app_label, model_state.name_lower
    state.models[key] = model_state
    if state._relations is not None:  # type: ignore[attr-defined]  # noqa: SLF001 as Django does
        state.resolve_model_relations(key)
    state.is_delayed = True
    state.apps.render_multiple([model_state])


def hasten() -> None:
    """Do so from now on. Twice is once."""
    ProjectState.add_model = add_alone  # type: ignore[method-assign, assignment]
