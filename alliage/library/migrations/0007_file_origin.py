from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("library", "0006_exchange"),
    ]

    operations = [
        migrations.AddField(
            model_name="resourcefile",
            name="origin",
            field=models.CharField(blank=True, max_length=600, verbose_name="copié de"),
        ),
    ]
