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
]


class Migration(migrations.Migration):
    dependencies = [("rooms", "0002_captions_and_questions")]

    operations = [
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
    ]
