"""Files that people sent, once checked."""

import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliage.files.enums import Kind, TextState


class PrivateStorage(FileSystemStorage):
    """Keeps files apart from what the site serves directly: they are read through a view that checks who asks."""

    @property
    def base_location(self) -> Path:
        return Path(settings.VAR_DIR) / "files"

    @property
    def location(self) -> str:
        return str(self.base_location)


def private_storage() -> Storage:
    return PrivateStorage(base_url=None)


def place(stored: Any, _filename: str) -> str:
    """Give the path in the storage: nothing of it comes from the person."""
    return f"{stored.pk.hex[:2]}/{stored.pk.hex}.{stored.extension}"


class StoredFile(models.Model):
    """A file as it was kept after checks; its content never changes. `owner_id` is a member's number."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(_("usage"), max_length=60)
    kind = models.CharField(_("sorte"), max_length=20, choices=Kind.choices)
    name = models.CharField(_("nom"), max_length=120)
    extension = models.CharField(_("extension"), max_length=10)
    content_type = models.CharField(_("type"), max_length=100)
    file = models.FileField(_("contenu"), upload_to=place, storage=private_storage, max_length=200)
    size = models.PositiveBigIntegerField(_("taille en octets"))
    sha256 = models.CharField(_("empreinte"), max_length=64, db_index=True)
    width = models.PositiveIntegerField(_("largeur"), null=True, blank=True)
    height = models.PositiveIntegerField(_("hauteur"), null=True, blank=True)
    is_public = models.BooleanField(_("public"), default=False)
    text = models.TextField(_("texte"), blank=True)
    text_state = models.CharField(_("lecture du texte"), max_length=20, choices=TextState.choices)
    owner_id = models.BigIntegerField(_("envoyé par"), null=True, blank=True, db_index=True)
    created_at = models.DateTimeField(_("envoyé le"))

    class Meta:
        verbose_name = _("fichier")
        verbose_name_plural = _("fichiers")
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="stored_file_kind_known"),
            models.CheckConstraint(condition=models.Q(size__gt=0), name="stored_file_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("files:download", args=[self.pk, self.name])

    def reduced_url(self, side: int) -> str:
        """The address of a picture cut to a square (`images.SIDES`): read by those who may read the picture."""
        return f"{self.get_absolute_url()}?cote={side}"

    @property
    def small_url(self) -> str:
        return self.reduced_url(96)

    @property
    def medium_url(self) -> str:
        return self.reduced_url(320)

    def reduced_name(self, side: int) -> str:
        """Where the reduction is kept, beside the picture."""
        return str(self.file.name).removesuffix(f".{self.extension}") + f"-{side}.{self.extension}"
