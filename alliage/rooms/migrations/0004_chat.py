import django.db.models.deletion
from django.db import migrations, models

KINDS = [
    ("opened", "ouverte"),
    ("closed", "terminée"),
    ("phase", "étape"),
    ("clock", "horloge"),
    ("joined", "arrivée"),
    ("role", "rôle"),
    ("card", "écrit"),
    ("card_gone", "écrit retiré"),
    ("turn", "parole"),
    ("poll", "sondage"),
    ("polled", "réponse"),
    ("caption", "sous-titre"),
    ("relay", "relais des sous-titres"),
    ("erased", "effacée"),
    ("beside", "autour"),
    ("message", "message"),
    ("tool", "outil ouvert ou fermé"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("rooms", "0003_beside"),
    ]

    operations = [
        migrations.AddField(
            "room", "tools", models.JSONField(blank=True, default=dict, verbose_name="outils ouverts ou fermés")
        ),
        migrations.AddField(
            "participant", "reacted_at", models.DateTimeField(blank=True, null=True, verbose_name="a réagi à")
        ),
        migrations.AddField(
            "participant", "reaction_act", models.UUIDField(blank=True, null=True, verbose_name="dernière réaction")
        ),
        migrations.RemoveConstraint(model_name="event", name="event_kind_known"),
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=12, verbose_name="sorte"),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", [code for code, _label in KINDS])), name="event_kind_known"
            ),
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="rooms.room",
                        verbose_name="salle",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="rooms.participant",
                        verbose_name="par",
                    ),
                ),
                ("text", models.TextField(verbose_name="texte")),
                ("number", models.PositiveBigIntegerField(verbose_name="numéro")),
                ("said_at", models.DateTimeField(verbose_name="dit à")),
                ("is_hidden", models.BooleanField(default=False, verbose_name="masqué")),
            ],
            options={
                "verbose_name": "message",
                "verbose_name_plural": "messages",
                "ordering": ["number"],
                "indexes": [models.Index(fields=["author", "said_at"], name="message_pace")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="message_says_something"
                    ),
                    models.UniqueConstraint(fields=("room", "number"), name="message_number_once_per_room"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reaction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reactions",
                        to="rooms.room",
                        verbose_name="salle",
                    ),
                ),
                ("phase", models.CharField(max_length=40, verbose_name="étape")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("bravo", "Bravo"),
                            ("agree", "D’accord"),
                            ("learned", "J’apprends"),
                            ("slower", "Moins vite"),
                            ("unheard", "Je n’entends pas"),
                        ],
                        max_length=10,
                        verbose_name="sorte",
                    ),
                ),
                ("count", models.PositiveIntegerField(default=0, verbose_name="fois")),
            ],
            options={
                "verbose_name": "réaction",
                "verbose_name_plural": "réactions",
                "constraints": [
                    models.UniqueConstraint(fields=("room", "phase", "kind"), name="reaction_counted_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["bravo", "agree", "learned", "slower", "unheard"])),
                        name="reaction_kind_known",
                    ),
                ],
                "indexes": [],
            },
        ),
    ]
