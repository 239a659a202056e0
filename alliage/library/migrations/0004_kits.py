import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '__first__'),
        ('directory', '0009_answers_outlive_entries'),
        ('library', '0003_contributing'),
        ('territories', '0002_perimeters_change'),
    ]

    operations = [
        migrations.CreateModel(
            name='Collection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='nom')),
                ('text', models.CharField(blank=True, max_length=400, verbose_name='de quoi il s’agit')),
                ('is_default', models.BooleanField(default=False, verbose_name='collection où l’on garde d’un geste')),
                ('sharing', models.CharField(choices=[('private', 'vous'), ('link', 'qui a le lien secret'), ('public', 'tout le monde')], default='private', max_length=8, verbose_name='qui la lit')),
                ('seed', models.CharField(blank=True, max_length=64, verbose_name='graine du lien')),
                ('token_digest', models.CharField(blank=True, max_length=64, null=True, unique=True, verbose_name='empreinte du lien')),
                ('is_hidden', models.BooleanField(default=False, verbose_name='masquée par la modération')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='créée le')),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='changée le')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='collections', to=settings.AUTH_USER_MODEL, verbose_name='tenue par')),
            ],
            options={
                'verbose_name': 'collection',
                'verbose_name_plural': 'collections',
                'ordering': ['-is_default', '-changed_at', '-pk'],
                'indexes': [models.Index(fields=['sharing', '-changed_at'], name='collection_public')],
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='collection_has_a_name'), models.CheckConstraint(condition=models.Q(('sharing__in', ['private', 'link', 'public'])), name='collection_sharing_known'), models.UniqueConstraint(models.F('owner'), django.db.models.functions.text.Lower('name'), name='collection_name_once_per_member'), models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('owner',), name='collection_one_default'), models.CheckConstraint(condition=models.Q(models.Q(('sharing', 'link'), ('token_digest__isnull', False)), models.Q(models.Q(('sharing', 'link'), _negated=True), ('token_digest__isnull', True)), _connector='OR'), name='collection_link_goes_with_sharing')],
            },
        ),
        migrations.CreateModel(
            name='CollectionItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('note', models.TextField(blank=True, verbose_name='note pour moi')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='rang')),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='gardée le')),
                ('collection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='library.collection', verbose_name='collection')),
                ('resource', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='library.resource', verbose_name='ressource')),
            ],
            options={
                'verbose_name': 'ressource gardée',
                'verbose_name_plural': 'ressources gardées',
                'ordering': ['position', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('collection', 'resource'), name='collection_item_once')],
            },
        ),
        migrations.CreateModel(
            name='KitRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('edition', models.PositiveIntegerField(verbose_name='version suivie')),
                ('name', models.CharField(max_length=120, verbose_name='nom')),
                ('is_named', models.BooleanField(default=False, verbose_name='territoire nommé sur la page du kit')),
                ('sent_key', models.CharField(max_length=64, unique=True, verbose_name='clé d’envoi')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='lancé le')),
                ('moved_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='dernier mouvement')),
                ('kit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='library.resource', verbose_name='kit')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='lancé par')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='directory.entry', verbose_name='partagé avec')),
                ('territory', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='territories.territory', verbose_name='territoire')),
            ],
            options={
                'verbose_name': 'kit lancé',
                'verbose_name_plural': 'kits lancés',
                'ordering': ['-moved_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='kit_run_has_a_name'), models.CheckConstraint(condition=models.Q(('edition__gt', 0)), name='kit_run_follows_a_version')],
            },
        ),
        migrations.CreateModel(
            name='Recommendation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address_hint', models.CharField(blank=True, max_length=120, verbose_name='à l’adresse')),
                ('note', models.TextField(blank=True, verbose_name='mot d’accompagnement')),
                ('resource_count', models.PositiveSmallIntegerField(default=0, verbose_name='nombre de ressources')),
                ('sent_key', models.CharField(max_length=64, unique=True, verbose_name='clé d’envoi')),
                ('sent_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='envoyée le')),
                ('entry', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='directory.entry', verbose_name='à la fiche')),
                ('sender', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='de la part de')),
            ],
            options={
                'verbose_name': 'recommandation',
                'verbose_name_plural': 'recommandations',
                'ordering': ['-sent_at', '-pk'],
                'indexes': [models.Index(fields=['sender', '-sent_at'], name='recommendation_sent')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('address_hint', ''), ('entry__isnull', False)), models.Q(('entry__isnull', True), models.Q(('address_hint', ''), _negated=True)), _connector='OR'), name='recommendation_to_one'), models.CheckConstraint(condition=models.Q(('resource_count__gt', 0), models.Q(('note', ''), _negated=True), _connector='OR'), name='recommendation_says_something')],
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seed', models.CharField(max_length=64, unique=True, verbose_name='graine du lien')),
                ('token_digest', models.CharField(max_length=64, unique=True, verbose_name='empreinte du lien')),
                ('opened_at', models.DateTimeField(blank=True, null=True, verbose_name='ouverte le')),
                ('by_link', models.BooleanField(default=False, verbose_name='ouverte par le lien')),
                ('put_away_at', models.DateTimeField(blank=True, null=True, verbose_name='retirée de la liste le')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reçue par')),
                ('recommendation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='receipts', to='library.recommendation', verbose_name='recommandation')),
            ],
            options={
                'verbose_name': 'recommandation reçue',
                'verbose_name_plural': 'recommandations reçues',
                'ordering': ['-recommendation__sent_at', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('recommendation', 'person'), name='receipt_once_per_person'), models.CheckConstraint(condition=models.Q(('by_link', False), ('opened_at__isnull', False), _connector='OR'), name='receipt_opened_by_link_was_opened')],
            },
        ),
        migrations.CreateModel(
            name='RecommendationMute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='depuis le')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='membre')),
                ('sender', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='de la part de')),
            ],
            options={
                'verbose_name': 'recommandations refusées',
                'verbose_name_plural': 'recommandations refusées',
                'constraints': [models.UniqueConstraint(fields=('person', 'sender'), name='recommendation_mute_once'), models.UniqueConstraint(condition=models.Q(('sender__isnull', True)), fields=('person',), name='recommendation_mute_all_once'), models.CheckConstraint(condition=models.Q(('sender__isnull', True), models.Q(('sender', models.F('person')), _negated=True), _connector='OR'), name='recommendation_mute_of_another')],
            },
        ),
        migrations.CreateModel(
            name='RecommendedResource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='rang')),
                ('recommendation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='library.recommendation', verbose_name='recommandation')),
                ('resource', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='library.resource', verbose_name='ressource')),
            ],
            options={
                'verbose_name': 'ressource recommandée',
                'verbose_name_plural': 'ressources recommandées',
                'ordering': ['position', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('recommendation', 'resource'), name='recommended_resource_once')],
            },
        ),
        migrations.CreateModel(
            name='RunStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=12, verbose_name='clé de l’étape')),
                ('title', models.CharField(max_length=160, verbose_name='titre')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='rang')),
                ('is_gone', models.BooleanField(default=False, verbose_name='retirée du kit')),
                ('state', models.CharField(choices=[('todo', 'à faire'), ('done', 'fait'), ('skipped', 'passée')], default='todo', max_length=8, verbose_name='état')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='faite ou passée le')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='pourquoi elle est passée')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='library.kitrun', verbose_name='kit lancé')),
            ],
            options={
                'verbose_name': 'étape d’un kit lancé',
                'verbose_name_plural': 'étapes d’un kit lancé',
                'ordering': ['is_gone', 'position', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('run', 'key'), name='run_step_once'), models.CheckConstraint(condition=models.Q(('state__in', ['todo', 'done', 'skipped'])), name='run_step_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', True), ('state', 'todo')), models.Q(('settled_at__isnull', False), ('state__in', ('done', 'skipped'))), _connector='OR'), name='run_step_settled_says_when'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'skipped'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='run_step_skipped_says_why')],
            },
        ),
    ]
