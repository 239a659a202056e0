"""Answers to questions: completed by others, thanked, and what resource was born of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.codev.help_enums import Reuse
from alliage.codev.models.questions import Question
from alliage.library.models import Resource


class Answer(models.Model):
    """What someone answers. It is read by those who read its question. `thanks_count` counts `Thank`."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="answers", verbose_name=_("question"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("écrite par")
    )
    text = models.TextField(_("texte"))
    reuse = models.CharField(_("dans une ressource"), max_length=8, choices=Reuse.choices, default=Reuse.ASK)
    thanks_count = models.PositiveIntegerField(_("mercis"), default=0)
    sent_key = models.CharField(max_length=64, null=True, blank=True, unique=True)
    is_hidden = models.BooleanField(_("masquée par la modération"), default=False)
    created_at = models.DateTimeField(_("écrite le"), default=timezone.now)
    edited_at = models.DateTimeField(_("modifiée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("réponse d’entraide")
        verbose_name_plural = _("réponses d’entraide")
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["author", "-created_at"], name="help_answer_mine")]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="help_answer_says_something"),
            models.CheckConstraint(condition=Q(reuse__in=Reuse.values), name="help_answer_reuse_known"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return f"{self.question.get_absolute_url()}#reponse-{self.pk}"


class AnswerText(models.Model):
    """An earlier text of an answer, kept when it was changed."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="texts", verbose_name=_("réponse"))
    text = models.TextField(_("texte"))
    written_at = models.DateTimeField(_("écrit le"))
    replaced_at = models.DateTimeField(_("remplacé le"))

    class Meta:
        verbose_name = _("ancien texte d’une réponse")
        verbose_name_plural = _("anciens textes de réponses")
        ordering = ["-replaced_at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="help_answer_text_says_something")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Complement(models.Model):
    """A few words that complete an answer: by anyone who reads it, its author included. Nothing is answered to them."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="complements", verbose_name=_("réponse"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("écrit par")
    )
    text = models.TextField(_("texte"), max_length=1500)
    sent_key = models.CharField(max_length=64, null=True, blank=True, unique=True)
    is_hidden = models.BooleanField(_("masqué par la modération"), default=False)
    created_at = models.DateTimeField(_("écrit le"), default=timezone.now)

    class Meta:
        verbose_name = _("complément d’une réponse")
        verbose_name_plural = _("compléments de réponses")
        ordering = ["created_at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="help_complement_says_something")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return f"{self.answer.question.get_absolute_url()}#complement-{self.pk}"


class Thank(models.Model):
    """« Merci »: once by member, taken back as easily. Readers see how many, never who."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="thanks", verbose_name=_("réponse"))
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("membre"))
    created_at = models.DateTimeField(_("dit le"), default=timezone.now)

    class Meta:
        verbose_name = _("merci")
        verbose_name_plural = _("mercis")
        constraints = [models.UniqueConstraint("answer", "member", name="help_thank_once")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Birth(models.Model):
    """That a resource was begun from an answer: « née d’une question ». Once by answer, while that resource exists."""

    answer = models.OneToOneField(Answer, models.CASCADE, related_name="birth", verbose_name=_("réponse"))
    resource = models.OneToOneField(Resource, models.CASCADE, related_name="+", verbose_name=_("ressource"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("commencée par"),
    )
    created_at = models.DateTimeField(_("commencée le"), default=timezone.now)

    class Meta:
        verbose_name = _("ressource née d’une réponse")
        verbose_name_plural = _("ressources nées de réponses")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
