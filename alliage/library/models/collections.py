"""Collections: resources that a member keeps together, with notes for herself alone; read by others if she says so."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from alliage.library.enums import Sharing
from alliage.library.models.resources import Resource


class Collection(models.Model):
    """`is_default`: where « Garder » puts things. The secret link is made from `seed` and the site's key; the database
    holds its digest only."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="collections", verbose_name=_("tenue par")
    )
    name = models.CharField(_("nom"), max_length=120)
    text = models.CharField(_("de quoi il s’agit"), max_length=400, blank=True)
    is_default = models.BooleanField(_("collection où l’on garde d’un geste"), default=False)
    sharing = models.CharField(_("qui la lit"), max_length=8, choices=Sharing.choices, default=Sharing.PRIVATE)
    seed = models.CharField(_("graine du lien"), max_length=64, blank=True)
    token_digest = models.CharField(_("empreinte du lien"), max_length=64, unique=True, null=True, blank=True)
    is_hidden = models.BooleanField(_("masquée par la modération"), default=False)
    created_at = models.DateTimeField(_("créée le"), default=timezone.now)
    changed_at = models.DateTimeField(_("changée le"), default=timezone.now)

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        ordering = ["-is_default", "-changed_at", "-pk"]
        indexes = [models.Index(fields=["sharing", "-changed_at"], name="collection_public")]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="collection_has_a_name"),
            models.CheckConstraint(condition=Q(sharing__in=Sharing.values), name="collection_sharing_known"),
            models.UniqueConstraint(F("owner"), Lower("name"), name="collection_name_once_per_member"),
            models.UniqueConstraint(fields=["owner"], condition=Q(is_default=True), name="collection_one_default"),
            models.CheckConstraint(
                condition=Q(sharing=Sharing.LINK, token_digest__isnull=False)
                | (~Q(sharing=Sharing.LINK) & Q(token_digest__isnull=True)),
                name="collection_link_goes_with_sharing",
            ),
        ]

    def __str__(self) -> str:
        """Never its name: this is what logs and consoles print."""
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("library:collection", args=[self.pk, self.slug])

    @property
    def slug(self) -> str:
        return slugify(self.name)[:60].strip("-") or "collection"


class CollectionItem(models.Model):
    """One resource kept. `note` is read by the holder of the collection alone, whoever reads the collection."""

    collection = models.ForeignKey(Collection, models.CASCADE, related_name="items", verbose_name=_("collection"))
    resource = models.ForeignKey(Resource, models.CASCADE, related_name="+", verbose_name=_("ressource"))
    note = models.TextField(_("note pour moi"), blank=True)
    position = models.PositiveIntegerField(_("rang"), default=0)
    added_at = models.DateTimeField(_("gardée le"), default=timezone.now)

    class Meta:
        verbose_name = _("ressource gardée")
        verbose_name_plural = _("ressources gardées")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["collection", "resource"], name="collection_item_once")]

    def __str__(self) -> str:
        """Never its note, as above."""
        return f"{self.collection_id} – {self.resource_id}"
