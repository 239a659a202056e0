from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("codev", "0006_widenings")]

    operations = [
        migrations.AddField(
            model_name="encounter",
            name="phone",
            field=models.CharField(
                blank=True, default="", max_length=60, verbose_name="numéro de téléphone de la réunion"
            ),
        ),
    ]
