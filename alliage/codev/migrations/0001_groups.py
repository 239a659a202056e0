import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seed', models.CharField(max_length=64, verbose_name='graine du lien')),
                ('token_digest', models.CharField(max_length=64, unique=True, verbose_name='empreinte du lien')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='fait le')),
                ('member', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='codev_calendar', to=settings.AUTH_USER_MODEL, verbose_name='membre')),
            ],
            options={
                'verbose_name': 'lien d’agenda',
                'verbose_name_plural': 'liens d’agenda',
            },
        ),
        migrations.CreateModel(
            name='Group',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('codev', 'groupe de codéveloppement'), ('thematic', 'groupe thématique'), ('cohort', 'promotion d’un parcours')], default='codev', max_length=10, verbose_name='nature')),
                ('name', models.CharField(max_length=120, verbose_name='nom')),
                ('text', models.TextField(blank=True, verbose_name='de quoi il s’agit')),
                ('access', models.CharField(choices=[('open', 'ouvert\xa0: on entre directement'), ('request', 'sur demande\xa0: la facilitation répond'), ('closed', 'fermé\xa0: on entre sur invitation')], default='request', max_length=8, verbose_name='accès')),
                ('state', models.CharField(choices=[('active', 'en cours'), ('closed', 'terminé')], default='active', max_length=8, verbose_name='état')),
                ('seats', models.PositiveSmallIntegerField(default=8, verbose_name='places')),
                ('member_count', models.PositiveSmallIntegerField(default=0, verbose_name='membres')),
                ('rhythm', models.PositiveSmallIntegerField(choices=[(0, 'sans rythme fixé'), (2, 'toutes les 2 semaines'), (4, 'toutes les 4 semaines'), (5, 'toutes les 5 semaines'), (6, 'toutes les 6 semaines'), (8, 'toutes les 8 semaines')], default=0, verbose_name='rythme')),
                ('excluded_categories', models.JSONField(blank=True, default=list, verbose_name='catégories qui n’y entrent pas')),
                ('charter', models.TextField(blank=True, verbose_name='charte')),
                ('charter_version', models.PositiveSmallIntegerField(default=1, verbose_name='version de la charte')),
                ('video_url', models.URLField(blank=True, max_length=300, verbose_name='lien de visioconférence')),
                ('is_hidden', models.BooleanField(default=False, verbose_name='masqué par la modération')),
                ('is_demo', models.BooleanField(default=False, verbose_name='démonstration')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='ouvert le')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='terminé le')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ouvert par')),
            ],
            options={
                'verbose_name': 'groupe',
                'verbose_name_plural': 'groupes',
                'ordering': ['-created_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='group_has_a_name'), models.CheckConstraint(condition=models.Q(('kind__in', ['codev', 'thematic', 'cohort'])), name='group_kind_known'), models.CheckConstraint(condition=models.Q(('access__in', ['open', 'request', 'closed'])), name='group_access_known'), models.CheckConstraint(condition=models.Q(('state__in', ['active', 'closed'])), name='group_state_known'), models.CheckConstraint(condition=models.Q(('rhythm__in', [0, 2, 4, 5, 6, 8])), name='group_rhythm_known'), models.CheckConstraint(condition=models.Q(('member_count__lte', models.F('seats'))), name='group_within_its_seats'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'codev'), ('seats__range', (5, 8))), models.Q(models.Q(('kind', 'codev'), _negated=True), ('seats__range', (2, 400))), _connector='OR'), name='group_seats_of_its_kind'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state', 'closed')), models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_at__isnull', True)), _connector='OR'), name='group_closed_has_a_date')],
            },
        ),
        migrations.CreateModel(
            name='Encounter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120, verbose_name='titre')),
                ('text', models.TextField(blank=True, verbose_name='ordre du jour')),
                ('starts_at', models.DateTimeField(verbose_name='début')),
                ('minutes', models.PositiveSmallIntegerField(default=90, verbose_name='durée en minutes')),
                ('video_url', models.URLField(blank=True, max_length=300, verbose_name='lien de visioconférence')),
                ('state', models.CharField(choices=[('planned', 'prévue'), ('cancelled', 'annulée')], default='planned', max_length=10, verbose_name='état')),
                ('sequence', models.PositiveIntegerField(default=0, verbose_name='numéro de changement')),
                ('reminded', models.CharField(blank=True, choices=[('', '–'), ('week', 'une semaine avant'), ('day', 'la veille'), ('hour', 'une heure avant')], default='', max_length=4, verbose_name='dernier rappel parti')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='fixée le')),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='changée le')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='fixée par')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='encounters', to='codev.group', verbose_name='groupe')),
            ],
            options={
                'verbose_name': 'rencontre',
                'verbose_name_plural': 'rencontres',
                'ordering': ['starts_at', 'pk'],
                'indexes': [models.Index(fields=['state', 'starts_at'], name='codev_encounter_soon')],
                'constraints': [models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='codev_encounter_has_a_title'), models.CheckConstraint(condition=models.Q(('state__in', ['planned', 'cancelled'])), name='codev_encounter_state_known'), models.CheckConstraint(condition=models.Q(('minutes__range', (10, 600))), name='codev_encounter_lasts_a_while'), models.CheckConstraint(condition=models.Q(('reminded__in', ['', 'week', 'day', 'hour'])), name='codev_encounter_reminder_known')],
            },
        ),
        migrations.CreateModel(
            name='DatePoll',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(blank=True, max_length=120, verbose_name='pour quelle rencontre')),
                ('minutes', models.PositiveSmallIntegerField(default=90, verbose_name='durée en minutes')),
                ('state', models.CharField(choices=[('open', 'réponses attendues'), ('chosen', 'date choisie'), ('closed', 'abandonnée')], default='open', max_length=8, verbose_name='état')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='ouvert le')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ouvert par')),
                ('encounter', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='poll', to='codev.encounter', verbose_name='rencontre')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='polls', to='codev.group', verbose_name='groupe')),
            ],
            options={
                'verbose_name': 'choix d’une date',
                'verbose_name_plural': 'choix d’une date',
                'ordering': ['-created_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['open', 'chosen', 'closed'])), name='date_poll_state_known'), models.CheckConstraint(condition=models.Q(('minutes__range', (10, 600))), name='date_poll_lasts_a_while')],
            },
        ),
        migrations.CreateModel(
            name='Cycle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(verbose_name='commence le')),
                ('rhythm', models.PositiveSmallIntegerField(choices=[(0, 'sans rythme fixé'), (2, 'toutes les 2 semaines'), (4, 'toutes les 4 semaines'), (5, 'toutes les 5 semaines'), (6, 'toutes les 6 semaines'), (8, 'toutes les 8 semaines')], default=5, verbose_name='rythme')),
                ('state', models.CharField(choices=[('open', 'en cours'), ('finished', 'terminé')], default='open', max_length=8, verbose_name='état')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='ouvert le')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cycles', to='codev.group', verbose_name='groupe')),
            ],
            options={
                'verbose_name': 'cycle',
                'verbose_name_plural': 'cycles',
                'ordering': ['-created_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['open', 'finished'])), name='cycle_state_known'), models.CheckConstraint(condition=models.Q(('rhythm__in', [0, 2, 4, 5, 6, 8])), name='cycle_rhythm_known'), models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('group',), name='cycle_one_open_per_group')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('facilitator', 'facilitation'), ('member', 'membre')], default='member', max_length=12, verbose_name='rôle')),
                ('state', models.CharField(choices=[('invited', 'invitation envoyée'), ('asked', 'demande envoyée'), ('active', 'en fait partie'), ('refused', 'n’a pas rejoint le groupe'), ('left', 'a quitté le groupe')], max_length=8, verbose_name='état')),
                ('text', models.TextField(blank=True, verbose_name='message')),
                ('is_shown', models.BooleanField(default=False, verbose_name='nom montré à tout le monde')),
                ('charter_accepted_at', models.DateTimeField(blank=True, null=True, verbose_name='charte acceptée le')),
                ('charter_version', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='version acceptée')),
                ('no_hierarchy_declared_at', models.DateTimeField(blank=True, null=True, verbose_name='absence de lien hiérarchique déclarée le')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='depuis le')),
                ('joined_at', models.DateTimeField(blank=True, null=True, verbose_name='entré le')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='fini le')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='répondu par')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='codev.group', verbose_name='groupe')),
                ('invited_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='invité par')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='codev_memberships', to=settings.AUTH_USER_MODEL, verbose_name='membre')),
            ],
            options={
                'verbose_name': 'place dans un groupe',
                'verbose_name_plural': 'places dans les groupes',
                'ordering': ['joined_at', 'pk'],
                'indexes': [models.Index(fields=['member', 'state'], name='codev_membership_mine')],
                'constraints': [models.UniqueConstraint(fields=('group', 'member'), name='codev_membership_once'), models.CheckConstraint(condition=models.Q(('role__in', ['facilitator', 'member'])), name='codev_membership_role_known'), models.CheckConstraint(condition=models.Q(('state__in', ['invited', 'asked', 'active', 'refused', 'left'])), name='codev_membership_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'active'), _negated=True), models.Q(('charter_accepted_at__isnull', False), ('charter_version__isnull', False), ('joined_at__isnull', False)), _connector='OR'), name='codev_membership_active_accepted_the_charter'), models.CheckConstraint(condition=models.Q(models.Q(('role', 'facilitator'), _negated=True), ('state__in', ['active', 'invited']), _connector='OR'), name='codev_membership_facilitator_is_in')],
            },
        ),
        migrations.CreateModel(
            name='PollDate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField(verbose_name='début')),
                ('poll', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dates', to='codev.datepoll', verbose_name='choix d’une date')),
            ],
            options={
                'verbose_name': 'date proposée',
                'verbose_name_plural': 'dates proposées',
                'ordering': ['starts_at'],
                'constraints': [models.UniqueConstraint(fields=('poll', 'starts_at'), name='poll_date_once')],
            },
        ),
        migrations.CreateModel(
            name='PollAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('choice', models.CharField(choices=[('yes', 'oui'), ('maybe', 'si besoin'), ('no', 'non')], max_length=6, verbose_name='réponse')),
                ('answered_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='répondu le')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='membre')),
                ('date', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='codev.polldate', verbose_name='date')),
            ],
            options={
                'verbose_name': 'réponse à une date',
                'verbose_name_plural': 'réponses aux dates',
                'constraints': [models.UniqueConstraint(fields=('date', 'member'), name='poll_answer_once'), models.CheckConstraint(condition=models.Q(('choice__in', ['yes', 'maybe', 'no'])), name='poll_answer_known')],
            },
        ),
        migrations.CreateModel(
            name='Presence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('coming', models.CharField(choices=[('yes', 'je viens'), ('no', 'je ne peux pas')], max_length=4, verbose_name='réponse')),
                ('answered_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='répondu le')),
                ('encounter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='presences', to='codev.encounter', verbose_name='rencontre')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='codev_presences', to=settings.AUTH_USER_MODEL, verbose_name='membre')),
            ],
            options={
                'verbose_name': 'réponse de présence',
                'verbose_name_plural': 'réponses de présence',
                'constraints': [models.UniqueConstraint(fields=('encounter', 'member'), name='codev_presence_once'), models.CheckConstraint(condition=models.Q(('coming__in', ['yes', 'no'])), name='codev_presence_known')],
            },
        ),
        migrations.CreateModel(
            name='Turn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='rang')),
                ('client', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='cliente ou client')),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='turns', to='codev.cycle', verbose_name='cycle')),
                ('encounter', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='turn', to='codev.encounter', verbose_name='rencontre')),
            ],
            options={
                'verbose_name': 'séance d’un cycle',
                'verbose_name_plural': 'séances d’un cycle',
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('cycle', 'position'), name='turn_position_once'), models.UniqueConstraint(fields=('cycle', 'client'), name='turn_client_once_per_cycle'), models.CheckConstraint(condition=models.Q(('position__gte', 1)), name='turn_position_from_one')],
            },
        ),
        migrations.AddField(
            model_name='datepoll',
            name='turn',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='polls', to='codev.turn', verbose_name='séance'),
        ),
    ]
