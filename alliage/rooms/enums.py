"""Codes and French labels of rooms."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What someone is in one room. A run sheet says what each role may do in each phase."""

    FACILITATOR = "facilitator", _("animation")
    CLIENT = "client", _("client")
    CONSULTANT = "consultant", _("consultant")
    OBSERVER = "observer", _("observation")
    SPEAKER = "speaker", _("intervention")
    PARTICIPANT = "participant", _("participation")


class RoomState(models.TextChoices):
    PREPARED = "prepared", _("pas encore commencée")
    OPEN = "open", _("en cours")
    CLOSED = "closed", _("terminée")


# From one state to those that may follow it.
MOVES = {
    RoomState.PREPARED: {RoomState.OPEN, RoomState.CLOSED},
    RoomState.OPEN: {RoomState.CLOSED},
    RoomState.CLOSED: set(),
}


class Pace(models.TextChoices):
    """`live`: phases last minutes, someone moves on. `spread`: phases last days, and follow one another by themselves."""

    LIVE = "live", _("en direct")
    SPREAD = "spread", _("sur plusieurs jours")


class CardState(models.TextChoices):
    PRIVATE = "private", _("pour soi")
    WAITING = "waiting", _("attend l’animation")
    SHOWN = "shown", _("montrée")
    HIDDEN = "hidden", _("masquée")


class Tool(models.TextChoices):
    """What a phase opens beside its captures."""

    HANDS = "hands", _("demander la parole")
    POLLS = "polls", _("sondages")
    CAPTIONS = "captions", _("sous-titres écrits par une personne")
    NOTES = "notes", _("notes à plusieurs")
    CHAT = "chat", _("discussion")
    REACTIONS = "reactions", _("réactions")


# Those that whoever facilitates opens and closes at any time, whatever the phase says.
SWITCHED = frozenset({Tool.CHAT, Tool.REACTIONS})


class Reacts(models.TextChoices):
    """What one says in one gesture, without a word: counted, never told of anyone."""

    BRAVO = "bravo", _("Bravo")
    AGREE = "agree", _("D’accord")
    LEARNED = "learned", _("J’apprends")
    SLOWER = "slower", _("Moins vite")
    UNHEARD = "unheard", _("Je n’entends pas")


class EventKind(models.TextChoices):
    """What may be told of a room. No event holds a word of what people typed: it names rows, which can be erased."""

    OPENED = "opened", _("ouverte")
    CLOSED = "closed", _("terminée")
    PHASE = "phase", _("étape")
    CLOCK = "clock", _("horloge")
    JOINED = "joined", _("arrivée")
    ROLE = "role", _("rôle")
    CARD = "card", _("écrit")
    CARD_GONE = "card_gone", _("écrit retiré")
    TURN = "turn", _("parole")
    POLL = "poll", _("sondage")
    POLLED = "polled", _("réponse")
    CAPTION = "caption", _("sous-titre")
    RELAY = "relay", _("relais des sous-titres")
    ERASED = "erased", _("effacée")
    BESIDE = "beside", _("autour")
    MESSAGE = "message", _("message")
    TOOL = "tool", _("outil ouvert ou fermé")
