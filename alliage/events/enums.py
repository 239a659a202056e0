"""Codes and French labels of events, of their programme and of those who come; what may follow what."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventKind(models.TextChoices):
    """The codes are the words of the filter `nature`. A Rencontre has a programme of its own under /rencontres/."""

    RENCONTRE = "rencontre", _("Rencontre du réseau")
    WEBINAR = "webinaire", _("webinaire")
    WORKSHOP = "atelier", _("atelier")
    CODEV = "codev", _("séance de codéveloppement ouverte")
    MEETING = "reunion", _("rencontre locale")


class EventState(models.TextChoices):
    """draft → published → cancelled. What is cancelled stays in calendars, marked so."""

    DRAFT = "draft", _("en préparation")
    PUBLISHED = "published", _("publié")
    CANCELLED = "cancelled", _("annulé")


EVENT_MOVES: dict[str, frozenset[str]] = {
    EventState.DRAFT: frozenset({EventState.PUBLISHED}),
    EventState.PUBLISHED: frozenset({EventState.DRAFT, EventState.CANCELLED}),
    EventState.CANCELLED: frozenset({EventState.PUBLISHED}),
}


class Venue(models.TextChoices):
    """Where one takes part."""

    ONLINE = "online", _("en ligne")
    PLACE = "place", _("sur place")
    BOTH = "both", _("en ligne et sur place")


class SequenceKind(models.TextChoices):
    """What a sequence is: what one does there."""

    PLENARY = "plenary", _("séquence")
    WORKSHOPS = "workshops", _("ateliers en parallèle")
    WORKSHOP = "workshop", _("atelier")
    BREAK = "break", _("pause")
    EXHIBITION = "exhibition", _("exposition")


class ItemKind(models.TextChoices):
    """The contents of a sequence, in the words of the founding document."""

    PERSPECTIVE = "perspective", _("mise en perspective")
    VIEWPOINT = "viewpoint", _("point de vue")
    STUDY = "study", _("résultat d’étude")
    CROSSED = "crossed", _("regards croisés")
    CROSSING = "crossing", _("croisement de regards")
    EXCHANGE = "exchange", _("échanges")
    TESTIMONY = "testimony", _("témoignage")
    DEBATE = "debate", _("débat")
    ILLUSTRATION = "illustration", _("illustration")
    TOOL = "tool", _("pastille «\u00a0outillage\u00a0»")
    INSIGHT = "insight", _("pastille «\u00a0éclairage\u00a0»")
    EXHIBITION = "exhibition", _("exposition")
    EXAMPLE = "example", _("exemple introductif")
    WORK = "work", _("travail en sous-groupes")
    SHARING = "sharing", _("mise en commun")
    CONCLUSION = "conclusion", _("conclusion")


# The contents that are a resource of the library, shown in the sequence.
PASTILLES = frozenset({ItemKind.TOOL, ItemKind.INSIGHT})


class Part(models.TextChoices):
    """What someone does in an item."""

    SPEAKS = "speaks", _("intervient")
    LEADS = "leads", _("anime")
    PRESENTS = "presents", _("présente")


class Standing(models.TextChoices):
    """Whether someone comes for sure. The founding document marks « pressenti » by a star."""

    EXPECTED = "expected", _("en cours de confirmation")
    CONFIRMED = "confirmed", _("confirmé")
    DECLINED = "declined", _("ne viendra pas")


class PartnerKind(models.TextChoices):
    """« En partenariat avec », and apart, « avec l’appui de »."""

    PARTNER = "partner", _("en partenariat avec")
    SUPPORT = "support", _("avec l’appui de")


class StewardRole(models.TextChoices):
    """What a member holds in a sequence."""

    FACILITATOR = "facilitator", _("animation")
    MODERATOR = "moderator", _("modération")
    RAPPORTEUR = "rapporteur", _("rapport")


class SeatState(models.TextChoices):
    """seated or waiting → left. Who left may ask again, at the end of the line."""

    SEATED = "seated", _("place réservée")
    WAITING = "waiting", _("liste d’attente")
    LEFT = "left", _("place rendue")


class Repeats(models.TextChoices):
    """How a cycle comes back."""

    WEEKS = "weeks", _("certaines semaines, le même jour")
    WEEKDAY = "weekday", _("chaque mois, le même jour de la semaine")
    DATE = "date", _("chaque mois, à la même date")


class WordKind(models.TextChoices):
    """Why someone who comes is told where they stand. The first of those that wait gives the mail its title."""

    REGISTERED = "registered", _("inscription")
    RELEASED = "released", _("place non confirmée")
    PROMOTED = "promoted", _("une place s’est libérée")
    CANCELLED = "cancelled", _("annulation")
    MOVED = "moved", _("nouvel horaire")
    CHANGED = "changed", _("places changées")
    AGAIN = "again", _("lien redemandé")


class ReminderStep(models.TextChoices):
    """How long before one is reminded."""

    WEEK = "week", _("une semaine avant")
    DAY = "day", _("la veille")
    HOUR = "hour", _("une heure avant")


class Audience(models.TextChoices):
    """To whom an organiser writes."""

    ALL = "all", _("tous les inscrits")
    SEATED = "seated", _("ceux qui ont une place")
    WAITING = "waiting", _("ceux qui attendent une place")
