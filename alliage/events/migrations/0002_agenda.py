import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0001_programme'),
    ]

    operations = [
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='titre')),
                ('repeats', models.CharField(choices=[('weeks', 'certaines semaines, le même jour'), ('weekday', 'chaque mois, le même jour de la semaine'), ('date', 'chaque mois, à la même date')], max_length=10, verbose_name='se répète')),
                ('every', models.PositiveSmallIntegerField(default=1, verbose_name='tous les combien')),
                ('weekday', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='jour de la semaine')),
                ('nth', models.SmallIntegerField(blank=True, null=True, verbose_name='lequel dans le mois')),
                ('day', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='date dans le mois')),
                ('starts_on', models.DateField(verbose_name='à partir du')),
                ('hour', models.TimeField(verbose_name='heure')),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='durée en minutes')),
                ('zone', models.CharField(default='Europe/Paris', max_length=60, verbose_name='fuseau horaire')),
                ('until', models.DateField(blank=True, null=True, verbose_name='jusqu’au')),
                ('times', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='nombre de dates')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='créé le')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='tenu par')),
            ],
            options={
                'verbose_name': 'cycle',
                'verbose_name_plural': 'cycles',
                'ordering': ['starts_on', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='series_has_a_title'), models.CheckConstraint(condition=models.Q(('every__range', (1, 12))), name='series_every_known'), models.CheckConstraint(condition=models.Q(('minutes__gt', 0)), name='series_lasts'), models.CheckConstraint(condition=models.Q(models.Q(('times__isnull', True), ('until__isnull', False)), models.Q(('times__isnull', False), ('until__isnull', True)), _connector='OR'), name='series_ends_one_way'), models.CheckConstraint(condition=models.Q(models.Q(('day__isnull', True), ('nth__isnull', True), ('repeats', 'weeks'), ('weekday__isnull', False), ('weekday__range', (0, 6))), models.Q(('day__isnull', True), ('nth__in', (1, 2, 3, 4, -1)), ('nth__isnull', False), ('repeats', 'weekday'), ('weekday__isnull', False), ('weekday__range', (0, 6))), models.Q(('day__isnull', False), ('day__range', (1, 31)), ('nth__isnull', True), ('repeats', 'date'), ('weekday__isnull', True)), _connector='OR'), name='series_rule_whole')],
            },
        ),
        migrations.CreateModel(
            name='Occurrence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='date')),
                ('is_apart', models.BooleanField(default=False, verbose_name='changée seule')),
                ('event', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='occurrence', to='events.event', verbose_name='événement')),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='occurrences', to='events.series', verbose_name='cycle')),
            ],
            options={
                'verbose_name': 'date d’un cycle',
                'verbose_name_plural': 'dates d’un cycle',
                'ordering': ['series', 'on'],
                'constraints': [models.UniqueConstraint(fields=('series', 'on'), name='occurrence_once')],
            },
        ),
    ]
