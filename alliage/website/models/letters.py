"""The network's letter: what is sent, and who asked for it by an address."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.website.models.news import NewsPage


class Letter(models.Model):
    """A choice of news and a few words. Once sent it never changes, and anyone may read it."""

    title = models.CharField(_("titre"), max_length=140)
    intro = models.TextField(_("quelques mots"), max_length=2000, blank=True)
    news = models.ManyToManyField(NewsPage, related_name="+", blank=True, verbose_name=_("actualités"))
    created_at = models.DateTimeField(_("préparée le"), default=timezone.now)
    sent_at = models.DateTimeField(_("envoyée le"), null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("envoyée par"),
    )

    class Meta:
        verbose_name = _("lettre du réseau")
        verbose_name_plural = _("lettres du réseau")
        ordering = ["-sent_at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(title=""), name="letter_has_a_title")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("website:letter", args=[self.pk])


class Subscriber(models.Model):
    """An address that confirmed that it wants the letter. One that did not confirm is kept nowhere."""

    email = models.EmailField(_("adresse électronique"), unique=True)
    confirmed_at = models.DateTimeField(_("confirmée le"), default=timezone.now)

    class Meta:
        verbose_name = _("abonné à la lettre")
        verbose_name_plural = _("abonnés à la lettre")
        constraints = [models.CheckConstraint(condition=Q(email=Lower("email")), name="subscriber_email_in_lower_case")]

    def __str__(self) -> str:
        """Never the address: this is what logs and consoles print."""
        return f"{self._meta.verbose_name} {self.pk}"
