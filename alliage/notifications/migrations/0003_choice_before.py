from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_replies")]

    operations = [
        migrations.AddField(
            model_name="preference",
            name="before",
            field=models.CharField(
                blank=True,
                choices=[
                    ("now", "tout de suite"),
                    ("daily", "chaque jour"),
                    ("weekly", "chaque semaine"),
                    ("never", "jamais"),
                ],
                default="",
                max_length=10,
                verbose_name="choix d’avant",
            ),
        ),
        migrations.AddConstraint(
            model_name="preference",
            constraint=models.CheckConstraint(
                condition=models.Q(("before__in", ["", "now", "daily", "weekly", "never"])),
                name="preference_before_known",
            ),
        ),
    ]
