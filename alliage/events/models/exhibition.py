"""The exhibition of territories: panels that members propose and that organisers show."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.directory.models import Entry
from alliage.events.exhibition_enums import PanelState
from alliage.events.models.events import Event
from alliage.files.models import StoredFile
from alliage.territories.models import Territory


class Panel(models.Model):
    """What a territory shows. `entry`, in the directory, is who answers for it: one writes to them through their page.

    `alternative` is what the image shows, in words. `visits` counts sessions of people, never who (`services.panels.visited`).
    """

    event = models.ForeignKey(Event, models.CASCADE, related_name="exhibition_panels", verbose_name=_("événement"))
    territory = models.ForeignKey(
        Territory,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="exhibition_panels",
        verbose_name=_("territoire"),
    )
    entry = models.ForeignKey(
        Entry, models.SET_NULL, null=True, blank=True, related_name="exhibition_panels", verbose_name=_("présenté par")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("proposé par"),
    )
    title = models.CharField(_("titre"), max_length=120)
    text = models.TextField(_("texte"))
    image = models.ForeignKey(
        StoredFile, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("image")
    )
    alternative = models.CharField(_("ce que montre l’image"), max_length=300, blank=True)
    credit = models.CharField(_("de qui est l’image"), max_length=120, blank=True)
    link = models.URLField(_("pour en savoir plus"), max_length=500, blank=True)
    state = models.CharField(_("état"), max_length=10, choices=PanelState.choices, default=PanelState.PROPOSED)
    reason = models.CharField(_("mot de l’organisation"), max_length=400, blank=True)
    rank = models.PositiveIntegerField(_("rang"), default=0)
    visits = models.PositiveIntegerField(_("visites"), default=0)
    is_hidden = models.BooleanField(_("masqué par la modération"), default=False)
    created_at = models.DateTimeField(_("proposé le"), default=timezone.now)
    changed_at = models.DateTimeField(_("changé le"), default=timezone.now)
    decided_at = models.DateTimeField(_("décidé le"), null=True, blank=True)

    class Meta:
        verbose_name = _("panneau d’exposition")
        verbose_name_plural = _("panneaux d’exposition")
        ordering = ["event", "rank", "pk"]
        indexes = [models.Index(fields=["event", "state", "rank"], name="panel_in_order")]
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="panel_says_something"),
            models.CheckConstraint(condition=Q(state__in=PanelState.values), name="panel_state_known"),
            models.CheckConstraint(
                condition=Q(image__isnull=True) | ~Q(alternative=""), name="panel_image_is_said_in_words"
            ),
            models.CheckConstraint(
                condition=Q(state=PanelState.PROPOSED) | Q(decided_at__isnull=False), name="panel_decision_is_dated"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("events:panel", args=[self.event.slug, self.pk])

    @property
    def is_public(self) -> bool:
        return self.state == PanelState.SHOWN and not self.is_hidden
