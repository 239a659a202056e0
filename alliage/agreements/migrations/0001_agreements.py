import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('directory', '0011_topics_of_requests'),
        ('rooms', '0004_chat'),
        ('taxonomy', '0001_initial'),
        ('territories', '0002_perimeters_change'),
    ]

    operations = [
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=160, verbose_name='objet')),
                ('territory', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='territories.territory', verbose_name='territoire')),
                ('holder', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ouvert par')),
                ('state', models.CharField(choices=[('scoping', 'en préparation'), ('agreed', 'signé'), ('active', 'en cours'), ('reviewed', 'bilan fait'), ('closed', 'clos')], default='scoping', max_length=8, verbose_name='état')),
                ('signed_text', models.TextField(blank=True, verbose_name='convention signée')),
                ('digest', models.CharField(blank=True, max_length=64, verbose_name='empreinte du texte signé')),
                ('outcome', models.TextField(blank=True, verbose_name='ce qui en est sorti')),
                ('is_demo', models.BooleanField(default=False, verbose_name='démonstration')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='ouvert le')),
                ('agreed_at', models.DateTimeField(blank=True, null=True, verbose_name='signé le')),
                ('active_at', models.DateTimeField(blank=True, null=True, verbose_name='commencé le')),
                ('review_due_on', models.DateField(blank=True, null=True, verbose_name='bilan pour le')),
                ('reminded_on', models.DateField(blank=True, null=True, verbose_name='rappelé le')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='clos le')),
                ('terms', models.ManyToManyField(blank=True, related_name='+', to='taxonomy.term', verbose_name='leviers et ODD')),
            ],
            options={
                'verbose_name': 'accord d’alliance',
                'verbose_name_plural': 'accords d’alliance',
                'ordering': ['-created_at', '-pk'],
                'indexes': [models.Index(fields=['state', 'review_due_on'], name='agreement_review_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['scoping', 'agreed', 'active', 'reviewed', 'closed'])), name='agreement_state_known'), models.CheckConstraint(condition=models.Q(('subject', ''), _negated=True), name='agreement_says_what_for'), models.CheckConstraint(condition=models.Q(models.Q(('agreed_at', None), ('digest', '')), models.Q(('agreed_at__isnull', False), models.Q(('digest', ''), _negated=True)), _connector='OR'), name='agreement_signed_keeps_its_text'), models.CheckConstraint(condition=models.Q(models.Q(('agreed_at', None), ('state', 'scoping')), models.Q(('agreed_at__isnull', False), ('state__in', ('agreed', 'active', 'reviewed'))), ('state', 'closed'), _connector='OR'), name='agreement_lived_once_signed'), models.CheckConstraint(condition=models.Q(models.Q(('active_at__isnull', False), ('review_due_on__isnull', False), ('state', 'active')), models.Q(models.Q(('state', 'active'), _negated=True), ('review_due_on', None)), _connector='OR'), name='agreement_active_awaits_its_review'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state', 'closed')), models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_at', None)), _connector='OR'), name='agreement_closed_says_when')],
            },
        ),
        migrations.CreateModel(
            name='Partner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='partners', to='agreements.agreement', verbose_name='accord')),
                ('entry', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='directory.entry', verbose_name='fiche de l’annuaire')),
                ('name', models.CharField(max_length=200, verbose_name='nom')),
                ('state', models.CharField(choices=[('invited', 'invité'), ('in', 'partenaire'), ('declined', 'n’a pas donné suite'), ('left', 'parti')], default='invited', max_length=8, verbose_name='état')),
                ('is_shown', models.BooleanField(default=False, verbose_name='accepte de montrer l’alliance')),
                ('invited_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='invité par')),
                ('invited_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='invité le')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='répondu le')),
            ],
            options={
                'verbose_name': 'partenaire d’un accord',
                'verbose_name_plural': 'partenaires d’un accord',
                'ordering': ['invited_at', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('agreement', 'entry'), name='agreement_partner_once'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='agreement_partner_has_a_name'), models.CheckConstraint(condition=models.Q(('state__in', ['invited', 'in', 'declined', 'left'])), name='agreement_partner_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('state', 'invited')), models.Q(models.Q(('state', 'invited'), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='agreement_partner_answer_says_when'), models.CheckConstraint(condition=models.Q(('is_shown', False), ('state', 'in'), _connector='OR'), name='agreement_partner_shown_is_in')],
            },
        ),
        migrations.CreateModel(
            name='Moment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='history', to='agreements.agreement', verbose_name='accord')),
                ('state', models.CharField(choices=[('scoping', 'en préparation'), ('agreed', 'signé'), ('active', 'en cours'), ('reviewed', 'bilan fait'), ('closed', 'clos')], max_length=8, verbose_name='état')),
                ('text', models.CharField(max_length=300, verbose_name='ce qui s’est passé')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='le')),
            ],
            options={
                'verbose_name': 'moment d’un accord',
                'verbose_name_plural': 'moments d’un accord',
                'ordering': ['-at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='agreement_moment_says_something'), models.CheckConstraint(condition=models.Q(('state__in', ['scoping', 'agreed', 'active', 'reviewed', 'closed'])), name='agreement_moment_state_known')],
            },
        ),
        migrations.CreateModel(
            name='LinkedAlliance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='agreements.agreement', verbose_name='accord')),
                ('alliance', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='directory.alliance', verbose_name='alliance')),
                ('is_published', models.BooleanField(default=False, verbose_name='montrée depuis l’accord')),
            ],
            options={
                'verbose_name': 'alliance d’un accord',
                'verbose_name_plural': 'alliances d’un accord',
                'constraints': [models.UniqueConstraint(fields=('agreement', 'alliance'), name='agreement_alliance_once')],
            },
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signatures', to='agreements.partner', verbose_name='partenaire')),
                ('digest', models.CharField(max_length=64, verbose_name='empreinte du texte')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='le')),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='annulée le')),
            ],
            options={
                'verbose_name': 'signature',
                'verbose_name_plural': 'signatures',
                'ordering': ['at', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('partner',), name='agreement_partner_signs_once'), models.CheckConstraint(condition=models.Q(('digest', ''), _negated=True), name='agreement_signature_of_a_text')],
            },
        ),
        migrations.CreateModel(
            name='Affirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True, verbose_name='code')),
                ('text', models.CharField(max_length=200, verbose_name='affirmation')),
                ('is_asked', models.BooleanField(default=True, verbose_name='demandée')),
            ],
            options={
                'verbose_name': 'affirmation du bilan de santé',
                'verbose_name_plural': 'affirmations du bilan de santé',
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='agreement_affirmation_says_something')],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to='agreements.agreement', verbose_name='accord')),
                ('number', models.PositiveSmallIntegerField(verbose_name='numéro')),
                ('asked', models.JSONField(verbose_name='affirmations')),
                ('opened_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ouvert par')),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='ouvert le')),
                ('reminded_on', models.DateField(blank=True, null=True, verbose_name='rappelé le')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='clos le')),
                ('room', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='rooms.room', verbose_name='salle')),
            ],
            options={
                'verbose_name': 'bilan de santé',
                'verbose_name_plural': 'bilans de santé',
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('agreement', 'number'), name='agreement_review_number_once'), models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('agreement',), name='agreement_one_open_review'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='agreement_review_number_counts')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='agreements.review', verbose_name='bilan')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='agreements.partner', verbose_name='partenaire')),
                ('word', models.TextField(blank=True, verbose_name='mot')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='le')),
            ],
            options={
                'verbose_name': 'réponse d’un partenaire',
                'verbose_name_plural': 'réponses des partenaires',
                'ordering': ['partner'],
                'constraints': [models.UniqueConstraint(fields=('review', 'partner'), name='agreement_partner_answers_once')],
            },
        ),
        migrations.CreateModel(
            name='AnswerLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='agreements.answer', verbose_name='réponse')),
                ('code', models.CharField(max_length=20, verbose_name='affirmation')),
                ('light', models.CharField(choices=[('green', 'vert\xa0: cela va'), ('amber', 'orange\xa0: à surveiller'), ('red', 'rouge\xa0: à reprendre ensemble')], max_length=5, verbose_name='couleur')),
            ],
            options={
                'verbose_name': 'ligne d’une réponse',
                'verbose_name_plural': 'lignes d’une réponse',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('answer', 'code'), name='agreement_light_once'), models.CheckConstraint(condition=models.Q(('light__in', ['green', 'amber', 'red'])), name='agreement_light_known')],
            },
        ),
    ]
