"""Documents that several people write at once: the log of their changes, what compaction keeps of it, versions, authors.

What is typed may be confidential: nothing here is named by its text or its title.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.writing.enums import State, VersionKind


class Document(models.Model):
    """`scope` names a purpose of the registry, `scope_id` what the document belongs to there.

    `last_number` is the number of its last change, `rights_number` grows each time that rights may have changed: whoever is
    connected is asked again. `size` is what its changes weigh, in bytes, compaction included.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scope = models.CharField(_("usage"), max_length=40)
    scope_id = models.CharField(_("rattaché à"), max_length=64)
    title = models.CharField(_("titre"), max_length=160)
    state = models.CharField(_("état"), max_length=8, choices=State.choices, default=State.OPEN)
    last_number = models.PositiveBigIntegerField(_("dernier changement"), default=0)
    rights_number = models.PositiveBigIntegerField(_("droits"), default=0)
    size = models.PositiveIntegerField(_("poids"), default=0)
    created_at = models.DateTimeField(_("commencé le"), default=timezone.now)
    changed_at = models.DateTimeField(_("changé le"), default=timezone.now)

    class Meta:
        verbose_name = _("écrit")
        verbose_name_plural = _("écrits")
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["scope", "scope_id", "created_at"], name="writing_document_scope")]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="writing_document_has_a_title"),
            models.CheckConstraint(condition=~Q(scope="") & ~Q(scope_id=""), name="writing_document_belongs"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="writing_document_state_known"),
        ]

    def __str__(self) -> str:
        """Never its title: this is what logs and consoles print."""
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("writing:document", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == State.OPEN


class Update(models.Model):
    """One change, as Yjs writes it (v1). Numbers are taken under the document's row lock, in the transaction that writes
    the change: a later commit never hides behind an earlier number, and each change follows those it builds upon."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="updates", verbose_name=_("écrit"))
    number = models.PositiveBigIntegerField(_("numéro"))
    payload = models.BinaryField(_("changement"))
    writer_key = models.CharField(_("de qui"), max_length=80, blank=True)
    at = models.DateTimeField(_("le"), default=timezone.now)

    class Meta:
        verbose_name = _("changement d’un écrit")
        verbose_name_plural = _("changements d’un écrit")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="writing_update_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="writing_update_number_counts"),
            models.CheckConstraint(condition=~Q(payload=b""), name="writing_update_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Snapshot(models.Model):
    """What compaction made of the changes up to `number`: one state, in the same format. Their rows are gone."""

    document = models.OneToOneField(Document, models.CASCADE, related_name="snapshot", verbose_name=_("écrit"))
    number = models.PositiveBigIntegerField(_("numéro"))
    state = models.BinaryField(_("état"))
    at = models.DateTimeField(_("le"), default=timezone.now)

    class Meta:
        verbose_name = _("état d’un écrit")
        verbose_name_plural = _("états d’un écrit")
        constraints = [models.CheckConstraint(condition=~Q(state=b""), name="writing_snapshot_holds_something")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Author(models.Model):
    """Somebody who changed the text. `key` is theirs in the purpose: « member:12 », or what a room knows of a visitor."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="authors", verbose_name=_("écrit"))
    key = models.CharField(_("de qui"), max_length=80)
    name = models.CharField(_("nom affiché"), max_length=120, blank=True)
    first_at = models.DateTimeField(_("depuis"), default=timezone.now)
    last_at = models.DateTimeField(_("jusqu’à"), default=timezone.now)

    class Meta:
        verbose_name = _("auteur d’un écrit")
        verbose_name_plural = _("auteurs d’un écrit")
        ordering = ["first_at", "pk"]
        indexes = [models.Index(fields=["key"], name="writing_author_key")]
        constraints = [
            models.UniqueConstraint(fields=["document", "key"], name="writing_author_once"),
            models.CheckConstraint(condition=~Q(key=""), name="writing_author_has_a_key"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Version(models.Model):
    """The text as it stood at one change. Its authors are those who had written by then."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="versions", verbose_name=_("écrit"))
    number = models.PositiveBigIntegerField(_("numéro du changement"))
    kind = models.CharField(_("sorte"), max_length=10, choices=VersionKind.choices, default=VersionKind.AUTOMATIC)
    label = models.CharField(_("nom"), max_length=120, blank=True)
    text = models.TextField(_("texte"), blank=True)
    writer_key = models.CharField(_("de qui"), max_length=80, blank=True)
    writer_name = models.CharField(_("nommée par"), max_length=120, blank=True)
    at = models.DateTimeField(_("le"), default=timezone.now)

    class Meta:
        verbose_name = _("version d’un écrit")
        verbose_name_plural = _("versions d’un écrit")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind=VersionKind.NAMED) & ~Q(label="")) | Q(kind=VersionKind.AUTOMATIC, label=""),
                name="writing_version_named_or_not",
            ),
            models.UniqueConstraint(
                fields=["document", "number"],
                condition=Q(kind=VersionKind.AUTOMATIC),
                name="writing_version_automatic_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
