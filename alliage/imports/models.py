"""Imports that people run on the site."""

import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliage.files.models import StoredFile
from alliage.imports.enums import State
from alliage.jobs.models import Job


class ImportRun(models.Model):
    """One file, from its upload to what it wrote.

    The file is kept until the import ends; afterwards its name and its fingerprint say what it was.
    `mapping` gives, for the code of each known column, the column of the file. `started_by_id` is a member's number.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("sorte"), max_length=60)
    state = models.CharField(_("état"), max_length=20, choices=State.choices, default=State.UPLOADED)
    file = models.ForeignKey(
        StoredFile, verbose_name=_("fichier"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    file_name = models.CharField(_("nom du fichier"), max_length=120)
    sha256 = models.CharField(_("empreinte"), max_length=64)
    columns = models.JSONField(_("colonnes du fichier"), default=list)
    mapping = models.JSONField(_("correspondance"), default=dict)
    job = models.ForeignKey(
        Job, verbose_name=_("travail"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    report = models.JSONField(_("compte rendu"), null=True, blank=True)
    skip_refused = models.BooleanField(_("sans les lignes refusées"), default=False)
    error = models.TextField(_("erreur"), blank=True)
    started_by_id = models.BigIntegerField(_("demandé par"), null=True, blank=True, db_index=True)
    created_at = models.DateTimeField(_("créé le"))
    finished_at = models.DateTimeField(_("terminé le"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        permissions = [("run_import", _("Peut importer des données depuis un fichier"))]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="import_run_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state=State.DONE) | models.Q(report__isnull=False, finished_at__isnull=False),
                name="import_run_done_has_report",
            ),
        ]
        indexes = [models.Index(fields=["-created_at"], name="import_run_latest")]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("imports:detail", args=[self.pk])
