"""Codes and French labels of groups, their cycles and their encounters; what may follow what."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class GroupKind(models.TextChoices):
    """One model for three uses. The codes are the words of the filter `nature`."""

    CODEV = "codev", _("groupe de codéveloppement")
    THEMATIC = "thematic", _("groupe thématique")
    COHORT = "cohort", _("promotion d’un parcours")


class Access(models.TextChoices):
    """How one comes in."""

    OPEN = "open", _("ouvert\u00a0: on entre directement")
    REQUEST = "request", _("sur demande\u00a0: la facilitation répond")
    CLOSED = "closed", _("fermé\u00a0: on entre sur invitation")


class GroupState(models.TextChoices):
    """A closed group stays readable by its members; nobody comes in any more."""

    ACTIVE = "active", _("en cours")
    CLOSED = "closed", _("terminé")


class Rhythm(models.IntegerChoices):
    """Weeks between two encounters (Payette & Champagne: every four to six weeks)."""

    FREE = 0, _("sans rythme fixé")
    TWO = 2, _("toutes les 2 semaines")
    FOUR = 4, _("toutes les 4 semaines")
    FIVE = 5, _("toutes les 5 semaines")
    SIX = 6, _("toutes les 6 semaines")
    EIGHT = 8, _("toutes les 8 semaines")


# Fewest and most members of a codev group, and the most of any other.
CODEV_FEWEST, CODEV_MOST, GROUP_MOST = 5, 8, 400


class MemberRole(models.TextChoices):
    FACILITATOR = "facilitator", _("facilitation")
    MEMBER = "member", _("membre")


class MemberState(models.TextChoices):
    """Where a person stands in a group: `MEMBER_MOVES` says what may follow what."""

    INVITED = "invited", _("invitation envoyée")
    ASKED = "asked", _("demande envoyée")
    ACTIVE = "active", _("en fait partie")
    REFUSED = "refused", _("n’a pas rejoint le groupe")
    LEFT = "left", _("a quitté le groupe")


MEMBER_MOVES: dict[str, frozenset[str]] = {
    MemberState.INVITED: frozenset({MemberState.ACTIVE, MemberState.REFUSED}),
    MemberState.ASKED: frozenset({MemberState.ACTIVE, MemberState.REFUSED, MemberState.INVITED}),
    MemberState.ACTIVE: frozenset({MemberState.LEFT}),
    MemberState.REFUSED: frozenset({MemberState.INVITED, MemberState.ASKED, MemberState.ACTIVE}),
    MemberState.LEFT: frozenset({MemberState.INVITED, MemberState.ASKED, MemberState.ACTIVE}),
}


class CycleState(models.TextChoices):
    OPEN = "open", _("en cours")
    FINISHED = "finished", _("terminé")


class PollState(models.TextChoices):
    """open → chosen or closed."""

    OPEN = "open", _("réponses attendues")
    CHOSEN = "chosen", _("date choisie")
    CLOSED = "closed", _("abandonnée")


class PollChoice(models.TextChoices):
    YES = "yes", _("oui")
    MAYBE = "maybe", _("si besoin")
    NO = "no", _("non")


class EncounterState(models.TextChoices):
    PLANNED = "planned", _("prévue")
    CANCELLED = "cancelled", _("annulée")


class Coming(models.TextChoices):
    """What a member says of her presence."""

    YES = "yes", _("je viens")
    NO = "no", _("je ne peux pas")


class Reminder(models.TextChoices):
    """The last reminder that left for an encounter; nothing before the first."""

    NONE = "", "–"
    WEEK = "week", _("une semaine avant")
    DAY = "day", _("la veille")
    HOUR = "hour", _("une heure avant")
