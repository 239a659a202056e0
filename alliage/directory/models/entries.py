"""Entries of the directory (« fiches »): catalysts, organisations and territory teams, in one table and one list.

One table, because they are searched, counted, mapped and exported together; `kind` tells them apart. A person and the
organisations she works in are two entries, joined by `Membership`.
"""

from functools import cache
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.directory.enums import ADDRESSES, Blur, EntryKind, Means, PlacePrecision, Visibility
from alliage.files.models import StoredFile
from alliage.taxonomy.models import Term
from alliage.territories.models import Territory


@cache
def _before_slugs(kind: str) -> str:
    return reverse("directory:entry", args=[ADDRESSES[EntryKind(kind)], "x"]).removesuffix("x/")


def address(slug: str, kind: str = EntryKind.ORGANISATION) -> str:
    """The path of an entry's page: lists write many of them."""
    return f"{_before_slugs(kind)}{slug}/"


def _shown_to(label: Any, default: Visibility) -> Any:
    """The column that says who sees one field of an entry."""
    return models.CharField(label, max_length=12, choices=Visibility.choices, default=default)


class Edition(models.Model):
    """One row: the number of the last change of the directory, taken under its lock in the transaction of the change.

    A process that knows everything up to number n reads what changed with `Entry.edition > n`; when `rebuilt` is beyond
    n, rows were deleted or changed at large: it reads everything again.
    """

    number = models.BigIntegerField(_("numéro"), default=0)
    rebuilt = models.BigIntegerField(_("à relire depuis"), default=0)

    class Meta:
        verbose_name = _("édition de l’annuaire")
        verbose_name_plural = _("éditions de l’annuaire")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="edition_is_one_row")]

    def __str__(self) -> str:
        return str(self.number)


