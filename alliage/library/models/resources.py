"""Resources: what readers see, as it was last published, and the rows that lists and other functions ask."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from alliage.directory.models import Entry
from alliage.files.models import StoredFile
from alliage.library.enums import SHOWN, AuthorRole, Importance, Language, Licence, Proof, ResourceKind, State
from alliage.prepared import Address
from alliage.taxonomy.models import Term
from alliage.territories.models import Territory

_PAGE = Address("library:resource")


class Resource(models.Model):
    """One resource. Its number never changes and never serves twice: it is what people cite.

    `content` is what readers see (content.py gives its shape): the content of the last published version, and the first
    proposal's before. What is not for readers, like the place of a resource that does not name it, is not in there.
    Columns repeat what lists and filters ask. `edition` is the number of the last published version, 0 before.
    """

    kind = models.CharField(_("sorte"), max_length=10, choices=ResourceKind.choices)
    title = models.CharField(_("titre"), max_length=160)
    summary = models.CharField(_("résumé"), max_length=400, blank=True)
    content = models.JSONField(_("contenu publié"), default=dict)
    medoc = models.ForeignKey(
        Term, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("nature (M.E.D.O.C.)")
    )
    terms = models.ManyToManyField(
        Term,
        through="ResourceTerm",
        related_name="resources",
        verbose_name=_("leviers, métiers, ODD, regards, publics"),
    )
    places = models.ManyToManyField(
        Territory, through="ResourcePlace", related_name="resources", verbose_name=_("territoires concernés")
    )
    proof = models.CharField(_("niveau de preuve"), max_length=10, choices=Proof.choices, blank=True, default="")
    licence = models.CharField(_("licence"), max_length=24, choices=Licence.choices)
    year = models.PositiveSmallIntegerField(_("année"), null=True, blank=True)
    language = models.CharField(_("langue"), max_length=3, choices=Language.choices, default=Language.FR)
    hides_place = models.BooleanField(_("ne nomme ni le territoire ni ses auteurs"), default=False)

    state = models.CharField(_("état"), max_length=10, choices=State.choices, default=State.DRAFT)
    edition = models.PositiveIntegerField(_("version publiée"), default=0)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("tenue par")
    )
    renew_on = models.DateField(_("à relire avant le"), null=True, blank=True)
    obsolete_reason = models.CharField(_("pourquoi elle est dépassée"), max_length=300, blank=True)
    replaced_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="replaces", verbose_name=_("remplacée par")
    )
    published_at = models.DateTimeField(_("publiée le"), null=True, blank=True)
    edited_at = models.DateTimeField(_("dernière version publiée le"), null=True, blank=True)
    confirmed_on = models.DateField(_("confirmée le"), null=True, blank=True)
    is_hidden = models.BooleanField(_("masquée par la modération"), default=False)
    is_demo = models.BooleanField(_("démonstration"), default=False)

    # What lists and the page show of reuse, counted again by services/reuse.py and services/translations.py.
    family = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("première de sa lignée")
    )
    adapted_count = models.PositiveIntegerField(_("adaptations"), default=0)
    useful_count = models.PositiveIntegerField(_("utile à"), default=0)
    used_count = models.PositiveIntegerField(_("utilisée par"), default=0)
    translated = models.JSONField(_("langues où elle est traduite"), default=list, blank=True)

    source = models.CharField(_("source"), max_length=300, blank=True)
    source_code = models.CharField(_("banque d’origine"), max_length=60, blank=True)
    external_id = models.CharField(_("identifiant dans la banque"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("créée le"), default=timezone.now)
    # What a harvester asks « since when »: any change that it must learn, withdrawal included.
    changed_at = models.DateTimeField(_("changée pour ses lecteurs le"), default=timezone.now)

    class Meta:
        verbose_name = _("ressource")
        verbose_name_plural = _("ressources")
        ordering = ["-edited_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "-edited_at"], name="resource_latest"),
            models.Index(fields=["changed_at", "id"], name="resource_harvested"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ResourceKind.values), name="resource_kind_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="resource_state_known"),
            models.CheckConstraint(condition=Q(proof__in=Proof.values), name="resource_proof_known"),
            models.CheckConstraint(condition=Q(licence__in=Licence.values), name="resource_licence_known"),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="resource_language_known"),
            models.CheckConstraint(condition=~Q(title=""), name="resource_has_a_title"),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT, edition=0, published_at__isnull=True)
                | (~Q(state=State.DRAFT) & Q(edition__gt=0, published_at__isnull=False, edited_at__isnull=False)),
                name="resource_published_has_a_version",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.OBSOLETE) | ~Q(obsolete_reason=""), name="resource_obsolete_says_why"
            ),
            models.CheckConstraint(
                condition=Q(replaced_by__isnull=True) | ~Q(replaced_by=models.F("pk")),
                name="resource_not_replaced_by_itself",
            ),
            models.UniqueConstraint(
                fields=["source_code", "external_id"], condition=~Q(external_id=""), name="resource_once_per_source"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return _PAGE(self.pk, self.slug)

    @property
    def slug(self) -> str:
        return slugify(self.title)[:60].strip("-") or self.kind

    @property
    def permanent_url(self) -> str:
        """The address to cite: it does not hold the title, which may change."""
        return settings.ORIGIN + reverse("library:permanent", args=[self.pk])

    @property
    def is_shown(self) -> bool:
        return self.state in SHOWN and not self.is_hidden


class ResourceTerm(models.Model):
    """One levier, métier, ODD, regard or audience (a category of members) of the published content."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="resource_terms", verbose_name=_("ressource"))
    term = models.ForeignKey(Term, models.CASCADE, related_name="+", verbose_name=_("terme"))

    class Meta:
        verbose_name = _("terme d’une ressource")
        verbose_name_plural = _("termes d’une ressource")
        constraints = [models.UniqueConstraint("resource", "term", name="resource_term_once")]

    def __str__(self) -> str:
        return f"{self.resource_id} – {self.term_id}"


