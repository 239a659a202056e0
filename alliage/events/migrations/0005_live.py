import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("events", "0004_organising"),
        ("rooms", "0004_chat"),
    ]

    operations = [
        migrations.CreateModel(
            name="Arrival",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "attendee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="arrivals",
                        to="events.attendee",
                        verbose_name="inscrit",
                    ),
                ),
                (
                    "participant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="arrival",
                        to="rooms.participant",
                        verbose_name="personne dans la salle",
                    ),
                ),
            ],
            options={
                "verbose_name": "arrivée",
                "verbose_name_plural": "arrivées",
            },
        ),
        migrations.CreateModel(
            name="Stay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "attendee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stays",
                        to="events.attendee",
                        verbose_name="inscrit",
                    ),
                ),
                (
                    "sequence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stays",
                        to="events.sequence",
                        verbose_name="séquence",
                    ),
                ),
                ("began_at", models.DateTimeField(verbose_name="de")),
                ("last_at", models.DateTimeField(verbose_name="à")),
            ],
            options={
                "verbose_name": "présence",
                "verbose_name_plural": "présences",
                "ordering": ["began_at", "pk"],
                "indexes": [models.Index(fields=["attendee", "sequence", "last_at"], name="stay_last")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last_at__gte", models.F("began_at"))), name="stay_ends_after_it_begins"
                    ),
                    models.UniqueConstraint(fields=("attendee", "sequence", "began_at"), name="stay_begins_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contribution",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sequence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contributions",
                        to="events.sequence",
                        verbose_name="séquence",
                    ),
                ),
                (
                    "attendee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="contributions",
                        to="events.attendee",
                        verbose_name="inscrit",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="membre",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("question", "une question"),
                            ("answer", "une réponse, un exemple"),
                            ("need", "un besoin"),
                        ],
                        max_length=10,
                        verbose_name="nature",
                    ),
                ),
                ("text", models.TextField(verbose_name="texte")),
                ("signed", models.CharField(blank=True, max_length=80, verbose_name="signature")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "attend la modération"), ("shown", "montrée"), ("hidden", "masquée")],
                        default="waiting",
                        max_length=8,
                        verbose_name="état",
                    ),
                ),
                ("act", models.UUIDField(verbose_name="nom de l’envoi")),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="écrite le")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="décidée le")),
            ],
            options={
                "verbose_name": "contribution",
                "verbose_name_plural": "contributions",
                "ordering": ["written_at", "pk"],
                "indexes": [models.Index(fields=["sequence", "state"], name="contribution_place")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="contribution_says_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["question", "answer", "need"])), name="contribution_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "shown", "hidden"])),
                        name="contribution_state_known",
                    ),
                    models.UniqueConstraint(fields=("sequence", "act"), name="contribution_sent_once"),
                ],
            },
        ),
    ]
