"""Terms of the network's vocabularies, and the lists that the network writes itself."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.taxonomy import cache
from alliage.taxonomy.enums import Article, VersionState, Vocabulary
from alliage.taxonomy.registry import told

stable_code = RegexValidator(
    r"\A[a-z0-9]+(-[a-z0-9]+)*\Z", _("Un code s’écrit en lettres minuscules sans accent, chiffres et traits d’union.")
)


class Term(models.Model):
    """One word of a vocabulary.

    `code` never changes: data, addresses and exports rely on it. Labels and help texts belong to administrators:
    once one of them was edited here (`is_edited`), loading the reference data again leaves the term alone.
    """

    vocabulary = models.CharField(_("vocabulaire"), max_length=20, choices=Vocabulary.choices)
    code = models.CharField(_("code"), max_length=40, validators=[stable_code])
    label = models.CharField(_("libellé"), max_length=200)
    article = models.CharField(
        _("article"),
        max_length=3,
        choices=Article.choices,
        blank=True,
        default=Article.NONE,
        help_text=_("dans une phrase"),
    )
    short_label = models.CharField(_("libellé court"), max_length=40, blank=True, help_text=_("pour les étiquettes"))
    help_text = models.TextField(_("explication"), blank=True, help_text=_("une phrase simple"))
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children", verbose_name=_("rattaché à")
    )
    position = models.PositiveSmallIntegerField(_("rang"), default=0)
    is_active = models.BooleanField(_("proposé aux utilisateurs"), default=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    source_url = models.URLField(_("adresse de la source"), max_length=300, blank=True)
    is_edited = models.BooleanField(_("modifié ici"), default=False, editable=False)

    class Meta:
        verbose_name = _("repère")
        verbose_name_plural = _("repères")
        ordering = ["vocabulary", "position", "pk"]
        constraints = [
            models.UniqueConstraint("vocabulary", "code", name="term_code_unique_in_vocabulary"),
            models.CheckConstraint(condition=models.Q(vocabulary__in=Vocabulary.values), name="term_vocabulary_known"),
            models.CheckConstraint(condition=models.Q(article__in=Article.values), name="term_article_known"),
        ]

    def __str__(self) -> str:
        return self.label

    def save(self, *args: Any, loaded: bool = False, **kwargs: Any) -> None:
        """Whatever form edits a term, the edit is kept: only the loader of reference data says `loaded`."""
        self.is_edited = not loaded
        with transaction.atomic():
            super().save(*args, **kwargs)
            told(self._read_together())
        cache.forget_on_commit()

    def get_absolute_url(self) -> str:
        """Terms are explained on their vocabulary's page; missions and questions on their parent's."""
        shown = self.parent if self.parent_id and self.parent else self
        return f"{reverse('taxonomy:vocabulary', args=[shown.vocabulary])}#{self.anchor}"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            told(self._read_together())
            deleted = super().delete(*args, **kwargs)
        cache.forget_on_commit()
        return deleted

    def _read_together(self) -> set[int]:
        """Itself, what it is attached to, what is attached to it."""
        below = Term.objects.filter(parent=self.pk).values_list("pk", flat=True)
        return {self.pk, *below, *([self.parent_id] if self.parent_id else [])}

    @property
    def short(self) -> str:
        return self.short_label or self.label

    @property
    def anchor(self) -> str:
        return f"{self.vocabulary}-{self.code}"


class NetworkList(models.Model):
    """An ordered list whose items only the network can write: it ships empty, with where its items are published."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[stable_code])
    title = models.CharField(_("titre"), max_length=200)
    short_title = models.CharField(_("titre court"), max_length=40)
    lead = models.TextField(_("présentation"), blank=True)
    expected_count = models.PositiveSmallIntegerField(_("nombre d’éléments annoncé"), default=0)
    source = models.CharField(_("source"), max_length=300, blank=True)
    source_url = models.URLField(_("adresse de la source"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("rang"), default=0)

    class Meta:
        verbose_name = _("liste du réseau")
        verbose_name_plural = _("listes du réseau")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("taxonomy:list", args=[self.code])


class ListVersion(models.Model):
    """One state of a list. Members who wrote it are kept as plain numbers with the name they had: accounts are above."""

    list = models.ForeignKey(NetworkList, models.CASCADE, related_name="versions", verbose_name=_("liste"))
    number = models.PositiveSmallIntegerField(_("numéro"))
    state = models.CharField(_("état"), max_length=12, choices=VersionState.choices, default=VersionState.DRAFT)
    note = models.CharField(_("ce qui change, et pourquoi"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("commencée le"), default=timezone.now)
    author_id = models.BigIntegerField(_("numéro de l’auteur"), null=True, blank=True)
    author_name = models.CharField(_("auteur"), max_length=120, blank=True)
    published_at = models.DateTimeField(_("publiée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("version d’une liste")
        verbose_name_plural = _("versions des listes")
        ordering = ["list", "-number"]
        constraints = [
            models.UniqueConstraint("list", "number", name="listversion_number_unique"),
            models.UniqueConstraint(
                "list", condition=models.Q(state=VersionState.DRAFT), name="listversion_one_draft_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(state=VersionState.DRAFT, published_at__isnull=True)
                | models.Q(state=VersionState.PUBLISHED, published_at__isnull=False),
                name="listversion_published_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.list} – {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("taxonomy:version", args=[self.list.code, self.number])


class ListItem(models.Model):
    """One item of one version. Its `code` stays the same from version to version: facets and comparisons rely on it."""

    version = models.ForeignKey(ListVersion, models.CASCADE, related_name="items", verbose_name=_("version"))
    position = models.PositiveSmallIntegerField(_("rang"))
    code = models.CharField(_("code"), max_length=60, validators=[stable_code])
    label = models.CharField(_("intitulé"), max_length=200)
    text = models.TextField(_("texte"), blank=True)

    class Meta:
        verbose_name = _("élément d’une liste")
        verbose_name_plural = _("éléments des listes")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint("version", "code", name="listitem_code_unique_in_version")]

    def __str__(self) -> str:
        return self.label


class ListComment(models.Model):
    """What a member says of a list. Hidden comments are kept, so that a decision can be undone."""

    list = models.ForeignKey(NetworkList, models.CASCADE, related_name="comments", verbose_name=_("liste"))
    item_code = models.CharField(_("élément commenté"), max_length=60, blank=True)
    author_id = models.BigIntegerField(_("numéro de l’auteur"))
    author_name = models.CharField(_("auteur"), max_length=120)
    text = models.TextField(_("commentaire"))
    created_at = models.DateTimeField(_("écrit le"), default=timezone.now)
    is_hidden = models.BooleanField(_("masqué"), default=False)

    class Meta:
        verbose_name = _("commentaire")
        verbose_name_plural = _("commentaires")
        ordering = ["created_at", "pk"]
        indexes = [models.Index("list", "created_at", name="listcomment_of_a_list")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="listcomment_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.author_name} – {self.list}"
