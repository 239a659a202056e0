import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('jobs', '0001_initial'),  # after third parties: see there
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Questionnaire',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='titre')),
                ('introduction', models.TextField(blank=True, verbose_name='introduction')),
                ('scope', models.CharField(blank=True, max_length=40, verbose_name='objet')),
                ('scope_id', models.CharField(blank=True, max_length=64, verbose_name='numéro de l’objet')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='tenu par')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='créé le')),
            ],
            options={
                'verbose_name': 'questionnaire',
                'verbose_name_plural': 'questionnaires',
                'ordering': ['-created_at', '-pk'],
                'indexes': [models.Index(fields=['scope', 'scope_id'], name='questionnaire_scope')],
                'constraints': [models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='questionnaire_has_a_title'), models.CheckConstraint(condition=models.Q(models.Q(('scope', ''), ('scope_id', '')), models.Q(models.Q(('scope', ''), _negated=True), models.Q(('scope_id', ''), _negated=True)), _connector='OR'), name='questionnaire_scope_whole')],
            },
        ),
        migrations.CreateModel(
            name='Version',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('questionnaire', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='questionnaires.questionnaire', verbose_name='questionnaire')),
                ('number', models.PositiveIntegerField(verbose_name='numéro')),
                ('questions', models.JSONField(verbose_name='questions')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='écrite le')),
                ('frozen_at', models.DateTimeField(blank=True, null=True, verbose_name='figée le')),
            ],
            options={
                'verbose_name': 'version d’un questionnaire',
                'verbose_name_plural': 'versions d’un questionnaire',
                'ordering': ['questionnaire', 'number'],
                'constraints': [models.UniqueConstraint(fields=('questionnaire', 'number'), name='questionnaire_version_once'), models.CheckConstraint(condition=models.Q(('number__gt', 0)), name='questionnaire_version_counts_from_one')],
            },
        ),
        migrations.CreateModel(
            name='Opening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='openings', to='questionnaires.version', verbose_name='version')),
                ('scope', models.CharField(blank=True, max_length=40, verbose_name='objet')),
                ('scope_id', models.CharField(blank=True, max_length=64, verbose_name='numéro de l’objet')),
                ('state', models.CharField(choices=[('prepared', 'préparée'), ('open', 'ouverte'), ('closed', 'close')], default='prepared', max_length=8, verbose_name='état')),
                ('opens_at', models.DateTimeField(blank=True, null=True, verbose_name='ouvre le')),
                ('closes_at', models.DateTimeField(blank=True, null=True, verbose_name='ferme le')),
                ('opened_at', models.DateTimeField(blank=True, null=True, verbose_name='ouverte le')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='close le')),
                ('is_anonymous', models.BooleanField(default=True, verbose_name='anonyme')),
                ('floor', models.PositiveSmallIntegerField(default=5, verbose_name='plancher')),
                ('shows', models.CharField(choices=[('at_once', 'dès que l’on a répondu'), ('at_end', 'à la clôture'), ('holders', 'à qui tient la consultation')], default='at_end', max_length=8, verbose_name='résultats montrés')),
                ('seed', models.CharField(blank=True, max_length=64, null=True, unique=True, verbose_name='graine du lien')),
                ('token_digest', models.CharField(blank=True, max_length=64, null=True, unique=True, verbose_name='empreinte du lien')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='préparée le')),
            ],
            options={
                'verbose_name': 'consultation',
                'verbose_name_plural': 'consultations',
                'ordering': ['-created_at', '-pk'],
                'indexes': [models.Index(fields=['scope', 'scope_id'], name='opening_scope'), models.Index(fields=['state', 'opens_at', 'closes_at'], name='opening_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['prepared', 'open', 'closed'])), name='opening_state_known'), models.CheckConstraint(condition=models.Q(('shows__in', ['at_once', 'at_end', 'holders'])), name='opening_shows_known'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('opened_at', None), ('state', 'prepared')), models.Q(('closed_at', None), ('opened_at__isnull', False), ('state', 'open')), models.Q(('closed_at__isnull', False), ('opened_at__isnull', False), ('state', 'closed')), _connector='OR'), name='opening_state_says_when'), models.CheckConstraint(condition=models.Q(('opens_at', None), ('closes_at', None), ('closes_at__gt', models.F('opens_at')), _connector='OR'), name='opening_lasts'), models.CheckConstraint(condition=models.Q(('floor', 0), models.Q(('shows', 'at_once'), _negated=True), _connector='OR'), name='opening_floor_until_the_end'), models.CheckConstraint(condition=models.Q(models.Q(('seed', None), ('token_digest', None)), models.Q(('seed__isnull', False), ('token_digest__isnull', False)), _connector='OR'), name='opening_link_whole'), models.CheckConstraint(condition=models.Q(models.Q(('scope', ''), ('scope_id', '')), models.Q(models.Q(('scope', ''), _negated=True), models.Q(('scope_id', ''), _negated=True)), _connector='OR'), name='opening_scope_whole')],
            },
        ),
        migrations.CreateModel(
            name='Response',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opening', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='responses', to='questionnaires.opening', verbose_name='consultation')),
                ('respondent', models.CharField(max_length=64, verbose_name='clé de qui répond')),
                ('answers', models.JSONField(default=dict, verbose_name='réponses')),
                ('draft', models.JSONField(blank=True, null=True, verbose_name='brouillon')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='envoyée le')),
            ],
            options={
                'verbose_name': 'réponse',
                'verbose_name_plural': 'réponses',
                'ordering': ['opening', 'pk'],
                'indexes': [models.Index(fields=['respondent'], name='response_respondent')],
                'constraints': [models.UniqueConstraint(fields=('opening', 'respondent'), name='response_once'), models.CheckConstraint(condition=models.Q(('respondent', ''), _negated=True), name='response_has_a_respondent'), models.CheckConstraint(condition=models.Q(('answered_at__isnull', False), ('draft__isnull', False), _connector='OR'), name='response_sent_or_draft')],
            },
        ),
    ]
