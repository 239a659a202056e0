"""Codes and French labels of sessions: where one stands, its run sheet, what becomes of what was said."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SessionState(models.TextChoices):
    """`SESSION_MOVES` says what may follow what. Whether it goes on at this moment is its room's to say."""

    PLANNED = "planned", _("à préparer")
    READY = "ready", _("salle prête")
    ENDED = "ended", _("terminée")
    ERASED = "erased", _("effacée")


SESSION_MOVES: dict[str, frozenset[str]] = {
    SessionState.PLANNED: frozenset({SessionState.READY, SessionState.ERASED}),
    SessionState.READY: frozenset({SessionState.ENDED, SessionState.ERASED}),
    SessionState.ENDED: frozenset({SessionState.ERASED}),
    SessionState.ERASED: frozenset(),
}


class SessionSheet(models.TextChoices):
    """Run sheets of the platform for a codev session, by their codes (rooms/data/run_sheets.json)."""

    CODEV = "codev", _("Séance complète, les six étapes\u00a0: 1 h 15")
    FAST = "codev_rapide", _("Séance rapide\u00a0: 30 minutes")
    TRIO = "trio", _("À trois\u00a0: 25 minutes")
    WRITTEN = "codev_differe", _("Par écrit, en dix jours")


class Urgency(models.IntegerChoices):
    LATER = 1, _("elle peut attendre")
    SOON = 2, _("dans les semaines qui viennent")
    NOW = 3, _("tout de suite")


class Kept(models.IntegerChoices):
    """Days after its end until a session is erased."""

    MONTH = 30, _("30 jours")
    TWO_MONTHS = 60, _("60 jours")
    SEASON = 90, _("90 jours")
    HALF_YEAR = 180, _("six mois")


class CommitmentState(models.TextChoices):
    OPEN = "open", _("en cours")
    DONE = "done", _("fait")
    PARTLY = "partly", _("fait en partie")
    NOT_DONE = "not_done", _("pas fait")


class Scale(models.TextChoices):
    """What is asked of a session, without a name, from 1 to 5."""

    USEFUL = "useful", _("Cette séance m’a été utile")
    HEARD = "heard", _("Chaque personne a pu parler")
    AGAIN = "again", _("Je reviendrai volontiers")


class LessonState(models.TextChoices):
    """draft → signed → withdrawn. A draft that is given up is deleted."""

    DRAFT = "draft", _("en cours d’écriture")
    SIGNED = "signed", _("signé")
    WITHDRAWN = "withdrawn", _("accord retiré")


class Masked(models.TextChoices):
    """What the assistant looks for in a text before it leaves a group."""

    PERSON = "person", _("personne")
    ORGANISATION = "organisation", _("organisation")
    PLACE = "place", _("lieu")
    CONTACT = "contact", _("coordonnées")
