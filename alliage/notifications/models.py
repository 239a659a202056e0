"""What people are told, how often they want it by mail, and the mails that must leave."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliage.notifications.enums import Frequency, MailState


class Notification(models.Model):
    """Something that concerns one person, told once.

    The object is kept as plain fields: this folder knows nothing of the folders above it. `due_at` is when the mail
    must leave; empty once it left (`mailed_at`), or when there is none to send.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(_("sorte"), max_length=60)
    object_type = models.CharField(max_length=100, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    key = models.CharField(max_length=255)
    title = models.CharField(_("titre"), max_length=200)
    text = models.TextField(_("texte"), blank=True)
    url = models.CharField(_("adresse"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("le"))
    read_at = models.DateTimeField(_("lue le"), null=True, blank=True)
    frequency = models.CharField(_("courriel"), max_length=10, choices=Frequency.choices)
    due_at = models.DateTimeField(_("courriel prévu le"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("courriel préparé le"), null=True, blank=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="notification_told_once"),
            models.CheckConstraint(condition=Q(frequency__in=Frequency.values), name="notification_frequency_known"),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True) | Q(mailed_at__isnull=True), name="notification_mailed_is_not_due"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-created_at", "-id"], name="notification_list"),
            models.Index(fields=["person"], condition=Q(read_at__isnull=True), name="notification_unread"),
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="notification_due"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def paragraphs(self) -> list[str]:
        return [line.strip() for line in self.text.splitlines() if line.strip()]


class Preference(models.Model):
    """How often a person wants the mail of one kind, when it is not the default.

    `before`: what they had chosen when the link at the foot of a mail stopped it; empty: the default, or chosen since.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_preferences"
    )
    kind = models.CharField(_("sorte"), max_length=60)
    frequency = models.CharField(_("courriel"), max_length=10, choices=Frequency.choices)
    before = models.CharField(_("choix d’avant"), max_length=10, choices=Frequency.choices, blank=True, default="")

    class Meta:
        verbose_name = _("préférence")
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="preference_once_per_kind"),
            models.CheckConstraint(condition=Q(frequency__in=Frequency.values), name="preference_frequency_known"),
            models.CheckConstraint(condition=Q(before__in=["", *Frequency.values]), name="preference_before_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.frequency}"


class RefusedAddress(models.Model):
    """An address without an account that wants no more mail of one scope. Only a keyed digest of it is kept."""

    digest = models.CharField(max_length=64)
    scope = models.CharField(max_length=60)
    refused_at = models.DateTimeField()

    class Meta:
        verbose_name = _("adresse désinscrite")
        constraints = [models.UniqueConstraint(fields=["digest", "scope"], name="refused_address_once_per_scope")]

    def __str__(self) -> str:
        return f"{self.scope}: {self.digest[:8]}"


class OutgoingMail(models.Model):
    """A mail that must leave once. `key` says what it is about: a second one with the same key is the same mail.

    Its content is forgotten as soon as it left.
    """

    key = models.CharField(max_length=255, unique=True)
    label = models.CharField(_("sorte"), max_length=120)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    to = models.EmailField(_("destinataire"), blank=True)
    subject = models.CharField(_("objet"), max_length=250, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    headers: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    # [[name, media type, content in base 64], …]
    attachments: "models.JSONField[Any, Any]" = models.JSONField(default=list)
    state = models.CharField(_("état"), max_length=10, choices=MailState.choices, default=MailState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("essais"), default=0)
    error = models.CharField(_("erreur"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("préparé le"))
    send_after = models.DateTimeField(_("à envoyer après"))
    claimed_at = models.DateTimeField(_("pris le"), null=True, blank=True)
    sent_at = models.DateTimeField(_("envoyé le"), null=True, blank=True)

    class Meta:
        verbose_name = _("courriel à envoyer")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MailState.values), name="outgoing_mail_state_known"),
            models.CheckConstraint(
                condition=Q(state=MailState.SENT, sent_at__isnull=False)
                | (~Q(state=MailState.SENT) & Q(sent_at__isnull=True)),
                name="outgoing_mail_sent_has_date",
            ),
        ]
        indexes = [models.Index(fields=["state", "send_after"], name="outgoing_mail_queue")]

    def __str__(self) -> str:
        return self.key


class ReceivedReply(models.Model):
    """A mail already taken as an answer, known by a digest of its name (Message-ID)."""

    digest = models.CharField(max_length=64, unique=True)
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = _("réponse reçue par courriel")
        verbose_name_plural = _("réponses reçues par courriel")

    def __str__(self) -> str:
        return self.digest[:8]
