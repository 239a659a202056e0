"""Recommendations: resources, or a word, that a member sends to somebody. The note is read by both sides alone."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.directory.models import Entry
from alliage.library.models.resources import Resource


class Recommendation(models.Model):
    """Sent to those who hold an entry of the directory, or to a mail address, of which only `address_hint` is kept."""

    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("de la part de")
    )
    entry = models.ForeignKey(
        Entry, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("à la fiche")
    )
    address_hint = models.CharField(_("à l’adresse"), max_length=120, blank=True)
    note = models.TextField(_("mot d’accompagnement"), blank=True)
    resource_count = models.PositiveSmallIntegerField(_("nombre de ressources"), default=0)
    sent_key = models.CharField(_("clé d’envoi"), max_length=64, unique=True)
    sent_at = models.DateTimeField(_("envoyée le"), default=timezone.now)

    class Meta:
        verbose_name = _("recommandation")
        verbose_name_plural = _("recommandations")
        ordering = ["-sent_at", "-pk"]
        indexes = [models.Index(fields=["sender", "-sent_at"], name="recommendation_sent")]
        constraints = [
            models.CheckConstraint(
                condition=Q(entry__isnull=False, address_hint="") | (Q(entry__isnull=True) & ~Q(address_hint="")),
                name="recommendation_to_one",
            ),
            models.CheckConstraint(
                condition=Q(resource_count__gt=0) | ~Q(note=""), name="recommendation_says_something"
            ),
        ]

    def __str__(self) -> str:
        """Never what is said, nor to whom: this is what logs and consoles print."""
        return f"{self._meta.verbose_name} {self.pk}"


class RecommendedResource(models.Model):
    """One resource of a recommendation."""

    recommendation = models.ForeignKey(
        Recommendation, models.CASCADE, related_name="lines", verbose_name=_("recommandation")
    )
    resource = models.ForeignKey(Resource, models.CASCADE, related_name="+", verbose_name=_("ressource"))
    position = models.PositiveSmallIntegerField(_("rang"), default=0)

    class Meta:
        verbose_name = _("ressource recommandée")
        verbose_name_plural = _("ressources recommandées")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["recommendation", "resource"], name="recommended_resource_once")]

    def __str__(self) -> str:
        return f"{self.recommendation_id} – {self.resource_id}"


class Receipt(models.Model):
    """What one person received. Without `person` it went to an address, and is opened by its link.

    `opened_at`: the page was opened, signed in (`by_link` False) or by the link of the mail, which a machine may open too.
    """

    recommendation = models.ForeignKey(
        Recommendation, models.CASCADE, related_name="receipts", verbose_name=_("recommandation")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("reçue par")
    )
    seed = models.CharField(_("graine du lien"), max_length=64, unique=True)
    token_digest = models.CharField(_("empreinte du lien"), max_length=64, unique=True)
    opened_at = models.DateTimeField(_("ouverte le"), null=True, blank=True)
    by_link = models.BooleanField(_("ouverte par le lien"), default=False)
    put_away_at = models.DateTimeField(_("retirée de la liste le"), null=True, blank=True)

    class Meta:
        verbose_name = _("recommandation reçue")
        verbose_name_plural = _("recommandations reçues")
        ordering = ["-recommendation__sent_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["recommendation", "person"], name="receipt_once_per_person"),
            models.CheckConstraint(
                condition=Q(by_link=False) | Q(opened_at__isnull=False), name="receipt_opened_by_link_was_opened"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("library:recommendation", args=[self.pk])


class RecommendationMute(models.Model):
    """This member receives no recommendation from `sender`; from nobody when it is empty. The sender is not told."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("membre"))
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("de la part de"),
    )
    created_at = models.DateTimeField(_("depuis le"), default=timezone.now)

    class Meta:
        verbose_name = _("recommandations refusées")
        verbose_name_plural = _("recommandations refusées")
        constraints = [
            models.UniqueConstraint(fields=["person", "sender"], name="recommendation_mute_once"),
            models.UniqueConstraint(
                fields=["person"], condition=Q(sender__isnull=True), name="recommendation_mute_all_once"
            ),
            models.CheckConstraint(
                condition=Q(sender__isnull=True) | ~Q(sender=F("person")), name="recommendation_mute_of_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
