from django.db import migrations, models

STATES = [
    ("invited", "invité"),
    ("in", "partenaire"),
    ("declined", "n’a pas donné suite"),
    ("left", "parti"),
    ("cited", "partenaire cité, non signataire"),
]


class Migration(migrations.Migration):
    dependencies = [("agreements", "0001_agreements")]

    operations = [
        migrations.RemoveConstraint(model_name="partner", name="agreement_partner_state_known"),
        migrations.AlterField(
            model_name="partner",
            name="state",
            field=models.CharField(choices=STATES, default="invited", max_length=8, verbose_name="état"),
        ),
        migrations.AddConstraint(
            model_name="partner",
            constraint=models.CheckConstraint(
                condition=models.Q(state__in=["invited", "in", "declined", "left", "cited"]),
                name="agreement_partner_state_known",
            ),
        ),
    ]
