"""Composing groups: a call, those who answer it, the groups proposed. What is said of a proposal is computed when it is read."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.codev.composing_enums import CompositionState, WishKind
from alliage.codev.enums import CODEV_FEWEST, CODEV_MOST
from alliage.codev.models.groups import Group


class Composition(models.Model):
    """A call, « je cherche un groupe », and what is made of it. `job_id`: the last work that composed; `seconds`, its time.

    Hours of the week are those of `starts_on`, when the groups begin: clocks change.
    """

    title = models.CharField(_("titre"), max_length=120)
    text = models.TextField(_("de quoi il s’agit"), blank=True)
    closes_on = models.DateField(_("réponses jusqu’au"))
    starts_on = models.DateField(_("début des groupes"))
    minutes = models.PositiveSmallIntegerField(_("durée d’une séance, en minutes"), default=90)
    smallest = models.PositiveSmallIntegerField(_("au moins"), default=CODEV_FEWEST)
    largest = models.PositiveSmallIntegerField(_("au plus"), default=CODEV_MOST)
    state = models.CharField(_("état"), max_length=10, choices=CompositionState.choices, default=CompositionState.OPEN)
    rounds = models.PositiveIntegerField(_("compositions demandées"), default=0)
    job_id = models.UUIDField(_("travail"), null=True, blank=True)
    seconds = models.FloatField(_("temps de calcul"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("ouvert par")
    )
    created_at = models.DateTimeField(_("ouvert le"), default=timezone.now)
    composed_at = models.DateTimeField(_("composé le"), null=True, blank=True)
    ended_at = models.DateTimeField(_("fini le"), null=True, blank=True)

    class Meta:
        verbose_name = _("composition de groupes")
        verbose_name_plural = _("compositions de groupes")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="composition_has_a_title"),
            models.CheckConstraint(condition=Q(state__in=CompositionState.values), name="composition_state_known"),
            models.CheckConstraint(condition=Q(closes_on__lte=F("starts_on")), name="composition_closes_before_start"),
            models.CheckConstraint(condition=Q(minutes__range=(30, 240)), name="composition_lasts_a_while"),
            models.CheckConstraint(
                condition=Q(smallest__gte=CODEV_FEWEST, largest__lte=CODEV_MOST, smallest__lte=F("largest")),
                name="composition_sizes_of_a_codev_group",
            ),
            models.CheckConstraint(
                condition=~Q(state=CompositionState.PROPOSED) | Q(composed_at__isnull=False),
                name="composition_proposed_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[CompositionState.ACCEPTED, CompositionState.DROPPED], ended_at__isnull=False)
                | Q(state__in=[CompositionState.OPEN, CompositionState.PROPOSED], ended_at__isnull=True),
                name="composition_ended_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("codev:composition", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Before its groups are made, people still come and go."""
        return self.state in (CompositionState.OPEN, CompositionState.PROPOSED)


class SeatRequest(models.Model):
    """« Je cherche un groupe »: one answer per call and member. `with_colleagues`: someone of her organisation may be there."""

    composition = models.ForeignKey(Composition, models.CASCADE, related_name="requests", verbose_name=_("appel"))
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="codev_seat_requests", verbose_name=_("membre")
    )
    with_colleagues = models.BooleanField(_("accepte des collègues"), default=False)
    created_at = models.DateTimeField(_("demandé le"), default=timezone.now)

    class Meta:
        verbose_name = _("demande de groupe")
        verbose_name_plural = _("demandes de groupe")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["composition", "member"], name="seat_request_once")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class SeatWish(models.Model):
    """With whom someone would like to be, or not. Read by her and by the composer: nobody is told who asked."""

    request = models.ForeignKey(SeatRequest, models.CASCADE, related_name="wishes", verbose_name=_("demande"))
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("membre"))
    kind = models.CharField(_("souhait"), max_length=8, choices=WishKind.choices)

    class Meta:
        verbose_name = _("souhait")
        verbose_name_plural = _("souhaits")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["request", "member"], name="seat_wish_once"),
            models.CheckConstraint(condition=Q(kind__in=WishKind.values), name="seat_wish_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class ComposedGroup(models.Model):
    """A group proposed; `group`, the one made of it once the proposal is accepted."""

    composition = models.ForeignKey(Composition, models.CASCADE, related_name="groups", verbose_name=_("composition"))
    number = models.PositiveSmallIntegerField(_("numéro"))
    group = models.OneToOneField(
        Group, models.SET_NULL, null=True, blank=True, related_name="composed_from", verbose_name=_("groupe")
    )

    class Meta:
        verbose_name = _("groupe proposé")
        verbose_name_plural = _("groupes proposés")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["composition", "number"], name="composed_group_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="composed_group_number_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Seat(models.Model):
    """Where someone is proposed to sit: in one group of a call at most. `is_moved`: a person decided it."""

    request = models.OneToOneField(SeatRequest, models.CASCADE, related_name="seat", verbose_name=_("demande"))
    group = models.ForeignKey(ComposedGroup, models.CASCADE, related_name="seats", verbose_name=_("groupe proposé"))
    is_moved = models.BooleanField(_("placée à la main"), default=False)

    class Meta:
        verbose_name = _("place proposée")
        verbose_name_plural = _("places proposées")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
