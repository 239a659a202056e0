import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '__first__'),
        ('events', '0003_registration'),
        ('files', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Rehearsal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField(verbose_name='début')),
                ('minutes', models.PositiveSmallIntegerField(default=15, verbose_name='durée en minutes')),
                ('seats', models.PositiveSmallIntegerField(default=1, verbose_name='places')),
                ('taken', models.PositiveSmallIntegerField(default=0, verbose_name='places prises')),
                ('join_url', models.URLField(blank=True, max_length=500, verbose_name='lien de visioconférence')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rehearsals', to='events.event', verbose_name='événement')),
            ],
            options={
                'verbose_name': 'créneau de répétition',
                'verbose_name_plural': 'créneaux de répétition',
                'ordering': ['starts_at', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('event', 'starts_at'), name='rehearsal_once'), models.CheckConstraint(condition=models.Q(('taken__lte', models.F('seats'))), name='rehearsal_never_over_full')],
            },
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('offset', models.SmallIntegerField(verbose_name='jours avant ou après')),
                ('title', models.CharField(max_length=200, verbose_name='à faire')),
                ('text', models.TextField(blank=True, verbose_name='précision')),
                ('code', models.CharField(blank=True, max_length=40, verbose_name='code')),
                ('who', models.CharField(blank=True, max_length=120, verbose_name='qui s’en charge')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='fait le')),
                ('done_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='fait par')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tasks', to='events.event', verbose_name='événement')),
            ],
            options={
                'verbose_name': 'ligne de rétroplanning',
                'verbose_name_plural': 'lignes de rétroplanning',
                'ordering': ['offset', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='task_has_a_title'), models.UniqueConstraint(condition=models.Q(('code', ''), _negated=True), fields=('event', 'code'), name='task_code_once')],
            },
        ),
        migrations.CreateModel(
            name='Sheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seed', models.CharField(max_length=64, verbose_name='graine du lien')),
                ('token_digest', models.CharField(max_length=64, unique=True, verbose_name='empreinte du lien')),
                ('contact', models.EmailField(blank=True, max_length=254, verbose_name='adresse électronique')),
                ('answer', models.CharField(choices=[('expected', 'en cours de confirmation'), ('confirmed', 'confirmé'), ('declined', 'ne viendra pas')], default='expected', max_length=10, verbose_name='réponse')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='répondu le')),
                ('bio', models.TextField(blank=True, verbose_name='présentation')),
                ('shares_slides', models.BooleanField(default=False, verbose_name='diapositives publiées avec les actes')),
                ('links', models.JSONField(blank=True, default=list, verbose_name='liens')),
                ('recording', models.CharField(blank=True, choices=[('', 'pas encore dit'), ('yes', 'accepte d’être enregistré'), ('no', 'n’accepte pas d’être enregistré')], default='', max_length=3, verbose_name='enregistrement')),
                ('recording_text', models.CharField(blank=True, max_length=400, verbose_name='ce qui a été accepté')),
                ('recording_at', models.DateTimeField(blank=True, null=True, verbose_name='dit le')),
                ('message', models.TextField(blank=True, verbose_name='message à l’organisation')),
                ('drafts', models.JSONField(blank=True, null=True, verbose_name='brouillon')),
                ('change', models.PositiveIntegerField(default=0, verbose_name='numéro de changement')),
                ('invited_at', models.DateTimeField(blank=True, null=True, verbose_name='invité le')),
                ('reminded_on', models.DateField(blank=True, null=True, verbose_name='relancé le')),
                ('opened_at', models.DateTimeField(blank=True, null=True, verbose_name='page ouverte le')),
                ('changed_at', models.DateTimeField(blank=True, null=True, verbose_name='changé le')),
                ('partner', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sheet', to='events.partner', verbose_name='partenaire')),
                ('photo', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='files.storedfile', verbose_name='photo')),
                ('rehearsal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='sheets', to='events.rehearsal', verbose_name='répétition')),
                ('slides', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='files.storedfile', verbose_name='diapositives')),
                ('speaker', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sheet', to='events.speaker', verbose_name='intervenant')),
            ],
            options={
                'verbose_name': 'page d’intervenant',
                'verbose_name_plural': 'pages d’intervenants',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('partner__isnull', True), ('speaker__isnull', False)), models.Q(('partner__isnull', False), ('speaker__isnull', True)), _connector='OR'), name='sheet_of_one_person'), models.CheckConstraint(condition=models.Q(('answer__in', ['expected', 'confirmed', 'declined'])), name='sheet_answer_known'), models.CheckConstraint(condition=models.Q(('recording__in', ['', 'yes', 'no'])), name='sheet_recording_known'), models.CheckConstraint(condition=models.Q(('recording', ''), ('recording_at__isnull', False), _connector='OR'), name='sheet_recording_is_dated')],
            },
        ),
    ]
