"""Cohorts: territories that move forward together for some months, with someone who keeps them company."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.events.models import Event
from alliage.learning.enums import CohortState, Held
from alliage.learning.models.files import TerritoryFile
from alliage.learning.models.paths import Path
from alliage.taxonomy.models import Term


class Cohort(models.Model):
    """What is said of it is public once it is open; who is in it is not, but for territories that agree.

    `report`: what queries/cohort_report.py made when it closed (shape there); never computed again, so that two readings tell nothing.
    """

    slug = models.SlugField(_("adresse"), max_length=120, unique=True)
    title = models.CharField(_("titre"), max_length=160)
    summary = models.CharField(_("en une phrase"), max_length=400, blank=True)
    lever = models.ForeignKey(Term, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("levier"))
    state = models.CharField(_("état"), max_length=6, choices=CohortState.choices, default=CohortState.DRAFT)
    opens_on = models.DateField(_("commence le"))
    closes_on = models.DateField(_("finit le"))
    seats = models.PositiveSmallIntegerField(_("places"), default=10)
    paths = models.ManyToManyField(Path, related_name="+", blank=True, verbose_name=_("parcours suivis"))
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("animée par")
    )
    created_at = models.DateTimeField(_("créée le"), default=timezone.now)
    closed_at = models.DateTimeField(_("close le"), null=True, blank=True)
    report = models.JSONField(_("bilan"), default=dict, blank=True)

    class Meta:
        verbose_name = _("cohorte")
        verbose_name_plural = _("cohortes")
        ordering = ["opens_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="cohort_has_a_title"),
            models.CheckConstraint(condition=Q(state__in=CohortState.values), name="cohort_state_known"),
            models.CheckConstraint(condition=Q(closes_on__gt=F("opens_on")), name="cohort_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(seats__range=(2, 60)), name="cohort_of_a_few"),
            models.CheckConstraint(
                condition=Q(state=CohortState.CLOSED, closed_at__isnull=False)
                | (~Q(state=CohortState.CLOSED) & Q(closed_at=None)),
                name="cohort_closed_says_when",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("learning:cohort", args=[self.slug])

    @property
    def is_public(self) -> bool:
        return self.state != CohortState.DRAFT

    @property
    def is_demo(self) -> bool:
        """Kept company by someone fictitious."""
        return self.facilitator is not None and self.facilitator.is_demo

    @property
    def is_open(self) -> bool:
        return self.state == CohortState.OPEN


class CohortPlace(models.Model):
    """A territory in a cohort: asked for, then given (`joined_at`), then left. `is_shown`: its name may be said to everyone.

    `buddy` goes both ways: services keep the two rows together.
    """

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="places", verbose_name=_("cohorte"))
    file = models.ForeignKey(TerritoryFile, models.CASCADE, related_name="cohort_places", verbose_name=_("dossier"))
    is_shown = models.BooleanField(_("son nom peut être dit à tous"), default=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("demandée par"),
    )
    asked_at = models.DateTimeField(_("demandée le"), default=timezone.now)
    joined_at = models.DateTimeField(_("donnée le"), null=True, blank=True)
    left_at = models.DateTimeField(_("quittée le"), null=True, blank=True)
    buddy = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("binôme")
    )
    reminded_at = models.DateTimeField(_("relancée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("place dans une cohorte")
        verbose_name_plural = _("places dans une cohorte")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "file"], name="cohort_place_once"),
            models.CheckConstraint(condition=Q(buddy=None) | ~Q(buddy=F("id")), name="cohort_buddy_is_another"),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(joined_at__isnull=False), name="cohort_left_after_it_joined"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def is_in(self) -> bool:
        return self.joined_at is not None and self.left_at is None


class CohortDate(models.Model):
    """A day of the cohort's calendar; linked to an event, it follows the event's own day (`when`)."""

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="dates", verbose_name=_("cohorte"))
    title = models.CharField(_("quoi"), max_length=160)
    day = models.DateField(_("jour"))
    event = models.ForeignKey(
        Event, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("rendez-vous")
    )
    changed_at = models.DateTimeField(_("écrite le"), default=timezone.now)

    class Meta:
        verbose_name = _("date d’une cohorte")
        verbose_name_plural = _("dates d’une cohorte")
        ordering = ["day", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(title=""), name="cohort_date_has_a_title")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def shown_event(self) -> Event | None:
        return self.event if self.event is not None and self.event.is_public else None


class CohortNote(models.Model):
    """What the facilitator writes of a territory. Its team reads it: nothing is written behind anyone's back."""

    place = models.ForeignKey(CohortPlace, models.CASCADE, related_name="notes", verbose_name=_("place"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("écrite par")
    )
    text = models.TextField(_("note"))
    at = models.DateTimeField(_("le"), default=timezone.now)

    class Meta:
        verbose_name = _("note d’une cohorte")
        verbose_name_plural = _("notes d’une cohorte")
        ordering = ["-at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="cohort_note_says_something")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class CohortMessage(models.Model):
    """In the shared space, read by the teams of the cohort and by its facilitator. `place`: the territory that speaks."""

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="messages", verbose_name=_("cohorte"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("écrit par"))
    place = models.ForeignKey(
        CohortPlace, models.SET_NULL, null=True, blank=True, related_name="messages", verbose_name=_("place")
    )
    text = models.TextField(_("message"))
    at = models.DateTimeField(_("le"), default=timezone.now)

    class Meta:
        verbose_name = _("message d’une cohorte")
        verbose_name_plural = _("messages d’une cohorte")
        ordering = ["-at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="cohort_message_says_something")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class CohortLater(models.Model):
    """One year after: what the holder of a place is asked, once, and what they answer.

    Empty until it is answered, and again once it is taken back. `is_shared`: the words, not the territory, may be read by other cohorts.
    """

    place = models.OneToOneField(CohortPlace, models.CASCADE, related_name="later", verbose_name=_("place"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("répondu par"),
    )
    asked_at = models.DateTimeField(_("demandé le"), default=timezone.now)
    answered_at = models.DateTimeField(_("répondu le"), null=True, blank=True)
    held = models.CharField(_("ce qui était choisi a tenu"), max_length=6, choices=Held.choices, blank=True)
    helped = models.TextField(_("ce qui a aidé"), blank=True)
    otherwise = models.TextField(_("ce qui serait fait autrement"), blank=True)
    is_shared = models.BooleanField(_("ses mots peuvent être lus d’autres cohortes"), default=False)

    class Meta:
        verbose_name = _("nouvelles un an après")
        verbose_name_plural = _("nouvelles un an après")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=False, held__in=Held.values)
                | Q(answered_at=None, author=None, held="", helped="", otherwise="", is_shared=False),
                name="cohort_later_answered_or_empty",
            )
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None
