import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('taxonomy', '0001_initial'),
        ('territories', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=120, unique=True, verbose_name='adresse')),
                ('name', models.CharField(max_length=200, verbose_name='nom')),
                ('sort_name', models.CharField(db_index=True, max_length=200, verbose_name='nom pour le tri')),
                ('other_names', models.CharField(blank=True, help_text='séparés par un point-virgule', max_length=400, verbose_name='autres noms')),
                ('search_text', models.TextField(blank=True, verbose_name='texte cherché')),
                ('category_basis', models.CharField(blank=True, max_length=200, verbose_name='d’où vient la catégorie')),
                ('presentation', models.TextField(blank=True, verbose_name='présentation')),
                ('place_precision', models.CharField(blank=True, choices=[('', 'lieu non précisé'), ('name', 'lieu d’après son nom'), ('seat', 'siège'), ('address', 'adresse')], default='', max_length=12, verbose_name='précision du lieu')),
                ('latitude', models.FloatField(blank=True, null=True, verbose_name='latitude')),
                ('longitude', models.FloatField(blank=True, null=True, verbose_name='longitude')),
                ('website', models.URLField(blank=True, max_length=300, verbose_name='site')),
                ('source', models.CharField(blank=True, max_length=300, verbose_name='source')),
                ('source_on', models.DateField(blank=True, null=True, verbose_name='date de la source')),
                ('visibility', models.CharField(choices=[('public', 'publique'), ('members', 'membres seulement'), ('hidden', 'masquée')], default='public', max_length=12, verbose_name='visibilité')),
                ('is_hidden', models.BooleanField(default=False, verbose_name='masquée par la modération')),
                ('is_demo', models.BooleanField(default=False, verbose_name='démonstration')),
                ('confirmed_on', models.DateField(blank=True, null=True, verbose_name='confirmée le')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='créée le')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='modifiée le')),
                ('category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='organisations', to='taxonomy.term', verbose_name='catégorie')),
                ('territory', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='organisations', to='territories.territory', verbose_name='territoire')),
            ],
            options={
                'verbose_name': 'organisation',
                'verbose_name_plural': 'organisations',
                'ordering': ['sort_name', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('visibility__in', ['public', 'members', 'hidden'])), name='organisation_visibility_known'), models.CheckConstraint(condition=models.Q(('place_precision__in', ['', 'name', 'seat', 'address'])), name='organisation_place_precision_known'), models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__isnull', False), ('latitude__range', (-90, 90)), ('longitude__isnull', False), ('longitude__range', (-180, 180))), _connector='OR'), name='organisation_point_whole_and_on_earth'), models.CheckConstraint(condition=models.Q(('place_precision', ''), ('territory__isnull', False), _negated=True), name='organisation_place_says_how_it_is_known')],
            },
        ),
        migrations.CreateModel(
            name='Mention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('document', models.CharField(max_length=60, verbose_name='document')),
                ('sequence', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='séquence')),
                ('title', models.CharField(max_length=200, verbose_name='titre de la partie')),
                ('starts_at', models.TimeField(blank=True, null=True, verbose_name='début')),
                ('ends_at', models.TimeField(blank=True, null=True, verbose_name='fin')),
                ('role', models.CharField(choices=[('partner', 'partenaire'), ('speaker', 'mise en perspective'), ('crossed', 'regards croisés'), ('moderator', 'animation'), ('witness', 'témoignage'), ('debate', 'débat'), ('insight', 'pastille «\xa0éclairage\xa0»'), ('tool', 'pastille «\xa0outillage\xa0»'), ('study', 'étude ou sondage'), ('support', 'appui')], max_length=12, verbose_name='rôle')),
                ('quote', models.CharField(max_length=400, verbose_name='mots du document')),
                ('is_confirmed', models.BooleanField(default=True, verbose_name='présence confirmée')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='rang')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mentions', to='directory.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'mention',
                'verbose_name_plural': 'mentions',
                'ordering': ['position', 'pk'],
                'indexes': [models.Index(models.F('sequence'), models.F('organisation'), name='mention_of_a_sequence')],
                'constraints': [models.UniqueConstraint(models.F('organisation'), models.F('document'), models.F('position'), name='mention_position_unique'), models.CheckConstraint(condition=models.Q(('role__in', ['partner', 'speaker', 'crossed', 'moderator', 'witness', 'debate', 'insight', 'tool', 'study', 'support'])), name='mention_role_known'), models.CheckConstraint(condition=models.Q(('quote', ''), _negated=True), name='mention_quotes_the_document')],
            },
        ),
    ]
