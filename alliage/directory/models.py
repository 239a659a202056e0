"""Organisations of the network, and what a document says of them."""

from functools import cache

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.directory.enums import PlacePrecision, Role, Visibility
from alliage.taxonomy.models import Term
from alliage.territories.models import Territory


@cache
def _before_slugs() -> str:
    return reverse("directory:organisation", args=["x"]).removesuffix("x/")


def address(slug: str) -> str:
    """The path of an organisation's page: lists write many of them."""
    return f"{_before_slugs()}{slug}/"


class Organisation(models.Model):
    """An organisation, as it says of itself (`confirmed_on`) or as a document says of it (`source`, `mentions`).

    `sort_name` and `search_text` are folded (territories.folding), so that sorting and searching need no collation.
    `category_basis` says how the category is known when the organisation did not give it.
    """

    slug = models.SlugField(_("adresse"), max_length=120, unique=True)
    name = models.CharField(_("nom"), max_length=200)
    sort_name = models.CharField(_("nom pour le tri"), max_length=200, db_index=True)
    other_names = models.CharField(
        _("autres noms"), max_length=400, blank=True, help_text=_("séparés par un point-virgule")
    )
    search_text = models.TextField(_("texte cherché"), blank=True)
    category = models.ForeignKey(
        Term, models.PROTECT, null=True, blank=True, related_name="organisations", verbose_name=_("catégorie")
    )
    category_basis = models.CharField(_("d’où vient la catégorie"), max_length=200, blank=True)
    presentation = models.TextField(_("présentation"), blank=True)
    territory = models.ForeignKey(
        Territory, models.SET_NULL, null=True, blank=True, related_name="organisations", verbose_name=_("territoire")
    )
    place_precision = models.CharField(
        _("précision du lieu"),
        max_length=12,
        choices=PlacePrecision.choices,
        blank=True,
        default=PlacePrecision.UNKNOWN,
    )
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    website = models.URLField(_("site"), max_length=300, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    source_on = models.DateField(_("date de la source"), null=True, blank=True)
    visibility = models.CharField(_("visibilité"), max_length=12, choices=Visibility.choices, default=Visibility.PUBLIC)
    is_hidden = models.BooleanField(_("masquée par la modération"), default=False)
    is_demo = models.BooleanField(_("démonstration"), default=False)
    confirmed_on = models.DateField(_("confirmée le"), null=True, blank=True)
    created_at = models.DateTimeField(_("créée le"), default=timezone.now)
    updated_at = models.DateTimeField(_("modifiée le"), default=timezone.now)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["sort_name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(visibility__in=Visibility.values), name="organisation_visibility_known"
            ),
            models.CheckConstraint(
                condition=models.Q(place_precision__in=PlacePrecision.values), name="organisation_place_precision_known"
            ),
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="organisation_point_whole_and_on_earth",
            ),
            models.CheckConstraint(
                condition=~models.Q(place_precision="", territory__isnull=False),
                name="organisation_place_says_how_it_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address(self.slug)


class Mention(models.Model):
    """What one document says that an organisation did, in one of its parts.

    `sequence` is the number of the sequence in the day (1 to 10), or None for what stands outside the sequences.
    `is_confirmed` is False where the document says « intervenant en cours de confirmation ».
    """

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="mentions", verbose_name=_("organisation")
    )
    document = models.CharField(_("document"), max_length=60)
    sequence = models.PositiveSmallIntegerField(_("séquence"), null=True, blank=True)
    title = models.CharField(_("titre de la partie"), max_length=200)
    starts_at = models.TimeField(_("début"), null=True, blank=True)
    ends_at = models.TimeField(_("fin"), null=True, blank=True)
    role = models.CharField(_("rôle"), max_length=12, choices=Role.choices)
    quote = models.CharField(_("mots du document"), max_length=400)
    is_confirmed = models.BooleanField(_("présence confirmée"), default=True)
    position = models.PositiveSmallIntegerField(_("rang"), default=0)

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        ordering = ["position", "pk"]
        indexes = [models.Index("sequence", "organisation", name="mention_of_a_sequence")]
        constraints = [
            models.UniqueConstraint("organisation", "document", "position", name="mention_position_unique"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="mention_role_known"),
            models.CheckConstraint(condition=~models.Q(quote=""), name="mention_quotes_the_document"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} – {self.title}"
