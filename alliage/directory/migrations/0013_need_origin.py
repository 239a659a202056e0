from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0012_deeds")]

    operations = [
        migrations.AddField(
            model_name="need",
            name="origin",
            field=models.CharField(blank=True, default="", max_length=80, verbose_name="né de"),
        ),
    ]
