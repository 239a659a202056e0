"""« Bilan de santé »: each partner says green, amber or red of the same few affirmations, alone; then all read together."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.agreements.enums import Light
from alliage.agreements.models.agreements import Agreement, Partner
from alliage.rooms.models import Room


class Affirmation(models.Model):
    """Other words for an affirmation of `data/affirmations.json`, or its withdrawal (`is_asked`), by those who animate the network."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    text = models.CharField(_("affirmation"), max_length=200)
    is_asked = models.BooleanField(_("demandée"), default=True)

    class Meta:
        verbose_name = _("affirmation du bilan de santé")
        verbose_name_plural = _("affirmations du bilan de santé")
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="agreement_affirmation_says_something")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Review(models.Model):
    """One review. `asked`: [{"code", "text"}, …], the words of that day. Answers are read once it is closed, never before."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="reviews", verbose_name=_("accord"))
    number = models.PositiveSmallIntegerField(_("numéro"))
    asked = models.JSONField(_("affirmations"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("ouvert par")
    )
    opened_at = models.DateTimeField(_("ouvert le"), default=timezone.now)
    reminded_on = models.DateField(_("rappelé le"), null=True, blank=True)
    closed_at = models.DateTimeField(_("clos le"), null=True, blank=True)
    room = models.OneToOneField(Room, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("salle"))

    class Meta:
        verbose_name = _("bilan de santé")
        verbose_name_plural = _("bilans de santé")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="agreement_review_number_once"),
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(closed_at=None), name="agreement_one_open_review"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="agreement_review_number_counts"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Answer(models.Model):
    """What one partner says, once in a review."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="answers", verbose_name=_("bilan"))
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="answers", verbose_name=_("partenaire"))
    word = models.TextField(_("mot"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("par")
    )
    at = models.DateTimeField(_("le"), default=timezone.now)

    class Meta:
        verbose_name = _("réponse d’un partenaire")
        verbose_name_plural = _("réponses des partenaires")
        ordering = ["partner"]
        constraints = [models.UniqueConstraint(fields=["review", "partner"], name="agreement_partner_answers_once")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class AnswerLine(models.Model):
    """The light given to one affirmation, by its code."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="lines", verbose_name=_("réponse"))
    code = models.CharField(_("affirmation"), max_length=20)
    light = models.CharField(_("couleur"), max_length=5, choices=Light.choices)

    class Meta:
        verbose_name = _("ligne d’une réponse")
        verbose_name_plural = _("lignes d’une réponse")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["answer", "code"], name="agreement_light_once"),
            models.CheckConstraint(condition=Q(light__in=Light.values), name="agreement_light_known"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
