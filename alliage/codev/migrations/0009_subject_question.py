import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("codev", "0008_own_sheet")]

    operations = [
        migrations.AddField(
            model_name="subject",
            name="question",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="codev.question",
                verbose_name="question du réseau",
            ),
        ),
        migrations.AddConstraint(
            model_name="subject",
            constraint=models.UniqueConstraint(fields=("session", "question"), name="subject_of_a_question_once"),
        ),
    ]
