import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('directory', '0008_freshness_knowledge_embeds'),
        ('files', '0001_initial'),
        ('taxonomy', '0001_initial'),
        ('territories', '0002_perimeters_change'),
    ]

    operations = [
        migrations.CreateModel(
            name='Resource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('pratique', 'pratique'), ('kit', 'kit'), ('guide', 'guide'), ('etude', 'étude'), ('outil', 'outil'), ('lettre', 'lettre'), ('retour', 'retour d’expérience'), ('replay', 'enregistrement d’une séance'), ('lien', 'lien')], max_length=10, verbose_name='sorte')),
                ('title', models.CharField(max_length=160, verbose_name='titre')),
                ('summary', models.CharField(blank=True, max_length=400, verbose_name='résumé')),
                ('content', models.JSONField(default=dict, verbose_name='contenu publié')),
                ('proof', models.CharField(blank=True, choices=[('', 'non précisé'), ('idee', 'idée'), ('teste', 'testé'), ('evalue', 'évalué'), ('essaime', 'essaimé')], default='', max_length=10, verbose_name='niveau de preuve')),
                ('licence', models.CharField(choices=[('cc-by-4.0', 'Creative Commons Attribution 4.0'), ('cc-by-sa-4.0', 'Creative Commons Attribution – Partage dans les mêmes conditions 4.0'), ('cc0', 'Domaine public (CC0)'), ('licence-ouverte-2.0', 'Licence Ouverte 2.0'), ('tous-droits-reserves', 'Tous droits réservés')], max_length=24, verbose_name='licence')),
                ('year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='année')),
                ('language', models.CharField(choices=[('fr', 'français'), ('en', 'anglais'), ('es', 'espagnol'), ('de', 'allemand'), ('pt', 'portugais'), ('gcf', 'créole guadeloupéen et martiniquais'), ('gcr', 'créole guyanais'), ('rcf', 'créole réunionnais'), ('ty', 'tahitien'), ('br', 'breton'), ('co', 'corse'), ('eu', 'basque'), ('oc', 'occitan')], default='fr', max_length=3, verbose_name='langue')),
                ('hides_place', models.BooleanField(default=False, verbose_name='ne nomme ni le territoire ni ses auteurs')),
                ('state', models.CharField(choices=[('draft', 'brouillon'), ('published', 'publiée'), ('to_renew', 'à actualiser'), ('obsolete', 'dépassée'), ('withdrawn', 'retirée')], default='draft', max_length=10, verbose_name='état')),
                ('edition', models.PositiveIntegerField(default=0, verbose_name='version publiée')),
                ('renew_on', models.DateField(blank=True, null=True, verbose_name='à relire avant le')),
                ('obsolete_reason', models.CharField(blank=True, max_length=300, verbose_name='pourquoi elle est dépassée')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='publiée le')),
                ('edited_at', models.DateTimeField(blank=True, null=True, verbose_name='dernière version publiée le')),
                ('confirmed_on', models.DateField(blank=True, null=True, verbose_name='confirmée le')),
                ('is_hidden', models.BooleanField(default=False, verbose_name='masquée par la modération')),
                ('is_demo', models.BooleanField(default=False, verbose_name='démonstration')),
                ('source', models.CharField(blank=True, max_length=300, verbose_name='source')),
                ('source_code', models.CharField(blank=True, max_length=60, verbose_name='banque d’origine')),
                ('external_id', models.CharField(blank=True, max_length=300, verbose_name='identifiant dans la banque')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='créée le')),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='changée pour ses lecteurs le')),
                ('medoc', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='taxonomy.term', verbose_name='nature (M.E.D.O.C.)')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='tenue par')),
                ('replaced_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='replaces', to='library.resource', verbose_name='remplacée par')),
            ],
            options={
                'verbose_name': 'ressource',
                'verbose_name_plural': 'ressources',
                'ordering': ['-edited_at', '-pk'],
                'indexes': [models.Index(fields=['state', '-edited_at'], name='resource_latest'), models.Index(fields=['changed_at', 'id'], name='resource_harvested')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['pratique', 'kit', 'guide', 'etude', 'outil', 'lettre', 'retour', 'replay', 'lien'])), name='resource_kind_known'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'published', 'to_renew', 'obsolete', 'withdrawn'])), name='resource_state_known'), models.CheckConstraint(condition=models.Q(('proof__in', ['', 'idee', 'teste', 'evalue', 'essaime'])), name='resource_proof_known'), models.CheckConstraint(condition=models.Q(('licence__in', ['cc-by-4.0', 'cc-by-sa-4.0', 'cc0', 'licence-ouverte-2.0', 'tous-droits-reserves'])), name='resource_licence_known'), models.CheckConstraint(condition=models.Q(('language__in', ['fr', 'en', 'es', 'de', 'pt', 'gcf', 'gcr', 'rcf', 'ty', 'br', 'co', 'eu', 'oc'])), name='resource_language_known'), models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='resource_has_a_title'), models.CheckConstraint(condition=models.Q(models.Q(('edition', 0), ('published_at__isnull', True), ('state', 'draft')), models.Q(models.Q(('state', 'draft'), _negated=True), ('edited_at__isnull', False), ('edition__gt', 0), ('published_at__isnull', False)), _connector='OR'), name='resource_published_has_a_version'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'obsolete'), _negated=True), models.Q(('obsolete_reason', ''), _negated=True), _connector='OR'), name='resource_obsolete_says_why'), models.CheckConstraint(condition=models.Q(('replaced_by__isnull', True), models.Q(('replaced_by', models.F('pk')), _negated=True), _connector='OR'), name='resource_not_replaced_by_itself'), models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('source_code', 'external_id'), name='resource_once_per_source')],
            },
        ),
        migrations.CreateModel(
            name='ResourceFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_published', models.BooleanField(default=False, verbose_name='publié')),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='files.storedfile', verbose_name='fichier')),
                ('resource', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='library.resource', verbose_name='ressource')),
            ],
            options={
                'verbose_name': 'fichier d’une ressource',
                'verbose_name_plural': 'fichiers d’une ressource',
            },
        ),
        migrations.CreateModel(
            name='ResourcePlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('resource', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='resource_places', to='library.resource', verbose_name='ressource')),
                ('territory', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='territories.territory', verbose_name='territoire')),
            ],
            options={
                'verbose_name': 'territoire d’une ressource',
                'verbose_name_plural': 'territoires d’une ressource',
                'constraints': [models.UniqueConstraint(models.F('resource'), models.F('territory'), name='resource_place_once')],
            },
        ),
        migrations.AddField(
            model_name='resource',
            name='places',
            field=models.ManyToManyField(related_name='resources', through='library.ResourcePlace', to='territories.territory', verbose_name='territoires concernés'),
        ),
        migrations.CreateModel(
            name='ResourceTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('resource', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='resource_terms', to='library.resource', verbose_name='ressource')),
                ('term', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='taxonomy.term', verbose_name='terme')),
            ],
            options={
                'verbose_name': 'terme d’une ressource',
                'verbose_name_plural': 'termes d’une ressource',
                'constraints': [models.UniqueConstraint(models.F('resource'), models.F('term'), name='resource_term_once')],
            },
        ),
        migrations.AddField(
            model_name='resource',
            name='terms',
            field=models.ManyToManyField(related_name='resources', through='library.ResourceTerm', to='taxonomy.term', verbose_name='leviers, métiers, ODD, regards, publics'),
        ),
        migrations.CreateModel(
            name='Version',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='numéro')),
                ('content', models.JSONField(verbose_name='contenu')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='ce qui change')),
                ('published_at', models.DateTimeField(verbose_name='publiée le')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='publiée par')),
                ('resource', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='library.resource', verbose_name='ressource')),
            ],
            options={
                'verbose_name': 'version',
                'verbose_name_plural': 'versions',
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(models.F('resource'), models.F('number'), name='version_number_once'), models.CheckConstraint(condition=models.Q(('number__gt', 0)), name='version_number_positive')],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.JSONField(default=dict, verbose_name='contenu')),
                ('draft', models.JSONField(blank=True, null=True, verbose_name='saisie gardée')),
                ('draft_saved_at', models.DateTimeField(blank=True, null=True, verbose_name='saisie gardée le')),
                ('token', models.CharField(blank=True, max_length=32, verbose_name='marque d’enregistrement')),
                ('state', models.CharField(choices=[('draft', 'brouillon'), ('submitted', 'proposée'), ('in_review', 'en relecture'), ('changes_asked', 'à reprendre'), ('accepted', 'acceptée'), ('dropped', 'abandonnée')], default='draft', max_length=14, verbose_name='état')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='ce qui change')),
                ('submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='proposée le')),
                ('moved_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='dernier mouvement')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='commencée le')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='écrite par')),
                ('reviewer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='relue par')),
                ('resource', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='library.resource', verbose_name='ressource')),
            ],
            options={
                'verbose_name': 'proposition',
                'verbose_name_plural': 'propositions',
                'ordering': ['-moved_at', '-pk'],
                'indexes': [models.Index(fields=['state', 'moved_at'], name='proposal_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'submitted', 'in_review', 'changes_asked', 'accepted', 'dropped'])), name='proposal_state_known'), models.UniqueConstraint(condition=models.Q(('state__in', ('draft', 'submitted', 'in_review', 'changes_asked'))), fields=('resource',), name='proposal_one_open'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['in_review', 'changes_asked']), _negated=True), ('submitted_at__isnull', False), _connector='OR'), name='proposal_reviewed_was_submitted')],
            },
        ),
        migrations.CreateModel(
            name='Condition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('importance', models.CharField(choices=[('required', 'indispensable'), ('optional', 'utile'), ('contextual', 'selon le contexte')], max_length=10, verbose_name='importance')),
                ('text', models.CharField(max_length=300, verbose_name='condition')),
                ('check_code', models.CharField(blank=True, max_length=60, verbose_name='vérification')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='rang')),
                ('resource', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conditions', to='library.resource', verbose_name='ressource')),
            ],
            options={
                'verbose_name': 'condition',
                'verbose_name_plural': 'conditions',
                'ordering': ['position', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('importance__in', ['required', 'optional', 'contextual'])), name='condition_importance_known'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='condition_says_something')],
            },
        ),
        migrations.CreateModel(
            name='Author',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=160, verbose_name='nom')),
                ('organisation', models.CharField(blank=True, max_length=200, verbose_name='organisation')),
                ('role', models.CharField(choices=[('auteur', 'autrice ou auteur'), ('contributeur', 'contribution'), ('illustrateur', 'illustration'), ('traducteur', 'traduction'), ('relecteur', 'relecture')], default='auteur', max_length=14, verbose_name='rôle')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='rang')),
                ('entry', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='authored', to='directory.entry', verbose_name='fiche')),
                ('resource', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='authors', to='library.resource', verbose_name='ressource')),
            ],
            options={
                'verbose_name': 'auteur',
                'verbose_name_plural': 'auteurs',
                'ordering': ['position', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['auteur', 'contributeur', 'illustrateur', 'traducteur', 'relecteur'])), name='author_role_known'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='author_has_a_name')],
            },
        ),
        migrations.CreateModel(
            name='ResourceLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.URLField(max_length=600, verbose_name='adresse')),
                ('label', models.CharField(blank=True, max_length=200, verbose_name='libellé')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='rang')),
                ('checked_at', models.DateTimeField(blank=True, null=True, verbose_name='dernier contrôle')),
                ('status', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='réponse')),
                ('failed_count', models.PositiveSmallIntegerField(default=0, verbose_name='échecs de suite')),
                ('resource', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='library.resource', verbose_name='ressource')),
            ],
            options={
                'verbose_name': 'lien',
                'verbose_name_plural': 'liens',
                'ordering': ['position', 'pk'],
                'constraints': [models.UniqueConstraint(models.F('resource'), models.F('url'), name='resource_link_once')],
            },
        ),
    ]