class ResourcePlace(models.Model):
    """One territory that the published content names."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="resource_places", verbose_name=_("ressource"))
    territory = models.ForeignKey(Territory, models.CASCADE, related_name="+", verbose_name=_("territoire"))

    class Meta:
        verbose_name = _("territoire d’une ressource")
        verbose_name_plural = _("territoires d’une ressource")
        constraints = [models.UniqueConstraint("resource", "territory", name="resource_place_once")]

    def __str__(self) -> str:
        return f"{self.resource_id} – {self.territory_id}"


class Author(models.Model):
    """Someone who took part, as the published content says; `entry` when they have one in the directory."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="authors", verbose_name=_("ressource"))
    name = models.CharField(_("nom"), max_length=160)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    role = models.CharField(_("rôle"), max_length=14, choices=AuthorRole.choices, default=AuthorRole.AUTHOR)
    entry = models.ForeignKey(
        Entry, models.SET_NULL, null=True, blank=True, related_name="authored", verbose_name=_("fiche")
    )
    position = models.PositiveSmallIntegerField(_("rang"), default=0)

    class Meta:
        verbose_name = _("auteur")
        verbose_name_plural = _("auteurs")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=AuthorRole.values), name="author_role_known"),
            models.CheckConstraint(condition=~Q(name=""), name="author_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class ResourceLink(models.Model):
    """An outside address of the published content, and when it was last seen to answer."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="links", verbose_name=_("ressource"))
    url = models.URLField(_("adresse"), max_length=600)
    label = models.CharField(_("libellé"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("rang"), default=0)
    checked_at = models.DateTimeField(_("dernier contrôle"), null=True, blank=True)
    status = models.PositiveSmallIntegerField(_("réponse"), null=True, blank=True)
    failed_count = models.PositiveSmallIntegerField(_("échecs de suite"), default=0)

    class Meta:
        verbose_name = _("lien")
        verbose_name_plural = _("liens")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint("resource", "url", name="resource_link_once")]

    def __str__(self) -> str:
        return self.label or self.url


class ResourceFile(models.Model):
    """A file that the published content or an open proposal holds; only the published ones are for readers. `origin` is the address
    that an import copied it from: it knows it again."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="files", verbose_name=_("ressource"))
    file = models.OneToOneField(StoredFile, models.CASCADE, related_name="+", verbose_name=_("fichier"))
    is_published = models.BooleanField(_("publié"), default=False)
    origin = models.CharField(_("copié de"), max_length=600, blank=True)

    class Meta:
        verbose_name = _("fichier d’une ressource")
        verbose_name_plural = _("fichiers d’une ressource")

    def __str__(self) -> str:
        return f"{self.resource_id} – {self.file_id}"


class Condition(models.Model):
    """What a practice needs, and how to check it on a territory (`check`, see queries/transferability.py)."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="conditions", verbose_name=_("ressource"))
    importance = models.CharField(_("importance"), max_length=10, choices=Importance.choices)
    text = models.CharField(_("condition"), max_length=300)
    check_code = models.CharField(_("vérification"), max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(_("rang"), default=0)

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(importance__in=Importance.values), name="condition_importance_known"),
            models.CheckConstraint(condition=~Q(text=""), name="condition_says_something"),
        ]

    def __str__(self) -> str:
        return self.text


class Version(models.Model):
    """What was published at one moment: it never changes, and can be cited."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="versions", verbose_name=_("ressource"))
    number = models.PositiveIntegerField(_("numéro"))
    content = models.JSONField(_("contenu"))
    note = models.CharField(_("ce qui change"), max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("publiée par"),
    )
    published_at = models.DateTimeField(_("publiée le"))

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint("resource", "number", name="version_number_once"),
            models.CheckConstraint(condition=Q(number__gt=0), name="version_number_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} – {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("library:version", args=[self.resource_id, self.resource.slug, self.number])
