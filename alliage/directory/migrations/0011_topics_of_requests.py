from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0010_inviting"),
    ]

    operations = [
        migrations.AddField(
            model_name="helprequest",
            name="chosen",
            field=models.JSONField(blank=True, default=list, verbose_name="sujets ajoutés"),
        ),
        migrations.AddField(
            model_name="helprequest",
            name="refused",
            field=models.JSONField(blank=True, default=list, verbose_name="sujets retirés"),
        ),
    ]
