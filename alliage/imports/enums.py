"""Words of imports."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    """What applying one row did."""

    CREATED = "created", _("créée")
    UPDATED = "updated", _("modifiée")
    UNCHANGED = "unchanged", _("inchangée")
    SKIPPED = "skipped", _("laissée de côté")


class RowOutcome(models.TextChoices):
    """What became of a row, refusals included: what the report says of each."""

    CREATED = "created", _("créée")
    UPDATED = "updated", _("modifiée")
    UNCHANGED = "unchanged", _("inchangée")
    SKIPPED = "skipped", _("laissée de côté")
    REFUSED = "refused", _("refusée")


class Duplicates(models.TextChoices):
    """What to do with a row that looks like something known already."""

    SKIP = "skip", _("Laisser ces lignes de côté")
    MERGE = "merge", _("Compléter la fiche qui existe déjà")
    CREATE = "create", _("Les importer quand même, comme des fiches nouvelles")


class Content(models.TextChoices):
    """What the cells of a column hold, when it can be recognised."""

    TEXT = "text", _("texte")
    INSEE = "insee", _("code Insee d’une commune")
    POSTAL_CODE = "postal_code", _("code postal")
    LATITUDE = "latitude", _("latitude")
    LONGITUDE = "longitude", _("longitude")
    NUMBER = "number", _("nombre")
    EMAIL = "email", _("adresse e-mail")
    URL = "url", _("adresse d’un site")
    PHONE = "phone", _("numéro de téléphone")
    SIRET = "siret", _("numéro Siret")
    DATE = "date", _("date")


class Action(models.TextChoices):
    """What an import did to one record."""

    CREATED = "created", _("créée")
    UPDATED = "updated", _("modifiée")
    REMOVED = "removed", _("retirée")


class State(models.TextChoices):
    """Where a person's import stands."""

    UPLOADED = "uploaded", _("colonnes à vérifier")
    TRYING = "trying", _("essai en cours")
    TRIED = "tried", _("essai terminé")
    WRITING = "writing", _("écriture en cours")
    DONE = "done", _("terminé")
    FAILED = "failed", _("impossible")
    CANCELLED = "cancelled", _("abandonné")
    UNDOING = "undoing", _("annulation en cours")
    UNDONE = "undone", _("annulé")


# From a state, the states that may follow.
TRANSITIONS: dict[str, frozenset[str]] = {
    State.UPLOADED: frozenset({State.TRYING, State.CANCELLED}),
    State.TRYING: frozenset({State.TRIED, State.FAILED, State.UPLOADED, State.CANCELLED}),
    State.TRIED: frozenset({State.UPLOADED, State.TRYING, State.WRITING, State.CANCELLED}),
    State.WRITING: frozenset({State.DONE, State.TRIED, State.FAILED}),
    State.FAILED: frozenset({State.UPLOADED, State.TRYING, State.CANCELLED}),
    State.DONE: frozenset({State.UNDOING}),
    State.UNDOING: frozenset({State.UNDONE, State.DONE}),
    State.UNDONE: frozenset(),
    State.CANCELLED: frozenset(),
}


class SourceState(models.TextChoices):
    """How the last reading of an outside directory went."""

    NEW = "new", _("à essayer")
    READING = "reading", _("lecture en cours")
    WELL = "well", _("à jour")
    HELD = "held", _("à confirmer")
    FAILED = "failed", _("en erreur")
