"""Barometers, and the figures that they publish, each with what makes it checkable."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.questionnaires.models.asking import Opening

PERCENT = "%"


class Barometer(models.Model):
    """What is measured again and again, or once, by the network or by others."""

    slug = models.SlugField(_("adresse"), max_length=120, unique=True)
    title = models.CharField(_("titre"), max_length=200)
    summary = models.CharField(_("en une phrase"), max_length=400, blank=True)
    text = models.TextField(_("d’où il vient"), blank=True)
    created_at = models.DateTimeField(_("créé le"), default=timezone.now)
    changed_at = models.DateTimeField(_("changé le"), default=timezone.now)

    class Meta:
        verbose_name = _("baromètre")
        verbose_name_plural = _("baromètres")
        ordering = ["created_at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(title=""), name="barometer_has_a_title")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("questionnaires:barometer", args=[self.slug])


class PublishedFigure(models.Model):
    """« Chiffre publié »: never without its source, its date, and how many answered or why that is not known.

    `statement` is what it says, in the words of its source. `part_of`: « dont 29 % » is a part of « 81 % », of the same people asked.
    `dated_on` sorts (the first day of the month that the source tells); `date` is what is shown. `n` empty: `caveat` says why.
    `code` names it in our data files. `opening` and `question` say which consultation of the platform it was counted from.
    """

    barometer = models.ForeignKey(Barometer, models.CASCADE, related_name="figures", verbose_name=_("baromètre"))
    part_of = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="parts", verbose_name=_("part de")
    )
    code = models.SlugField(_("code"), max_length=60, unique=True, null=True, blank=True)
    value = models.DecimalField(_("chiffre"), max_digits=14, decimal_places=2)
    unit = models.CharField(_("unité"), max_length=40, blank=True, default=PERCENT)
    statement = models.CharField(_("ce qu’il dit"), max_length=400)
    population = models.CharField(_("qui a répondu"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=300)
    source_url = models.URLField(_("adresse de la source"), max_length=500, blank=True)
    date = models.CharField(_("date"), max_length=40)
    dated_on = models.DateField(_("jour qui sert à trier"))
    n = models.PositiveIntegerField(_("nombre de réponses (n)"), null=True, blank=True)
    caveat = models.CharField(_("à savoir avant de le citer"), max_length=600, blank=True)
    opening = models.ForeignKey(
        Opening, models.SET_NULL, null=True, blank=True, related_name="figures", verbose_name=_("consultation")
    )
    question = models.CharField(_("question et réponse"), max_length=130, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("publié par")
    )
    published_at = models.DateTimeField(_("publié le"), default=timezone.now)

    class Meta:
        verbose_name = _("chiffre publié")
        verbose_name_plural = _("chiffres publiés")
        ordering = ["-dated_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(statement=""), name="figure_says_something"),
            models.CheckConstraint(condition=~Q(source="") & ~Q(date=""), name="figure_has_a_source_and_a_date"),
            models.CheckConstraint(
                condition=Q(n__isnull=False, n__gt=0) | (Q(n__isnull=True) & ~Q(caveat="")),
                name="figure_says_n_or_why_not",
            ),
            models.CheckConstraint(
                condition=~Q(unit=PERCENT) | Q(value__gte=0, value__lte=100), name="figure_share_is_a_share"
            ),
            models.UniqueConstraint(
                fields=["barometer", "opening", "question"],
                condition=Q(opening__isnull=False),
                name="figure_once_from_an_opening",
            ),
        ]

    def __str__(self) -> str:
        return self.statement

    def get_absolute_url(self) -> str:
        return f"{self.barometer.get_absolute_url()}#chiffre-{self.pk}"
