"""Proceedings: the account of each sequence, written and signed by a person; the whole, and its versions at a permanent address."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.events.models.events import Event
from alliage.events.models.programme import Sequence


class Minutes(models.Model):
    """« Compte rendu » of a sequence. `lines` is what is being written, `published` what was signed: nobody else reads the first.

    A line is {"text", "ref"}: `ref` names what it says (« card:12 »), "" for what a person wrote by themselves. A published line also keeps
    its `source` ({"label", "text"}), so that it can be checked once the room is erased. `edition` grows at each writing.
    `chapters` of the recording: [{"at": seconds, "title"}], in order. `transcript` is what was typed as it was said, when whoever signs lets it be read.
    """

    sequence = models.OneToOneField(Sequence, models.CASCADE, related_name="minutes", verbose_name=_("séquence"))
    lines = models.JSONField(_("en cours d’écriture"), default=list, blank=True)
    published = models.JSONField(_("signé"), default=list, blank=True)
    replay_url = models.URLField(_("rediffusion"), max_length=500, blank=True)
    chapters = models.JSONField(_("chapitres de la rediffusion"), default=list, blank=True)
    shares_transcript = models.BooleanField(_("transcription publiée"), default=False)
    transcript = models.TextField(_("transcription"), blank=True)
    edition = models.PositiveIntegerField(_("numéro d’écriture"), default=0)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("écrit par")
    )
    written_at = models.DateTimeField(_("écrit le"), default=timezone.now)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("signé par")
    )
    signed_name = models.CharField(_("signature"), max_length=120, blank=True)
    signed_at = models.DateTimeField(_("signé le"), null=True, blank=True)
    is_hidden = models.BooleanField(_("masqué par la modération"), default=False)

    class Meta:
        verbose_name = _("compte rendu de séquence")
        verbose_name_plural = _("comptes rendus de séquences")
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_name="") | (Q(signed_at__isnull=False) & ~Q(signed_name="")),
                name="minutes_signed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        """Never its words: this is what logs and consoles print."""
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return f"{reverse('events:proceedings', args=[self.sequence.event.slug])}#sequence-{self.sequence_id}"

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None

    @property
    def is_public(self) -> bool:
        return self.is_signed and not self.is_hidden


class Proceedings(models.Model):
    """« Actes » of an event. `content` is all that everyone reads, as plain data, made again whenever something of it is signed or withdrawn.

    `text` says what these proceedings are, or what they do not hold. `links`: [{"label", "url"}]. `last_number`: of its versions.
    """

    event = models.OneToOneField(Event, models.CASCADE, related_name="proceedings", verbose_name=_("événement"))
    text = models.TextField(_("avant de lire"), blank=True)
    links = models.JSONField(_("ce qui est publié ailleurs"), default=list, blank=True)
    replay_url = models.URLField(_("rediffusion de la journée"), max_length=500, blank=True)
    content = models.JSONField(_("ce que chacun lit"), default=dict, blank=True)
    built_at = models.DateTimeField(_("rassemblé le"), default=timezone.now)
    last_number = models.PositiveIntegerField(_("dernière version"), default=0)

    class Meta:
        verbose_name = _("actes")
        verbose_name_plural = _("actes")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("events:proceedings", args=[self.event.slug])


class ProceedingsVersion(models.Model):
    """The proceedings as they stood, at an address that never changes."""

    proceedings = models.ForeignKey(Proceedings, models.CASCADE, related_name="versions", verbose_name=_("actes"))
    number = models.PositiveIntegerField(_("numéro"))
    content = models.JSONField(_("ce que chacun lit"))
    made_at = models.DateTimeField(_("arrêtée le"), default=timezone.now)

    class Meta:
        verbose_name = _("version des actes")
        verbose_name_plural = _("versions des actes")
        ordering = ["proceedings", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["proceedings", "number"], name="proceedings_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="proceedings_versions_begin_at_one"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
