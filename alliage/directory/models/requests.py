"""Requests for help: what someone needs, to whom it went, what was answered. Read by nobody else."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliage.directory.enums import Outcome, RecipientState, RequestState, Voice
from alliage.directory.models.entries import Entry
from alliage.territories.models import Territory


class HelpRequest(models.Model):
    """A need in words, for a territory, from a person with or without an account.

    Its page opens by a secret link made from `seed` and the site's key: only `token_digest` could recognise it.
    `chosen` and `refused`: codes of the topics that whoever asks added to those their words name, or removed.
    `slots` are the starts of the two half-days when one may be called, in UTC; they are shown in `time_zone` and in
    Paris. `remind_at` and `due_at`: when those who received it are reminded, when animators take it over. Everything
    personal is erased at `expires_at` (`purged_at`); the row stays for the counts.
    """

    seed = models.CharField(max_length=43)
    token_digest = models.CharField(max_length=64, unique=True)
    sent_key = models.CharField(max_length=64, blank=True)

    need = models.TextField(_("besoin"), blank=True)
    territory = models.ForeignKey(
        Territory, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("territoire")
    )
    name = models.CharField(_("nom"), max_length=120, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    chosen: "models.JSONField[Any, Any]" = models.JSONField(_("sujets ajoutés"), default=list, blank=True)
    refused: "models.JSONField[Any, Any]" = models.JSONField(_("sujets retirés"), default=list, blank=True)
    slots: "models.JSONField[Any, Any]" = models.JSONField(_("créneaux"), default=list, blank=True)
    time_zone = models.CharField(_("fuseau horaire"), max_length=60, default="Europe/Paris")
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("membre")
    )

    state = models.CharField(_("état"), max_length=12, choices=RequestState.choices, default=RequestState.SENT)
    outcome = models.CharField(
        _("résultat"), max_length=12, choices=Outcome.choices, blank=True, default=Outcome.UNKNOWN
    )
    created_at = models.DateTimeField(_("envoyée le"))
    remind_at = models.DateTimeField(_("rappel le"))
    due_at = models.DateTimeField(_("réponse attendue avant le"))
    reminded_at = models.DateTimeField(_("rappelée le"), null=True, blank=True)
    handed_over_at = models.DateTimeField(_("confiée à l’animation le"), null=True, blank=True)
    answered_at = models.DateTimeField(_("première réponse le"), null=True, blank=True)
    closed_at = models.DateTimeField(_("close le"), null=True, blank=True)
    expires_at = models.DateTimeField(_("effacée le"))
    purged_at = models.DateTimeField(_("données effacées le"), null=True, blank=True)

    class Meta:
        verbose_name = _("demande d’aide")
        verbose_name_plural = _("demandes d’aide")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index("state", "due_at", name="request_due"),
            models.Index("expires_at", condition=Q(purged_at__isnull=True), name="request_expiring"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="request_state_known"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="request_outcome_known"),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(state=RequestState.CLOSED), name="request_outcome_once_closed"
            ),
            models.CheckConstraint(
                condition=Q(state=RequestState.CLOSED, closed_at__isnull=False)
                | (~Q(state=RequestState.CLOSED) & Q(closed_at__isnull=True)),
                name="request_closed_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(purged_at__isnull=True, name__gt="", need__gt="") & (Q(email__gt="") | Q(phone__gt=""))
                | Q(
                    purged_at__isnull=False, need="", name="", email="", phone="", requester__isnull=True,
                    state=RequestState.CLOSED,
                ),
                name="request_whole_or_purged",
            ),
            models.UniqueConstraint(fields=["sent_key"], condition=~Q(sent_key=""), name="request_sent_once"),
        ]  # fmt: skip

    def __str__(self) -> str:
        """Never who asks nor what: this is what logs and consoles print."""
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        """Where animators read it. The requester and the recipients have their own links."""
        return reverse("directory:request_desk_detail", args=[self.pk])


class RequestRecipient(models.Model):
    """One entry that received a request. `passed_by` is the recipient who passed it on."""

    request = models.ForeignKey(HelpRequest, models.CASCADE, related_name="recipients", verbose_name=_("demande"))
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="+", verbose_name=_("fiche"))
    passed_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="passed_to", verbose_name=_("transmise par")
    )
    reason = models.CharField(_("pourquoi cette personne"), max_length=300, blank=True)
    state = models.CharField(_("état"), max_length=12, choices=RecipientState.choices, default=RecipientState.SENT)
    sent_at = models.DateTimeField(_("envoyée le"))
    seen_at = models.DateTimeField(_("lue le"), null=True, blank=True)
    answered_at = models.DateTimeField(_("répondu le"), null=True, blank=True)

    class Meta:
        verbose_name = _("destinataire d’une demande")
        verbose_name_plural = _("destinataires des demandes")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("request", "entry", name="recipient_once"),
            models.CheckConstraint(condition=Q(state__in=RecipientState.values), name="recipient_state_known"),
            models.CheckConstraint(
                condition=Q(state=RecipientState.ANSWERED, answered_at__isnull=False)
                | (~Q(state=RecipientState.ANSWERED) & Q(answered_at__isnull=True)),
                name="recipient_answered_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} – {self.entry_id}"


class RequestMessage(models.Model):
    """One word in the thread of a request; erased with it.

    A catalyst's answer stays for whoever asked when the catalyst's entry goes: without `recipient`, it says no name.
    """

    request = models.ForeignKey(HelpRequest, models.CASCADE, related_name="messages", verbose_name=_("demande"))
    voice = models.CharField(_("de la part de"), max_length=12, choices=Voice.choices)
    recipient = models.ForeignKey(
        RequestRecipient, models.SET_NULL, null=True, blank=True, related_name="messages", verbose_name=_("catalyseur")
    )
    text = models.TextField(_("texte"))
    sent_key = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(_("le"))

    class Meta:
        verbose_name = _("mot d’une demande")
        verbose_name_plural = _("mots d’une demande")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(voice__in=Voice.values), name="request_message_voice_known"),
            models.CheckConstraint(condition=~Q(text=""), name="request_message_says_something"),
            models.CheckConstraint(
                condition=Q(voice=Voice.RECIPIENT) | Q(recipient__isnull=True),
                name="request_message_of_a_recipient",
            ),
            models.UniqueConstraint(
                fields=["request", "sent_key"], condition=~Q(sent_key=""), name="request_message_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} – {self.pk}"
