import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('events', '0007_exhibition'),
    ]

    operations = [
        migrations.CreateModel(
            name='Proceedings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(blank=True, verbose_name='avant de lire')),
                ('links', models.JSONField(blank=True, default=list, verbose_name='ce qui est publié ailleurs')),
                ('replay_url', models.URLField(blank=True, max_length=500, verbose_name='rediffusion de la journée')),
                ('content', models.JSONField(blank=True, default=dict, verbose_name='ce que chacun lit')),
                ('built_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='rassemblé le')),
                ('last_number', models.PositiveIntegerField(default=0, verbose_name='dernière version')),
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='proceedings', to='events.event', verbose_name='événement')),
            ],
            options={
                'verbose_name': 'actes',
                'verbose_name_plural': 'actes',
            },
        ),
        migrations.CreateModel(
            name='Minutes',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lines', models.JSONField(blank=True, default=list, verbose_name='en cours d’écriture')),
                ('published', models.JSONField(blank=True, default=list, verbose_name='signé')),
                ('replay_url', models.URLField(blank=True, max_length=500, verbose_name='rediffusion')),
                ('shares_transcript', models.BooleanField(default=False, verbose_name='transcription publiée')),
                ('transcript', models.TextField(blank=True, verbose_name='transcription')),
                ('edition', models.PositiveIntegerField(default=0, verbose_name='numéro d’écriture')),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='écrit le')),
                ('signed_name', models.CharField(blank=True, max_length=120, verbose_name='signature')),
                ('signed_at', models.DateTimeField(blank=True, null=True, verbose_name='signé le')),
                ('is_hidden', models.BooleanField(default=False, verbose_name='masqué par la modération')),
                ('sequence', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='minutes', to='events.sequence', verbose_name='séquence')),
                ('signed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='signé par')),
                ('written_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='écrit par')),
            ],
            options={
                'verbose_name': 'compte rendu de séquence',
                'verbose_name_plural': 'comptes rendus de séquences',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('signed_at__isnull', True), ('signed_name', '')), models.Q(('signed_at__isnull', False), models.Q(('signed_name', ''), _negated=True)), _connector='OR'), name='minutes_signed_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='ProceedingsVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='numéro')),
                ('content', models.JSONField(verbose_name='ce que chacun lit')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='arrêtée le')),
                ('proceedings', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='events.proceedings', verbose_name='actes')),
            ],
            options={
                'verbose_name': 'version des actes',
                'verbose_name_plural': 'versions des actes',
                'ordering': ['proceedings', '-number'],
                'constraints': [models.UniqueConstraint(fields=('proceedings', 'number'), name='proceedings_version_once'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='proceedings_versions_begin_at_one')],
            },
        ),
    ]
