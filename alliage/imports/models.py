"""Imports that people run on the site, what they did, and the outside directories that are read again and again."""

import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliage.files.models import StoredFile
from alliage.imports.enums import Action, Duplicates, RowOutcome, SourceState, State
from alliage.jobs.models import Job


class Source(models.Model):
    """An outside directory, read at its address every so often.

    `mapping` and `values` are those of its first import. `refreshed_at` is when its content was last known to be
    exact, `read_whole_at` when it was last read from end to end, and not only what changed; `created_by_id` is a member's number.
    """

    name = models.CharField(_("nom"), max_length=120)
    url = models.URLField(_("adresse"), max_length=500)
    kind = models.CharField(_("sorte"), max_length=60)
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    attribution = models.CharField(_("mention à afficher"), max_length=200, blank=True)
    contact = models.CharField(_("contact"), max_length=200, blank=True)
    is_personal = models.BooleanField(_("contient des données personnelles"), default=False)
    every_hours = models.PositiveSmallIntegerField(_("relue toutes les"), default=24)
    is_paused = models.BooleanField(_("en pause"), default=False)
    mapping = models.JSONField(_("correspondance"), default=dict, blank=True)
    values = models.JSONField(_("valeurs"), default=dict, blank=True)
    duplicates = models.CharField(_("doublons"), max_length=10, choices=Duplicates.choices, default=Duplicates.SKIP)
    state = models.CharField(_("état"), max_length=10, choices=SourceState.choices, default=SourceState.NEW)
    error = models.TextField(_("erreur"), blank=True)
    etag = models.CharField(_("version annoncée"), max_length=200, blank=True)
    last_modified = models.CharField(_("date annoncée"), max_length=100, blank=True)
    sha256 = models.CharField(_("empreinte"), max_length=64, blank=True)
    record_count = models.PositiveIntegerField(_("fiches"), default=0)
    checked_at = models.DateTimeField(_("lue le"), null=True, blank=True)
    refreshed_at = models.DateTimeField(_("exacte le"), null=True, blank=True)
    read_whole_at = models.DateTimeField(_("lue en entier le"), null=True, blank=True)
    next_at = models.DateTimeField(_("prochaine lecture"), null=True, blank=True, db_index=True)
    purged_at = models.DateTimeField(_("vidée le"), null=True, blank=True)
    job = models.ForeignKey(
        Job, verbose_name=_("travail"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_by_id = models.BigIntegerField(_("ajoutée par"), null=True, blank=True)
    created_at = models.DateTimeField(_("ajoutée le"))

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=SourceState.values), name="import_source_state_known"),
            models.CheckConstraint(
                condition=models.Q(every_hours__gte=1, every_hours__lte=720), name="import_source_every_sane"
            ),
            models.CheckConstraint(
                condition=models.Q(is_personal=False) | models.Q(every_hours__lte=240),
                name="import_source_personal_refreshed",
            ),
            models.UniqueConstraint(fields=["kind", "url"], name="import_source_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("imports:source", args=[self.pk])


class ImportRun(models.Model):
    """One file, from its upload to what it wrote, and to its undoing.

    The file is kept until the import ends; afterwards its name and its fingerprint say what it was.
    `mapping` gives, for the code of each known column, the column of the file; `values`, for a coded column, the code
    of each word of the file. `started_by_id` is a member's number. `source` is the outside directory it comes from.
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
    values = models.JSONField(_("valeurs"), default=dict)
    duplicates = models.CharField(_("doublons"), max_length=10, choices=Duplicates.choices, default=Duplicates.SKIP)
    source = models.ForeignKey(
        Source, verbose_name=_("source"), null=True, blank=True, on_delete=models.SET_NULL, related_name="runs"
    )
    job = models.ForeignKey(
        Job, verbose_name=_("travail"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    report = models.JSONField(_("compte rendu"), null=True, blank=True)
    skip_refused = models.BooleanField(_("sans les lignes refusées"), default=False)
    may_withdraw = models.BooleanField(_("peut retirer ce qui n’est plus à la source"), default=False)
    error = models.TextField(_("erreur"), blank=True)
    started_by_id = models.BigIntegerField(_("demandé par"), null=True, blank=True, db_index=True)
    created_at = models.DateTimeField(_("créé le"))
    finished_at = models.DateTimeField(_("terminé le"), null=True, blank=True)
    is_undoable = models.BooleanField(_("peut être annulé"), default=False)
    undo_report = models.JSONField(_("compte rendu de l’annulation"), null=True, blank=True)
    undone_by_id = models.BigIntegerField(_("annulé par"), null=True, blank=True)
    undone_at = models.DateTimeField(_("annulé le"), null=True, blank=True)

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
            models.CheckConstraint(
                condition=~models.Q(state=State.UNDONE) | models.Q(undo_report__isnull=False, undone_at__isnull=False),
                name="import_run_undone_has_report",
            ),
            models.CheckConstraint(
                condition=models.Q(is_undoable=False) | models.Q(state__in=[State.DONE, State.UNDOING]),
                name="import_run_undone_once",
            ),
        ]
        indexes = [models.Index(fields=["-created_at"], name="import_run_latest")]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("imports:detail", args=[self.pk])


class Change(models.Model):
    """What an import did to one record: `before` is what it was, `after` a fingerprint of what the import left."""

    run = models.ForeignKey(ImportRun, verbose_name=_("import"), on_delete=models.CASCADE, related_name="changes")
    number = models.PositiveIntegerField(_("ligne"))
    action = models.CharField(_("action"), max_length=10, choices=Action.choices)
    model = models.CharField(_("table"), max_length=80)
    object_id = models.CharField(_("numéro"), max_length=40)
    label = models.CharField(_("fiche"), max_length=200)
    before = models.JSONField(_("avant"), null=True, blank=True)
    after = models.CharField(_("empreinte après"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("changement")
        verbose_name_plural = _("changements")
        constraints = [
            models.UniqueConstraint(fields=["run", "model", "object_id"], name="import_change_once"),
            models.CheckConstraint(condition=models.Q(action__in=Action.values), name="import_change_action_known"),
            models.CheckConstraint(
                condition=models.Q(action=Action.CREATED) | models.Q(before__isnull=False),
                name="import_change_has_before",
            ),
        ]
        indexes = [models.Index(fields=["model", "object_id"], name="import_change_record")]

    def __str__(self) -> str:
        return self.label


class RowReport(models.Model):
    """What an import did, or would do, with one row of its file.

    `changes` lists [field, before, after]; `values` is a refused row as it was, ready to be mended. `model` and
    `object_id` name the record that was there before: its owner may have it forgotten.
    """

    run = models.ForeignKey(ImportRun, verbose_name=_("import"), on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("ligne"))
    outcome = models.CharField(_("ce qui en est fait"), max_length=10, choices=RowOutcome.choices)
    label = models.CharField(_("fiche"), max_length=200, blank=True)
    url = models.CharField(_("adresse"), max_length=400, blank=True)
    reason = models.TextField(_("motif"), blank=True)
    changes = models.JSONField(_("changements"), default=list, blank=True)
    values = models.JSONField(_("ligne telle quelle"), null=True, blank=True)
    model = models.CharField(_("table"), max_length=80, blank=True)
    object_id = models.CharField(_("numéro"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("ligne d’un compte rendu")
        verbose_name_plural = _("lignes d’un compte rendu")
        constraints = [
            models.CheckConstraint(condition=models.Q(outcome__in=RowOutcome.values), name="import_row_outcome_known"),
        ]
        indexes = [
            models.Index(fields=["run", "outcome", "number"], name="import_row_order"),
            models.Index(fields=["model", "object_id"], name="import_row_record"),
        ]

    def __str__(self) -> str:
        return self.label or str(self.number)


class KnownFile(models.Model):
    """The answers given for a file of these columns, proposed again for the next one."""

    kind = models.CharField(_("sorte"), max_length=60)
    fingerprint = models.CharField(_("empreinte des colonnes"), max_length=64)
    mapping = models.JSONField(_("correspondance"), default=dict)
    values = models.JSONField(_("valeurs"), default=dict)
    used_at = models.DateTimeField(_("utilisé le"))

    class Meta:
        verbose_name = _("fichier connu")
        verbose_name_plural = _("fichiers connus")
        constraints = [models.UniqueConstraint(fields=["kind", "fingerprint"], name="import_known_file_once")]

    def __str__(self) -> str:
        return self.fingerprint[:12]
