"""What became of a resource elsewhere: adaptations, who finds it useful or uses it, what its readers ask of its authors."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.directory.models import Entry
from alliage.library.enums import SuggestionState, UseKind
from alliage.library.models.resources import Resource
from alliage.territories.models import Territory


class Adaptation(models.Model):
    """« Nous l’avons adapté à … »: said at once by a member, read by everyone, whether or not it has a resource of its own.

    `version` is the edition of the original that it began from. `resource`, when there is one, was born from the original
    and from no other: a resource has one origin at most, so that a lineage is a tree. A place that must not be named is
    never kept here.
    """

    original = models.ForeignKey(Resource, models.CASCADE, related_name="adaptations", verbose_name=_("d’après"))
    version = models.PositiveIntegerField(_("version d’origine"))
    resource = models.OneToOneField(
        Resource, models.SET_NULL, null=True, blank=True, related_name="origin", verbose_name=_("sa propre ressource")
    )
    territory = models.ForeignKey(
        Territory, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("adaptée à")
    )
    changes = models.TextField(_("ce qui a changé"), max_length=1500)
    result = models.TextField(_("ce que cela a donné"), max_length=1500, blank=True)
    year = models.PositiveSmallIntegerField(_("année"), null=True, blank=True)
    entry = models.ForeignKey(
        Entry, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("dit par (fiche)")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("dit par")
    )
    is_hidden = models.BooleanField(_("masquée par la modération"), default=False)
    sent_key = models.CharField(_("clé d’envoi"), max_length=64, unique=True, null=True, blank=True)
    created_at = models.DateTimeField(_("dite le"), default=timezone.now)

    class Meta:
        verbose_name = _("adaptation")
        verbose_name_plural = _("adaptations")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(changes=""), name="adaptation_says_what_changed"),
            models.CheckConstraint(condition=Q(version__gt=0), name="adaptation_of_a_version"),
            models.CheckConstraint(
                condition=Q(resource__isnull=True) | ~Q(resource=F("original")), name="adaptation_not_of_itself"
            ),
            models.CheckConstraint(
                condition=Q(year__isnull=True) | Q(year__range=(1900, 2100)), name="adaptation_year_plausible"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return f"{reverse('library:lineage', args=[self.original_id])}#adaptation-{self.pk}"


class Use(models.Model):
    """« Utile » or « Nous l’utilisons »: one of each by member, taken back as easily. Everyone reads how many, never who."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="uses", verbose_name=_("ressource"))
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("membre"))
    kind = models.CharField(_("avis"), max_length=8, choices=UseKind.choices)
    created_at = models.DateTimeField(_("dit le"), default=timezone.now)

    class Meta:
        verbose_name = _("avis d’usage")
        verbose_name_plural = _("avis d’usage")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=UseKind.values), name="use_kind_known"),
            models.UniqueConstraint("resource", "member", "kind", name="use_once"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Suggestion(models.Model):
    """What a reader asks of the authors: something to do, done or declined with a word. Read by both sides, by nobody else."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="suggestions", verbose_name=_("ressource"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("de"))
    text = models.TextField(_("ce qui est proposé"), max_length=1000)
    state = models.CharField(
        _("état"), max_length=8, choices=SuggestionState.choices, default=SuggestionState.OPEN
    )  # fmt: skip
    answer = models.CharField(_("réponse"), max_length=500, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("répondu par"),
    )
    answered_at = models.DateTimeField(_("répondu le"), null=True, blank=True)
    is_hidden = models.BooleanField(_("masquée par la modération"), default=False)
    created_at = models.DateTimeField(_("écrite le"), default=timezone.now)

    class Meta:
        verbose_name = _("proposition d’un lecteur")
        verbose_name_plural = _("propositions de lecteurs")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SuggestionState.values), name="suggestion_state_known"),
            models.CheckConstraint(condition=~Q(text=""), name="suggestion_says_something"),
            models.CheckConstraint(
                condition=~Q(state=SuggestionState.DECLINED) | ~Q(answer=""), name="suggestion_declined_says_why"
            ),
            models.CheckConstraint(
                condition=Q(state=SuggestionState.OPEN, answered_at__isnull=True)
                | (~Q(state=SuggestionState.OPEN) & Q(answered_at__isnull=False)),
                name="suggestion_answered_says_when",
            ),
            models.UniqueConstraint("resource", "by", "text", name="suggestion_once"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return f"{reverse('library:suggestions')}#proposition-{self.pk}"
