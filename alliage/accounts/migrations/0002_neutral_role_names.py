"""Roles are named after what one does, so that they suit everyone; their groups follow."""

from django.db import migrations, models


RENAMED = {
    "Facilitateurs": "Facilitation",
    "Animateurs": "Animation",
    "Administrateurs": "Administration",
}


def rename(apps, names):
    groups = apps.get_model("auth", "Group").objects
    for old, new in names.items():
        if not groups.filter(name=new).exists():
            groups.filter(name=old).update(name=new)


def forwards(apps, schema_editor):
    rename(apps, RENAMED)


def backwards(apps, schema_editor):
    rename(apps, {new: old for old, new in RENAMED.items()})


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.RunPython(forwards, backwards),
        migrations.AlterField(
            model_name='invitation',
            name='role',
            field=models.CharField(choices=[('member', 'membre'), ('facilitator', 'facilitation'), ('animator', 'animation'), ('administrator', 'administration')], default='member', max_length=20, verbose_name='rôle'),
        ),
        migrations.AlterField(
            model_name='member',
            name='role',
            field=models.CharField(choices=[('member', 'membre'), ('facilitator', 'facilitation'), ('animator', 'animation'), ('administrator', 'administration')], default='member', max_length=20, verbose_name='rôle'),
        ),
        migrations.AlterField(
            model_name='rolechange',
            name='new_role',
            field=models.CharField(choices=[('member', 'membre'), ('facilitator', 'facilitation'), ('animator', 'animation'), ('administrator', 'administration')], max_length=20, verbose_name='nouveau rôle'),
        ),
        migrations.AlterField(
            model_name='rolechange',
            name='old_role',
            field=models.CharField(choices=[('member', 'membre'), ('facilitator', 'facilitation'), ('animator', 'animation'), ('administrator', 'administration')], max_length=20, verbose_name='ancien rôle'),
        ),
    ]
