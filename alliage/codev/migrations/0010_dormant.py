from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("codev", "0009_subject_question")]

    operations = [
        migrations.AddField(
            model_name="group",
            name="reopened_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="rouvert le"),
        ),
        migrations.AddField(
            model_name="group",
            name="dormant_told_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="sommeil dit le"),
        ),
    ]
