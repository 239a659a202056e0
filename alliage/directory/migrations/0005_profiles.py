import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '__first__'),
        ('directory', '0004_requests'),
        ('files', '0001_initial'),
        ('taxonomy', '0001_initial'),
        ('territories', '0002_perimeters_change'),
    ]

    operations = [
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sent_key', models.CharField(blank=True, max_length=64, null=True, unique=True, verbose_name='empreinte de l’envoi')),
                ('recipients', models.PositiveSmallIntegerField(default=0, verbose_name='destinataires')),
                ('created_at', models.DateTimeField(db_index=True, verbose_name='envoyé le')),
            ],
            options={
                'verbose_name': 'message envoyé par une fiche',
                'verbose_name_plural': 'messages envoyés par les fiches',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='EntryChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('created', 'créée'), ('edited', 'modifiée'), ('published', 'publiée'), ('withdrawn', 'retirée'), ('given', 'confiée'), ('people', 'personnes modifiées')], max_length=12, verbose_name='acte')),
                ('fields', models.JSONField(blank=True, default=list, verbose_name='champs')),
                ('at', models.DateTimeField(verbose_name='le')),
            ],
            options={
                'verbose_name': 'changement d’une fiche',
                'verbose_name_plural': 'changements des fiches',
                'ordering': ['-at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('act__in', ['created', 'edited', 'published', 'withdrawn', 'given', 'people'])), name='entry_change_act_known')],
            },
        ),
        migrations.CreateModel(
            name='JoinRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('join', 'rejoindre'), ('claim', 'tenir la fiche'), ('invite', 'invitation')], max_length=12, verbose_name='sorte')),
                ('state', models.CharField(choices=[('open', 'en attente'), ('accepted', 'acceptée'), ('refused', 'refusée'), ('withdrawn', 'retirée')], default='open', max_length=12, verbose_name='état')),
                ('role', models.CharField(blank=True, max_length=120, verbose_name='rôle')),
                ('text', models.TextField(blank=True, verbose_name='message')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='demandée le')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='répondue le')),
            ],
            options={
                'verbose_name': 'demande de rattachement',
                'verbose_name_plural': 'demandes de rattachement',
                'ordering': ['created_at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['join', 'claim', 'invite'])), name='join_request_kind_known'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'accepted', 'refused', 'withdrawn'])), name='join_request_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='join_request_answered_has_a_date')],
            },
        ),
        migrations.AddField(
            model_name='entry',
            name='contact_visibility',
            field=models.CharField(choices=[('public', 'tout le monde'), ('members', 'les membres du réseau'), ('nobody', 'personne d’autre que moi')], default='public', max_length=12, verbose_name='qui peut écrire par le formulaire'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(('contact_visibility__in', ['public', 'members', 'nobody'])), name='entry_contact_visibility_known'),
        ),
        migrations.AddField(
            model_name='contact',
            name='entry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='directory.entry', verbose_name='fiche'),
        ),
        migrations.AddField(
            model_name='entrychange',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par'),
        ),
        migrations.AddField(
            model_name='entrychange',
            name='entry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='directory.entry', verbose_name='fiche'),
        ),
        migrations.AddField(
            model_name='joinrequest',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par'),
        ),
        migrations.AddField(
            model_name='joinrequest',
            name='entry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='join_requests', to='directory.entry', verbose_name='fiche'),
        ),
        migrations.AddField(
            model_name='joinrequest',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='join_requests', to=settings.AUTH_USER_MODEL, verbose_name='membre'),
        ),
        migrations.AddConstraint(
            model_name='joinrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('entry', 'member'), name='join_request_one_open_at_a_time'),
        ),
    ]
