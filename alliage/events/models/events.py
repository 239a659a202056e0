"""Events of the agenda, whatever their kind: a Rencontre, a webinar, a workshop, a local meeting."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.directory.models import Entry
from alliage.events.enums import EventKind, EventState, Venue
from alliage.taxonomy.models import Term
from alliage.territories.models import Territory


class Event(models.Model):
    """What happens, when, where, held by whom. One registers to its sequences: an event always has at least one.

    `zone` is the IANA name of the clock in which it was planned. `change` grows at each change that a calendar must learn (RFC 5545
    SEQUENCE). `questions` are asked at registration, in the shape of `questionnaires.questions`. `note` says what its source leaves
    unclear. `join_url` and `phone` are shown to those who are registered, and to everyone when `is_open` (no registration).
    """

    slug = models.SlugField(_("adresse"), max_length=120, unique=True)
    kind = models.CharField(_("nature"), max_length=12, choices=EventKind.choices, default=EventKind.WEBINAR)
    state = models.CharField(_("état"), max_length=10, choices=EventState.choices, default=EventState.DRAFT)
    title = models.CharField(_("titre"), max_length=200)
    theme = models.CharField(_("thème"), max_length=200, blank=True)
    edition = models.PositiveSmallIntegerField(_("numéro d’édition"), null=True, blank=True)
    summary = models.CharField(_("en une phrase"), max_length=400, blank=True)
    text = models.TextField(_("présentation"), blank=True)
    note = models.TextField(_("ce que la source laisse en suspens"), blank=True)
    starts_at = models.DateTimeField(_("début"))
    ends_at = models.DateTimeField(_("fin"))
    zone = models.CharField(_("fuseau horaire"), max_length=60, default="Europe/Paris")
    venue = models.CharField(_("où"), max_length=8, choices=Venue.choices, default=Venue.ONLINE)
    place = models.CharField(_("adresse du lieu"), max_length=300, blank=True)
    territory = models.ForeignKey(
        Territory, models.SET_NULL, null=True, blank=True, related_name="events", verbose_name=_("territoire")
    )
    join_url = models.URLField(_("lien de visioconférence"), max_length=500, blank=True)
    phone = models.CharField(_("numéro de téléphone de la réunion"), max_length=60, blank=True)
    host = models.ForeignKey(
        Entry, models.SET_NULL, null=True, blank=True, related_name="hosted_events", verbose_name=_("organisé par")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("tenu par")
    )
    organisers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="organised_events", verbose_name=_("organisé avec")
    )
    levers = models.ManyToManyField(Term, blank=True, related_name="events", verbose_name=_("leviers"))
    is_open = models.BooleanField(_("sans inscription"), default=False)
    registration_opens_at = models.DateTimeField(_("ouverture des inscriptions"), null=True, blank=True)
    registration_closes_at = models.DateTimeField(_("clôture des inscriptions"), null=True, blank=True)
    questions = models.JSONField(_("questions posées à l’inscription"), default=list, blank=True)
    change = models.PositiveIntegerField(_("numéro de changement"), default=0)
    cloned_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="clones", verbose_name=_("repris de")
    )
    is_hidden = models.BooleanField(_("masqué par la modération"), default=False)
    is_demo = models.BooleanField(_("démonstration"), default=False)
    source = models.CharField(_("source"), max_length=300, blank=True)
    source_code = models.CharField(_("code dans la source"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("créé le"), default=timezone.now)
    changed_at = models.DateTimeField(_("changé le"), default=timezone.now)
    published_at = models.DateTimeField(_("publié le"), null=True, blank=True)

    class Meta:
        verbose_name = _("événement")
        verbose_name_plural = _("événements")
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["state", "starts_at"], name="agenda_event_soon")]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="agenda_event_has_a_title"),
            models.CheckConstraint(condition=Q(kind__in=EventKind.values), name="agenda_event_kind_known"),
            models.CheckConstraint(condition=Q(state__in=EventState.values), name="agenda_event_state_known"),
            models.CheckConstraint(condition=Q(venue__in=Venue.values), name="agenda_event_venue_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="agenda_event_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("events:rencontre" if self.is_rencontre else "events:event", args=[self.slug])

    @property
    def is_rencontre(self) -> bool:
        return self.kind == EventKind.RENCONTRE

    @property
    def is_public(self) -> bool:
        """Shown to everyone. What is cancelled is shown, and says so."""
        return self.state != EventState.DRAFT and not self.is_hidden

    @property
    def is_cancelled(self) -> bool:
        return self.state == EventState.CANCELLED

    @property
    def clock(self) -> ZoneInfo:
        return ZoneInfo(self.zone)
