from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agreements", "0002_cited")]

    operations = [
        migrations.AddField(
            model_name="agreement",
            name="ends_on",
            field=models.DateField(blank=True, null=True, verbose_name="fin prévue"),
        ),
    ]
