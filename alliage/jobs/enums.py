"""Words of jobs."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a job stands."""

    QUEUED = "queued", _("en attente")
    RUNNING = "running", _("en cours")
    DONE = "done", _("terminé")
    FAILED = "failed", _("échoué")
    CANCELLED = "cancelled", _("annulé")


# From a state, the states that may follow.
TRANSITIONS: dict[str, frozenset[str]] = {
    State.QUEUED: frozenset({State.RUNNING, State.CANCELLED, State.FAILED}),
    State.RUNNING: frozenset({State.DONE, State.FAILED, State.CANCELLED, State.QUEUED}),
    State.DONE: frozenset(),
    State.FAILED: frozenset(),
    State.CANCELLED: frozenset(),
}
FINISHED = frozenset(state for state, following in TRANSITIONS.items() if not following)
# States in which a second job of the same kind and key would be the same work done twice.
EXCLUSIVE = [State.QUEUED, State.RUNNING, State.DONE]
