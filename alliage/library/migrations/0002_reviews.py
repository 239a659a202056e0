import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '__first__'),
        ('library', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Doubt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=500, verbose_name='ce qui n’est plus exact')),
                ('state', models.CharField(choices=[('open', 'à vérifier'), ('corrected', 'corrigé'), ('still_right', 'toujours exact')], default='open', max_length=12, verbose_name='état')),
                ('answer', models.CharField(blank=True, max_length=500, verbose_name='réponse')),
                ('sent_key', models.CharField(blank=True, max_length=64, null=True, unique=True, verbose_name='empreinte de l’envoi')),
                ('at', models.DateTimeField(verbose_name='dit le')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='réglé le')),
            ],
            options={
                'verbose_name': 'doute d’un lecteur',
                'verbose_name_plural': 'doutes des lecteurs',
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['state', 'at'], name='doubt_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['open', 'corrected', 'still_right'])), name='doubt_state_known'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='doubt_says_what'), models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('settled_at__isnull', False)), _connector='OR'), name='doubt_settled_has_a_date'), models.CheckConstraint(condition=models.Q(('answer', ''), ('state', 'still_right'), _negated=True), name='doubt_denied_says_why')],
            },
        ),
        migrations.CreateModel(
            name='HelpAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sent_key', models.CharField(blank=True, max_length=64, null=True, unique=True, verbose_name='empreinte de l’envoi')),
                ('created_at', models.DateTimeField(verbose_name='envoyée le')),
            ],
            options={
                'verbose_name': 'réponse à un coup de main cherché',
                'verbose_name_plural': 'réponses aux coups de main cherchés',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='HelpWanted',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('relecture', 'une relecture'), ('donnees', 'des données'), ('illustration', 'une illustration'), ('traduction', 'une traduction')], max_length=12, verbose_name='ce qui est cherché')),
                ('text', models.CharField(max_length=300, verbose_name='en une phrase')),
                ('created_at', models.DateTimeField(verbose_name='demandé le')),
                ('expires_at', models.DateTimeField(verbose_name='montré jusqu’au')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='clos le')),
                ('is_hidden', models.BooleanField(default=False, verbose_name='masqué par la modération')),
            ],
            options={
                'verbose_name': 'coup de main cherché',
                'verbose_name_plural': 'coups de main cherchés',
                'ordering': ['-created_at', '-pk'],
                'indexes': [models.Index(fields=['closed_at', 'expires_at'], name='help_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['relecture', 'donnees', 'illustration', 'traduction'])), name='help_kind_known'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='help_says_what'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='help_ends_after_it_begins')],
            },
        ),
        migrations.CreateModel(
            name='Remark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(blank=True, max_length=60, verbose_name='partie du texte')),
                ('text', models.TextField(verbose_name='remarque')),
                ('state', models.CharField(choices=[('open', 'à reprendre'), ('met', 'reprise, à vérifier'), ('settled', 'réglée')], default='open', max_length=8, verbose_name='état')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='envoyée le')),
                ('created_at', models.DateTimeField(verbose_name='écrite le')),
                ('moved_at', models.DateTimeField(verbose_name='dernier mouvement')),
            ],
            options={
                'verbose_name': 'remarque',
                'verbose_name_plural': 'remarques',
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['open', 'met', 'settled'])), name='remark_state_known'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='remark_says_something'), models.CheckConstraint(condition=models.Q(('sent_at__isnull', False), ('state', 'open'), _connector='OR'), name='remark_met_was_sent')],
            },
        ),
        migrations.CreateModel(
            name='RemarkWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='réponse')),
                ('at', models.DateTimeField(verbose_name='le')),
            ],
            options={
                'verbose_name': 'réponse à une remarque',
                'verbose_name_plural': 'réponses aux remarques',
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='remark_word_says_something')],
            },
        ),
        migrations.CreateModel(
            name='RenewalNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sent_on', models.DateField(verbose_name='envoyé le')),
            ],
            options={
                'verbose_name': 'rappel d’une ressource',
                'verbose_name_plural': 'rappels des ressources',
                'ordering': ['sent_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ReviewAct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('deed', models.CharField(choices=[('submitted', 'proposée à la relecture'), ('taken_back', 'reprise par qui l’écrit'), ('taken', 'prise en relecture'), ('given_back', 'rendue\xa0: elle attend quelqu’un d’autre'), ('changes_asked', 'changements demandés'), ('accepted', 'acceptée et publiée'), ('published', 'publiée sans relecture'), ('refused', 'non retenue'), ('dropped', 'abandonnée')], max_length=14, verbose_name='acte')),
                ('note', models.TextField(blank=True, verbose_name='message')),
                ('content', models.JSONField(blank=True, null=True, verbose_name='texte proposé')),
                ('at', models.DateTimeField(verbose_name='le')),
            ],
            options={
                'verbose_name': 'acte de relecture',
                'verbose_name_plural': 'actes de relecture',
                'ordering': ['-at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('deed__in', ['submitted', 'taken_back', 'taken', 'given_back', 'changes_asked', 'accepted', 'published', 'refused', 'dropped'])), name='review_deed_known'), models.CheckConstraint(condition=models.Q(('deed__in', ('refused',)), ('note', ''), _negated=True), name='review_refusal_says_why')],
            },
        ),
        migrations.AddField(
            model_name='proposal',
            name='shows_title',
            field=models.BooleanField(default=False, verbose_name='titre montré dans la file publique'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(('author__isnull', True), ('reviewer__isnull', True), models.Q(('reviewer', models.F('author')), _negated=True), _connector='OR'), name='proposal_not_reviewed_by_its_author'),
        ),
        migrations.AddField(
            model_name='doubt',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='dit par'),
        ),
        migrations.AddField(
            model_name='doubt',
            name='resource',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='doubts', to='library.resource', verbose_name='ressource'),
        ),
        migrations.AddField(
            model_name='helpwanted',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='demandé par'),
        ),
        migrations.AddField(
            model_name='helpwanted',
            name='resource',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='help_wanted', to='library.resource', verbose_name='ressource'),
        ),
        migrations.AddField(
            model_name='helpanswer',
            name='help',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='library.helpwanted', verbose_name='coup de main'),
        ),
        migrations.AddField(
            model_name='remark',
            name='author',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='de'),
        ),
        migrations.AddField(
            model_name='remark',
            name='proposal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='remarks', to='library.proposal', verbose_name='proposition'),
        ),
        migrations.AddField(
            model_name='remarkword',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='de'),
        ),
        migrations.AddField(
            model_name='remarkword',
            name='remark',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='words', to='library.remark', verbose_name='remarque'),
        ),
        migrations.AddField(
            model_name='renewalnotice',
            name='resource',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='renewal_notices', to='library.resource', verbose_name='ressource'),
        ),
        migrations.AddField(
            model_name='reviewact',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par'),
        ),
        migrations.AddField(
            model_name='reviewact',
            name='proposal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='acts', to='library.proposal', verbose_name='proposition'),
        ),
        migrations.AddConstraint(
            model_name='doubt',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('resource', 'by'), name='doubt_one_open_per_member'),
        ),
        migrations.AddConstraint(
            model_name='helpwanted',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('resource', 'kind'), name='help_one_open_per_kind'),
        ),
        migrations.AddConstraint(
            model_name='renewalnotice',
            constraint=models.UniqueConstraint(models.F('resource'), models.F('sent_on'), name='renewal_notice_once_a_day'),
        ),
    ]
