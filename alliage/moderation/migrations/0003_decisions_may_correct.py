"""A page may be corrected, beside hidden or left. SQLite writes the table anew: the trigger of 0002 is put back."""

from importlib import import_module

from django.db import migrations, models

triggers = import_module("alliage.moderation.migrations.0002_decisions_are_only_added")
ACTS = [
    ("hide", "Masquer"),
    ("restore", "Montrer de nouveau"),
    ("correct", "Corrigé"),
    ("dismiss", "Laisser tel quel"),
]


class Migration(migrations.Migration):
    dependencies = [("moderation", "0002_decisions_are_only_added")]
    operations = [
        migrations.RunPython(triggers.remove_trigger, triggers.add_trigger),
        migrations.RemoveConstraint("decision", "decision_act_known"),
        migrations.AlterField(
            "decision", "act", models.CharField(choices=ACTS, max_length=10, verbose_name="décision")
        ),
        migrations.AddConstraint(
            "decision",
            models.CheckConstraint(
                condition=models.Q(act__in=[code for code, _label in ACTS]), name="decision_act_known"
            ),
        ),
        migrations.RunPython(triggers.add_trigger, triggers.remove_trigger),
    ]
