"""Words of imports."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    """What applying one row did."""

    CREATED = "created", _("créée")
    UPDATED = "updated", _("modifiée")
    UNCHANGED = "unchanged", _("inchangée")


class State(models.TextChoices):
    """Where a person's import stands."""

    UPLOADED = "uploaded", _("colonnes à vérifier")
    TRYING = "trying", _("essai en cours")
    TRIED = "tried", _("essai terminé")
    WRITING = "writing", _("écriture en cours")
    DONE = "done", _("terminé")
    FAILED = "failed", _("impossible")
    CANCELLED = "cancelled", _("abandonné")


# From a state, the states that may follow.
TRANSITIONS: dict[str, frozenset[str]] = {
    State.UPLOADED: frozenset({State.TRYING, State.CANCELLED}),
    State.TRYING: frozenset({State.TRIED, State.FAILED, State.UPLOADED, State.CANCELLED}),
    State.TRIED: frozenset({State.UPLOADED, State.TRYING, State.WRITING, State.CANCELLED}),
    State.WRITING: frozenset({State.DONE, State.TRIED, State.FAILED}),
    State.FAILED: frozenset({State.UPLOADED, State.TRYING, State.CANCELLED}),
    State.DONE: frozenset(),
    State.CANCELLED: frozenset(),
}
