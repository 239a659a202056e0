"""One table of entries: people and teams join the organisations."""

from django.db import migrations, models


def say_nobody(apps, _schema_editor):
    apps.get_model("directory", "Entry").objects.filter(visibility="hidden").update(visibility="nobody")


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint("organisation", "organisation_visibility_known"),
        migrations.RemoveConstraint("organisation", "organisation_place_precision_known"),
        migrations.RemoveConstraint("organisation", "organisation_point_whole_and_on_earth"),
        migrations.RemoveConstraint("organisation", "organisation_place_says_how_it_is_known"),
        migrations.RenameModel("Organisation", "Entry"),
        migrations.RunPython(say_nobody, migrations.RunPython.noop),
    ]
