"""What those who come must be told: words that wait to be mailed, reminders that left, mails that organisers wrote."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.events.enums import Audience, ReminderStep, WordKind
from alliage.events.models.events import Event
from alliage.events.models.programme import Sequence
from alliage.events.models.registrations import Attendee


class Word(models.Model):
    """Something to tell an attendee, written in the transaction of what happened and mailed away from it.

    Those of one attendee leave in one mail, which says where they stand by then. The row goes with the mail.
    `known`: what they had been told of a sequence that moved; nothing is mailed when it is so again. Empty: it is mailed anyway.
    """

    attendee = models.ForeignKey(Attendee, models.CASCADE, related_name="words", verbose_name=_("inscrit"))
    kind = models.CharField(_("sorte"), max_length=10, choices=WordKind.choices)
    sequence = models.ForeignKey(
        Sequence, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("séquence déplacée")
    )
    known = models.JSONField(_("ce qui en était dit"), default=dict, blank=True)
    created_at = models.DateTimeField(_("le"), default=timezone.now)

    class Meta:
        verbose_name = _("mot à envoyer")
        verbose_name_plural = _("mots à envoyer")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=WordKind.values), name="word_kind_known"),
            models.CheckConstraint(condition=Q(known={}) | Q(sequence__isnull=False), name="word_known_of_a_sequence"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class SentReminder(models.Model):
    """A reminder that left: one per person, per day of an event and per moment (a week, a day, an hour before)."""

    attendee = models.ForeignKey(Attendee, models.CASCADE, related_name="reminders", verbose_name=_("inscrit"))
    step = models.CharField(_("moment"), max_length=4, choices=ReminderStep.choices)
    day = models.DateField(_("jour rappelé"))
    sent_at = models.DateTimeField(_("parti le"), default=timezone.now)

    class Meta:
        verbose_name = _("rappel parti")
        verbose_name_plural = _("rappels partis")
        constraints = [
            models.UniqueConstraint(fields=["attendee", "step", "day"], name="reminder_once"),
            models.CheckConstraint(condition=Q(step__in=ReminderStep.values), name="reminder_step_known"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class AttendeeMail(models.Model):
    """What an organiser wrote to those who come. `sent_key` is what one display of the form has of its own: sent twice is once."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="attendee_mails", verbose_name=_("événement"))
    audience = models.CharField(_("à qui"), max_length=8, choices=Audience.choices, default=Audience.SEATED)
    sequence = models.ForeignKey(
        Sequence, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("séquence")
    )
    subject = models.CharField(_("objet"), max_length=150)
    text = models.TextField(_("texte"))
    people = models.PositiveIntegerField(_("destinataires"), default=0)
    sent_key = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("écrit par")
    )
    created_at = models.DateTimeField(_("écrit le"), default=timezone.now)

    class Meta:
        verbose_name = _("courriel aux inscrits")
        verbose_name_plural = _("courriels aux inscrits")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="attendee_mail_audience_known"),
            models.CheckConstraint(condition=~Q(subject="") & ~Q(text=""), name="attendee_mail_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class ProgrammeLink(models.Model):
    """The secret link by which a calendar follows « mon programme »; the database holds its digest and the seed it is made from."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="programme_link", verbose_name=_("membre")
    )
    seed = models.CharField(_("graine du lien"), max_length=64)
    token_digest = models.CharField(_("empreinte du lien"), max_length=64, unique=True)
    created_at = models.DateTimeField(_("fait le"), default=timezone.now)

    class Meta:
        verbose_name = _("lien d’agenda personnel")
        verbose_name_plural = _("liens d’agenda personnels")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
