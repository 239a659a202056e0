import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('jobs', '0001_initial'),  # after third parties: see there
    ]

    operations = [
        migrations.CreateModel(
            name='NetworkList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True, validators=[django.core.validators.RegexValidator('\\A[a-z0-9]+(-[a-z0-9]+)*\\Z', 'Un code s’écrit en lettres minuscules sans accent, chiffres et traits d’union.')], verbose_name='code')),
                ('title', models.CharField(max_length=200, verbose_name='titre')),
                ('short_title', models.CharField(max_length=40, verbose_name='titre court')),
                ('lead', models.TextField(blank=True, verbose_name='présentation')),
                ('expected_count', models.PositiveSmallIntegerField(default=0, verbose_name='nombre d’éléments annoncé')),
                ('source', models.CharField(blank=True, max_length=300, verbose_name='source')),
                ('source_url', models.URLField(blank=True, max_length=300, verbose_name='adresse de la source')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='rang')),
            ],
            options={
                'verbose_name': 'liste du réseau',
                'verbose_name_plural': 'listes du réseau',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ListVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='numéro')),
                ('state', models.CharField(choices=[('draft', 'brouillon'), ('published', 'publiée')], default='draft', max_length=12, verbose_name='état')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='ce qui change, et pourquoi')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='commencée le')),
                ('author_id', models.BigIntegerField(blank=True, null=True, verbose_name='numéro de l’auteur')),
                ('author_name', models.CharField(blank=True, max_length=120, verbose_name='auteur')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='publiée le')),
                ('list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='taxonomy.networklist', verbose_name='liste')),
            ],
            options={
                'verbose_name': 'version d’une liste',
                'verbose_name_plural': 'versions des listes',
                'ordering': ['list', '-number'],
                'constraints': [models.UniqueConstraint(models.F('list'), models.F('number'), name='listversion_number_unique'), models.UniqueConstraint(models.F('list'), condition=models.Q(('state', 'draft')), name='listversion_one_draft_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', True), ('state', 'draft')), models.Q(('published_at__isnull', False), ('state', 'published')), _connector='OR'), name='listversion_published_has_a_date')],
            },
        ),
        migrations.CreateModel(
            name='ListComment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item_code', models.CharField(blank=True, max_length=60, verbose_name='élément commenté')),
                ('author_id', models.BigIntegerField(verbose_name='numéro de l’auteur')),
                ('author_name', models.CharField(max_length=120, verbose_name='auteur')),
                ('text', models.TextField(verbose_name='commentaire')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='écrit le')),
                ('is_hidden', models.BooleanField(default=False, verbose_name='masqué')),
                ('list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='taxonomy.networklist', verbose_name='liste')),
            ],
            options={
                'verbose_name': 'commentaire',
                'verbose_name_plural': 'commentaires',
                'ordering': ['created_at', 'pk'],
                'indexes': [models.Index(models.F('list'), models.F('created_at'), name='listcomment_of_a_list')],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='listcomment_says_something')],
            },
        ),
        migrations.CreateModel(
            name='Term',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('vocabulary', models.CharField(choices=[('metiers', 'Les 4 métiers de la catalyse territoriale'), ('missions', 'Les missions de chaque métier'), ('leviers', 'Les 7 leviers de la co-construction territoriale'), ('questions', 'Les questions de chaque levier'), ('odd', 'Les 17 objectifs de développement durable'), ('categories', 'Les catégories de membres'), ('echelons', 'Les échelons territoriaux'), ('ressources', 'Les natures de ressources (M.E.D.O.C.)'), ('regards', 'Les regards'), ('partenariats', 'Les types de partenariats'), ('ingenieries', 'Les ingénieries'), ('spheres', 'Les sphères d’acteurs')], max_length=20, verbose_name='vocabulaire')),
                ('code', models.CharField(max_length=40, validators=[django.core.validators.RegexValidator('\\A[a-z0-9]+(-[a-z0-9]+)*\\Z', 'Un code s’écrit en lettres minuscules sans accent, chiffres et traits d’union.')], verbose_name='code')),
                ('label', models.CharField(max_length=200, verbose_name='libellé')),
                ('article', models.CharField(blank=True, choices=[('le', 'le (du…)'), ('la', 'la (de la…)'), ('l’', 'l’ (de l’…)'), ('les', 'les (des…)'), ('', 'sans article (de…, d’…)')], default='', help_text='dans une phrase', max_length=3, verbose_name='article')),
                ('short_label', models.CharField(blank=True, help_text='pour les étiquettes', max_length=40, verbose_name='libellé court')),
                ('help_text', models.TextField(blank=True, help_text='une phrase simple', verbose_name='explication')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='rang')),
                ('is_active', models.BooleanField(default=True, verbose_name='proposé aux utilisateurs')),
                ('source', models.CharField(blank=True, max_length=300, verbose_name='source')),
                ('source_url', models.URLField(blank=True, max_length=300, verbose_name='adresse de la source')),
                ('is_edited', models.BooleanField(default=False, editable=False, verbose_name='modifié ici')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='children', to='taxonomy.term', verbose_name='rattaché à')),
            ],
            options={
                'verbose_name': 'repère',
                'verbose_name_plural': 'repères',
                'ordering': ['vocabulary', 'position', 'pk'],
                'constraints': [models.UniqueConstraint(models.F('vocabulary'), models.F('code'), name='term_code_unique_in_vocabulary'), models.CheckConstraint(condition=models.Q(('vocabulary__in', ['metiers', 'missions', 'leviers', 'questions', 'odd', 'categories', 'echelons', 'ressources', 'regards', 'partenariats', 'ingenieries', 'spheres'])), name='term_vocabulary_known'), models.CheckConstraint(condition=models.Q(('article__in', ['le', 'la', 'l’', 'les', ''])), name='term_article_known')],
            },
        ),
        migrations.CreateModel(
            name='ListItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='rang')),
                ('code', models.CharField(max_length=60, validators=[django.core.validators.RegexValidator('\\A[a-z0-9]+(-[a-z0-9]+)*\\Z', 'Un code s’écrit en lettres minuscules sans accent, chiffres et traits d’union.')], verbose_name='code')),
                ('label', models.CharField(max_length=200, verbose_name='intitulé')),
                ('text', models.TextField(blank=True, verbose_name='texte')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='taxonomy.listversion', verbose_name='version')),
            ],
            options={
                'verbose_name': 'élément d’une liste',
                'verbose_name_plural': 'éléments des listes',
                'ordering': ['position', 'pk'],
                'constraints': [models.UniqueConstraint(models.F('version'), models.F('code'), name='listitem_code_unique_in_version')],
            },
        ),
    ]
