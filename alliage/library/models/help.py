"""Help that authors look for: a reader, figures, a drawing, a translation; and that someone answered, never what."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from alliage.library.enums import HelpKind
from alliage.library.models.resources import Resource


class HelpWanted(models.Model):
    """One thing sought for one resource, published or on its way. Everyone reads `text`; nobody reads who asks."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="help_wanted", verbose_name=_("ressource"))
    kind = models.CharField(_("ce qui est cherché"), max_length=12, choices=HelpKind.choices)
    text = models.CharField(_("en une phrase"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("demandé par"))
    created_at = models.DateTimeField(_("demandé le"))
    expires_at = models.DateTimeField(_("montré jusqu’au"))
    closed_at = models.DateTimeField(_("clos le"), null=True, blank=True)
    is_hidden = models.BooleanField(_("masqué par la modération"), default=False)

    class Meta:
        verbose_name = _("coup de main cherché")
        verbose_name_plural = _("coups de main cherchés")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["closed_at", "expires_at"], name="help_open")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=HelpKind.values), name="help_kind_known"),
            models.CheckConstraint(condition=~Q(text=""), name="help_says_what"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="help_ends_after_it_begins"),
            models.UniqueConstraint(
                fields=["resource", "kind"], condition=Q(closed_at__isnull=True), name="help_one_open_per_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class HelpAnswer(models.Model):
    """That someone answered by the form: never what, nor from which address. The mails hold the words.

    `sent_key` is a digest of one display of the form and of what was typed: the same sending twice is one answer.
    """

    help = models.ForeignKey(HelpWanted, models.CASCADE, related_name="answers", verbose_name=_("coup de main"))
    sent_key = models.CharField(_("empreinte de l’envoi"), max_length=64, unique=True, null=True, blank=True)
    created_at = models.DateTimeField(_("envoyée le"))

    class Meta:
        verbose_name = _("réponse à un coup de main cherché")
        verbose_name_plural = _("réponses aux coups de main cherchés")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.help_id} – {self.pk}"
