from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0003_row_reports"),
    ]

    operations = [
        migrations.AddField(
            model_name="source",
            name="read_whole_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="lue en entier le"),
        ),
    ]
