"""A first start that does not take minutes: migrations draw again only the tables that a change touches.

While migrations run, Django keeps a drawing of every model. Each new model, and each field or constraint added, makes it draw again all that is
related to it, near or far: with members at the centre that is nearly everything, for each of some hundreds of operations. It need not:
a new model attaches itself to the models already drawn, as it does when a site starts; a changed one is drawn again with those that
point at it, near or far, since they hold it. What it points at stays as it is: its way back is looked up when asked for. Django draws everything
afresh before any code that reads rows (`clear_delayed_apps_cache`), as it already does for plain fields and constraints.
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


def holding(state: ProjectState, app_label: str, model_name: str, delay: bool = True) -> set[tuple[str, str]]:  # noqa: ARG001 as Django calls it
    """In place of `ProjectState._find_reload_model`: the model, and those that hold it by a field or as their base, near or far."""
    state.is_delayed = True
    heirs: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for key, model in state.models.items():
        for base in model.bases:
            if isinstance(base, str):
                label, _, name = base.lower().partition(".")
                heirs.setdefault((label, name), []).append(key)
    found, ahead = set(), [(app_label, model_name)]
    while ahead:
        key = ahead.pop()
        if key not in found:
            found.add(key)
            ahead += [*state.relations.get(key, ()), *heirs.get(key, ())]
    return found


def hasten() -> None:
    """Do so from now on. Twice is once."""
    ProjectState.add_model = add_alone  # type: ignore[method-assign, assignment]
    ProjectState._find_reload_model = holding  # type: ignore[attr-defined]  # noqa: SLF001 as Django does