class Entry(models.Model):
    """A person, an organisation or a team, as it says of itself (`owner`, `confirmed_on`) or as a source says of it.

    `sort_name`, `search_text` (what anyone may find) and `members_text` (what members may find) are folded
    (territories.folding): sorting and searching need no collation. Email is never shown: one writes by a form.
    `latitude`, `longitude` are the point shown, already moved by at most `blur` metres.
    `<field>_visibility` says who sees a field (enums.FIELDS). `source_code` and `external_id` recognise an entry at the
    next import or harvest. `edition` is the number of its last change (Edition).
    """

    kind = models.CharField(_("nature"), max_length=12, choices=EntryKind.choices, default=EntryKind.ORGANISATION)
    slug = models.SlugField(_("adresse"), max_length=120, unique=True)
    name = models.CharField(_("nom"), max_length=200)
    sort_name = models.CharField(_("nom pour le tri"), max_length=200, db_index=True)
    other_names = models.CharField(
        _("autres noms"), max_length=400, blank=True, help_text=_("séparés par un point-virgule")
    )
    search_text = models.TextField(_("texte cherché"), blank=True)
    members_text = models.TextField(_("texte cherché par les membres"), blank=True)

    category = models.ForeignKey(
        Term, models.PROTECT, null=True, blank=True, related_name="organisations", verbose_name=_("catégorie")
    )
    category_basis = models.CharField(_("d’où vient la catégorie"), max_length=200, blank=True)
    scale = models.ForeignKey(Term, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("échelon"))
    terms = models.ManyToManyField(
        Term, through="EntryTerm", related_name="entries", verbose_name=_("métiers, missions, leviers, ODD")
    )
    function = models.CharField(_("fonction"), max_length=160, blank=True)
    presentation = models.TextField(_("présentation"), blank=True)
    means = models.CharField(
        _("moyens d’ingénierie"), max_length=12, choices=Means.choices, blank=True, default=Means.UNKNOWN
    )

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
    blur = models.PositiveSmallIntegerField(_("précision montrée"), choices=Blur.choices, default=Blur.NONE)
    areas = models.ManyToManyField(
        Territory, through="EntryArea", related_name="entries", verbose_name=_("territoires d’intervention")
    )
    is_national = models.BooleanField(_("agit dans toute la France"), default=False)
    cross_border = models.CharField(
        _("action transfrontalière"), max_length=120, blank=True, help_text=_("pays ou régions voisines")
    )

    website = models.URLField(_("site"), max_length=300, blank=True)
    links = models.JSONField(_("liens"), default=list, blank=True)
    photo = models.ForeignKey(
        StoredFile, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("photo")
    )
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)

    visibility = models.CharField(_("visibilité"), max_length=12, choices=Visibility.choices, default=Visibility.PUBLIC)
    function_visibility = _shown_to(_("qui voit la fonction"), Visibility.PUBLIC)
    presentation_visibility = _shown_to(_("qui voit la présentation"), Visibility.PUBLIC)
    photo_visibility = _shown_to(_("qui voit la photo"), Visibility.PUBLIC)
    phone_visibility = _shown_to(_("qui voit le téléphone"), Visibility.NOBODY)
    links_visibility = _shown_to(_("qui voit les liens"), Visibility.PUBLIC)
    place_visibility = _shown_to(_("qui voit le lieu"), Visibility.PUBLIC)
    memberships_visibility = _shown_to(_("qui voit les organisations"), Visibility.PUBLIC)
    contact_visibility = _shown_to(_("qui peut écrire par le formulaire"), Visibility.PUBLIC)
    is_hidden = models.BooleanField(_("masquée par la modération"), default=False)
    is_demo = models.BooleanField(_("démonstration"), default=False)

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name=_("tenue par"),
    )
    draft = models.JSONField(_("brouillon"), null=True, blank=True)
    draft_saved_at = models.DateTimeField(_("brouillon gardé le"), null=True, blank=True)

    source = models.CharField(_("source"), max_length=300, blank=True)
    source_on = models.DateField(_("date de la source"), null=True, blank=True)
    source_url = models.URLField(_("adresse de la source"), max_length=400, blank=True)
    licence = models.CharField(_("licence"), max_length=120, blank=True)
    source_code = models.CharField(_("source d’import"), max_length=60, blank=True)
    external_id = models.CharField(_("identifiant dans la source"), max_length=200, blank=True)

    confirmed_on = models.DateField(_("confirmée le"), null=True, blank=True)
    asked_on = models.DateField(_("confirmation demandée le"), null=True, blank=True)
    withdrawn_on = models.DateField(_("retirée de la carte le"), null=True, blank=True)
    edition = models.BigIntegerField(_("édition"), default=0, db_index=True)
    created_at = models.DateTimeField(_("créée le"), default=timezone.now)
    updated_at = models.DateTimeField(_("modifiée le"), default=timezone.now)

    class Meta:
        verbose_name = _("fiche")
        verbose_name_plural = _("fiches")
        ordering = ["sort_name", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EntryKind.values), name="entry_kind_known"),
            models.CheckConstraint(condition=Q(means__in=Means.values), name="entry_means_known"),
            models.CheckConstraint(condition=Q(blur__in=Blur.values), name="entry_blur_known"),
            models.CheckConstraint(
                condition=Q(
                    visibility__in=Visibility.values,
                    function_visibility__in=Visibility.values,
                    presentation_visibility__in=Visibility.values,
                    photo_visibility__in=Visibility.values,
                    phone_visibility__in=Visibility.values,
                    links_visibility__in=Visibility.values,
                    place_visibility__in=Visibility.values,
                    memberships_visibility__in=Visibility.values,
                ),
                name="entry_visibilities_known",
            ),
            models.CheckConstraint(
                condition=Q(contact_visibility__in=Visibility.values), name="entry_contact_visibility_known"
            ),
            models.CheckConstraint(
                condition=Q(place_precision__in=PlacePrecision.values), name="entry_place_precision_known"
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="entry_point_whole_and_on_earth",
            ),
            models.CheckConstraint(
                condition=~Q(place_precision="", territory__isnull=False), name="entry_place_says_how_it_is_known"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="entry_has_a_name"),
            models.CheckConstraint(
                condition=Q(means="") | Q(kind=EntryKind.TEAM), name="entry_means_are_those_of_a_team"
            ),
            models.UniqueConstraint(
                fields=["owner"], condition=Q(kind=EntryKind.CATALYST), name="entry_one_catalyst_per_member"
            ),
            models.UniqueConstraint(
                fields=["source_code", "external_id"], condition=~Q(external_id=""), name="entry_once_per_source"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address(self.slug, self.kind)


class EntryTerm(models.Model):
    """One métier, mission, levier or ODD of an entry."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="entry_terms", verbose_name=_("fiche"))
    term = models.ForeignKey(Term, models.CASCADE, related_name="+", verbose_name=_("terme"))

    class Meta:
        verbose_name = _("terme d’une fiche")
        verbose_name_plural = _("termes d’une fiche")
        constraints = [models.UniqueConstraint("entry", "term", name="entry_term_once")]

    def __str__(self) -> str:
        return f"{self.entry_id} – {self.term_id}"


class EntryArea(models.Model):
    """One territory where an entry acts, of any kind; the place of its office is another thing."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="entry_areas", verbose_name=_("fiche"))
    territory = models.ForeignKey(Territory, models.CASCADE, related_name="+", verbose_name=_("territoire"))

    class Meta:
        verbose_name = _("territoire d’intervention")
        verbose_name_plural = _("territoires d’intervention")
        constraints = [models.UniqueConstraint("entry", "territory", name="entry_area_once")]

    def __str__(self) -> str:
        return f"{self.entry_id} – {self.territory_id}"
