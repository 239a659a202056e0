from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_choice_before")]

    operations = [
        migrations.AddField(
            model_name="outgoingmail",
            name="attachments",
            field=models.JSONField(default=list),
        ),
    ]
