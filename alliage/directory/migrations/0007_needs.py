import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '__first__'),
        ('directory', '0006_alliances'),
        ('taxonomy', '0001_initial'),
        ('territories', '0002_perimeters_change'),
    ]

    operations = [
        migrations.CreateModel(
            name='Need',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('besoin', 'besoin'), ('offre', 'offre'), ('appel', 'appel')], max_length=8, verbose_name='nature')),
                ('kind', models.CharField(choices=[('competences', 'compétences'), ('lieu', 'lieu'), ('materiel', 'matériel'), ('argent', 'argent'), ('temps', 'temps')], max_length=12, verbose_name='ce qui est cherché ou donné')),
                ('title', models.CharField(max_length=140, verbose_name='titre')),
                ('text', models.TextField(blank=True, verbose_name='texte')),
                ('search_text', models.TextField(blank=True, verbose_name='texte cherché')),
                ('name', models.CharField(blank=True, max_length=120, verbose_name='nom')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='adresse électronique')),
                ('seed', models.CharField(blank=True, max_length=43)),
                ('token_digest', models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ('sent_key', models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ('state', models.CharField(choices=[('draft', 'pas encore montrée'), ('open', 'ouverte'), ('answered', 'une réponse est arrivée'), ('met', 'aboutie'), ('closed', 'close'), ('expired', 'échue')], default='draft', max_length=12, verbose_name='état')),
                ('outcome', models.CharField(blank=True, max_length=300, verbose_name='ce qui en est sorti')),
                ('opened_at', models.DateTimeField(blank=True, null=True, verbose_name='ouvert le')),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='jusqu’au')),
                ('reminded_at', models.DateTimeField(blank=True, null=True, verbose_name='rappelé le')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='clos le')),
                ('purged_at', models.DateTimeField(blank=True, null=True, verbose_name='données effacées le')),
                ('is_hidden', models.BooleanField(default=False, verbose_name='masqué par la modération')),
                ('is_demo', models.BooleanField(default=False, verbose_name='démonstration')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='créé le')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='modifié le')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='écrit par')),
                ('entry', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='needs', to='directory.entry', verbose_name='au nom de')),
                ('partnership', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='taxonomy.term', verbose_name='type de partenariat')),
                ('terms', models.ManyToManyField(blank=True, related_name='+', to='taxonomy.term', verbose_name='ODD et leviers')),
                ('territory', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='needs', to='territories.territory', verbose_name='territoire')),
            ],
            options={
                'verbose_name': 'besoin ou offre',
                'verbose_name_plural': 'besoins et offres',
                'ordering': ['-opened_at', '-pk'],
                'indexes': [models.Index(fields=['state', '-opened_at'], name='need_latest'), models.Index(fields=['state', 'expires_at'], name='need_expiring')],
                'constraints': [models.CheckConstraint(condition=models.Q(('side__in', ['besoin', 'offre', 'appel'])), name='need_side_known'), models.CheckConstraint(condition=models.Q(('kind__in', ['competences', 'lieu', 'materiel', 'argent', 'temps'])), name='need_kind_known'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'open', 'answered', 'met', 'closed', 'expired'])), name='need_state_known'), models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='need_has_a_title'), models.CheckConstraint(condition=models.Q(models.Q(('email', ''), ('entry__isnull', False), ('name', ''), ('token_digest__isnull', True)), models.Q(('email__gt', ''), ('entry__isnull', True), ('name__gt', ''), ('purged_at__isnull', True), ('token_digest__isnull', False)), models.Q(('email', ''), ('entry__isnull', True), ('name', ''), ('purged_at__isnull', False), ('seed', ''), ('state__in', ('met', 'closed'))), _connector='OR'), name='need_is_of_somebody_or_purged'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('open', 'answered', 'expired')), _negated=True), models.Q(('expires_at__gt', models.F('opened_at')), ('expires_at__isnull', False), ('opened_at__isnull', False)), _connector='OR'), name='need_open_says_until_when'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('state__in', ('met', 'closed'))), models.Q(models.Q(('state__in', ('met', 'closed')), _negated=True), ('ended_at__isnull', True)), _connector='OR'), name='need_ended_has_a_date'), models.CheckConstraint(condition=models.Q(('outcome', ''), ('state', 'met'), _connector='OR'), name='need_outcome_once_met')],
            },
        ),
        migrations.CreateModel(
            name='NeedAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sent_key', models.CharField(blank=True, max_length=64, null=True, unique=True, verbose_name='empreinte de l’envoi')),
                ('created_at', models.DateTimeField(verbose_name='envoyée le')),
                ('need', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='directory.need', verbose_name='besoin ou offre')),
            ],
            options={
                'verbose_name': 'réponse à un besoin ou à une offre',
                'verbose_name_plural': 'réponses aux besoins et aux offres',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Alert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('function', models.CharField(choices=[('besoins', 'besoins et offres'), ('annuaire', 'annuaire')], max_length=12, verbose_name='liste')),
                ('query', models.CharField(blank=True, max_length=600, verbose_name='filtres')),
                ('label', models.CharField(max_length=300, verbose_name='en mots')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='adresse électronique')),
                ('seed', models.CharField(max_length=43)),
                ('token_digest', models.CharField(max_length=64, unique=True)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmée le')),
                ('last_sent', models.DateTimeField(verbose_name='relue le')),
                ('created_at', models.DateTimeField(verbose_name='créée le')),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='membre')),
            ],
            options={
                'verbose_name': 'alerte',
                'verbose_name_plural': 'alertes',
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['confirmed_at', 'last_sent'], name='alert_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', False), ('email', ''), ('member__isnull', False)), models.Q(('email__gt', ''), ('member__isnull', True)), _connector='OR'), name='alert_is_for_someone'), models.UniqueConstraint(models.F('member'), models.F('function'), models.F('query'), name='alert_once_per_member'), models.UniqueConstraint(condition=models.Q(('email', ''), _negated=True), fields=('email', 'function', 'query'), name='alert_once_per_address')],
            },
        ),
    ]
