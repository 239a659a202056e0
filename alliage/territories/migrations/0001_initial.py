import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('jobs', '0001_initial'),  # after third parties: see there
    ]

    operations = [
        migrations.CreateModel(
            name='DataSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.SlugField(max_length=40, unique=True, verbose_name='nom')),
                ('label', models.CharField(max_length=200, verbose_name='libellé')),
                ('version', models.CharField(max_length=100, verbose_name='version')),
                ('source', models.CharField(max_length=300, verbose_name='source')),
                ('licence', models.CharField(blank=True, max_length=100, verbose_name='licence')),
                ('attribution', models.CharField(blank=True, max_length=300, verbose_name='mention à afficher')),
                ('imported_at', models.DateTimeField(verbose_name='importé le')),
                ('counts', models.JSONField(blank=True, default=dict, verbose_name='nombre de lignes')),
            ],
            options={
                'verbose_name': 'source de données',
                'verbose_name_plural': 'sources de données',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Territory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('commune', 'commune'), ('epci', 'intercommunalité'), ('ept', 'établissement public territorial'), ('departement', 'département'), ('region', 'région'), ('com', 'collectivité d’outre-mer'), ('perso', 'territoire de projet')], max_length=12, verbose_name='nature')),
                ('code', models.CharField(max_length=40, verbose_name='code')),
                ('name', models.CharField(max_length=200, verbose_name='nom')),
                ('article_code', models.PositiveSmallIntegerField(default=0, verbose_name='article (TNCC de l’Insee)')),
                ('sort_name', models.CharField(db_index=True, max_length=200, verbose_name='nom pour le tri')),
                ('other_names', models.CharField(blank=True, help_text='séparés par un point-virgule', max_length=400, verbose_name='autres noms')),
                ('nature', models.CharField(blank=True, help_text='CC, CA, CU, METRO…', max_length=12, verbose_name='forme juridique')),
                ('status', models.CharField(choices=[('current', 'en vigueur'), ('delegated', 'commune déléguée'), ('associated', 'commune associée'), ('borough', 'arrondissement municipal'), ('former', 'ancien')], default='current', max_length=12, verbose_name='état')),
                ('siren', models.CharField(blank=True, max_length=9, verbose_name='numéro SIREN')),
                ('postal_codes', models.CharField(blank=True, help_text='séparés par une espace', max_length=400, verbose_name='codes postaux')),
                ('population', models.PositiveIntegerField(blank=True, null=True, verbose_name='population')),
                ('latitude', models.FloatField(blank=True, null=True)),
                ('longitude', models.FloatField(blank=True, null=True)),
                ('precision', models.CharField(blank=True, choices=[('exact', 'chef-lieu ou centre connu'), ('members', 'centre de ses communes'), ('whole', 'celui de la commune dont elle fait partie'), ('nearby', 'centre des communes de même code postal'), ('epci', 'centre de son intercommunalité'), ('departement', 'centre de son département'), ('', 'inconnue')], max_length=12, verbose_name='précision du point')),
                ('point_source', models.CharField(blank=True, help_text='quand elle n’est pas celle des données livrées', max_length=200, verbose_name='source du point')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='source')),
                ('com', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='com_communes', to='territories.territory')),
                ('communes', models.ManyToManyField(blank=True, related_name='custom_territories', to='territories.territory')),
                ('departement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='departement_territories', to='territories.territory')),
                ('epci', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='epci_communes', to='territories.territory')),
                ('ept', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='ept_communes', to='territories.territory')),
                ('part_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='territories.territory', verbose_name='partie de')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='region_territories', to='territories.territory')),
                ('seat', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='seat_of', to='territories.territory', verbose_name='chef-lieu')),
            ],
            options={
                'verbose_name': 'territoire',
                'verbose_name_plural': 'territoires',
                'ordering': ['sort_name', 'pk'],
                'indexes': [models.Index(models.F('kind'), models.F('status'), models.F('sort_name'), name='territory_kind_list')],
                'constraints': [models.UniqueConstraint(models.F('kind'), models.F('code'), name='territory_code_unique_in_kind'), models.CheckConstraint(condition=models.Q(('kind__in', ['commune', 'epci', 'ept', 'departement', 'region', 'com', 'perso'])), name='territory_kind_known'), models.CheckConstraint(condition=models.Q(('status__in', ['current', 'delegated', 'associated', 'borough', 'former'])), name='territory_status_known'), models.CheckConstraint(condition=models.Q(('precision__in', ['exact', 'members', 'whole', 'nearby', 'epci', 'departement', ''])), name='territory_precision_known'), models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__isnull', False), ('latitude__range', (-90, 90)), ('longitude__isnull', False), ('longitude__range', (-180, 180))), _connector='OR'), name='territory_point_whole_and_on_earth'), models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('precision', '')), models.Q(('latitude__isnull', False), models.Q(('precision', ''), _negated=True)), _connector='OR'), name='territory_point_says_its_precision'), models.CheckConstraint(condition=models.Q(('kind', 'commune'), models.Q(('com__isnull', True), ('epci__isnull', True), ('ept__isnull', True)), _connector='OR'), name='territory_only_communes_have_an_epci'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'current'), _negated=True), ('part_of__isnull', True), _connector='OR'), name='territory_current_is_part_of_none'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ('delegated', 'associated', 'borough')), _negated=True), ('part_of__isnull', False), _connector='OR'), name='territory_part_has_a_whole')],
            },
        ),
        migrations.CreateModel(
            name='Outline',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('geometry', models.JSONField(verbose_name='contour')),
                ('source', models.CharField(max_length=200, verbose_name='source')),
                ('licence', models.CharField(blank=True, max_length=100, verbose_name='licence')),
                ('dated_on', models.DateField(blank=True, null=True, verbose_name='date')),
                ('territory', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='outline', to='territories.territory')),
            ],
            options={
                'verbose_name': 'contour',
                'constraints': [models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='outline_has_a_source')],
            },
        ),
        migrations.CreateModel(
            name='Indicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(choices=[('population', 'population'), ('area', 'superficie'), ('density', 'densité'), ('trend', 'évolution annuelle moyenne de la population'), ('households', 'ménages'), ('births', 'naissances'), ('deaths', 'décès'), ('working_age', 'population de 15 à 64 ans'), ('active', 'actifs de 15 à 64 ans'), ('unemployed', 'chômeurs de 15 à 64 ans'), ('activity_rate', 'taux d’activité des 15 à 64 ans'), ('employment_rate', 'taux d’emploi des 15 à 64 ans'), ('unemployment_rate', 'taux de chômage des 15 à 64 ans, au sens du recensement')], max_length=20, verbose_name='indicateur')),
                ('value', models.FloatField(verbose_name='valeur')),
                ('year', models.PositiveSmallIntegerField(verbose_name='année')),
                ('source', models.CharField(max_length=200, verbose_name='source')),
                ('territory', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='indicators', to='territories.territory')),
            ],
            options={
                'verbose_name': 'indicateur',
                'ordering': ['territory', 'code', '-year'],
                'constraints': [models.UniqueConstraint(models.F('territory'), models.F('code'), models.F('year'), name='indicator_unique_in_year'), models.CheckConstraint(condition=models.Q(('code__in', ['population', 'area', 'density', 'trend', 'households', 'births', 'deaths', 'working_age', 'active', 'unemployed', 'activity_rate', 'employment_rate', 'unemployment_rate'])), name='indicator_code_known'), models.CheckConstraint(condition=models.Q(('year__range', (1790, 2200))), name='indicator_year_plausible'), models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='indicator_has_a_source')],
            },
        ),
        migrations.CreateModel(
            name='TerritoryChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('change', models.CharField(choices=[('created', 'créé'), ('merged', 'réuni à un autre territoire'), ('ended', 'disparu'), ('renamed', 'renommé'), ('moved', 'changé d’intercommunalité'), ('recoded', 'ancien code officiel'), ('restored', 'rétabli')], max_length=12, verbose_name='changement')),
                ('old_code', models.CharField(blank=True, db_index=True, max_length=40, verbose_name='ancien code')),
                ('before', models.CharField(blank=True, max_length=200, verbose_name='avant')),
                ('after', models.CharField(blank=True, max_length=200, verbose_name='après')),
                ('effective_on', models.DateField(blank=True, null=True, verbose_name='date d’effet')),
                ('version', models.CharField(max_length=100, verbose_name='version des données')),
                ('territory', models.ForeignKey(help_text='le territoire d’aujourd’hui', on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='territories.territory')),
            ],
            options={
                'verbose_name': 'changement',
                'ordering': ['territory', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('change__in', ['created', 'merged', 'ended', 'renamed', 'moved', 'recoded', 'restored'])), name='territory_change_known'), models.UniqueConstraint(models.F('old_code'), condition=models.Q(('change', 'recoded')), name='territory_change_old_code_unique')],
            },
        ),
        migrations.CreateModel(
            name='Zoning',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('label', models.CharField(max_length=200, verbose_name='libellé')),
                ('source', models.CharField(max_length=200, verbose_name='source')),
                ('dated_on', models.DateField(blank=True, null=True, verbose_name='date de la liste')),
                ('licence', models.CharField(blank=True, max_length=100, verbose_name='licence')),
                ('communes', models.ManyToManyField(blank=True, related_name='zonings', to='territories.territory')),
            ],
            options={
                'verbose_name': 'zonage',
                'ordering': ['label'],
                'constraints': [models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='zoning_has_a_source')],
            },
        ),
    ]
