import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0002_journal_sources_known_files"),
    ]

    operations = [
        migrations.CreateModel(
            name="RowReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="ligne")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("created", "créée"),
                            ("updated", "modifiée"),
                            ("unchanged", "inchangée"),
                            ("skipped", "laissée de côté"),
                            ("refused", "refusée"),
                        ],
                        max_length=10,
                        verbose_name="ce qui en est fait",
                    ),
                ),
                ("label", models.CharField(blank=True, max_length=200, verbose_name="fiche")),
                ("url", models.CharField(blank=True, max_length=400, verbose_name="adresse")),
                ("reason", models.TextField(blank=True, verbose_name="motif")),
                ("changes", models.JSONField(blank=True, default=list, verbose_name="changements")),
                ("values", models.JSONField(blank=True, null=True, verbose_name="ligne telle quelle")),
                ("model", models.CharField(blank=True, max_length=80, verbose_name="table")),
                ("object_id", models.CharField(blank=True, max_length=40, verbose_name="numéro")),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="imports.importrun",
                        verbose_name="import",
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne d’un compte rendu",
                "verbose_name_plural": "lignes d’un compte rendu",
            },
        ),
        migrations.AddConstraint(
            model_name="rowreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome__in", ["created", "updated", "unchanged", "skipped", "refused"]),
                ),
                name="import_row_outcome_known",
            ),
        ),
        migrations.AddIndex(
            model_name="rowreport",
            index=models.Index(fields=["run", "outcome", "number"], name="import_row_order"),
        ),
        migrations.AddIndex(
            model_name="rowreport",
            index=models.Index(fields=["model", "object_id"], name="import_row_record"),
        ),
    ]
