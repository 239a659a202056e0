"""Territories, of any kind, in one table."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliage.territories.enums import Kind, Precision, Status


class Territory(models.Model):
    """A commune, EPCI, EPT, département, région, collectivité d'outre-mer or custom set of communes.

    `code` is a string, unique within a kind: INSEE code (2A004, 97411), SIREN for EPCI and EPT, number for
    départements (01, 2A, 974) and régions, slug for custom territories. Boroughs and communes déléguées are of kind
    `commune` with their own status and `part_of`.
    """

    kind = models.CharField(_("nature"), max_length=12, choices=Kind.choices)
    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("nom"), max_length=200)
    article_code = models.PositiveSmallIntegerField(_("article (TNCC de l’Insee)"), default=0)
    sort_name = models.CharField(_("nom pour le tri"), max_length=200, db_index=True)
    nature = models.CharField(_("forme juridique"), max_length=12, blank=True, help_text=_("CC, CA, CU, METRO…"))
    status = models.CharField(_("état"), max_length=12, choices=Status.choices, default=Status.CURRENT)
    siren = models.CharField(_("numéro SIREN"), max_length=9, blank=True)
    postal_codes = models.CharField(
        _("codes postaux"), max_length=400, blank=True, help_text=_("séparés par une espace")
    )
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    precision = models.CharField(_("précision du point"), max_length=12, choices=Precision.choices, blank=True)
    seat = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="seat_of", verbose_name=_("chef-lieu")
    )
    part_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="parts", verbose_name=_("partie de")
    )
    epci = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="epci_communes")
    ept = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="ept_communes")
    departement = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="departement_territories"
    )
    region = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="region_territories")
    communes = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="custom_territories")
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("territoire")
        verbose_name_plural = _("territoires")
        ordering = ["sort_name", "pk"]
        constraints = [
            models.UniqueConstraint("kind", "code", name="territory_code_unique_in_kind"),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="territory_kind_known"),
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="territory_status_known"),
            models.CheckConstraint(
                condition=models.Q(precision__in=Precision.values), name="territory_precision_known"
            ),
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="territory_point_whole_and_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("territories:detail", args=[self.kind, self.code])
