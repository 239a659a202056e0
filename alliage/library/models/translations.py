"""Translations of a resource: on its record, never as another resource."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.library.enums import Language, TranslationState
from alliage.library.models.resources import Resource


class Translation(models.Model):
    """A resource in another language, one by language. `text` is {title, summary, sections: {code: text}}.

    `written` is the text on its way, from `written_version` of the original; `text` the one that everyone reads, from
    `version`: it is late when the original has a later one. `credit` is the name that readers see, as the translator
    wishes it; the one that goes with the text on its way is in `written`.
    """

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="translations", verbose_name=_("ressource"))
    language = models.CharField(_("langue"), max_length=3, choices=Language.choices)
    state = models.CharField(
        _("état"), max_length=10, choices=TranslationState.choices, default=TranslationState.WRITING
    )  # fmt: skip
    written = models.JSONField(_("texte en cours"), default=dict, blank=True)
    written_version = models.PositiveIntegerField(_("version traduite, en cours"))
    token = models.CharField(_("marque d’enregistrement"), max_length=32, blank=True)
    word = models.CharField(_("mot de la relecture"), max_length=500, blank=True)
    text = models.JSONField(_("texte publié"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version traduite"), null=True, blank=True)
    credit = models.CharField(_("traduit par"), max_length=160, blank=True)
    translator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("écrite par")
    )
    published_at = models.DateTimeField(_("publiée le"), null=True, blank=True)
    moved_at = models.DateTimeField(_("dernier mouvement"), default=timezone.now)
    is_hidden = models.BooleanField(_("masquée par la modération"), default=False)

    class Meta:
        verbose_name = _("traduction")
        verbose_name_plural = _("traductions")
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint("resource", "language", name="translation_one_per_language"),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="translation_language_known"),
            models.CheckConstraint(condition=Q(state__in=TranslationState.values), name="translation_state_known"),
            models.CheckConstraint(
                condition=Q(text__isnull=True, version__isnull=True, published_at__isnull=True)
                | Q(text__isnull=False, version__isnull=False, published_at__isnull=False),
                name="translation_published_says_what",
            ),
            models.CheckConstraint(
                condition=~Q(state=TranslationState.PUBLISHED) | Q(text__isnull=False),
                name="translation_published_has_a_text",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return f"{self.resource.get_absolute_url()}?langue={self.language}"
