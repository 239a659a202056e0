"""Territories, of any kind, in one table, and what is known about them: indicators, zonings, outlines, history."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from alliage.prepared import Address
from alliage.territories.enums import UNITS, Change, Kind, Metric, Precision, Status

_PAGE = Address("territories:detail")
PARTS = (Status.DELEGATED, Status.ASSOCIATED, Status.BOROUGH)


class Territory(models.Model):
    """A commune, EPCI, EPT, département, région, collectivité d'outre-mer or custom set of communes.

    `code` is a string, unique within a kind: INSEE code (2A004, 97411), SIREN for EPCI and EPT, number for
    départements (01, 2A, 974) and régions, slug for custom territories. Boroughs and communes déléguées are of kind
    `commune` with their own status and `part_of`; a former commune's `part_of` is the one that replaced it. A commune
    of an overseas collectivity (98818) has a `com` and neither `departement` nor `region`.

    The commune déléguée that bears the code of its commune nouvelle has no row of its own: its name is one of the
    `other_names` of the commune nouvelle.
    """

    kind = models.CharField(_("nature"), max_length=12, choices=Kind.choices)
    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("nom"), max_length=200)
    article_code = models.PositiveSmallIntegerField(_("article (TNCC de l’Insee)"), default=0)
    sort_name = models.CharField(_("nom pour le tri"), max_length=200, db_index=True)
    other_names = models.CharField(
        _("autres noms"), max_length=400, blank=True, help_text=_("séparés par un point-virgule")
    )
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
    point_source = models.CharField(
        _("source du point"), max_length=200, blank=True, help_text=_("quand elle n’est pas celle des données livrées")
    )
    seat = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="seat_of", verbose_name=_("chef-lieu")
    )
    part_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("partie de")
    )
    epci = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="epci_communes")
    ept = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="ept_communes")
    departement = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="departement_territories"
    )
    region = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="region_territories")
    com = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="com_communes")
    communes = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="custom_territories")
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("territoire")
        verbose_name_plural = _("territoires")
        ordering = ["sort_name", "pk"]
        indexes = [
            models.Index("kind", "status", "sort_name", name="territory_kind_list"),
        ]
        constraints = [
            models.UniqueConstraint("kind", "code", name="territory_code_unique_in_kind"),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="territory_kind_known"),
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="territory_status_known"),
            models.CheckConstraint(
                condition=models.Q(precision__in=Precision.values), name="territory_precision_known"
            ),
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(
                    latitude__isnull=False,  # said in full: a check that compares with NULL passes
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="territory_point_whole_and_on_earth",
            ),
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, precision="")
                | (models.Q(latitude__isnull=False) & ~models.Q(precision="")),
                name="territory_point_says_its_precision",
            ),
            models.CheckConstraint(
                condition=models.Q(kind=Kind.COMMUNE) | models.Q(epci__isnull=True, ept__isnull=True, com__isnull=True),
                name="territory_only_communes_have_an_epci",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=Status.CURRENT) | models.Q(part_of__isnull=True),
                name="territory_current_is_part_of_none",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=PARTS) | models.Q(part_of__isnull=False),
                name="territory_part_has_a_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return _PAGE(self.kind, self.code)


class Indicator(models.Model):
    """One figure about one territory for one year, with its source. Units are in `enums.UNITS`; rates are in %."""

    territory = models.ForeignKey(Territory, models.CASCADE, related_name="indicators")
    code = models.CharField(_("indicateur"), max_length=20, choices=Metric.choices)
    value = models.FloatField(_("valeur"))
    year = models.PositiveSmallIntegerField(_("année"))
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        verbose_name = _("indicateur")
        ordering = ["territory", "code", "-year"]
        constraints = [
            models.UniqueConstraint("territory", "code", "year", name="indicator_unique_in_year"),
            models.CheckConstraint(condition=models.Q(code__in=Metric.values), name="indicator_code_known"),
            models.CheckConstraint(condition=models.Q(year__range=(1790, 2200)), name="indicator_year_plausible"),
            models.CheckConstraint(condition=~models.Q(source=""), name="indicator_has_a_source"),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()} ({self.year})"

    @property
    def unit(self) -> str:
        return str(UNITS[Metric(self.code)])


class Zoning(models.Model):
    """A programme or a zone made of communes (France ruralités revitalisation, Petites villes de demain…)."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    label = models.CharField(_("libellé"), max_length=200)
    source = models.CharField(_("source"), max_length=200)
    dated_on = models.DateField(_("date de la liste"), null=True, blank=True)
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    communes = models.ManyToManyField(Territory, related_name="zonings", blank=True)

    class Meta:
        verbose_name = _("zonage")
        ordering = ["label"]
        constraints = [models.CheckConstraint(condition=~models.Q(source=""), name="zoning_has_a_source")]

    def __str__(self) -> str:
        return self.label


class Outline(models.Model):
    """The shape of one territory, as a GeoJSON Polygon or MultiPolygon in degrees (WGS 84)."""

    territory = models.OneToOneField(Territory, models.CASCADE, related_name="outline")
    geometry = models.JSONField(_("contour"))
    source = models.CharField(_("source"), max_length=200)
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    dated_on = models.DateField(_("date"), null=True, blank=True)

    class Meta:
        verbose_name = _("contour")
        constraints = [models.CheckConstraint(condition=~models.Q(source=""), name="outline_has_a_source")]


class DataSource(models.Model):
    """What was imported last under a name (`decoupage`, `points`, `indicateurs`…): shown with the facts it gave."""

    name = models.SlugField(_("nom"), max_length=40, unique=True)
    label = models.CharField(_("libellé"), max_length=200)
    version = models.CharField(_("version"), max_length=100)
    source = models.CharField(_("source"), max_length=300)
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    attribution = models.CharField(_("mention à afficher"), max_length=300, blank=True)
    imported_at = models.DateTimeField(_("importé le"))
    counts = models.JSONField(_("nombre de lignes"), default=dict, blank=True)

    class Meta:
        verbose_name = _("source de données")
        verbose_name_plural = _("sources de données")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.label} ({self.version})"


class TerritoryChange(models.Model):
    """One line of a territory's history. `old_code` lets an address with a code of the past find the present."""

    territory = models.ForeignKey(
        Territory, models.CASCADE, related_name="changes", help_text=_("le territoire d’aujourd’hui")
    )
    change = models.CharField(_("changement"), max_length=12, choices=Change.choices)
    old_code = models.CharField(_("ancien code"), max_length=40, blank=True, db_index=True)
    before = models.CharField(_("avant"), max_length=200, blank=True)
    after = models.CharField(_("après"), max_length=200, blank=True)
    effective_on = models.DateField(_("date d’effet"), null=True, blank=True)
    version = models.CharField(_("version des données"), max_length=100)

    class Meta:
        verbose_name = _("changement")
        ordering = ["territory", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(change__in=Change.values), name="territory_change_known"),
            models.UniqueConstraint(
                "old_code", condition=models.Q(change=Change.RECODED), name="territory_change_old_code_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.territory}\u00a0: {self.get_change_display()}"
