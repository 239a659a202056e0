from django.db import migrations, models

CODE = "source d’import"
NUMBER = "identifiant dans sa source"


def _columns(name):
    return [
        migrations.AddField(name, "source_code", models.CharField(CODE, blank=True, default="", max_length=60)),
        migrations.AddField(name, "external_id", models.CharField(NUMBER, blank=True, default="", max_length=200)),
    ]


class Migration(migrations.Migration):
    dependencies = [("directory", "0013_need_origin")]

    operations = [*_columns("alliance"), *_columns("need")]
