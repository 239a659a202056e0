"""Alliances: who acts with whom, on what, where, since when, and what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.directory.enums import AllianceState
from alliage.directory.models.entries import Entry
from alliage.prepared import Address
from alliage.taxonomy.models import Term
from alliage.territories.models import Territory

FIRST_YEAR, LAST_YEAR = 1800, 2200
_PAGE = Address("directory:alliance")


class Alliance(models.Model):
    """A link between two organisations or teams, without direction: `first` has the lower number.

    Declared by one side (`declared_for`), it is shown once the other side or an animator confirms it, or at once when a
    source that everyone may read is given. `since` and `until` are years. `outcome` says what came of it.
    `source_code` and `external_id` name the row of the file that it came from, if any.
    """

    first = models.ForeignKey(Entry, models.CASCADE, related_name="alliances_first", verbose_name=_("première partie"))
    second = models.ForeignKey(Entry, models.CASCADE, related_name="alliances_second", verbose_name=_("seconde partie"))
    subject = models.CharField(_("objet"), max_length=160, help_text=_("ce que vous faites ensemble, en une ligne"))
    partnership = models.ForeignKey(
        Term, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("type de partenariat")
    )
    goals = models.ManyToManyField(Term, blank=True, related_name="+", verbose_name=_("ODD"))
    territory = models.ForeignKey(
        Territory, models.SET_NULL, null=True, blank=True, related_name="alliances", verbose_name=_("territoire")
    )
    since = models.PositiveSmallIntegerField(_("depuis"))
    until = models.PositiveSmallIntegerField(_("jusqu’à"), null=True, blank=True)
    outcome = models.TextField(_("ce qui en est sorti"), blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    source_url = models.URLField(_("adresse de la source"), max_length=400, blank=True)
    source_code = models.CharField(_("source d’import"), max_length=60, blank=True, default="")
    external_id = models.CharField(_("identifiant dans sa source"), max_length=200, blank=True, default="")
    state = models.CharField(_("état"), max_length=12, choices=AllianceState.choices, default=AllianceState.DECLARED)
    declared_for = models.ForeignKey(
        Entry, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("déclarée par")
    )
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("écrite par")
    )
    is_hidden = models.BooleanField(_("masquée par la modération"), default=False)
    is_demo = models.BooleanField(_("démonstration"), default=False)
    confirmed_at = models.DateTimeField(_("confirmée le"), null=True, blank=True)
    created_at = models.DateTimeField(_("créée le"), default=timezone.now)
    updated_at = models.DateTimeField(_("modifiée le"), default=timezone.now)

    class Meta:
        verbose_name = _("alliance")
        verbose_name_plural = _("alliances")
        ordering = ["-since", "-pk"]
        indexes = [models.Index(fields=["state", "-since"], name="alliance_latest")]
        constraints = [
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="alliance_has_two_sides_in_order"),
            models.CheckConstraint(condition=Q(state__in=AllianceState.values), name="alliance_state_known"),
            models.CheckConstraint(
                condition=Q(since__range=(FIRST_YEAR, LAST_YEAR))
                & (Q(until__isnull=True) | Q(until__gte=F("since"), until__lte=LAST_YEAR)),
                name="alliance_years_in_order",
            ),
            models.CheckConstraint(condition=~Q(subject=""), name="alliance_says_what_for"),
            models.CheckConstraint(
                condition=~Q(state=AllianceState.CONFIRMED) | Q(confirmed_at__isnull=False),
                name="alliance_confirmed_says_when",
            ),
            models.UniqueConstraint("first", "second", "subject", name="alliance_once"),
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return _PAGE(self.pk)

    def other_side(self, entry_id: int) -> Entry:
        """The organisation at the other end."""
        return self.second if self.first_id == entry_id else self.first
