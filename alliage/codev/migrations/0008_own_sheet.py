import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("codev", "0007_encounter_phone"), ("rooms", "0003_beside")]

    operations = [
        migrations.AddField(
            model_name="session",
            name="own_sheet",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="rooms.runsheet",
                verbose_name="déroulé d’un membre, à la place",
            ),
        ),
    ]
