"""Who comes: registered once to an event, then seated or waiting in each of its sequences; what one has starred."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.events.enums import SeatState
from alliage.events.models.events import Event
from alliage.events.models.programme import Sequence
from alliage.taxonomy.models import Term
from alliage.territories.models import Territory


class Attendee(models.Model):
    """Someone registered to an event, with an account or by a link sent by mail. Nothing of it is public.

    The personal link is made from `seed` and the site's key; the database holds its digest. `confirmed_at`: when the address proved right
    (the link was opened, or the member was signed in). `forgotten_at`: when nothing was left of who it was; counts stay.
    """

    event = models.ForeignKey(Event, models.CASCADE, related_name="attendees", verbose_name=_("événement"))
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="attendances",
        verbose_name=_("membre"),
    )
    email = models.EmailField(_("adresse électronique"))
    name = models.CharField(_("nom"), max_length=120)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    profile = models.ForeignKey(
        Term, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("catégorie")
    )
    territory = models.ForeignKey(
        Territory, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("territoire")
    )
    time_zone = models.CharField(_("fuseau horaire"), max_length=60, default="Europe/Paris")
    may_be_recorded = models.BooleanField(_("accepte d’être enregistré"), default=False)
    answers = models.JSONField(_("réponses aux questions"), default=dict, blank=True)
    seed = models.CharField(_("graine du lien"), max_length=64)
    token_digest = models.CharField(_("empreinte du lien"), max_length=64, unique=True)
    created_at = models.DateTimeField(_("inscrit le"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("adresse confirmée le"), null=True, blank=True)
    forgotten_at = models.DateTimeField(_("rendu anonyme le"), null=True, blank=True)

    class Meta:
        verbose_name = _("inscrit")
        verbose_name_plural = _("inscrits")
        ordering = ["event", "created_at", "pk"]
        indexes = [
            models.Index(Lower("email"), name="attendee_address"),
            models.Index(
                fields=["created_at"],
                condition=Q(confirmed_at__isnull=True, forgotten_at__isnull=True),
                name="attendee_to_confirm",
            ),
        ]
        constraints = [
            models.UniqueConstraint("event", Lower("email"), name="attendee_once_by_address"),
            models.UniqueConstraint(
                fields=["event", "member"], condition=Q(member__isnull=False), name="attendee_once_by_member"
            ),
        ]

    def __str__(self) -> str:
        """Never a name: this is what logs and consoles print."""
        return f"{self._meta.verbose_name} {self.pk}"


class Seat(models.Model):
    """Where an attendee stands in a sequence. `number` is the place in the waiting line, given once and never again."""

    attendee = models.ForeignKey(Attendee, models.CASCADE, related_name="seats", verbose_name=_("inscrit"))
    sequence = models.ForeignKey(Sequence, models.CASCADE, related_name="seats", verbose_name=_("séquence"))
    state = models.CharField(_("état"), max_length=8, choices=SeatState.choices)
    number = models.PositiveIntegerField(_("rang dans la liste d’attente"), null=True, blank=True)
    asked_at = models.DateTimeField(_("demandée le"), default=timezone.now)
    seated_at = models.DateTimeField(_("obtenue le"), null=True, blank=True)

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        indexes = [models.Index(fields=["sequence", "state", "number"], name="seat_line")]
        constraints = [
            models.UniqueConstraint(fields=["attendee", "sequence"], name="seat_once"),
            models.UniqueConstraint(
                fields=["sequence", "number"], condition=Q(number__isnull=False), name="seat_number_once"
            ),
            models.CheckConstraint(condition=Q(state__in=SeatState.values), name="seat_state_known"),
            models.CheckConstraint(
                condition=~Q(state=SeatState.WAITING) | Q(number__isnull=False), name="seat_waiting_is_numbered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Star(models.Model):
    """A sequence put in « mon programme » without registering. Logged out, stars wait in a signed cookie."""

    sequence = models.ForeignKey(Sequence, models.CASCADE, related_name="stars", verbose_name=_("séquence"))
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="starred_sequences", verbose_name=_("membre")
    )
    created_at = models.DateTimeField(_("mise le"), default=timezone.now)

    class Meta:
        verbose_name = _("étoile")
        verbose_name_plural = _("étoiles")
        constraints = [models.UniqueConstraint(fields=["sequence", "member"], name="star_once")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
